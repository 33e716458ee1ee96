package io.attest.bpmn;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.model.ModelSpec;
import io.attest.process.rules.DmnRules;
import io.attest.process.rules.PlainWords;
import io.attest.rules.Metrics;
import io.attest.rules.RuleChecks;
import io.attest.rules.RuleEngine;
import io.attest.rules.RuleTable;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.dmn.engine.DmnDecision;
import org.camunda.bpm.dmn.engine.DmnDecisionResult;
import org.camunda.bpm.dmn.engine.DmnEngine;
import org.camunda.bpm.dmn.engine.impl.DefaultDmnEngineConfiguration;
import org.camunda.bpm.model.dmn.Dmn;
import org.camunda.bpm.model.dmn.instance.Rule;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Asks the decision tables, and sees that no row is asked in vain. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DecisionTablesTest {
  private static final List<String> EXPLAINERS =
      List.of(
          "tree-shap",
          "tree-shap-interventional",
          "tree-shap-interactions",
          "tree-shap-loss",
          "tree-banzhaf",
          "linear-shap",
          "kernel-shap",
          "permutation-shap",
          "conditional-shap",
          "integrated-gradients",
          "expected-gradients",
          "lime",
          "pdp-ice",
          "pdp-2d",
          "ale",
          "ale-2d",
          "permutation-importance",
          "sage",
          "counterfactuals",
          "anchors",
          "surrogate-tree",
          "surrogate-rules",
          "influence",
          "tree-influence",
          "network-influence");

  private final Set<String> hit = new TreeSet<>();
  private DmnEngine engine;
  private DmnDecision select;
  private DmnDecision rules;

  @BeforeAll
  void read() throws Exception {
    DefaultDmnEngineConfiguration configuration = new DefaultDmnEngineConfiguration();
    configuration.setFeelEngineFactory(new PlainWords()); // as the application does
    configuration.setCustomPostDecisionTableEvaluationListeners(
        List.of(e -> e.getMatchingRules().forEach(r -> hit.add(r.getId()))));
    engine = configuration.buildEngine();
    select = decision("select-explainers");
    rules = decision("domain-rules");
  }

  private DmnDecision decision(String id) throws Exception {
    try (InputStream in = Files.newInputStream(Engine.FOLDER.resolve(id + ".dmn"))) {
      return engine.parseDecision(id, in);
    }
  }

  /** Runs last: by then the tests below have asked for every row. */
  @AfterAll
  void everyRowWasHitAndSaysWhy() {
    for (String table : List.of("select-explainers", "domain-rules")) {
      var model = Dmn.readModelFromFile(Engine.FOLDER.resolve(table + ".dmn").toFile());
      List<Rule> rows = new ArrayList<>(model.getModelElementsByType(Rule.class));
      assertThat(rows).isNotEmpty();
      assertThat(rows)
          .allSatisfy(r -> assertThat(r.getDescription().getTextContent()).isNotBlank());
      assertThat(hit)
          .as("rows of " + table + " that a test hits")
          .containsAll(rows.stream().map(Rule::getId).toList());
    }
  }

  // ---- select-explainers

  private static Map<String, Object> facts(Object... other) {
    Map<String, Object> facts = new HashMap<>();
    facts.put("family", "tree");
    facts.put("task", "binary");
    facts.put("rows", 1000);
    facts.put("features", 20);
    facts.put("maxAssociation", 0.2);
    facts.put("trainingData", true);
    facts.put("labels", true);
    facts.put("threshold", true);
    facts.put("remote", false);
    facts.put("tier", "standard");
    facts.put("audience", "validation");
    for (int i = 0; i < other.length; i += 2) {
      facts.put((String) other[i], other[i + 1]);
    }
    return facts;
  }

  private Map<String, Map<String, Object>> select(Object... other) {
    DmnDecisionResult result = engine.evaluateDecision(select, facts(other));
    Map<String, Map<String, Object>> answers = new LinkedHashMap<>();
    result.forEach(
        row ->
            assertThat(answers.put((String) row.get("explainer"), row.getEntryMap()))
                .as("two answers for one explainer")
                .isNull());
    assertThat(answers).containsOnlyKeys(EXPLAINERS);
    answers
        .values()
        .forEach(
            a -> {
              assertThat((String) a.get("reason")).hasSizeBetween(20, 300).doesNotContain("null");
              assertThat((String) a.get("parameters")).matches("([a-z]+=[a-z0-9]+)?");
              if (!(Boolean) a.get("run")) {
                assertThat((String) a.get("reason")).startsWith("Refused: ");
                assertThat((String) a.get("parameters")).isEmpty();
              }
            });
    return answers;
  }

  private Set<String> chosen(Object... other) {
    return select(other).entrySet().stream()
        .filter(e -> (Boolean) e.getValue().get("run"))
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void treesAreExplainedExactly() {
    assertThat(chosen())
        .containsExactly(
            "counterfactuals",
            "lime",
            "pdp-2d",
            "pdp-ice",
            "permutation-importance",
            "surrogate-tree",
            "tree-influence",
            "tree-shap",
            "tree-shap-interactions",
            "tree-shap-loss");
    assertThat(select().get("linear-shap").get("reason").toString()).contains("family tree");
  }

  /** True to the model where somebody asks for it; near the data where features stand together. */
  @ParameterizedTest
  @CsvSource({
    "high, validation, 0.69, true, the tier is high",
    "standard, regulator, 0.69, true, a regulator reads the report",
    "standard, validation, 0.2, false, not needed here",
    "high, regulator, 0.7, false, an association of 0.70",
    "standard, validation, 0.7, false, an association of 0.70",
  })
  void interventionalValuesAreForHighTiersAndRegulatorsButNotForDependentFeatures(
      String tier, String audience, double association, boolean run, String reason) {
    var answers = select("tier", tier, "audience", audience, "maxAssociation", association);
    assertThat(answers.get("tree-shap-interventional").get("run")).isEqualTo(run);
    assertThat((String) answers.get("tree-shap-interventional").get("reason")).contains(reason);
    assertThat(answers.get("tree-shap").get("run")).isEqualTo(true);
    assertThat((String) answers.get("tree-shap").get("reason"))
        .contains(association < 0.7 ? "need no background" : "read them together");
  }

  @ParameterizedTest
  @CsvSource({
    "10000, 30, true, 10000 rows with 30 features",
    "10001, 30, false, 10001 rows are too many",
    "10001, 31, false, 961 figures a row",
    "10, 1, false, this model has one",
    "10, 2, true, every pair",
  })
  void interactionsAreBounded(int rows, int features, boolean run, String reason) {
    var answer = select("rows", rows, "features", features).get("tree-shap-interactions");
    assertThat(answer.get("run")).isEqualTo(run);
    assertThat((String) answer.get("reason")).contains(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "100, true, three strongest",
    "101, false, 5050 pairs",
    "2, true, act together",
    "1, false, this model has one",
  })
  void pairsAreBounded(int features, boolean run, String reason) {
    var answer = select("features", features).get("pdp-2d");
    assertThat(answer.get("run")).isEqualTo(run);
    assertThat((String) answer.get("reason")).contains(reason);
  }

  @Test
  void lossesNeedOutcomesAndFewRows() {
    assertThat(chosen("rows", 5000)).contains("tree-shap-loss");
    assertThat(chosen("rows", 5001)).doesNotContain("tree-shap-loss");
    assertThat(chosen("labels", false)).doesNotContain("tree-shap-loss");
    assertThat(select().get("tree-banzhaf").get("reason").toString()).contains("do not add up");
  }

  @Test
  void linearModelsGetTheirInfluence() {
    assertThat(chosen("family", "linear"))
        .containsExactly(
            "counterfactuals",
            "influence",
            "lime",
            "linear-shap",
            "pdp-2d",
            "pdp-ice",
            "permutation-importance",
            "surrogate-tree");
    assertThat(chosen("family", "linear", "task", "regression")).contains("influence");
    assertThat(chosen("family", "linear", "task", "multiclass")).doesNotContain("influence");
    assertThat(chosen("family", "linear", "trainingData", false)).doesNotContain("influence");
  }

  @Test
  void unknownModelsAreExplainedFromOutside() {
    assertThat(chosen("family", "other"))
        .containsExactly(
            "counterfactuals",
            "kernel-shap",
            "lime",
            "pdp-2d",
            "pdp-ice",
            "permutation-importance",
            "surrogate-tree");
    assertThat(chosen("family", "other", "labels", false))
        .contains("kernel-shap")
        .doesNotContain("permutation-importance");
    assertThat(chosen("family", "network"))
        .contains("kernel-shap", "expected-gradients", "network-influence")
        .doesNotContain("integrated-gradients", "tree-influence");
  }

  @ParameterizedTest
  @CsvSource({
    "other, false, 5000, true, '', exact for few features",
    "other, false, 5001, true, budget=200, 200 mixtures",
    "network, false, 50001, false, '', 50001 rows are too many",
    "other, true, 200, true, budget=32, goes over the network",
    "other, true, 201, false, '', Audit the model file itself",
    "tree, false, 10, false, '', tree-shap",
    "linear, false, 10, false, '', linear-shap",
  })
  void questionsToAModelAreBounded(
      String family, boolean remote, int rows, boolean run, String parameters, String reason) {
    var answer = select("family", family, "remote", remote, "rows", rows).get("kernel-shap");
    assertThat(answer.get("run")).isEqualTo(run);
    assertThat(answer.get("parameters")).isEqualTo(parameters);
    assertThat((String) answer.get("reason")).contains(reason);
  }

  /** What takes thousands of predictions for a row is not asked over a network. */
  @Test
  void aServerIsAskedLittle() {
    assertThat(
            chosen(
                "family",
                "other",
                "remote",
                true,
                "rows",
                200,
                "tier",
                "high",
                "maxAssociation",
                0.6))
        .containsExactly(
            "ale",
            "counterfactuals",
            "kernel-shap",
            "pdp-ice",
            "permutation-importance",
            "surrogate-rules",
            "surrogate-tree");
  }

  @ParameterizedTest
  @CsvSource({
    "binary, true, true",
    "regression, true, true",
    "binary, false, false",
    "regression, false, false",
    "multiclass, false, true",
  })
  void whatWouldHaveChangedItNeedsToBeDecided(String task, boolean threshold, boolean run) {
    assertThat(select("task", task, "threshold", threshold).get("counterfactuals").get("run"))
        .isEqualTo(run);
  }

  @ParameterizedTest
  @CsvSource({
    "ale, features=20 maxAssociation=0.5, true, 0.50",
    "ale, features=20 maxAssociation=0.49, false, pdp-ice",
    "ale, features=1 maxAssociation=0, false, one feature",
    "ale-2d, tier=high rows=200 maxAssociation=0.5, true, 0.50",
    "ale-2d, tier=high rows=199 maxAssociation=0.5, false, fewer than six",
    "ale-2d, tier=high maxAssociation=0.4, false, pdp-2d shows the same",
    "ale-2d, tier=standard maxAssociation=0.5, false, for tier high",
    "ale-2d, tier=high features=51 maxAssociation=0.5, false, has 51",
    "ale-2d, remote=true, false, over a network",
    "pdp-2d, family=other features=30, true, within a stated budget",
    "pdp-2d, family=other features=31, false, 465 pairs",
    "pdp-2d, family=other remote=true, false, over a network",
    "sage, tier=high features=60, true, tier is high",
    "sage, tier=high features=61, false, 61 features",
    "sage, tier=standard, false, fraction of the cost",
    "sage, tier=high labels=false, false, outcomes",
    "sage, tier=high remote=true, false, over a network",
    "anchors, tier=high, true, whatever the rest is",
    "anchors, audience=regulator, true, whatever the rest is",
    "anchors, tier=standard, false, answer first",
    "anchors, tier=high threshold=false, false, threshold",
    "anchors, task=multiclass tier=high threshold=false, true, whatever the rest is",
    "anchors, task=multiclass audience=regulator, true, whatever the rest is",
    "anchors, task=multiclass, false, answer first",
    "anchors, task=regression, false, never quite",
    "anchors, remote=true tier=high, false, over a network",
    "lime, rows=2000, true, second opinion",
    "lime, rows=2001, false, 2001 rows",
    "lime, remote=true, false, over a network",
    "surrogate-tree, rows=100, true, mimics",
    "surrogate-tree, rows=99, false, 99 rows",
    "surrogate-rules, rows=100 tier=high, true, written policy",
    "surrogate-rules, rows=100, false, for tier high",
    "surrogate-rules, rows=99, false, 99 rows",
    "expected-gradients, family=network rows=50000, true, gradients",
    "expected-gradients, family=network rows=50001, false, 50001",
    "expected-gradients, family=tree, false, family tree",
    "integrated-gradients, family=network, false, every background row",
    "tree-influence, rows=50001, false, 50001",
    "tree-influence, task=multiclass, true, boosting",
    "tree-influence, trainingData=false, false, trained on",
    "network-influence, family=network rows=50000, true, weights",
    "network-influence, family=network rows=50001, false, 50001",
    "network-influence, family=network trainingData=false, false, trained on",
  })
  void eachMethodRunsWhereItHelps(String explainer, String given, boolean run, String reason) {
    List<Object> facts = new ArrayList<>();
    for (String part : given.split(" ")) {
      String[] fact = part.split("=");
      facts.add(fact[0]);
      facts.add(
          fact[1].matches("true|false")
              ? (Object) Boolean.valueOf(fact[1])
              : fact[1].matches("[0-9]+")
                  ? (Object) Integer.valueOf(fact[1])
                  : fact[1].matches("[0-9.]+") ? (Object) Double.valueOf(fact[1]) : fact[1]);
    }
    var answer = select(facts.toArray()).get(explainer);
    assertThat(answer.get("run")).isEqualTo(run);
    assertThat((String) answer.get("reason")).contains(reason);
  }

  @Test
  void dependentFeaturesAreSaid() {
    assertThat(select("maxAssociation", 0.62).get("pdp-ice").get("reason").toString())
        .contains("0.62", "extrapolate");
    assertThat(select("maxAssociation", 0.62, "tier", "high").get("pdp-ice").get("reason"))
        .asString()
        .contains("extrapolate");
    assertThat(select("family", "linear", "maxAssociation", 0.85).get("linear-shap").get("reason"))
        .asString()
        .contains("0.85", "share their credit");
    assertThat(select("maxAssociation", 0).get("pdp-ice").get("reason").toString())
        .doesNotContain("extrapolate");
  }

  @ParameterizedTest
  @CsvSource({
    "1000, standard, validation, repeats=10",
    "1000, standard, regulator, repeats=30",
    "1000, high, validation, repeats=30",
    "1000, high, regulator, repeats=30",
    "50001, standard, validation, repeats=5",
    "50001, high, regulator, repeats=5"
  })
  void repeatsFollowWhoReadsAndHowManyRowsThereAre(
      int rows, String tier, String audience, String parameters) {
    var answers = select("rows", rows, "tier", tier, "audience", audience);
    assertThat(answers.get("permutation-importance").get("parameters")).isEqualTo(parameters);
    assertThat(answers.get("pdp-ice").get("parameters"))
        .isEqualTo(tier.equals("high") ? "grid=40" : "grid=20");
  }

  /** Whatever the facts are, each explainer has exactly one answer. */
  static Stream<Arguments> everything() {
    List<Arguments> all = new ArrayList<>();
    for (String family : List.of("tree", "linear", "network", "other")) {
      for (String task : List.of("binary", "multiclass", "regression")) {
        for (String tier : List.of("standard", "high", "critical")) {
          for (double association : new double[] {0.499, 0.5, 0.7}) {
            all.add(Arguments.of(family, task, tier, association));
          }
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("everything")
  void eachExplainerHasOneAnswer(String family, String task, String tier, double association) {
    for (boolean known : new boolean[] {true, false}) {
      select(
          "family", family,
          "task", task,
          "tier", tier,
          "maxAssociation", association,
          "labels", known,
          "trainingData", known,
          "audience", known ? "regulator" : "");
      for (int rows : new int[] {5000, 5001, 10_001}) {
        for (int features : new int[] {1, 31}) {
          select("family", family, "rows", rows, "features", features, "labels", known);
          select(
              "family", family,
              "task", task,
              "tier", tier,
              "rows", rows,
              "features", features,
              "maxAssociation", association,
              "threshold", known,
              "remote", !known);
        }
      }
    }
  }

  @Test
  void absentAudienceIsNoObstacle() {
    assertThat(chosen("audience", null)).contains("permutation-importance");
  }

  // ---- domain-rules

  private List<Map<String, Object>> judge(
      String metric, String subject, double value, String tier) {
    return judge(metric, subject, value, tier, "");
  }

  private List<Map<String, Object>> judge(
      String metric, String subject, double value, String tier, String domain) {
    List<Map<String, Object>> findings =
        engine
            .evaluateDecision(
                rules,
                Map.of(
                    "metric", metric, "subject", subject, "value", value, "tier", tier, "domain",
                    domain))
            .getResultList();
    for (Map<String, Object> finding : findings) {
      assertThat(finding.get("severity")).isIn("info", "warn", "block");
      assertThat((String) finding.get("rule")).matches("[a-z0-9-]+");
      assertThat((String) finding.get("reference")).hasSizeGreaterThan(15);
      assertThat((String) finding.get("message"))
          .as((String) finding.get("rule"))
          .hasSizeBetween(15, 300)
          .doesNotContain("null", "\"")
          .endsWith(".");
    }
    return findings;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      performance.auc               | audit data            | 0.55   | any      | auc-chance
      performance.auc               | audit data            | 0.65   | any      | auc-weak
      performance.auc               | audit data            | 0.72   | standard | -
      performance.auc               | audit data            | 0.72   | high     | auc-high-tier
      performance.auc               | audit data            | 0.80   | any      | -
      performance.auc               | audit data            | 0.99   | any      | auc-too-good
      performance.log_loss          | audit data            | 0.5    | any      | -
      performance.log_loss          | audit data            | 0.7    | any      | log-loss-coin
      performance.brier             | audit data            | 0.2    | any      | -
      performance.brier             | audit data            | 0.3    | any      | brier-coin
      performance.accuracy          | audit data            | 0.7    | any      | -
      performance.accuracy          | audit data            | 0.4    | any      | accuracy-low
      performance.calibration_error | audit data            | 0.04   | any      | -
      performance.calibration_error | audit data            | 0.07   | standard | -
      performance.calibration_error | audit data            | 0.07   | high     | calibration-off-high
      performance.calibration_error | audit data            | 0.15   | standard | calibration-off
      performance.calibration_error | audit data            | 0.25   | standard | calibration-off
      performance.calibration_error | audit data            | 0.25   | high     | calibration-broken-high
      performance.rmse              | audit data            | 12345  | any      | -
      performance.mae               | audit data            | 12345  | any      | -
      performance.r2                | audit data            | -0.1   | any      | r2-useless
      performance.r2                | audit data            | 0.1    | any      | r2-weak
      performance.r2                | audit data            | 0.8    | any      | -
      importance.share              | duration              | 0.2    | any      | -
      importance.share              | duration              | 0.6    | any      | dominant-feature
      importance.share              | duration              | 0.9    | standard | single-feature
      importance.share              | duration              | 0.9    | high     | single-feature-high
      importance.share              | sex                   | 0.01   | any      | prohibited-basis
      importance.share              | applicant_Gender      | 0.01   | any      | prohibited-basis
      importance.share              | sex                   | 0      | any      | -
      importance.share              | unisex_shoes          | 0.01   | any      | -
      importance.share              | personal_status       | 0.01   | any      | marital-status
      importance.rank               | age                   | 3      | any      | age-leads
      importance.rank               | age                   | 4      | any      | -
      importance.rank               | mortgage              | 1      | any      | -
      feature.forbidden             | foreign_worker        | 0.02   | any      | forbidden-feature
      feature.forbidden             | foreign_worker        | 0      | any      | forbidden-idle
      effect.monotonicity           | duration              | 1      | any      | -
      effect.monotonicity           | duration              | 0.9    | any      | -
      effect.monotonicity           | duration              | 0.7    | any      | direction-unclear
      effect.monotonicity           | duration              | 0.2    | standard | direction-mixed
      effect.monotonicity           | duration              | 0.2    | high     | direction-mixed-high
      effect.monotonicity           | duration              | -0.5   | any      | direction-wrong
      effect.range                  | duration              | 0      | any      | no-effect
      effect.range                  | duration              | 0.3    | any      | -
      correlation.max               | duration ~ amount     | 0.6    | any      | -
      correlation.max               | duration ~ amount     | 0.75   | standard | dependent-features
      correlation.max               | duration ~ amount     | 0.75   | high     | dependent-features-high
      correlation.max               | duration ~ amount     | 0.95   | any      | duplicate-features
      vif                           | duration              | 2      | any      | -
      vif                           | duration              | 6      | any      | inflated
      vif                           | duration              | 12     | any      | inflated-much
      explanation.additivity        | tree-shap             | 1E-9   | any      | -
      explanation.additivity        | tree-shap             | 0.0001 | any      | additivity-off
      explanation.additivity        | tree-shap             | 0.01   | any      | additivity-broken
      explanation.agreement         | tree-shap ~ pi        | 0.9    | any      | -
      explanation.agreement         | tree-shap ~ pi        | 0.5    | any      | methods-differ
      explanation.agreement         | tree-shap ~ pi        | 0.1    | any      | methods-contradict
      explanation.agreement         | tree-shap ~ pi        | -0.3   | standard | methods-opposite
      explanation.agreement         | tree-shap ~ pi        | -0.3   | high     | methods-opposite-high
      explanation.stability         | kernel-shap           | 0.4    | any      | unstable-explanation
      explanation.stability         | kernel-shap           | 0.7    | any      | shaky-explanation
      explanation.stability         | kernel-shap           | 0.8    | any      | -
      explanation.sensitivity       | lime                  | 1.1    | any      | jumpy-explanation
      explanation.sensitivity       | lime                  | 0.5    | any      | restless-explanation
      explanation.sensitivity       | lime                  | 0.3    | any      | -
      explanation.infidelity        | lime                  | 0.7    | any      | unfaithful-explanation
      explanation.infidelity        | lime                  | 0.4    | any      | loose-explanation
      explanation.infidelity        | lime                  | 0.3    | any      | -
      explanation.faithfulness      | lime                  | 0.4    | any      | unrelated-explanation
      explanation.faithfulness      | lime                  | 0.6    | any      | faint-explanation
      explanation.faithfulness      | lime                  | 0.9    | any      | -
      explanation.top_agreement     | tree-shap ~ lime      | 0.3    | any      | cases-differ
      explanation.top_agreement     | tree-shap ~ lime      | 0.5    | any      | -
      explanation.sign_agreement    | tree-shap ~ lime      | 0.3    | any      | signs-differ
      explanation.sign_agreement    | tree-shap ~ lime      | 0.5    | any      | -
      explanation.subgroup_gap      | tree-shap ~ lime, sex | 0.4    | standard | group-explained-worse
      explanation.subgroup_gap      | tree-shap ~ lime, sex | 0.4    | high     | group-explained-worse-high
      explanation.subgroup_gap      | tree-shap ~ lime, sex | 0.2    | any      | group-explained-otherwise
      explanation.subgroup_gap      | tree-shap ~ lime, sex | 0.1    | any      | -
      lime.r2                       | lime                  | 0.1    | any      | line-misfits
      lime.r2                       | lime                  | 0.4    | any      | line-fits-partly
      lime.r2                       | lime                  | 0.6    | any      | -
      anchors.precision             | anchors               | 0.8    | any      | rules-imprecise
      anchors.precision             | anchors               | 0.95   | any      | -
      anchors.reached               | anchors               | 0.4    | any      | rules-not-reached
      anchors.reached               | anchors               | 0.6    | any      | -
      surrogate.fidelity            | surrogate-tree        | 0.6    | any      | mimic-too-coarse
      surrogate.fidelity            | surrogate-tree        | 0.95   | any      | -
      effect.off_manifold           | housing               | 0.8    | any      | curve-off-data
      effect.off_manifold           | housing               | 0.2    | any      | curve-partly-off-data
      influence.validation          | tree-influence        | 0.3    | any      | influence-not-confirmed
      influence.validation          | tree-influence        | 0.9    | any      | -
      influence.agreement           | tree-influence        | 0.3    | any      | -
      counterfactual.found          | counterfactuals       | 0.7    | any      | no-way-out
      counterfactual.found          | counterfactuals       | 0.9    | any      | -
      counterfactual.validity       | counterfactuals       | 1      | any      | -
      counterfactual.validity       | counterfactuals       | 0.99   | any      | wrong-alternative
      counterfactual.changes        | counterfactuals       | 4      | any      | many-changes
      counterfactual.changes        | counterfactuals       | 1.2    | any      | -
      counterfactual.plausibility   | counterfactuals       | 0.05   | any      | odd-alternative
      counterfactual.plausibility   | counterfactuals       | 0.5    | any      | -
      counterfactual.against_rule   | age                   | 0.2    | any      | fixed-feature-decides
      counterfactual.against_rule   | age                   | 0.05   | any      | -
      explanation.missing           | pdp-ice               | 1      | standard | not-tested
      explanation.missing           | pdp-ice               | 1      | high     | not-tested-high
      influence.max_share           | training data         | 0.01   | any      | -
      influence.max_share           | training data         | 0.1    | any      | influential-case
      influence.max_share           | training data         | 0.4    | any      | ruling-case
      fairness.impact_ratio         | age: under 25         | 1      | any      | -
      fairness.impact_ratio         | age: under 25         | 0.8    | any      | -
      fairness.impact_ratio         | age: under 25         | 0.7    | standard | impact-ratio
      fairness.impact_ratio         | age: under 25         | 0.7    | high     | impact-ratio-high
      fairness.impact_ratio         | age: under 25         | 0.4    | standard | impact-ratio-low
      fairness.impact_ratio         | age: under 25         | 0.6    | high     | impact-ratio-low-high
      fairness.equal_opportunity    | age: under 25         | 0.05   | any      | -
      fairness.equal_opportunity    | age: under 25         | 0.15   | standard | -
      fairness.equal_opportunity    | age: under 25         | 0.25   | standard | opportunity-gap
      fairness.equal_opportunity    | age: under 25         | 0.15   | high     | opportunity-gap-high
      fairness.equal_opportunity    | age: under 25         | 0.35   | high     | opportunity-gap-large-high
      proxy.strength                | job ~ sex             | 0.1    | any      | -
      proxy.strength                | job ~ sex             | 0.4    | any      | proxy-weak
      proxy.strength                | job ~ sex             | 0.6    | any      | proxy
      proxy.strength                | job ~ sex             | 0.9    | standard | proxy-strong
      proxy.strength                | job ~ sex             | 0.9    | high     | proxy-strong-high
      data.missing                  | income                | 0.02   | any      | -
      data.missing                  | income                | 0.2    | any      | missing-some
      data.missing                  | income                | 0.5    | any      | missing-much
      data.duplicates               | audit data            | 0.001  | any      | -
      data.duplicates               | audit data            | 0.05   | any      | duplicates-some
      data.duplicates               | audit data            | 0.3    | any      | duplicates-many
      data.rejected                 | audit data            | 0      | any      | -
      data.rejected                 | audit data            | 0.005  | any      | rejected-few
      data.rejected                 | audit data            | 0.03   | any      | rejected-some
      data.rejected                 | audit data            | 0.1    | standard | rejected-many
      data.rejected                 | audit data            | 0.1    | high     | rejected-many-high
      data.rows                     | audit data            | 50     | any      | rows-too-few
      data.rows                     | audit data            | 300    | standard | rows-few
      data.rows                     | audit data            | 300    | high     | rows-few-high
      data.rows                     | audit data            | 5000   | any      | -
      importance.expected_rank_gap  | duration: expected    | -2     | any      | -
      importance.expected_rank_gap  | duration: expected    | 2      | any      | expected-feature-behind
      importance.expected_rank_gap  | duration: expected    | 4      | any      | expected-feature-missed
      feature.share_excess          | duration              | -0.1   | any      | -
      feature.share_excess          | duration              | 0.1    | standard | share-exceeded
      feature.share_excess          | duration              | 0.1    | high     | share-exceeded-high
      feature.share_shortfall       | duration              | 0.1    | any      | share-missed
      feature.share_shortfall       | duration              | 0      | any      | -
      feature.protected             | age                   | 0.1    | any      | -
      fairness.impact_ratio         | age x sex: young x f  | 0.4    | any      | impact-ratio-within
      fairness.impact_ratio         | age x sex: young x f  | 0.8    | any      | -
      fairness.predictive_parity    | sex                   | 0.2    | any      | parity-gap
      fairness.predictive_parity    | sex                   | 0.1    | any      | -
      fairness.gap_driver_protected | age: young            | 0.3    | high     | gap-from-protected-high
      fairness.gap_driver_protected | age: young            | 0.3    | standard | gap-from-protected
      performance.slice.auc         | region: north         | 0.55   | any      | segment-blind
      performance.slice.auc         | region: north         | 0.6    | any      | -
      performance.slice.calibration_gap | region: north     | 0.2    | any      | segment-misjudged
      performance.slice.error_ratio | region: north         | 1.5    | any      | -
      performance.slice.error_ratio | region: north         | 2      | any      | segment-error
      performance.slice.bias        | region: north         | 0.5    | any      | -
      performance.slice.bias        | region: north         | 0.6    | any      | segment-biased
      performance.calibration_slope | audit data            | 0.7    | any      | scores-too-extreme
      performance.calibration_slope | audit data            | 1.3    | any      | scores-too-timid
      performance.calibration_slope | audit data            | 1      | any      | -
      performance.cost_ratio        | everybody favoured    | 1      | high     | no-gain-high
      performance.cost_ratio        | everybody favoured    | 1      | standard | no-gain
      performance.cost_ratio        | everybody favoured    | 0.9    | any      | -
      performance.threshold_regret  | decision threshold    | 0.2    | any      | threshold-costly
      performance.threshold_regret  | decision threshold    | -0.1   | any      | -
      drift.inputs                  | inputs                | 3      | any      | inputs-drifted
      drift.label_rate              | outcome               | 0.06   | any      | outcome-shifted
      drift.attribution_share       | duration              | 0.2    | any      | rests-otherwise
      drift.attribution_psi         | duration              | 0.3    | any      | contributions-shifted
      drift.explanation_stability   | tree-shap             | 0.5    | any      | models-explain-otherwise
      drift.explanation_stability   | tree-shap             | 0.6    | any      | -
      segment.rows                  | region: north         | 29     | any      | segment-too-small
      segment.rows                  | region: north         | 30     | any      | segment-small
      segment.rows                  | region: north         | 100    | any      | -
      performance.slice_gap         | region: north         | 0.4    | any      | -
      performance.slice_gap         | region: north         | 0.7    | any      | segment-worse
      performance.slice_gap         | region: north         | 1.5    | standard | segment-much-worse
      performance.slice_gap         | region: north         | 1.5    | high     | segment-much-worse-high
      fairness.equalised_odds       | sex: f                | 0.15   | standard | -
      fairness.equalised_odds       | sex: f                | 0.15   | high     | odds-gap-high
      fairness.equalised_odds       | sex: f                | 0.25   | standard | odds-gap
      fairness.equalised_odds       | sex: f                | 0.4    | high     | odds-gap-large-high
      fairness.calibration_gap      | sex: f                | 0.07   | standard | -
      fairness.calibration_gap      | sex: f                | 0.07   | high     | group-miscalibrated-high
      fairness.calibration_gap      | sex: f                | 0.15   | standard | group-miscalibrated
      fairness.calibration_gap      | sex: f                | 0.25   | high     | group-misjudged-high
      drift.psi                     | duration              | 0.05   | any      | -
      drift.psi                     | duration              | 0.1    | any      | feature-shifted
      drift.psi                     | duration              | 0.25   | any      | feature-shifted-much
      drift.score_psi               | score                 | 0.05   | any      | -
      drift.score_psi               | score                 | 0.1    | any      | scores-shifted
      drift.score_psi               | score                 | 0.25   | standard | scores-shifted-much
      drift.score_psi               | score                 | 0.25   | high     | scores-shifted-much-high
      drift.attribution_ndcg        | tree-shap             | 0.89   | any      | reasons-shifted
      drift.attribution_ndcg        | tree-shap             | 0.9    | any      | -
      drift.flips                   | fixed rows            | 0.01   | any      | -
      drift.flips                   | fixed rows            | 0.05   | any      | decisions-flip
      drift.flips                   | fixed rows            | 0.2    | standard | decisions-flip-often
      drift.flips                   | fixed rows            | 0.2    | high     | decisions-flip-often-high
      drift.performance             | auc                   | 0.1    | any      | -
      drift.performance_loss        | auc                   | 0.03   | any      | performance-fell
      drift.performance_loss        | auc                   | 0.05   | high     | performance-fell
      drift.performance_loss        | auc                   | 0.1    | standard | performance-fell-far
      drift.performance_loss        | auc                   | 0.1    | high     | performance-fell-far-high
      weather.rain                  | here                  | 1      | any      | -
      """)
  void factIsJudgedByItsRow(String metric, String subject, double value, String tier, String rule) {
    for (String each :
        tier.equals("any") ? List.of("standard", "high", "critical") : List.of(tier)) {
      assertThat(judge(metric, subject, value, each))
          .extracting(f -> f.get("rule"))
          .isEqualTo(rule.equals("-") ? List.of() : List.of(rule));
    }
  }

  /** What a domain adds to the general rows or puts in their place. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
      consumer-credit        | performance.auc               | audit data      | 0.71 | standard | credit-weak
      consumer-credit        | performance.auc               | audit data      | 0.71 | high     | auc-high-tier
      consumer-credit        | performance.calibration_error | audit data      | 0.07 | standard | credit-calibration
      consumer-credit        | performance.calibration_error | audit data      | 0.15 | standard | calibration-off
      consumer-credit        | feature.protected             | age             | 0.05 | any      | credit-protected-input
      consumer-credit        | importance.share              | zip_code        | 0.05 | any      | credit-where-people-live
      consumer-credit        | importance.share              | zipper          | 0.05 | any      | -
      consumer-credit        | importance.share              | sex             | 0.05 | any      | prohibited-basis
      consumer-credit        | explanation.top_agreement     | a ~ b           | 0.5  | any      | credit-reasons-unsure
      consumer-credit        | drift.score_psi               | score           | 0.3  | any      | credit-scores-shifted
      hiring                 | fairness.impact_ratio         | sex: f          | 0.79 | any      | hiring-adverse-impact
      hiring                 | fairness.impact_ratio         | sex: f          | 0.4  | any      | hiring-adverse-impact
      hiring                 | fairness.impact_ratio         | sex: f          | 0.82 | any      | hiring-impact-near
      hiring                 | fairness.impact_ratio         | sex: f          | 0.9  | any      | -
      hiring                 | feature.protected             | age             | 0.05 | any      | hiring-protected-input
      hiring                 | importance.share              | pregnant        | 0.05 | any      | hiring-prohibited-basis
      hiring                 | importance.share              | date_of_birth   | 0.05 | any      | hiring-age
      hiring                 | importance.share              | photo           | 0.05 | any      | hiring-looks
      hiring                 | importance.rank               | age             | 1    | any      | -
      hiring                 | proxy.strength                | a ~ sex         | 0.9  | standard | hiring-proxy
      hiring                 | proxy.strength                | a ~ sex         | 0.9  | high     | proxy-strong-high
      hiring                 | fairness.equal_opportunity    | sex: f          | 0.15 | standard | hiring-opportunity
      hiring                 | fairness.equal_opportunity    | sex: f          | 0.15 | high     | opportunity-gap-high
      insurance              | importance.share              | gender          | 0.05 | any      | insurance-prohibited-basis
      insurance              | importance.share              | telematics      | 0.05 | any      | insurance-outside-data
      insurance              | feature.protected             | age             | 0.05 | any      | insurance-protected-input
      insurance              | performance.calibration_error | audit data      | 0.07 | standard | insurance-calibration
      insurance              | fairness.calibration_gap      | sex: f          | 0.07 | standard | insurance-group-calibration
      insurance              | proxy.strength                | a ~ sex         | 0.4  | any      | insurance-proxy
      insurance              | segment.rows                  | region: north   | 500  | any      | insurance-not-credible
      insurance              | segment.rows                  | region: north   | 1082 | any      | -
      insurance              | performance.r2                | audit data      | 0.02 | any      | insurance-single-losses
      insurance              | performance.r2                | audit data      | 0.1  | any      | -
      predictive-maintenance | performance.auc               | audit data      | 0.78 | any      | maintenance-weak
      predictive-maintenance | performance.auc               | audit data      | 0.72 | any      | maintenance-weak
      predictive-maintenance | performance.calibration_error | audit data      | 0.07 | standard | maintenance-calibration
      predictive-maintenance | effect.monotonicity           | hours           | 0.7  | any      | maintenance-against-physics
      predictive-maintenance | drift.psi                     | vibration       | 0.3  | any      | maintenance-sensor-shifted
      predictive-maintenance | data.missing                  | vibration       | 0.4  | any      | maintenance-sensor-silent
      predictive-maintenance | data.duplicates               | audit data      | 0.05 | any      | maintenance-stuck-readings
      predictive-maintenance | performance.r2                | audit data      | 0.4  | any      | maintenance-life-rough
      predictive-maintenance | importance.share              | colour          | 0.2  | any      | -
      predictive-maintenance | importance.rank               | age             | 1    | any      | -
      """)
  void domainHasItsRows(
      String domain, String metric, String subject, double value, String tier, String rule) {
    for (String each :
        tier.equals("any") ? List.of("standard", "high", "critical") : List.of(tier)) {
      assertThat(judge(metric, subject, value, each, domain))
          .extracting(f -> f.get("rule"))
          .isEqualTo(rule.equals("-") ? List.of() : List.of(rule));
    }
  }

  /** A typo in the table itself would be a row that never fires. */
  @Test
  void theTableHasNoProblems() throws Exception {
    RuleEngine.RuleBook book =
        new DmnRules()
            .open(
                Files.readAllBytes(Engine.FOLDER.resolve("domain-rules.dmn")), "domain-rules.dmn");
    assertThat(book.problems()).isEmpty();
    assertThat(
            RuleChecks.of(
                book.table(),
                Metrics.names(),
                List.of("standard", "high", "critical"),
                ModelSpec.DOMAINS))
        .isEmpty();
    assertThat(book.table().rules())
        .extracting(RuleTable.Rule::key)
        .doesNotHaveDuplicates()
        .allMatch(key -> key.matches("[a-z0-9-]+"));
  }

  @Test
  void messagesNameSubjectAndValue() {
    assertThat(judge("fairness.impact_ratio", "age: under 25", 0.7123, "high").get(0))
        .containsEntry("severity", "warn")
        .hasEntrySatisfying(
            "message",
            m ->
                assertThat(m)
                    .isEqualTo(
                        "The group age: under 25 gets the favourable answer less often: 0.71 of"
                            + " the best group's rate (yardstick 0.80)."));
    assertThat(judge("importance.rank", "age", 2, "high").get(0).get("message").toString())
        .startsWith("Age is number 2 of the features");
    assertThat(judge("data.rows", "audit data", 300, "high").get(0).get("message").toString())
        .startsWith("300 rows are few");
    assertThat(judge("data.missing", "income", 0.4567, "high").get(0).get("message").toString())
        .contains("In the column income 45.7 % of the values");
  }

  /** A message that contradicts the facts is believed by nobody, nor are the others. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
      performance.calibration_error | audit data | 0.09  | differ by 9.0 percentage points on average; for a model of tier critical at most 5 are allowed.
      performance.auc     | audit data | 0.71  | is low for a model of tier critical.
      explanation.missing | sage       | 1     | A model of tier critical needs the whole evidence.
      data.rows           | audit data | 400   | 400 rows are few for a model of tier critical:
      data.rows           | audit data | 1     | Only 1 row:
      segment.rows        | purpose: business | 1  | has 1 row:
      segment.rows        | purpose: business | 34 | by up to 17 percentage points either way.
      segment.rows        | purpose: business | 71 | by up to 12 percentage points either way.
      drift.inputs        | inputs     | 4     | 4 inputs have drifted
      effect.monotonicity | credit_amount | 0.12 | often goes against the expected direction: 44.0 % of its movement does.
      effect.monotonicity | credit_amount | 0    | goes as much against the expected direction as with it, or nowhere.
      performance.slice.calibration_gap | purpose: business | 0.19 | miss what happened by 19.0 percentage points on average.
      fairness.calibration_gap | age: young | 0.09 | (gap 9.0 percentage points)
      explanation.sign_agreement | a ~ b | 0.31 | a and b agree on 31.0 % of the most important features.
      drift.performance_loss | performance.log_loss | 0.07 | the figure log loss is worse by 0.070, which chance hardly explains.
      """)
  void messagesSayWhatIs(String metric, String subject, double value, String says) {
    assertThat(judge(metric, subject, value, "critical"))
        .extracting(f -> f.get("message").toString())
        .anySatisfy(m -> assertThat(m).contains(says));
  }

  /** The tier is told as it is, and counts of rows as counts. */
  @Test
  void noMessageNamesATierOfItsOwn() {
    assertThat(Engine.FOLDER.resolve("domain-rules.dmn"))
        .content()
        .doesNotContain("tier high allows", "of tier high", "Tier high needs");
  }

  /** What is text in a fact must not be taken for an expression. */
  @ParameterizedTest
  @ValueSource(strings = {"a\" + \"b", "=1+1", "${x}", "<b>age</b>", "a ~ b: c; d=e", ""})
  void strangeSubjectsAreCopiedAsTheyAre(String subject) {
    assertThat(
            engine
                .evaluateDecision(
                    rules,
                    Map.of(
                        "metric", "vif", "subject", subject, "value", 12, "tier", "high", "domain",
                        ""))
                .getResultList()
                .get(0)
                .get("message")
                .toString())
        .contains("explain " + subject + " nearly");
  }

  /** Tier high never gets off more lightly. */
  @Test
  void tierHighIsAtLeastAsStrict() {
    List<String> order = List.of("info", "warn", "block");
    List<String> domains = new ArrayList<>(ModelSpec.DOMAINS);
    domains.add("");
    Map<String, double[]> sweeps = new TreeMap<>();
    for (String metric :
        List.of(
            "performance.auc",
            "performance.calibration_error",
            "importance.share",
            "effect.monotonicity",
            "correlation.max",
            "explanation.agreement",
            "explanation.missing",
            "fairness.impact_ratio",
            "fairness.equal_opportunity",
            "fairness.equalised_odds",
            "fairness.calibration_gap",
            "performance.slice_gap",
            "drift.psi",
            "drift.score_psi",
            "drift.flips",
            "drift.performance_loss",
            "feature.share_excess",
            "proxy.strength",
            "data.rejected")) {
      sweeps.put(metric, new double[] {-0.5, 0.02, 0.06, 0.15, 0.25, 0.4, 0.6, 0.75, 1});
    }
    sweeps.put("data.rows", new double[] {10, 500, 100000});
    sweeps.forEach(
        (metric, values) -> {
          for (double value : values) {
            for (String domain : domains) {
              int standard = worst(judge(metric, "x", value, "standard", domain), order);
              int high = worst(judge(metric, "x", value, "high", domain), order);
              assertThat(high)
                  .as(metric + " " + value + " " + domain)
                  .isGreaterThanOrEqualTo(standard);
            }
          }
        });
  }

  private static int worst(List<Map<String, Object>> findings, List<String> order) {
    return findings.stream().mapToInt(f -> order.indexOf(f.get("severity"))).max().orElse(-1);
  }
}
