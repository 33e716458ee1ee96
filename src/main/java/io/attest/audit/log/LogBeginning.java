package io.attest.audit.log;

import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The first entries. Where audits are there already, because they are older than the log, what they
 * hold now is written down: from here on a change is found.
 */
public final class LogBeginning {
  private LogBeginning() {}

  /** Writes them; needs a transaction. */
  public static void write(EvidenceLog log, JdbcClient jdbc) {
    log.record("log-begun", "log", EvidenceLog.ATTEST, Map.of("format", "1"));
    new RecordedFacts(jdbc)
        .each(
            (place, sha256) -> {
              if (place.kind().equals("section")) {
                log.record(
                    "section-adopted",
                    place.audit(),
                    EvidenceLog.ATTEST,
                    Map.of("stage", place.stage(), "part", place.part(), "sha256", sha256));
              } else {
                log.record(
                    "decision-adopted",
                    place.audit(),
                    EvidenceLog.ATTEST,
                    Map.of("taskId", place.stage(), "sha256", sha256));
              }
            });
  }
}
