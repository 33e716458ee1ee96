package io.attest.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.camunda.bpm.engine.AuthorizationException;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.repository.Deployment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;

class DeploymentTest extends ProcessTest {
  @Autowired RepositoryService repository;
  @Autowired IdentityService identity;
  @Autowired CamelContext camel;
  @Autowired io.attest.audit.log.EvidenceLog log;
  @Autowired io.attest.stage.rules.RuleGate gate;

  @TempDir Path home;

  @Test
  void aChangedFileOutsideIsDeployedUnderTheSameNameWithAllOthers() throws Exception {
    ContentFolders packed = new ContentFolders(getClass().getClassLoader(), List.of());
    Set<String> names = names(latest());
    assertThat(names)
        .contains("bpmn/model-audit.bpmn", "bpmn/audit-schedule.bpmn", "bpmn/domain-rules.dmn")
        .allMatch(name -> name.startsWith("bpmn/"));

    Deployment before = latest();
    deployment(packed).deploy();
    assertThat(latest().getId()).as("nothing changed").isEqualTo(before.getId());

    // The same bytes outside give the same names, so nothing is deployed.
    for (ContentFolders.Content content : packed.list("bpmn").values()) {
      Path file = home.resolve(content.name());
      Files.createDirectories(file.getParent());
      Files.write(file, content.bytes());
    }
    ContentFolders outside = new ContentFolders(getClass().getClassLoader(), List.of(home));
    deployment(outside).deploy();
    assertThat(latest().getId()).as("the same files elsewhere").isEqualTo(before.getId());

    Path rules = home.resolve("bpmn/domain-rules.dmn");
    Files.writeString(rules, Files.readString(rules).replace("Judge a fact", "Judge every fact"));
    deployment(outside).deploy();
    Deployment after = latest();
    try {
      assertThat(after.getId()).isNotEqualTo(before.getId());
      assertThat(log.about(after.getId())).hasSize(1);
      assertThat(log.about(after.getId()).get(0).detail()).contains("bpmn/domain-rules.dmn");
      assertThat(names(after)).isEqualTo(names);
      assertThat(
              repository
                  .createDecisionDefinitionQuery()
                  .decisionDefinitionKey("domain-rules")
                  .latestVersion()
                  .singleResult()
                  .getName())
          .startsWith("Judge every fact");
      assertThat(
              repository
                  .createProcessDefinitionQuery()
                  .processDefinitionKey("model-audit")
                  .latestVersion()
                  .singleResult()
                  .getDeploymentId())
          .as("a process lies with the tables and forms that belong to it")
          .isEqualTo(after.getId());
    } finally {
      undeploy(repository, after.getId());
    }
  }

  /** A table that the bench calls broken never judges: nothing is deployed, nothing starts. */
  @Test
  void aBrokenTableOfRulesIsNotDeployed() throws Exception {
    Deployment before = latest();
    Path rules = home.resolve("bpmn/domain-rules.dmn");
    Files.createDirectories(rules.getParent());
    Files.write(
        rules, io.attest.rules.Tables.packed("<text>&lt; 0.6</text>", "<text>&lt; limit</text>"));
    ContentFolders outside = new ContentFolders(getClass().getClassLoader(), List.of(home));
    assertThatThrownBy(() -> deployment(outside).deploy())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("bpmn/domain-rules.dmn cannot judge models")
        .hasMessageContaining("row 1 (auc-chance), value: ")
        .hasMessageContaining("'limit'")
        .hasMessageContaining("attest rules test");
    assertThat(latest().getId()).isEqualTo(before.getId());
  }

  @Test
  void nobodyDeploysFromOutside() {
    identity.setAuthentication("admin", List.of("camunda-admin"));
    try {
      assertThatThrownBy(
              () ->
                  repository
                      .createDeployment()
                      .addInputStream("x.bpmn", new ByteArrayInputStream(new byte[0]))
                      .deploy())
          .isInstanceOf(AuthorizationException.class)
          .hasMessageContaining("folder bpmn");
    } finally {
      identity.clearAuthentication();
    }
  }

  @Test
  void everyRouteIsLoadedOnceAndBearsTheNameOfItsFile() {
    assertThat(camel.getRoutes().stream().map(Route::getRouteId))
        .doesNotHaveDuplicates()
        .contains(
            "ingest",
            "correlate",
            "explain",
            "drift",
            "validate",
            "verdict",
            "report",
            "publish",
            "start-audit",
            "notify",
            "inbox");
    assertThat(camel.getRoutes())
        .allSatisfy(route -> assertThat(route.getDescription()).isNotBlank());
    new ContentFolders(getClass().getClassLoader(), List.of())
        .list("routes")
        .keySet()
        .forEach(
            name ->
                assertThat(camel.getRoute(name.replaceAll("routes/(.*)\\.camel\\.yaml", "$1")))
                    .as(name)
                    .isNotNull());
  }

  private io.attest.process.Deployment deployment(ContentFolders folders) {
    return new io.attest.process.Deployment(repository, folders, log, gate);
  }

  private Deployment latest() {
    return repository
        .createDeploymentQuery()
        .deploymentName("attest")
        .orderByDeploymentTime()
        .desc()
        .list()
        .get(0);
  }

  private Set<String> names(Deployment deployment) {
    return new TreeSet<>(repository.getDeploymentResourceNames(deployment.getId()));
  }
}
