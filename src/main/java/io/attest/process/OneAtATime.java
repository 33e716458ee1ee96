package io.attest.process;

import javax.sql.DataSource;
import org.camunda.bpm.engine.impl.interceptor.CommandExecutor;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Lets one transaction at a time, on all nodes, do what must not happen twice: number an audit,
 * start a schedule. Holds the engine's own lock row until the transaction ends. On H2 the engine
 * leaves that row alone, so it is locked here.
 */
@Component
public class OneAtATime {
  private static final String ON_H2 =
      "select value_ from act_ge_property where name_ = 'deployment.lock' for update wait 60";

  private final org.springframework.beans.factory.ObjectProvider<CommandExecutor> commands;
  private final TransactionTemplate transaction;
  private final JdbcClient jdbc;
  private final boolean h2;

  OneAtATime(
      org.springframework.beans.factory.ObjectProvider<CommandExecutor> commands,
      PlatformTransactionManager transactions,
      DataSource database) {
    this.commands = commands;
    this.jdbc = JdbcClient.create(database);
    this.h2 = DurableTransactions.isH2(database);
    this.transaction = new TransactionTemplate(transactions);
  }

  /** Waits for its turn; needs a transaction to be open. */
  public void enter() {
    TransactionTemplate inside = new TransactionTemplate(transaction.getTransactionManager());
    inside.setPropagationBehavior(TransactionDefinition.PROPAGATION_MANDATORY);
    inside.executeWithoutResult(
        status -> {
          if (h2) {
            jdbc.sql(ON_H2).query(String.class).single();
          } else {
            commands
                .getObject()
                .execute(
                    context -> {
                      context.getPropertyManager().acquireExclusiveLock();
                      return null;
                    });
          }
        });
  }

  /** Opens a transaction, waits for its turn, and does the work in it. */
  public <T> T call(java.util.function.Supplier<T> work) {
    return transaction.execute(
        status -> {
          enter();
          return work.get();
        });
  }
}
