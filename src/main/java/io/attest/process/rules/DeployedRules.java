package io.attest.process.rules;

import io.attest.process.AsNobody;
import io.attest.rules.RuleTable;
import io.attest.stage.rules.RuleVersions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.repository.DecisionDefinition;
import org.springframework.stereotype.Component;

/** The versions of {@code domain-rules} in the engine's repository. */
@Component
class DeployedRules implements RuleVersions {
  private final RepositoryService repository;
  private final AsNobody asNobody;

  DeployedRules(RepositoryService repository, AsNobody asNobody) {
    this.repository = repository;
    this.asNobody = asNobody;
  }

  @Override
  public List<Version> list() {
    return asNobody.call(
        () -> {
          List<DecisionDefinition> found =
              repository
                  .createDecisionDefinitionQuery()
                  .decisionDefinitionKey(RuleTable.KEY)
                  .orderByDecisionDefinitionVersion()
                  .desc()
                  .list();
          return found.stream()
              .map(
                  table ->
                      new Version(
                          table.getVersion(),
                          repository
                              .createDeploymentQuery()
                              .deploymentId(table.getDeploymentId())
                              .singleResult()
                              .getDeploymentTime()
                              .toInstant(),
                          table.getVersion() == found.get(0).getVersion()))
              .toList();
        });
  }

  @Override
  public byte[] file(int version) {
    return asNobody.call(
        () -> {
          DecisionDefinition table =
              repository
                  .createDecisionDefinitionQuery()
                  .decisionDefinitionKey(RuleTable.KEY)
                  .decisionDefinitionVersion(version)
                  .singleResult();
          if (table == null) {
            throw new IllegalArgumentException(
                "There is no version " + version + " of " + RuleTable.KEY + ".");
          }
          try (InputStream in =
              repository.getResourceAsStream(table.getDeploymentId(), table.getResourceName())) {
            return in.readAllBytes();
          } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + table.getResourceName() + ".", e);
          }
        });
  }
}
