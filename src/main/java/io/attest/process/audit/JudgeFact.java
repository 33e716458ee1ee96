package io.attest.process.audit;

import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.stage.rules.JudgedAudits;
import java.util.List;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** Tells {@code domain-rules.dmn} one fact: that of the loop's turn. */
@Component("judgeFact")
class JudgeFact implements ExecutionListener {
  private static final String ALL = "judgeFact-all";
  private static final String DOMAIN = "judgeFact-domain";

  private final AuditStore audits;
  private final JudgedAudits judged;

  JudgeFact(AuditStore audits, JudgedAudits judged) {
    this.audits = audits;
    this.judged = judged;
  }

  @Override
  public void notify(DelegateExecution execution) {
    int turn = (Integer) execution.getVariable("loopCounter");
    List<Section.Fact> facts = facts(execution, turn);
    if (turn >= facts.size()) {
      throw new IllegalStateException(
          "The process asks for fact "
              + (turn + 1)
              + " of "
              + facts.size()
              + ". Maybe the variable facts was changed by hand.");
    }
    Section.Fact fact = facts.get(turn);
    execution.setVariableLocal("metric", Variables.fleeting(fact.metric()));
    execution.setVariableLocal("subject", Variables.fleeting(fact.subject()));
    execution.setVariableLocal("value", Variables.fleeting(fact.value()));
    execution.setVariableLocal("domain", Variables.fleeting(domain(execution, turn)));
  }

  /** Empty text where the declaration names none: a table must always find the variable. */
  private String domain(DelegateExecution execution, int turn) {
    Object kept = turn == 0 ? null : execution.getVariable(DOMAIN);
    if (kept != null) {
      return (String) kept;
    }
    String domain = judged.domain(Variables.text(execution, "auditId").orElseThrow());
    execution.setVariable(DOMAIN, Variables.fleeting(domain));
    return domain;
  }

  /** Read at the first turn and kept for the others, which run in the same transaction. */
  @SuppressWarnings("unchecked")
  private List<Section.Fact> facts(DelegateExecution execution, int turn) {
    Object kept = turn == 0 ? null : execution.getVariable(ALL);
    if (kept != null) {
      return (List<Section.Fact>) kept;
    }
    List<Section.Fact> facts =
        audits
            .require(Variables.text(execution, "auditId").orElseThrow(), Section.Validated.class)
            .facts();
    execution.setVariable(ALL, Variables.fleeting(facts));
    return facts;
  }
}
