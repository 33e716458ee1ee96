package io.attest.process.audit;

import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.camunda.bpm.engine.impl.bpmn.parser.AbstractBpmnParseListener;
import org.camunda.bpm.engine.impl.persistence.entity.ProcessDefinitionEntity;
import org.camunda.bpm.engine.impl.util.xml.Element;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Has the record of an audit closed whenever its process ends, whatever a redrawn process forgets,
 * and also when an administrator deletes it. An end event that said how it ended comes first.
 */
@Component
class EndsAlways extends AbstractBpmnParseListener {
  private final ObjectProvider<AuditEnd> auditEnd;

  EndsAlways(ObjectProvider<AuditEnd> auditEnd) {
    this.auditEnd = auditEnd;
  }

  @Override
  public void parseProcess(Element element, ProcessDefinitionEntity process) {
    if (process.getKey().equals("model-audit")) {
      process.addListener(
          ExecutionListener.EVENTNAME_END,
          (ExecutionListener) execution -> auditEnd.getObject().notify(execution));
    }
  }
}
