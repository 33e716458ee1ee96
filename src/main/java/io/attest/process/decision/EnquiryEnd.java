package io.attest.process.decision;

import io.attest.audit.EnquiryStore;
import java.util.Set;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/**
 * Closes the record of an enquiry in the transaction that ends its process. Any other end, a
 * deletion in Cockpit included, is a withdrawal.
 */
@Component("enquiryEnd")
class EnquiryEnd implements ExecutionListener {
  private static final Set<String> ENDS = Set.of("answered", "refused");

  private final EnquiryStore enquiries;

  EnquiryEnd(EnquiryStore enquiries) {
    this.enquiries = enquiries;
  }

  @Override
  public void notify(DelegateExecution execution) {
    String id = execution.getProcessBusinessKey();
    String end = execution.getCurrentActivityId();
    if (id != null && enquiries.find(id).filter(e -> e.endedAt().isEmpty()).isPresent()) {
      String state = end != null && ENDS.contains(end) ? end : "withdrawn";
      enquiries.end(id, state);
      enquiries.step(id, "attest", state, "", "");
    }
  }
}
