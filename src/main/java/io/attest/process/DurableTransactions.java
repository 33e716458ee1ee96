package io.attest.process;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.DefaultTransactionStatus;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Transactions of the engine and of the audit record that are on disk before anyone hears that they
 * are committed.
 *
 * <p>H2 answers a commit before it wrote it and writes a little later; a killed process loses those
 * commits although somebody saw an approval accepted. So after each commit that changed something,
 * this asks H2 to write now. Commits that only read, and other databases, are left alone.
 */
class DurableTransactions extends JdbcTransactionManager {
  private static final long serialVersionUID = 1L;

  private static final String CHANGED =
      "SELECT CONTAINS_UNCOMMITTED FROM INFORMATION_SCHEMA.SESSIONS WHERE SESSION_ID = SESSION_ID()";

  private final boolean h2;

  DurableTransactions(DataSource dataSource) {
    super(dataSource);
    this.h2 = isH2(dataSource);
  }

  @Override
  protected void doCommit(DefaultTransactionStatus status) {
    Connection connection = h2 ? connection() : null;
    boolean write = connection != null && changed(connection);
    super.doCommit(status);
    if (write) {
      write(connection);
    }
  }

  private Connection connection() {
    ConnectionHolder holder =
        (ConnectionHolder) TransactionSynchronizationManager.getResource(obtainDataSource());
    return holder == null ? null : holder.getConnection();
  }

  private static boolean changed(Connection connection) {
    try (Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery(CHANGED)) {
      return !answer.next() || answer.getBoolean(1);
    } catch (SQLException unknown) {
      return true;
    }
  }

  private static void write(Connection connection) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CHECKPOINT SYNC");
    } catch (SQLException e) {
      throw new TransactionSystemException(
          "The database took the change but could not write it to disk. Maybe the disk is full: "
              + e.getMessage(),
          e);
    }
  }

  /** Whether this is the database that Attest brings along. */
  static boolean isH2(DataSource dataSource) {
    Connection connection = DataSourceUtils.getConnection(dataSource);
    try {
      return connection.getMetaData().getDatabaseProductName().equals("H2");
    } catch (SQLException e) {
      throw new IllegalStateException("The database does not answer: " + e.getMessage(), e);
    } finally {
      DataSourceUtils.releaseConnection(connection, dataSource);
    }
  }
}
