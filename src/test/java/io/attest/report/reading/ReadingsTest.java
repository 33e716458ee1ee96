package io.attest.report.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.Section;
import io.attest.correlate.Dependence;
import io.attest.explain.Importance;
import io.attest.explain.Provenance;
import io.attest.explain.Surrogate;
import io.attest.measure.Performance;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReadingsTest {
  private static final Provenance PROVENANCE =
      new Provenance(
          "m",
          "e",
          "r",
          Map.of(),
          Optional.empty(),
          "0",
          OutputSpace.RAW,
          1,
          0,
          1,
          Optional.empty(),
          List.of());

  private static List<Section.GlobalShare> shares(double... shares) {
    List<Section.GlobalShare> out = new ArrayList<>();
    for (int i = 0; i < shares.length; i++) {
      out.add(
          new Section.GlobalShare(
              "f" + (i + 1), shares[i], Optional.empty(), shares[i], shares[i]));
    }
    return out;
  }

  private static Links links(double ab, double ac) {
    return new Links(
        Optional.of(
            new Dependence(
                List.of("a", "b", "c"),
                List.of(
                    new Dependence.Pair("a", "b", "spearman", ab, ab, 1, 0.01, 99),
                    new Dependence.Pair("a", "c", "spearman", ac, ac, 1, 0.01, 99),
                    new Dependence.Pair("b", "c", "spearman", Double.NaN, 0, 1, 0.01, 99)),
                new double[3],
                List.of(),
                0.5,
                List.of())));
  }

  @Test
  void aFewFeaturesThatHaveMostAreNamed() {
    assertThat(ImportanceReading.of(shares(.3, .2, .13, .12, .1, .15)))
        .isEqualTo("Three features make up 63 % of what the model says: f1, f2 and f3.");
    assertThat(ImportanceReading.of(shares(.7, .3)))
        .isEqualTo("One feature makes up 70 % of what the model says: f1.");
  }

  @Test
  void namesThatRunToTheLeftKeepTheirOrder() {
    List<Section.GlobalShare> global =
        List.of(
            new Section.GlobalShare("\u0627\u0628", 0.4, Optional.empty(), 0.4, 0.4),
            new Section.GlobalShare("\u0627\u062A", 0.4, Optional.empty(), 0.4, 0.4),
            new Section.GlobalShare("age", 0.2, Optional.empty(), 0.2, 0.2));
    assertThat(ImportanceReading.of(global))
        .endsWith(": \u0627\u0628\u200E and \u0627\u062A\u200E.");
  }

  @Test
  void manyFeaturesWithALittleEachAreNotNamed() {
    double[] even = new double[300];
    Arrays.fill(even, 1 / 300.0);
    assertThat(ImportanceReading.of(shares(even)))
        .isEqualTo(
            "No few features stand out: the first 5 of 300 make up 1.7 % of what the model says.");
    assertThat(ImportanceReading.of(shares(1))).contains("one feature: f1");
    assertThat(ImportanceReading.of(shares(0, 0))).isEqualTo("No feature moves the predictions.");
  }

  @Test
  void whatThePerformanceNeedsIsToldWithItsDoubt() {
    Importance clear =
        new Importance(
            PROVENANCE,
            "increase in log loss",
            0.4,
            List.of(
                new Importance.Item("b", -0.001, -0.01, 0.01),
                new Importance.Item("a", 0.05, 0.03, 0.07)));
    assertThat(ImportanceReading.of(clear))
        .isEqualTo(
            "The model needs a most (increase in log loss 0.05 without it). Of 1 feature it cannot"
                + " be told whether it needs it.");
    Importance none =
        new Importance(
            PROVENANCE, "increase", 0.4, List.of(new Importance.Item("a", 0.01, -0.02, 0.04)));
    assertThat(ImportanceReading.of(none)).startsWith("For no feature");
  }

  @Test
  void theStrongestLinkIsNamedByItsStrength() {
    assertThat(links(-0.62, 0.5).sentence())
        .isEqualTo(
            "a and b go together (-0.62), the strongest link of all. 2 pairs have a link of 0.5 or"
                + " more.");
    assertThat(links(0.1, 0.05).sentence()).startsWith("No two columns go together noticeably");
    assertThat(links(0.8, 0).sentence()).contains("closely");
    assertThat(new Links(Optional.empty()).sentence())
        .isEqualTo("There are no two columns to compare.");
  }

  @Test
  void aMethodThatMovesOneFeatureAloneIsNotTrustedWhereTwoGoTogether() {
    assertThat(Cautions.ofPartial("a", 0, links(0.6, 0.7), false).orElseThrow())
        .contains("c (0.7)")
        .doesNotContain("local effect");
    assertThat(Cautions.ofPartial("a", 0, links(0.4, 0.1), true)).isEmpty();
    assertThat(Cautions.ofPartial("a", 0.3, links(0.4, 0.1), true).orElseThrow()).contains("rings");
    assertThat(Cautions.ofPermutation(List.of("a", "b", "c"), links(0.6, 0.1)).orElseThrow())
        .endsWith("a and b.");
    assertThat(Cautions.ofContributions(List.of("c"), links(0.6, 0.1))).isEmpty();
  }

  @Test
  void probabilitiesThatComeTrueAreToldFromThoseThatDoNot() {
    assertThat(CalibrationReading.of(bins(0.1, 0.11, 0.5, 0.49), "bad"))
        .isEqualTo("Predicted probabilities of bad come true: they are 1 point off on average.");
    assertThat(CalibrationReading.of(bins(0.3, 0.2, 0.6, 0.4), ""))
        .isEqualTo(
            "Predicted probabilities are too high: by 15 points on average. Farthest off around"
                + " 60 %, where 40 % happened.");
    assertThat(CalibrationReading.of(bins(0.1, 0.2, 0.3, 0.4), "")).contains("too low: by 10");
    assertThat(CalibrationReading.of(bins(0.1, 0.2, 0.5, 0.4), "")).contains("right on the whole");
    assertThat(CalibrationReading.of(List.of(), "")).contains("no predictions");
  }

  private static List<Performance.Bin> bins(double... pairs) {
    List<Performance.Bin> out = new ArrayList<>();
    for (int i = 0; i < pairs.length; i += 2) {
      out.add(new Performance.Bin(0, 1, 50, pairs[i], pairs[i + 1]));
    }
    return out;
  }

  @Test
  void oneTrainingRowWithMuchInfluenceIsPointedAt() {
    assertThat(InfluenceReading.of(new Section.InfluenceResult(List.of(), 700, List.of(), 0.13)))
        .isEqualTo("One training row of 700 has 13 % of all influence: look at it.");
    assertThat(InfluenceReading.of(new Section.InfluenceResult(List.of(), 700, List.of(), 0.01)))
        .contains("No single training row of 700")
        .contains("even share would be 0.14 %");
    assertThat(
            InfluenceReading.of(new Section.InfluenceResult(List.of(), 0, List.of(), Double.NaN)))
        .contains("not known");
  }

  @Test
  void aSurrogateUnderItsGateIsNotToBeRead() {
    Section.SurrogateResult poor = surrogate(0.62);
    assertThat(SurrogateReading.of(poor))
        .isEqualTo(
            "A list of 1 rules that repeats 62 % of how the model's answers differ. It asks for age"
                + " first.");
    assertThat(SurrogateReading.caution(poor).orElseThrow()).contains("must not be read");
    assertThat(SurrogateReading.caution(surrogate(0.95))).isEmpty();
  }

  private static Section.SurrogateResult surrogate(double fidelity) {
    Surrogate.Condition young =
        new Surrogate.Condition("age", Double.NEGATIVE_INFINITY, 30, List.of(), false);
    return new Section.SurrogateResult(
        new Surrogate(
            PROVENANCE,
            List.of("bad"),
            List.of(),
            List.of(new Surrogate.Rule(1, List.of(young), new double[] {0.7}, 300, 0.3, 0.1, 0.9)),
            List.of(new Surrogate.Fidelity("bad", 0.7, fidelity, 0.15, 0.9, 0.85)),
            List.of()));
  }

  @Test
  void interactionsAreToldByTheShareOfSingleFeatures() {
    Section.PairShare pair = new Section.PairShare("age", "duration", 0.2, 0.12, 0.1);
    Section.InteractionsResult own =
        new Section.InteractionsResult(
            "bad", OutputSpace.RAW, 3, 0, 0.83, List.of(pair), 3, List.of());
    assertThat(InteractionReading.of(own))
        .isEqualTo(
            "Features act mostly on their own: single features have 83 %, pairs the rest. The"
                + " strongest pair is age with duration (12 %).");
  }

  @Test
  void aCaseNamesWhatRaisedAndLoweredIt() {
    Section.LocalRow row =
        new Section.LocalRow(
            3,
            "A-3",
            "random",
            "good",
            0.4,
            -0.4,
            0,
            List.of(
                new Section.Contribution("age", "33", -0.9),
                new Section.Contribution("housing", "", 0.3),
                new Section.Contribution("job", "skilled", 0.001)));
    assertThat(CaseReading.of(row)).isEqualTo("Raised most by housing; lowered most by age = 33.");
  }
}
