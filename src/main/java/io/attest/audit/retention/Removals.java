package io.attest.audit.retention;

import io.attest.audit.ArtifactStore;
import io.attest.audit.Recorder;
import io.attest.audit.log.EvidenceLog;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/** Takes away what an audit left, and knows which files others still need. */
public class Removals {
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

  private final JdbcClient jdbc;
  private final TransactionOperations transactions;
  private final EvidenceLog log;
  private final Clock clock;

  public Removals(
      JdbcClient jdbc, TransactionOperations transactions, EvidenceLog log, Clock clock) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.log = log;
    this.clock = clock;
  }

  /** What went of an audit, and by which rule. */
  public record Removed(String audit, java.time.Instant at, String rule) {}

  /** All that were removed, oldest first. */
  public List<Removed> list() {
    return jdbc.sql("select * from attest_removed order by removed_at, audit_id")
        .query(
            (row, n) ->
                new Removed(
                    row.getString("audit_id"),
                    row.getObject("removed_at", OffsetDateTime.class).toInstant(),
                    row.getString("rule")))
        .list();
  }

  /**
   * The hashes that the sections of an audit name and no other audit, decision or answer does: the
   * files that may go with it. Every text that looks like a hash counts as one.
   */
  public Set<String> ownFiles(String auditId) {
    Set<String> own = new TreeSet<>(hashes(auditId));
    Set<String> others = new HashSet<>();
    for (String sql :
        List.of(
            "select content from attest_section where audit_id <> :audit",
            "select detail from attest_decision",
            "select coalesce(draft, '') || ' ' || coalesce(checked, '') from attest_enquiry",
            "select sha256 from attest_enquiry_file",
            "select finding from attest_disposition")) {
      var statement = jdbc.sql(sql);
      (sql.contains(":audit") ? statement.param("audit", auditId) : statement)
          .query(
              row -> {
                collect(row.getString(1), others);
              });
    }
    own.removeAll(others);
    return own;
  }

  private Set<String> hashes(String auditId) {
    Set<String> found = new TreeSet<>();
    jdbc.sql("select content from attest_section where audit_id = :audit")
        .param("audit", auditId)
        .query(
            row -> {
              collect(row.getString(1), found);
            });
    return found;
  }

  private static void collect(String text, Set<String> into) {
    Matcher matcher = HASH.matcher(text);
    while (matcher.find()) {
      into.add(matcher.group());
    }
  }

  /**
   * Removes the sections of an audit and leaves a tombstone in the log; then the files that nobody
   * else needs. A crash in between leaves files, never a record without its files.
   *
   * @param rule why it may go, in words
   * @return the hashes of the files that went; empty if another node was faster, a hold came, or
   *     somebody waits for an explanation that rests on the audit
   */
  public List<String> remove(String auditId, String rule, Holds holds, ArtifactStore artifacts) {
    Optional<Set<String>> files =
        transactions.execute(
            status -> {
              String model =
                  jdbc.sql("select model from attest_audit where id = :id for update")
                      .param("id", auditId)
                      .query(String.class)
                      .single();
              boolean held =
                  holds.list().stream()
                      .anyMatch(h -> h.subject().equals(auditId) || h.subject().equals(model));
              boolean gone =
                  jdbc.sql("select count(*) from attest_removed where audit_id = :id")
                          .param("id", auditId)
                          .query(Long.class)
                          .single()
                      > 0;
              // A letter that is still to be written rests on the audit.
              boolean asked =
                  jdbc.sql(
                              "select count(*) from attest_enquiry where audit_id = :id and ended_at"
                                  + " is null")
                          .param("id", auditId)
                          .query(Long.class)
                          .single()
                      > 0;
              if (held || gone || asked) {
                return Optional.<Set<String>>empty();
              }
              Set<String> own = ownFiles(auditId);
              Map<String, String> detail = new TreeMap<>();
              detail.put("rule", rule);
              detail.put("files", String.join(" ", own));
              int sections =
                  jdbc.sql("delete from attest_section where audit_id = :id")
                      .param("id", auditId)
                      .update();
              detail.put("sections", Integer.toString(sections));
              jdbc.sql(
                      "insert into attest_removed (audit_id, removed_at, rule) values (:id, :at,"
                          + " :rule)")
                  .param("id", auditId)
                  .param(
                      "at", clock.instant().truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC))
                  .param("rule", rule)
                  .update();
              log.record("audit-removed", auditId, Recorder.ATTEST, detail);
              return Optional.of(own);
            });
    List<String> removed = new ArrayList<>();
    for (String sha256 : files == null ? Set.<String>of() : files.orElse(Set.of())) {
      if (artifacts.remove(sha256, clock.instant().minus(2, ChronoUnit.DAYS))) {
        removed.add(sha256);
      }
    }
    return removed;
  }
}
