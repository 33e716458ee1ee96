package io.attest.process.evidence;

import io.attest.audit.RecordTable;
import io.attest.audit.log.EvidenceLog;
import io.attest.audit.log.Guards;
import io.attest.audit.log.LogBeginning;
import io.attest.stage.evidence.LogKeeper;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Before anything else writes: guards the log, checks it, and says loudly if it is broken. */
@Component
class LogAtStart implements SmartLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(LogAtStart.class);

  private final EvidenceLog log;
  private final LogKeeper keeper;
  private final JdbcClient jdbc;
  private final DataSource source;
  private final TransactionTemplate transactions;
  private volatile boolean running;

  LogAtStart(
      EvidenceLog log,
      LogKeeper keeper,
      JdbcClient jdbc,
      DataSource source,
      PlatformTransactionManager transactions) {
    this.log = log;
    this.keeper = keeper;
    this.jdbc = jdbc;
    this.source = source;
    this.transactions = new TransactionTemplate(transactions);
  }

  @Override
  public void start() {
    List<String> missing = Guards.install(jdbc, product());
    if (log.head().sequence() == 0) {
      transactions.executeWithoutResult(status -> LogBeginning.write(log, jdbc));
    } else if (!missing.isEmpty()) {
      LOG.error(
          "The triggers {} that guard the evidence log were not there, although it has entries."
              + " Somebody took them down, or the database was copied without them. They are up"
              + " again; check the whole log on the page Evidence.",
          missing);
    }
    Set<RecordTable> covered = transactions.execute(status -> LogBeginning.cover(log, jdbc));
    if (!covered.isEmpty()) {
      LOG.info("The evidence log is older than its hold on {}: it answers for them now.", covered);
    }
    LogKeeper.LogState state = keeper.checkSinceLast();
    if (state.sound()) {
      LOG.info(
          "The evidence log is whole: {} new entries checked, the last is {}.",
          state.checked(),
          state.head().sequence());
    } else {
      LOG.error(
          "THE EVIDENCE LOG IS BROKEN: {}. Attest goes on, but removes nothing. Keep a copy of the"
              + " database, and see docs/evidence.md.",
          String.join("; ", state.faults()));
    }
    running = true;
  }

  private String product() {
    try (Connection connection = source.getConnection()) {
      return connection.getMetaData().getDatabaseProductName();
    } catch (SQLException e) {
      throw new IllegalStateException("The database does not answer: " + e.getMessage(), e);
    }
  }

  @Override
  public void stop() {
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Before the deployment, which is recorded. */
  @Override
  public int getPhase() {
    return -10;
  }
}
