package io.attest.process;

import org.camunda.bpm.engine.impl.interceptor.CommandExecutor;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Lets one transaction at a time, on all nodes, do what must not happen twice: number an audit,
 * start a schedule. Holds the engine's own lock row until the transaction ends.
 */
@Component
public class OneAtATime {
  private final org.springframework.beans.factory.ObjectProvider<CommandExecutor> commands;
  private final TransactionTemplate transaction;

  OneAtATime(
      org.springframework.beans.factory.ObjectProvider<CommandExecutor> commands,
      PlatformTransactionManager transactions) {
    this.commands = commands;
    this.transaction = new TransactionTemplate(transactions);
  }

  /** Waits for its turn; needs a transaction to be open. */
  public void enter() {
    TransactionTemplate inside = new TransactionTemplate(transaction.getTransactionManager());
    inside.setPropagationBehavior(TransactionDefinition.PROPAGATION_MANDATORY);
    inside.executeWithoutResult(
        status ->
            commands
                .getObject()
                .execute(
                    context -> {
                      context.getPropertyManager().acquireExclusiveLock();
                      return null;
                    }));
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
