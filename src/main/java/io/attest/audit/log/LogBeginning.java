package io.attest.audit.log;

import io.attest.audit.RecordTable;
import io.attest.audit.RecordTable.Rows;
import io.attest.audit.Recorder;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The first entries. Where audits are there already, because they are older than the log, what they
 * hold now is written down: from here on a change is found. The same for rows of tables that an
 * older version did not write into the log.
 */
public final class LogBeginning {
  private static final int LONGEST = 200;

  private LogBeginning() {}

  /** Writes them; needs a transaction. */
  public static void write(EvidenceLog log, JdbcClient jdbc) {
    log.record("log-begun", "log", Recorder.ATTEST, Map.of("format", "1"));
    new RecordedFacts(jdbc)
        .each(
            (place, sha256) -> {
              if (place.kind().equals("section")) {
                log.record(
                    "section-adopted",
                    place.audit(),
                    Recorder.ATTEST,
                    Map.of("stage", place.stage(), "part", place.part(), "sha256", sha256));
              } else {
                log.record(
                    "decision-adopted",
                    place.audit(),
                    Recorder.ATTEST,
                    Map.of("taskId", place.stage(), "sha256", sha256));
              }
            });
    cover(log, jdbc);
  }

  /**
   * Takes the tables into the log that it does not answer for yet; needs a transaction.
   *
   * @return which they are
   */
  public static Set<RecordTable> cover(EvidenceLog log, JdbcClient jdbc) {
    Set<RecordTable> fresh = Covered.by(log).missing();
    RecordedRows recorded = new RecordedRows(jdbc);
    for (RecordTable table : fresh) {
      log.record(
          Covered.ENTRY, Covered.SUBJECT, Recorder.ATTEST, Map.of(Covered.NAME, table.name()));
      recorded.each(
          table,
          (rows, sha256) ->
              log.record(
                  "row-adopted",
                  subject(rows),
                  Recorder.ATTEST,
                  RecordedRows.named(rows, Optional.of(sha256))));
    }
    return fresh;
  }

  /** A hold is about what it holds; everything else is found under the first part of its key. */
  private static String subject(Rows rows) {
    String subject = String.valueOf(rows.key().get(rows.table() == RecordTable.HOLD ? 1 : 0));
    return subject.length() <= LONGEST ? subject : subject.substring(0, LONGEST);
  }
}
