package io.attest.process.audit;

import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import io.attest.stage.Select;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.junit.jupiter.api.Test;

class SelectResultTest {

  /** The engine ends the activity also when the audit is withdrawn just before it began. */
  @Test
  void anAuditThatIsWithdrawnHasNothingToKeep() {
    Select select = mock(Select.class);
    DelegateExecution execution = mock(DelegateExecution.class);
    when(execution.isCanceled()).thenReturn(true);
    new SelectResult(select, mock(LightAudit.class)).notify(execution);
    verifyNoInteractions(select);
  }
}
