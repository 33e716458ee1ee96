package io.attest.bpmn;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.process.rules.PlainWords;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.camunda.bpm.dmn.engine.DmnDecision;
import org.camunda.bpm.dmn.engine.DmnDecisionRuleResult;
import org.camunda.bpm.dmn.engine.DmnEngine;
import org.camunda.bpm.dmn.engine.impl.DefaultDmnEngineConfiguration;
import org.camunda.bpm.model.dmn.Dmn;
import org.camunda.bpm.model.dmn.HitPolicy;
import org.camunda.bpm.model.dmn.instance.DecisionTable;
import org.camunda.bpm.model.dmn.instance.Rule;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Asks the tables of re-validation; every row is hit by a case of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RevalidationTablesTest {
  private static final List<String> TABLES = List.of("revalidation", "drift-level", "light-audit");

  private final Set<String> hit = new TreeSet<>();
  private DmnEngine engine;

  @BeforeAll
  void read() {
    DefaultDmnEngineConfiguration configuration = new DefaultDmnEngineConfiguration();
    configuration.setFeelEngineFactory(new PlainWords()); // as the application does
    configuration.setCustomPostDecisionTableEvaluationListeners(
        List.of(e -> e.getMatchingRules().forEach(r -> hit.add(r.getId()))));
    engine = configuration.buildEngine();
  }

  @AfterAll
  void everyRowWasHit() throws Exception {
    for (String table : TABLES) {
      assertThat(rows(table)).as(table).isSubsetOf(hit);
    }
  }

  private static Set<String> rows(String table) throws Exception {
    return Dmn.readModelFromFile(Engine.FOLDER.resolve(table + ".dmn").toFile())
        .getModelElementsByType(Rule.class)
        .stream()
        .map(Rule::getId)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private DmnDecisionRuleResult ask(String table, Map<String, Object> facts) throws Exception {
    try (InputStream in = Files.newInputStream(Engine.FOLDER.resolve(table + ".dmn"))) {
      DmnDecision decision = engine.parseDecision(table, in);
      return engine.evaluateDecisionTable(decision, facts).getSingleResult();
    }
  }

  @ParameterizedTest
  @CsvSource({
    // event, tier, approval, model, data, drift, months, running, last audit, action, rule
    "condition-failed, high,     valid,   none,        none,       none,    1,  false, none, suspend, RV-01",
    "condition-failed, critical, valid,   none,        none,       none,    1,  true, none,  suspend, RV-01",
    "incident,         high,     valid,   none,        none,       none,    1,  false, none, suspend, RV-02",
    "look,             critical, valid,   model,       none,       none,    1,  false, none, suspend, RV-03",
    "approval-expired, critical, expired, none,        none,       none,    6,  false, none, suspend, RV-04",
    "look,             high,     expired, none,        none,       strong,  13, false, none, suspend, RV-05",
    "audit-finished,   critical, valid,   none,        none,       strong,  1,  false, none, suspend, RV-06",
    "model-changed,    high,     valid,   model,       none,       none,    1,  true, none,  wait,    RV-10",
    "data-arrived,     standard, valid,   none,        new,        none,    1,  true, none,  wait,    RV-10",
    "look,             high,     valid,   none,        none,       strong,  1,  true, none,  nothing, RV-09",
    "audit-finished,   high,     valid,   none,        none,       strong,  1,  true, none,  nothing, RV-09",
    "condition-failed, standard, valid,   none,        none,       none,    1,  false, none, full,    RV-11",
    "incident,         standard, valid,   none,        none,       none,    1,  false, none, full,    RV-11",
    "look,             standard, none,    none,        none,       unknown, -1, false, none, full,    RV-12",
    "look,             critical, none,    model,       none,       unknown, -1, false, none, full,    RV-12",
    "model-changed,    high,     valid,   model,       none,       none,    1,  false, none, full,    RV-13",
    "approval-expired, standard, expired, none,        none,       none,    24, false, none, full,    RV-14",
    "audit-finished,   high,     valid,   none,        none,       strong,  1,  false, none, full,    RV-15",
    "data-arrived,     critical, valid,   none,        new,        none,    1,  false, none, full,    RV-16",
    "look,             high,     valid,   declaration, none,       none,    1,  false, none, light,   RV-20",
    "data-arrived,     standard, valid,   none,        new,        none,    1,  false, none, light,   RV-21",
    "look,             high,     valid,   none,        registered, none,    1,  false, none, light,   RV-21",
    "audit-finished,   high,     valid,   none,        none,       some,    1,  false, none, light,   RV-22",
    "look,             critical, valid,   none,        none,       none,    3,  false, none, light,   RV-23",
    "look,             critical, valid,   none,        none,       none,    2,  false, none, nothing, RV-99",
    "look,             high,     valid,   none,        none,       none,    6,  false, none, light,   RV-24",
    "look,             high,     valid,   none,        none,       none,    5,  false, none, nothing, RV-99",
    "look,             standard, valid,   none,        none,       none,    12, false, none, light,   RV-25",
    "look,             standard, valid,   none,        none,       none,    11, false, none, nothing, RV-99",
    "audit-finished,   standard, valid,   none,        none,       some,    1,  false, none, nothing, RV-30",
    "look,             standard, valid,   none,        none,       unknown, 1,  false, none, nothing, RV-99",
    "something-new,    bespoke,  valid,   none,        none,       none,    1,  false, none, nothing, RV-99",
    "audit-finished,   high,     valid,   none,        none,       some,    1,  false, rejected, suspend, RV-07",
    "audit-finished,   standard, valid,   none,        none,       none,    1,  false, rejected, suspend, RV-07",
    "look,             critical, valid,   none,        new,        some,    1,  true,  rejected, suspend, RV-07",
    "audit-finished,   critical, valid,   none,        none,       some,    1,  false, approved, light, RV-22",
    "audit-finished,   standard, none,    none,        none,       unknown, -1, false, rejected, nothing, RV-08",
    "data-arrived,     standard, none,    none,        new,        unknown, -1, false, rejected, full, RV-12",
  })
  void whatAnEventCallsFor(
      String event,
      String tier,
      String approval,
      String model,
      String data,
      String drift,
      long months,
      boolean running,
      String lastAudit,
      String action,
      String rule)
      throws Exception {
    DmnDecisionRuleResult answer =
        ask(
            "revalidation",
            Map.of(
                "event", event,
                "tier", tier,
                "approval", approval,
                "modelChange", model,
                "dataChange", data,
                "drift", drift,
                "months", months,
                "running", running,
                "lastAudit", lastAudit));
    assertThat(answer.<String>getEntry("rule")).isEqualTo(rule);
    assertThat(answer.<String>getEntry("action")).isEqualTo(action);
    assertThat(answer.<String>getEntry("reason")).isNotBlank();
    assertThat(answer.<String>getEntry("reference")).contains("SR 26-2");
  }

  @ParameterizedTest
  @CsvSource({
    // scores, inputs, performance, flips, ranks: the word
    "0,    0,    0.05,  0,    1,    strong",
    "0.25, 0,    -1,    -1,   -1,   strong",
    "0,    0,    0,     0,    0.79, strong",
    "0,    0,    0,     0.1,  1,    strong",
    "0,    0,    0.02,  0,    1,    some",
    "0.1,  0,    0.019, 0,    1,    some",
    "0.09, 0.25, -1,    -1,   -1,   some",
    "0,    0,    -1,    -1,   0.89, some",
    "0,    0,    -1,    0.02, 0.9,  some",
    "-1,   -1,   -1,    -1,   -1,   unknown",
    "0,    -1,   -1,    -1,   -1,   none",
    "0.09, 0.24, 0.01,  0.01, 0.9,  none",
  })
  void howStrongTheDriftIs(
      double scores, double inputs, double performance, double flips, double ranks, String word)
      throws Exception {
    Map<String, Object> facts =
        new HashMap<>(
            Map.of(
                "driftAccepted", false,
                "driftScores", scores,
                "driftInputs", inputs,
                "driftPerformance", performance,
                "driftFlips", flips,
                "driftRanks", ranks));
    DmnDecisionRuleResult answer = ask("drift-level", facts);
    assertThat(answer.<String>getEntry("drift")).isEqualTo(word);
    assertThat(answer.<String>getEntry("driftReason")).isNotBlank();
    facts.put("driftAccepted", true);
    assertThat(ask("drift-level", facts).<String>getEntry("drift"))
        .isEqualTo(word.equals("unknown") ? "unknown" : "accepted");
  }

  @ParameterizedTest
  @CsvSource({
    "tree-shap, true",
    "linear-shap, true",
    "permutation-importance, true",
    "kernel-shap, false"
  })
  void whatALightAuditRuns(String explainer, boolean keep) throws Exception {
    Map<String, Object> facts = new HashMap<>(Map.of("explainer", explainer));
    assertThat(ask("light-audit", facts).<Boolean>getEntry("keep")).isEqualTo(keep);
  }

  @Test
  void everyTableEndsWithARowThatHoldsAlways() throws Exception {
    for (String table : TABLES) {
      DecisionTable read =
          Dmn.readModelFromFile(Engine.FOLDER.resolve(table + ".dmn").toFile())
              .getModelElementsByType(DecisionTable.class)
              .iterator()
              .next();
      assertThat(read.getHitPolicy()).isEqualTo(HitPolicy.FIRST);
      Rule last = read.getRules().stream().reduce((a, b) -> b).orElseThrow();
      assertThat(last.getInputEntries()).allMatch(e -> e.getTextContent().isBlank());
    }
  }
}
