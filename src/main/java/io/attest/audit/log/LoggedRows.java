package io.attest.audit.log;

import io.attest.audit.RecordTable.Rows;
import io.attest.audit.Recorder;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/** Writes changes of rows into the evidence log. */
public final class LoggedRows implements Recorder {
  private final EvidenceLog log;
  private final RecordedRows rows;
  private final TransactionOperations transactions;

  /**
   * @param transactions of the same database as {@code jdbc} and the log; joins one that is open
   */
  public LoggedRows(JdbcClient jdbc, TransactionOperations transactions, EvidenceLog log) {
    this.log = log;
    this.rows = new RecordedRows(jdbc);
    this.transactions = transactions;
  }

  @Override
  public void record(Rows of, Change change, Runnable write) {
    transactions.executeWithoutResult(
        status -> {
          Optional<String> before = rows.sha256(of);
          write.run();
          if (!rows.sha256(of).equals(before)) {
            // Hashed while the end of the log is held: what others put beside it is seen then.
            log.record(
                change.what(), change.subject(), change.who(), () -> detail(of, change.detail()));
          }
        });
  }

  private Map<String, String> detail(Rows of, Map<String, String> facts) {
    Map<String, String> detail = new TreeMap<>(facts);
    detail.putAll(RecordedRows.named(of, rows.sha256(of)));
    return detail;
  }
}
