package io.attest.process.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.process.ContentFolders;
import io.attest.process.ProcessTest;
import jakarta.mail.internet.MimeMessage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class NoticesTest extends ProcessTest {
  @Autowired RuntimeService runtime;
  @Autowired RepositoryService repository;
  @Autowired IdentityService identity;
  @Autowired AuditStore store;
  @Autowired ContentFolders folders;

  private String deployment;

  @AfterEach
  void clear() throws Exception {
    if (deployment != null) {
      undeploy(repository, deployment);
    }
    MAIL.purgeEmailFromAllMailboxes();
  }

  @Test
  void aNoticeGoesToItsGroupsAndCannotForgeAHeader() throws Exception {
    person("nora", "reviewer");
    audit("ATT-mail-20260101-1", "Score\r\nBcc: thief@example.org\r\n\r\nHello");
    ask("ATT-mail-20260101-1", "review-escalation");
    await().until(() -> mailTo("nora@example.org").isPresent());
    MimeMessage mail = mailTo("nora@example.org").orElseThrow();
    assertThat(mail.getSubject())
        .isEqualTo("Review overdue: Score Bcc: thief@example.org Hello (ATT-mail-20260101-1)");
    assertThat(mail.getHeader("Bcc")).isNull();
    assertThat(mail.getFrom()[0].toString()).isEqualTo("attest@example.org");
    assertThat(mail.getContent().toString())
        .contains("overdue", "/audits/ATT-mail-20260101-1", "The verdict of the rules is: open");
    assertThat(mail.getHeader("AttestTaskId")).isNull();
    assertThat(mailTo("thief@example.org")).isEmpty();
  }

  @Test
  void aNoticeThatIsUnknownIsAnIncident() throws Exception {
    String instance = ask("ATT-mail-20260101-2", "birthday");
    await().until(() -> runtime.createIncidentQuery().processInstanceId(instance).count() == 1);
  }

  @Test
  void everyNoticeHasATemplate() {
    assertThat(Notices.names())
        .allSatisfy(
            notice -> assertThat(folders.find("templates/mail/" + notice + ".txt")).isPresent());
    assertThatThrownBy(() -> folders.get("templates/mail/none.txt"))
        .hasMessageContaining("templates/mail/none.txt");
    assertThat(folders.find("templates/../config/application.yaml")).isEmpty();
  }

  private Optional<MimeMessage> mailTo(String address) {
    return List.of(MAIL.getReceivedMessages()).stream()
        .filter(
            mail -> {
              try {
                return List.of(mail.getAllRecipients()).toString().contains(address);
              } catch (jakarta.mail.MessagingException e) {
                throw new IllegalStateException(e);
              }
            })
        .findFirst();
  }

  private String ask(String audit, String notice) {
    deployment =
        repository
            .createDeployment()
            .addModelInstance(
                "n.bpmn",
                Bpmn.createExecutableProcess("ask-notice")
                    .camundaHistoryTimeToLive(1)
                    .startEvent()
                    .serviceTask("n")
                    .camundaExternalTask("notify")
                    .camundaInputParameter("notice", notice)
                    .endEvent()
                    .done())
            .deploy()
            .getId();
    return runtime.startProcessInstanceByKey("ask-notice", audit, Map.of("auditId", audit)).getId();
  }

  private void audit(String id, String modelName) {
    store.create(
        new Audit(
            id,
            "scorecard",
            modelName,
            "standard",
            "why",
            "",
            "rest",
            "sam",
            Instant.now(),
            "waiting",
            Optional.empty(),
            Optional.empty(),
            1,
            Optional.empty()));
  }
}
