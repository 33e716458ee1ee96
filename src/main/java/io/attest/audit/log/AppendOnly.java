package io.attest.audit.log;

import java.sql.Connection;
import java.sql.SQLException;
import org.h2.api.Trigger;

/** H2's trigger on the log: refuses to change or delete an entry. H2 asks none at TRUNCATE. */
public final class AppendOnly implements Trigger {

  @Override
  public void fire(Connection connection, Object[] before, Object[] after) throws SQLException {
    throw new SQLException(
        "The evidence log is only added to: entry "
            + (before == null ? "" : before[0])
            + " can be neither changed nor deleted.");
  }
}
