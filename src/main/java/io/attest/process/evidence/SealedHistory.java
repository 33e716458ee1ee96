package io.attest.process.evidence;

import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import java.util.Date;
import java.util.function.Supplier;
import org.camunda.bpm.engine.impl.history.DefaultHistoryRemovalTimeProvider;
import org.camunda.bpm.engine.impl.history.event.HistoricProcessInstanceEventEntity;
import org.camunda.bpm.engine.repository.ProcessDefinition;

/**
 * Gives the history of an audit a time of removal only where a sealed evidence pack holds it: the
 * engine's clean-up takes what has such a time and nothing else. Other processes are as their
 * {@code historyTimeToLive} says.
 */
public final class SealedHistory extends DefaultHistoryRemovalTimeProvider {
  private static final String AUDIT = "model-audit";

  private final Supplier<AuditStore> audits;

  /**
   * @param audits asked when the first audit ends: the engine is made before the record
   */
  public SealedHistory(Supplier<AuditStore> audits) {
    this.audits = audits;
  }

  @Override
  public Date calculateRemovalTime(
      HistoricProcessInstanceEventEntity instance, ProcessDefinition definition) {
    boolean open =
        definition != null
            && AUDIT.equals(definition.getKey())
            && (instance.getBusinessKey() == null
                || audits
                    .get()
                    .section(instance.getBusinessKey(), Section.Published.class)
                    .isEmpty());
    return open ? null : super.calculateRemovalTime(instance, definition);
  }
}
