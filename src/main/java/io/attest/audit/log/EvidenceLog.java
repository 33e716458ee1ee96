package io.attest.audit.log;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * The evidence log in the database.
 *
 * <p>What is recorded inside a transaction is written as the last thing before its commit: entry
 * and fact are both there or neither, entries stand in the order of the commits, and the head row,
 * which lets one writer at a time on all nodes, is held for that moment only.
 */
public class EvidenceLog {

  private static final int PAGE = 1000;

  private final JdbcClient jdbc;
  private final TransactionOperations transactions;
  private final Clock clock;

  /**
   * @param transactions of the same database as {@code jdbc}; joins one that is open
   */
  public EvidenceLog(JdbcClient jdbc, TransactionOperations transactions, Clock clock) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.clock = clock;
  }

  private record Waiting(
      String who, String what, String subject, Supplier<Map<String, String>> detail) {}

  /**
   * Records something, at the end of the transaction that is open, or else at once.
   *
   * @param what in a word: {@code decision-made}
   * @param subject the audit, model or deployment
   * @param who a user's name, or {@link #ATTEST}
   * @param detail small facts and hashes; no data
   */
  public void record(String what, String subject, String who, Map<String, String> detail) {
    Map<String, String> now = Map.copyOf(detail);
    record(what, subject, who, () -> now);
  }

  /**
   * The same, for a detail that is to be read as late as can be: inside the transaction, when
   * everything was written and no other can add to the log until the commit.
   */
  void record(String what, String subject, String who, Supplier<Map<String, String>> detail) {
    Waiting entry = new Waiting(who, what, subject, detail);
    if (TransactionSynchronizationManager.isActualTransactionActive()) {
      waiting().add(entry);
    } else {
      transactions.executeWithoutResult(status -> waiting().add(entry));
    }
  }

  private List<Waiting> waiting() {
    AtTheEnd there = (AtTheEnd) TransactionSynchronizationManager.getResource(this);
    if (there == null) {
      there = new AtTheEnd();
      TransactionSynchronizationManager.bindResource(this, there);
      TransactionSynchronizationManager.registerSynchronization(there);
    }
    return there.entries;
  }

  /** The entries of one transaction. */
  private final class AtTheEnd implements TransactionSynchronization {
    private final List<Waiting> entries = new ArrayList<>();

    @Override
    public void suspend() {
      TransactionSynchronizationManager.unbindResource(EvidenceLog.this);
    }

    @Override
    public void resume() {
      TransactionSynchronizationManager.bindResource(EvidenceLog.this, this);
    }

    @Override
    public void beforeCommit(boolean readOnly) {
      append(entries);
      entries.clear();
    }

    @Override
    public void beforeCompletion() {
      TransactionSynchronizationManager.unbindResourceIfPossible(EvidenceLog.this);
    }
  }

  private void append(List<Waiting> entries) {
    if (entries.isEmpty()) {
      return;
    }
    LogHead head =
        jdbc.sql("select sequence, hash from attest_log_head where id = 1 for update")
            .query((row, n) -> new LogHead(row.getLong(1), row.getString(2), clock.instant()))
            .single();
    long sequence = head.sequence();
    String previous = head.hash();
    for (Waiting waiting : entries) {
      LogEntry entry =
          LogEntry.following(
              ++sequence,
              // Databases keep microseconds; the hash must be that of what they give back.
              clock.instant().truncatedTo(ChronoUnit.MICROS),
              waiting.who(),
              waiting.what(),
              waiting.subject(),
              waiting.detail().get(),
              previous);
      insert(entry);
      previous = entry.hash();
    }
    jdbc.sql("update attest_log_head set sequence = :sequence, hash = :hash where id = 1")
        .param("sequence", sequence)
        .param("hash", previous)
        .update();
  }

  private void insert(LogEntry entry) {
    jdbc.sql(
            "insert into attest_log (sequence, logged_at, who, what, subject, detail, previous_hash,"
                + " hash) values (:sequence, :at, :who, :what, :subject, :detail, :previous, :hash)")
        .param("sequence", entry.sequence())
        .param("at", entry.at().atOffset(ZoneOffset.UTC))
        .param("who", entry.who())
        .param("what", entry.what())
        .param("subject", entry.subject())
        .param("detail", entry.detail())
        .param("previous", entry.previous())
        .param("hash", entry.hash())
        .update();
  }

  /** The end of the log, now. */
  public LogHead head() {
    return jdbc.sql("select sequence, hash from attest_log_head where id = 1")
        .query((row, n) -> new LogHead(row.getLong(1), row.getString(2), clock.instant()))
        .single();
  }

  /** Entries after one, in order, at most a thousand. */
  public List<LogEntry> after(long sequence) {
    return jdbc.sql(
            "select * from attest_log where sequence > :after order by sequence fetch first "
                + PAGE
                + " rows only")
        .param("after", sequence)
        .query(EvidenceLog::entry)
        .list();
  }

  /** The newest entries, newest first. */
  public List<LogEntry> newest(int most) {
    return jdbc.sql("select * from attest_log order by sequence desc fetch first :most rows only")
        .param("most", most)
        .query(EvidenceLog::entry)
        .list();
  }

  /** All entries about one thing, in order. */
  public List<LogEntry> about(String subject) {
    return jdbc.sql("select * from attest_log where subject = :subject order by sequence")
        .param("subject", subject)
        .query(EvidenceLog::entry)
        .list();
  }

  /**
   * All entries about an audit, and those that name it: a watch that started it. About another
   * subject, those about it. In order.
   */
  public List<LogEntry> ofAudit(String audit) {
    return jdbc.sql(
            "select * from attest_log where subject = :audit or detail like :named escape '!' order"
                + " by sequence")
        .param("audit", audit)
        .param("named", "%\"audit\":\"" + audit.replaceAll("[!%_]", "!$0") + "\"%")
        .query(EvidenceLog::entry)
        .list();
  }

  /** One entry. */
  public Optional<LogEntry> entry(long sequence) {
    return jdbc.sql("select * from attest_log where sequence = :sequence")
        .param("sequence", sequence)
        .query(EvidenceLog::entry)
        .optional();
  }

  /** Gives all entries after one to somebody, in order, never all at once. */
  public void each(long after, Consumer<LogEntry> reader) {
    long at = after;
    for (List<LogEntry> page = after(at); !page.isEmpty(); page = after(at)) {
      page.forEach(reader);
      at = page.get(page.size() - 1).sequence();
    }
  }

  /**
   * Checks the whole log: every entry, and every head that was seen.
   *
   * @param seen heads from outside the database: remembered ones, those in evidence packs
   */
  public Chain check(Collection<LogHead> seen) {
    return check(Chain.fromTheBeginning(withHead(seen)), 0);
  }

  /**
   * Checks what came after a head that was reached before. The entry of that head itself must still
   * be there.
   */
  public Chain checkSince(LogHead reached, Collection<LogHead> seen) {
    Optional<LogEntry> there = entry(reached.sequence());
    boolean same =
        reached.sequence() == 0
            || there
                .filter(e -> e.hash().equals(reached.hash()) && e.computed().equals(e.hash()))
                .isPresent();
    if (same) {
      return check(new Chain(reached, withHead(seen)), reached.sequence());
    }
    List<LogHead> all = new ArrayList<>(seen);
    all.add(reached);
    return check(all); // names the first entry that is wrong
  }

  private List<LogHead> withHead(Collection<LogHead> seen) {
    List<LogHead> all = new ArrayList<>(seen);
    all.add(head());
    return all;
  }

  private Chain check(Chain chain, long after) {
    each(after, chain::follow);
    return chain.endAt(head());
  }

  private static LogEntry entry(ResultSet row, int n) throws SQLException {
    return new LogEntry(
        row.getLong("sequence"),
        instant(row),
        row.getString("who"),
        row.getString("what"),
        row.getString("subject"),
        row.getString("detail"),
        row.getString("previous_hash"),
        row.getString("hash"));
  }

  private static Instant instant(ResultSet row) throws SQLException {
    return row.getObject("logged_at", OffsetDateTime.class).toInstant();
  }
}
