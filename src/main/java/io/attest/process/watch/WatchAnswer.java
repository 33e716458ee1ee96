package io.attest.process.watch;

import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** Takes what a table answered, as variables of the event. */
@Component("watchAnswer")
class WatchAnswer implements ExecutionListener {

  @Override
  @SuppressWarnings("unchecked") // set in this transaction, by the engine
  public void notify(DelegateExecution execution) {
    if (execution.isCanceled()) {
      return; // the watch was ended before the table was asked
    }
    List<Map<String, Object>> answers = (List<Map<String, Object>>) execution.getVariable("answer");
    if (answers == null || answers.size() != 1) {
      throw new IllegalStateException(
          "The table of "
              + execution.getCurrentActivityId()
              + " gave "
              + (answers == null ? 0 : answers.size())
              + " answers, and needs to give one. Maybe its last row, which holds always, is"
              + " missing.");
    }
    answers.get(0).forEach(execution::setVariable);
  }
}
