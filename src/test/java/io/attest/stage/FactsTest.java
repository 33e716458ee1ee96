package io.attest.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.Artifact;
import io.attest.audit.Section;
import io.attest.audit.Section.Fact;
import io.attest.correlate.Dependence;
import io.attest.data.Field;
import io.attest.explain.Effects;
import io.attest.explain.Importance;
import io.attest.explain.Provenance;
import io.attest.measure.Estimate;
import io.attest.measure.Fairness;
import io.attest.measure.Performance;
import io.attest.measure.WeakSpots;
import io.attest.measure.drift.MetricChange;
import io.attest.model.ModelSpec;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import io.attest.report.SampleMeasures;
import io.attest.report.page.AuditSheet;
import io.attest.report.page.FairnessView;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FactsTest {

  private static final Artifact FILE = new Artifact("f", "0".repeat(64), 1, "x/y");
  private static final Provenance PROVENANCE = provenance(Optional.of(0.0), "");

  private static Provenance provenance(Optional<Double> error, String groups) {
    return new Provenance(
        "m",
        "e",
        "r",
        groups.isEmpty() ? Map.of() : Map.of("groups", groups),
        Optional.empty(),
        "0".repeat(64),
        OutputSpace.RAW,
        4,
        0,
        4,
        error,
        List.of());
  }

  @Test
  void dataFactsAreShares() {
    Section.Table table =
        new Section.Table(
            "u",
            "0".repeat(64),
            FILE,
            10,
            8,
            2,
            List.of(),
            List.of(
                new Section.ColumnSummary("age", "numeric", "", "", 4, ""),
                new Section.ColumnSummary("job", "categorical", "", "", 0, "")),
            List.of());
    assertThat(new Facts().data(table).list())
        .containsExactly(
            new Fact("data.rows", "audit data", 8),
            new Fact("data.rejected", "audit data", 0.2),
            new Fact("data.duplicates", "audit data", 0.25),
            new Fact("data.missing", "age", 0.5));
  }

  @Test
  void onlyNotableAssociationsAreFactsAndWhatDoesNotExistIsNone() {
    Dependence dependence =
        new Dependence(
            List.of("a", "b", "c"),
            List.of(pair("a", "b", -0.7), pair("a", "c", 0.2), pair("b", "c", Double.NaN)),
            new double[] {3, Double.NaN, 1},
            List.of(),
            0.5,
            List.of());
    assertThat(new Facts().dependence(dependence).list())
        .containsExactly(
            new Fact("correlation.max", "a ~ b", 0.7),
            new Fact("vif", "a", 3),
            new Fact("vif", "c", 1));
  }

  @Test
  void smallGroupsAreNotJudged() {
    Fairness fairness =
        new Fairness(
            List.of(
                new Fairness.Attribute(
                    "age",
                    List.of(
                        new Fairness.Group("old", 90, 0.8, 1, 0.9, 0, 0.2, false),
                        new Fairness.Group("middle", 80, 0.7, 0.875, 0.9, 0, 0.2, false),
                        new Fairness.Group("young", 10, 0.4, 0.5, 0.5, 0.4, 0.4, true)),
                    0)));
    Facts facts = new Facts();
    assertThat(facts.fairness(fairness)).isEmpty();
    assertThat(facts.list()).extracting(Fact::subject).containsOnly("age: old", "age: middle");
  }

  /** The unit of a predicted number is that of the outcome: rules see how many errors it is. */
  @Test
  void segmentsOfANumberAreHeldAgainstItsErrorOverAll() {
    WeakSpots.Part part =
        new WeakSpots.Part(
            "north",
            200,
            200,
            false,
            List.of(new Performance.Metric("performance.mae", 30, 25, 35)),
            new Estimate(-8, -12, -4));
    WeakSpots spots =
        new WeakSpots(
            400,
            "absolute error",
            new Estimate(20, 18, 22),
            Optional.empty(),
            List.of(),
            0,
            List.of(new WeakSpots.Segment("region", List.of(part), 0)),
            Optional.empty(),
            List.of());
    Facts facts = new Facts();
    assertThat(facts.weakSpots(spots)).isEmpty();
    assertThat(facts.list())
        .containsExactly(
            new Fact("segment.rows", "region: north", 200),
            new Fact("performance.slice.mae", "region: north", 30),
            new Fact("performance.slice.error_ratio", "region: north", 1.5),
            new Fact("performance.slice.bias", "region: north", 0.4));
  }

  /** 20 of 400 rows: within what chance does, and no more than 0.05 whatever halves are. */
  @Test
  void onlyALossThatChanceDoesNotExplainIsOne() {
    List<MetricChange> changes =
        List.of(
            new MetricChange("performance.accuracy", 0.75, 0.7, 0.75 - 0.7, -0.018, 0.117),
            new MetricChange("performance.auc", 0.8, 0.65, 0.15, 0.02, 0.2),
            new MetricChange("performance.brier", 0.1, 0.3, 0.2, Double.NaN, Double.NaN));
    assertThat(0.75 - 0.7).as("as halves are kept").isGreaterThan(0.05);
    Facts facts =
        new Facts()
            .drift(
                new Section.Drifted(
                    Optional.empty(),
                    "",
                    List.of(),
                    List.of(),
                    Optional.empty(),
                    changes,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    Optional.empty(),
                    List.of()));
    assertThat(facts.list())
        .containsExactly(
            new Fact("drift.performance", "performance.accuracy", 0.05),
            new Fact("drift.performance", "performance.auc", 0.15),
            new Fact("drift.performance_loss", "performance.auc", 0.15),
            new Fact("drift.performance", "performance.brier", 0.2));
  }

  /** The ratio of a group to itself is 1: nothing that a rule should call passed. */
  @Test
  void aGroupWithNothingToCompareWithIsNoFact() {
    Fairness.Attribute attribute =
        new Fairness.Attribute(
            "age",
            List.of(
                new Fairness.Group("all", 90, 0.8, 1, 0.9, 0, 0.2, false),
                new Fairness.Group("few", 10, 0.4, 0.5, 0.5, 0.4, 0.4, true)),
            0);
    Fairness fairness = new Fairness(List.of(attribute));
    Facts facts = new Facts();
    assertThat(facts.fairness(fairness)).isEmpty();
    assertThat(facts.list()).isEmpty();
    assertThat(attribute.best()).isEmpty();
    FairnessView view =
        new AuditSheet(
                List.of(
                    new Section.Validated(
                        Optional.empty(), Optional.of(fairness), List.of(), List.of())),
                List.of())
            .fairness();
    assertThat(view.ratio(attribute.groups().get(0))).isEqualTo("no group to compare with");
    assertThat(view.reading()).startsWith("No two groups");
    assertThat(view.lowest(attribute)).startsWith("fewer than two groups");
  }

  @Test
  void intersectionsSlicesSegmentsAndCostsAreFacts() {
    SampleMeasures measures = new SampleMeasures("");
    Facts facts = new Facts();
    assertThat(facts.fairness(measures.fairness())).isEmpty();
    assertThat(facts.weakSpots(measures.weakSpots())).isEmpty();
    facts.thresholds(measures.thresholds());
    List<String> asked = facts.list().stream().map(f -> f.metric() + " " + f.subject()).toList();
    assertThat(asked)
        .doesNotHaveDuplicates()
        .contains(
            "fairness.impact_ratio age x sex: under 25 x f",
            "fairness.equalised_odds age",
            "fairness.equalised_odds age x sex",
            "fairness.gap_driver_protected age: under 25",
            "performance.slice_gap purpose: trade",
            "performance.slice.auc purpose: trade",
            "performance.slice.calibration_gap purpose: trade",
            "segment.rows sex: not stated",
            "performance.calibration_slope audit data",
            "performance.cost 100 cases",
            "performance.threshold_regret decision threshold")
        // Too few rows for a judgement, a gap that may be none, and a figure biased in few rows.
        .noneMatch(f -> f.contains("not stated") && !f.startsWith("segment.rows"))
        .doesNotContain("fairness.gap_driver_protected sex: f")
        .noneMatch(f -> f.startsWith("performance.slice.calibration_error"));
  }

  @Test
  void performanceThatDoesNotExistIsNoFact() {
    Performance performance =
        new Performance(
            3,
            List.of(
                new Performance.Metric("performance.auc", Double.NaN, Double.NaN, Double.NaN),
                new Performance.Metric("performance.brier", 0.2, 0.1, 0.3)),
            List.of(),
            List.of());
    assertThat(new Facts().performance(performance).list())
        .containsExactly(new Fact("performance.brier", "audit data", 0.2));
  }

  @Test
  void anExpectedFallThatRisesCountsAgainstTheModel() {
    Section.Explained effects =
        explained(
            "pdp-ice",
            new Section.EffectsResult(
                new Effects(
                    PROVENANCE,
                    "pdp",
                    List.of(
                        new Effects.Curve(
                            "income",
                            "bad",
                            List.of(),
                            new double[] {1, 2, 3},
                            new double[] {0.1, 0.4, 0.3},
                            new int[] {1, 1, 1},
                            new int[0],
                            new double[0][])))));
    assertThat(new Facts().explanations(List.of(effects), spec()).list())
        .satisfiesExactly(
            f -> assertThat(f.metric()).isEqualTo("effect.range"),
            f -> {
              assertThat(f.metric()).isEqualTo("effect.monotonicity");
              assertThat(f.value()).isCloseTo(-0.5, org.assertj.core.data.Offset.offset(1e-12));
            });
  }

  @Test
  void sharesRanksForbiddenAndProtectedFeaturesAndAgreementAreFacts() {
    Section.Explained shap =
        explained(
            "tree-shap",
            new Section.AttributionResult(
                "bad",
                OutputSpace.RAW,
                0,
                List.of(
                    new Section.GlobalShare("income", 3, Optional.empty(), 0.6, 0),
                    new Section.GlobalShare("age", 1, Optional.empty(), 0.2, 0),
                    new Section.GlobalShare("job", 1, Optional.empty(), 0.2, 0)),
                1e-12,
                List.of()));
    Section.Explained permutation =
        explained(
            "permutation-importance",
            new Section.ImportanceResult(
                new Importance(
                    PROVENANCE,
                    "increase in log loss",
                    0.5,
                    List.of(
                        new Importance.Item("age", 0.0, 0, 0),
                        new Importance.Item("income", 0.2, 0, 0),
                        new Importance.Item("job", -0.1, 0, 0)))));
    Section.Explained skipped =
        new Section.Explained(
            "influence",
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.of(new Section.Skipped("mary", Instant.EPOCH, "late", "boom")),
            0);
    List<Section.Explained> all = List.of(shap, permutation, skipped);
    List<String> notes = new ArrayList<>();
    assertThat(new Facts().explanations(all, spec()).agreement(all, notes).list())
        .containsExactly(
            new Fact("explanation.additivity", "tree-shap", 1e-12),
            new Fact("explanation.missing", "influence", 1),
            new Fact("importance.share", "income", 0.6),
            new Fact("importance.rank", "income", 1),
            new Fact("importance.share", "age", 0.2),
            new Fact("importance.rank", "age", 2),
            new Fact("feature.forbidden", "age", 0.2),
            new Fact("feature.protected", "age", 0.2),
            new Fact("importance.share", "job", 0.2),
            new Fact("importance.rank", "job", 3),
            new Fact("explanation.agreement", "tree-shap ~ permutation-importance", 1));
    assertThat(notes).isEmpty();
  }

  private static Section.AttributionResult attribution(String... features) {
    List<Section.GlobalShare> global = new ArrayList<>();
    for (int i = 0; i < features.length; i++) {
      global.add(
          new Section.GlobalShare(features[i], features.length - i, Optional.empty(), 0.1, 0));
    }
    return new Section.AttributionResult("bad", OutputSpace.RAW, 0, global, 0.5, List.of());
  }

  /** One attribution speaks for the audit, and the others are compared with it. */
  @Test
  void theMainAttributionGivesTheFactsAndTheOthersAgreeOrNot() {
    Section.Explained banzhaf =
        new Section.Explained(
            "tree-banzhaf",
            Optional.of(provenance(Optional.empty(), "")),
            List.of(),
            Optional.of(attribution("job", "age", "income")),
            Optional.empty(),
            1);
    Section.Explained path = explained("tree-shap", attribution("income", "age", "job"));
    Section.Explained main =
        explained("tree-shap-interventional", attribution("income", "job", "age"));
    List<Section.Explained> all = List.of(banzhaf, path, main);
    List<Fact> facts =
        new Facts().explanations(all, spec()).agreement(all, new ArrayList<>()).list();
    assertThat(facts)
        .contains(
            new Fact("explanation.additivity", "tree-shap", 0.5),
            new Fact("explanation.additivity", "tree-shap-interventional", 0.5),
            new Fact("importance.rank", "job", 2),
            new Fact("explanation.agreement", "tree-shap-interventional ~ tree-shap", 0.5),
            new Fact("explanation.agreement", "tree-shap-interventional ~ tree-banzhaf", -0.5))
        .filteredOn(f -> f.metric().equals("importance.rank"))
        .hasSize(3);
    assertThat(facts)
        .noneMatch(f -> f.metric().endsWith("additivity") && f.subject().equals("tree-banzhaf"));
  }

  /** A group hides no feature that the owner forbids, and is compared with nothing. */
  @Test
  void groupsAreNoFeatures() {
    Section.Explained grouped =
        new Section.Explained(
            "tree-shap",
            Optional.of(provenance(Optional.of(0.0), "person = age + income")),
            List.of(),
            Optional.of(attribution("person", "job")),
            Optional.empty(),
            1);
    Section.Explained permutation =
        explained(
            "permutation-importance",
            new Section.ImportanceResult(
                new Importance(
                    PROVENANCE,
                    "increase in log loss",
                    0.5,
                    List.of(
                        new Importance.Item("age", 0.1, 0, 0),
                        new Importance.Item("income", 0.2, 0, 0),
                        new Importance.Item("job", 0.3, 0, 0)))));
    List<String> notes = new ArrayList<>();
    List<Section.Explained> all = List.of(grouped, permutation);
    assertThat(new Facts().explanations(all, spec()).agreement(all, notes).list())
        .contains(
            new Fact("importance.share", "person", 0.1),
            new Fact("feature.forbidden", "age (in person)", 0.1),
            new Fact("feature.protected", "age (in person)", 0.1))
        .noneMatch(f -> f.metric().equals("explanation.agreement"));
    assertThat(notes).singleElement().asString().contains("over the 1 feature that both");
  }

  /** Where an expectation holds it is stated as well: a report must be able to say so. */
  @Test
  void whatExpertsExpectOfImportanceIsHeldAgainstIt() {
    ModelSpec.Expectation met =
        new ModelSpec.Expectation(
            Optional.empty(),
            true,
            Optional.of(2),
            Optional.of(new ModelSpec.Share(Optional.of(0.25), Optional.of(0.5))),
            "");
    ModelSpec.Expectation missed =
        new ModelSpec.Expectation(
            Optional.empty(),
            true,
            Optional.of(1),
            Optional.of(new ModelSpec.Share(Optional.empty(), Optional.of(0.0625))),
            "");
    List<Section.Explained> all =
        List.of(explained("tree-shap", result("income", 0.5, "job", 0.25, "age", 0.25)));
    assertThat(new Facts().explanations(all, spec(Map.of("income", met, "age", missed))).list())
        .contains(
            new Fact(
                "importance.expected_rank_gap",
                "income: expected in the top 2, found at rank 1",
                -1),
            new Fact(
                "importance.expected_rank_gap", "age: expected in the top 1, found at rank 3", 2),
            new Fact("feature.share_excess", "income", 0),
            new Fact("feature.share_shortfall", "income", -0.25),
            new Fact("feature.share_excess", "age", 0.1875))
        .noneMatch(f -> f.subject().startsWith("job") && f.metric().contains("share_"));
  }

  private static Section.AttributionResult result(Object... namesAndShares) {
    List<Section.GlobalShare> global = new ArrayList<>();
    for (int i = 0; i < namesAndShares.length; i += 2) {
      double share = (Double) namesAndShares[i + 1];
      global.add(
          new Section.GlobalShare((String) namesAndShares[i], share, Optional.empty(), share, 0));
    }
    return new Section.AttributionResult("bad", OutputSpace.RAW, 0, global, 0, List.of());
  }

  @Test
  void interactionsAndLossesAreFacts() {
    Section.Explained interactions =
        explained(
            "tree-shap-interactions",
            new Section.InteractionsResult(
                "bad",
                OutputSpace.RAW,
                3,
                1e-13,
                0.9,
                List.of(
                    new Section.PairShare("age", "job", 0.3, 0.04, 0.1),
                    new Section.PairShare("age", "income", 0.2, 0.03, 0)),
                3,
                List.of()));
    Section.Explained loss =
        explained("tree-shap-loss", new Section.LossResult(0.6, 0.5, List.of(), 1e-14));
    assertThat(new Facts().explanations(List.of(interactions, loss), spec()).list())
        .containsExactly(
            new Fact("explanation.additivity", "tree-shap-interactions", 1e-13),
            new Fact("interaction.share", "age ~ job", 0.04),
            new Fact("explanation.additivity", "tree-shap-loss", 1e-14));
  }

  private static Dependence.Pair pair(String a, String b, double association) {
    return new Dependence.Pair(a, b, "spearman", association, association, 0, 0, 10);
  }

  private static Section.Explained explained(String name, Section.Result result) {
    return new Section.Explained(
        name, Optional.of(PROVENANCE), List.of(), Optional.of(result), Optional.empty(), 1);
  }

  private static ModelSpec spec() {
    return spec(
        Map.of(
            "income",
            new ModelSpec.Expectation(Optional.of("falling"), true, ""),
            "age",
            new ModelSpec.Expectation(Optional.empty(), false, "")));
  }

  private static ModelSpec spec(Map<String, ModelSpec.Expectation> expectations) {
    ModelSpec.Csv csv =
        new ModelSpec.Csv(
            Optional.empty(), Optional.empty(), Optional.empty(), List.of(), Optional.empty());
    return new ModelSpec(
        Path.of("."),
        "m",
        "Model",
        "1",
        "owner",
        "purpose",
        List.of(),
        "high",
        Task.BINARY,
        new ModelSpec.ModelFile("scorecard", Path.of("m.yaml"), Optional.empty()),
        new ModelSpec.Target("class", Optional.of("bad"), List.of()),
        new ModelSpec.Source("d.csv", Optional.empty(), csv),
        Optional.empty(),
        List.of(Field.numeric("income"), Field.numeric("age")),
        Optional.empty(),
        Optional.empty(),
        List.of(new ModelSpec.Protected("age", List.of())),
        expectations,
        Map.of(),
        Optional.empty(),
        List.of());
  }
}
