package io.attest.stage.evidence;

import io.attest.audit.ArtifactStore;
import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.audit.log.Chain;
import io.attest.audit.log.EvidenceLog;
import io.attest.audit.log.LogHead;
import io.attest.audit.log.RecordCheck;
import io.attest.audit.log.RememberedHeads;
import io.attest.stage.PackedLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Checks the evidence log, and knows how the last check ended. A log that is not whole stops
 * nothing but removals: people must be able to work and to find out what happened, and nothing more
 * may be lost meanwhile.
 */
@Component
public class LogKeeper {
  private final EvidenceLog log;
  private final RememberedHeads heads;
  private final AuditStore audits;
  private final ArtifactStore artifacts;
  private final JdbcClient jdbc;
  private final TransactionTemplate snapshot;
  private final Clock clock;
  private final AtomicReference<LogState> last = new AtomicReference<>();

  public LogKeeper(
      EvidenceLog log,
      RememberedHeads heads,
      AuditStore audits,
      ArtifactStore artifacts,
      JdbcClient jdbc,
      PlatformTransactionManager transactions,
      Clock clock) {
    this.log = log;
    this.heads = heads;
    this.audits = audits;
    this.artifacts = artifacts;
    this.jdbc = jdbc;
    this.clock = clock;
    this.snapshot = new TransactionTemplate(transactions);
    snapshot.setReadOnly(true);
    snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
  }

  /**
   * How a check ended.
   *
   * @param at when it was made
   * @param whole whether every entry was checked, with the record and the packs; else only those
   *     since the last check
   * @param checked entries that were followed
   * @param head the last entry without a fault
   * @param recorded sections, decisions and other records that were held against the log
   * @param packs evidence packs that were held against the log
   * @param faults what is wrong, the first broken entry first; empty if nothing is
   */
  public record LogState(
      Instant at,
      boolean whole,
      long checked,
      LogHead head,
      long recorded,
      long packs,
      List<String> faults) {
    public LogState {
      faults = List.copyOf(faults);
    }

    /** True if nothing is wrong. */
    public boolean sound() {
      return faults.isEmpty();
    }
  }

  /** The last check, or a quick one if there was none. */
  public LogState state() {
    LogState known = last.get();
    return known == null ? checkSinceLast() : known;
  }

  /** Checks the entries since the last head that was found right. */
  public LogState checkSinceLast() {
    Optional<LogHead> reached = heads.last();
    if (reached.isEmpty()) {
      return checkAll();
    }
    return snapshot.execute(
        status -> {
          Chain chain = log.checkSince(reached.get(), List.of());
          return keep(false, chain, 0, 0, new ArrayList<>());
        });
  }

  /** Checks every entry, every remembered head, the record, and the head in every pack. */
  public LogState checkAll() {
    return snapshot.execute(
        status -> {
          List<String> more = new ArrayList<>();
          List<LogHead> seen = new ArrayList<>(heads.all());
          long packs = packs(seen, more);
          Chain chain = log.check(seen);
          RecordCheck record = RecordCheck.of(log, jdbc);
          more.addAll(record.faults());
          return keep(true, chain, record.held(), packs, more);
        });
  }

  private LogState keep(boolean whole, Chain chain, long held, long packs, List<String> more) {
    List<String> faults = new ArrayList<>();
    chain.broken().ifPresent(b -> faults.add(b.why()));
    faults.addAll(more);
    LogHead head = chain.head(clock.instant());
    LogState before = last.get();
    if (!whole && faults.isEmpty() && before != null && before.whole() && !before.sound()) {
      // What a whole check found is not forgotten by one that looks at the end only.
      faults.addAll(before.faults());
    }
    LogState state =
        new LogState(clock.instant(), whole, chain.followed(), head, held, packs, faults);
    last.set(state);
    if (chain.broken().isEmpty()) {
      heads.remember(head);
    }
    return state;
  }

  private long packs(List<LogHead> seen, List<String> faults) {
    long packs = 0;
    for (Audit audit : audits.list(Optional.empty(), Optional.empty())) {
      Optional<Section.Published> published = audits.section(audit.id(), Section.Published.class);
      if (published.isPresent()) {
        try {
          Path pack = artifacts.path(published.get().pack());
          PackedLog.head(pack).ifPresent(seen::add);
          packs++;
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
          faults.add("the evidence pack of " + audit.id() + " cannot be read: " + e.getMessage());
        }
      }
    }
    return packs;
  }
}
