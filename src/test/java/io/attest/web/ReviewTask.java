package io.attest.web;

import java.nio.charset.StandardCharsets;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.BpmnModelInstance;

/** The smallest process with a review task, whose form shows our review as the real one does. */
public final class ReviewTask {
  private static final String FORM =
      """
      <form role="form" name="review">
        <div id="attest-review">Loading</div>
        <label for="comment">Comment</label>
        <input id="comment" class="form-control" cam-variable-name="comment" cam-variable-type="String" type="text">
        <script cam-script type="text/form-script">
          camForm.on('form-loaded', function () {
            fetch('/audits/' + '%s' + '/review', {credentials: 'same-origin'})
              .then(function (answer) { return answer.text(); })
              .then(function (text) { document.getElementById('attest-review').innerHTML = text; });
          });
        </script>
      </form>
      """;

  private ReviewTask() {}

  /** Starts it for an audit; gives the id of its task. */
  public static String start(ProcessEngine engine, String auditId) {
    return start(engine, auditId, "review");
  }

  /** The same of another task, of the process with this business key. */
  public static String start(ProcessEngine engine, String auditId, String task) {
    engine.getIdentityService().clearAuthentication();
    String key = task + "-of-" + auditId;
    BpmnModelInstance model =
        Bpmn.createExecutableProcess(key)
            .name("Audit a model")
            .camundaHistoryTimeToLive(5)
            .startEvent()
            .userTask(task)
            .name("Review the audit")
            .camundaCandidateGroups(Roles.REVIEWER)
            .camundaDueDate("2026-12-20T12:00:00")
            .camundaFormKey("embedded:deployment:review-test.html")
            .endEvent()
            .done();
    engine
        .getRepositoryService()
        .createDeployment()
        .addModelInstance(key + ".bpmn", model)
        .addInputStream(
            "review-test.html",
            new java.io.ByteArrayInputStream(
                FORM.formatted(auditId).getBytes(StandardCharsets.UTF_8)))
        .deploy();
    var authorizations = engine.getAuthorizationService();
    if (authorizations
            .createAuthorizationQuery()
            .groupIdIn(Roles.REVIEWER)
            .resourceType(Resources.PROCESS_DEFINITION)
            .resourceId(key)
            .count()
        == 0) {
      Authorization grant = authorizations.createNewAuthorization(Authorization.AUTH_TYPE_GRANT);
      grant.setGroupId(Roles.REVIEWER);
      grant.setResource(Resources.PROCESS_DEFINITION);
      grant.setResourceId(key);
      grant.addPermission(Permissions.READ);
      grant.addPermission(Permissions.READ_TASK);
      grant.addPermission(Permissions.UPDATE_TASK);
      authorizations.saveAuthorization(grant);
    }
    String instance = engine.getRuntimeService().startProcessInstanceByKey(key, auditId).getId();
    return engine
        .getTaskService()
        .createTaskQuery()
        .processInstanceId(instance)
        .singleResult()
        .getId();
  }
}
