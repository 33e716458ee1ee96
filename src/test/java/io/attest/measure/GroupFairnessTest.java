package io.attest.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.data.CategoricalColumn;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.data.TextColumn;
import io.attest.model.ModelSpec.Decision;
import io.attest.model.ModelSpec.Group;
import io.attest.model.ModelSpec.Protected;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GroupFairnessTest {
  private static final Decision BELOW = new Decision(0.5, "below");

  @Test
  void ratiosAndGapsAreThoseOfTheDefinition() {
    // 100 women: 60 favourable; 200 men: 160 favourable; one row without a value.
    int[] sex = new int[301];
    double[] scores = new double[301];
    double[] labels = new double[301];
    for (int i = 0; i < 300; i++) {
      sex[i] = i < 100 ? 0 : 1;
      boolean favourable = i < 60 || (i >= 100 && i < 260);
      scores[i] = favourable ? 0.2 : 0.5;
      // Deserving (label 0): women 0..49 and 60..79, men 100..279.
      labels[i] = i < 50 || (i >= 60 && i < 80) || (i >= 100 && i < 280) ? 0 : 1;
    }
    sex[300] = -1;
    Frame frame = Frame.of(List.of(new CategoricalColumn("sex", sex, List.of("f", "m"))));
    Fairness f = measure(frame, new Protected("sex", List.of()), BELOW, scores, labels);
    Fairness.Attribute attribute = f.attributes().get(0);
    assertThat(attribute.unassigned()).isEqualTo(1);
    Fairness.Group women = attribute.groups().get(0);
    Fairness.Group men = attribute.groups().get(1);
    assertThat(women.rows()).isEqualTo(100);
    assertThat(women.favourable()).isCloseTo(0.6, within(1e-15));
    assertThat(women.impactRatio()).isCloseTo(0.75, within(1e-15));
    assertThat(men.impactRatio()).isEqualTo(1);
    assertThat(women.truePositive()).isCloseTo(50 / 70.0, within(1e-15));
    assertThat(men.truePositive()).isCloseTo(160 / 180.0, within(1e-15));
    assertThat(women.opportunityGap()).isCloseTo(160 / 180.0 - 50 / 70.0, within(1e-15));
    assertThat(men.opportunityGap()).isZero();
    assertThat(women.meanScore()).isCloseTo(0.32, within(1e-12));
    assertThat(women.small()).isFalse();
    assertThat(f.notes()).isEmpty();
  }

  @Test
  void favourableMayBeAbove() {
    double[] scores = IntStream.range(0, 80).mapToDouble(i -> i < 40 ? 0.5 : 0.4).toArray();
    double[] labels = IntStream.range(0, 80).mapToDouble(i -> 1).toArray();
    Frame frame = ages(IntStream.range(0, 80).mapToDouble(i -> i < 40 ? 20 : 30).toArray());
    Fairness f = measure(frame, byAge(), new Decision(0.5, "above"), scores, labels);
    // A score on the threshold is above it.
    assertThat(f.attributes().get(0).groups())
        .extracting(Fairness.Group::favourable)
        .containsExactly(1.0, 0.0);
    assertThat(f.attributes().get(0).groups())
        .extracting(Fairness.Group::truePositive)
        .containsExactly(1.0, 0.0);
  }

  @Test
  void smallGroupsAreShownButTheBestIsSoughtElsewhere() {
    // Three young people, all favourable; 97 others, half favourable.
    double[] age = IntStream.range(0, 100).mapToDouble(i -> i < 3 ? 20 : 40).toArray();
    double[] scores =
        IntStream.range(0, 100).mapToDouble(i -> i < 3 || i % 2 == 0 ? 0 : 1).toArray();
    Fairness f = GroupFairness.of(ages(age), List.of(byAge()), BELOW, scores, Optional.empty());
    Fairness.Group young = f.attributes().get(0).groups().get(0);
    Fairness.Group old = f.attributes().get(0).groups().get(1);
    assertThat(young.small()).isTrue();
    assertThat(young.rows()).isEqualTo(3);
    assertThat(young.impactRatio()).isGreaterThan(1);
    assertThat(old.small()).isFalse();
    assertThat(old.impactRatio()).isEqualTo(1);
    assertThat(young.truePositive()).isNaN();
  }

  @Test
  void noJudgedGroupAndNoFavourableDecisionAreSaid() {
    double[] age = {20, 40, Double.NaN};
    Fairness few = measure(ages(age), byAge(), BELOW, new double[3], new double[3]);
    assertThat(few.attributes().get(0).unassigned()).isEqualTo(1);
    assertThat(few.attributes().get(0).groups()).allMatch(g -> Double.isNaN(g.impactRatio()));
    assertThat(few.notes()).anyMatch(n -> n.contains("none is judged"));
    double[] many = new double[60];
    Arrays.fill(many, 1);
    Fairness none = measure(ages(many), byAge(), BELOW, many, new double[60]);
    assertThat(none.notes()).anyMatch(n -> n.contains("nobody has the favourable decision"));
  }

  @Test
  void groupsOfLevelsWorkOnTextAndNumbersAndUnknownLevelsAreSaid() {
    Protected foreign =
        new Protected(
            "foreign", List.of(level("yes", "1"), level("no", "0"), level("other", "unknown")));
    for (Frame frame :
        List.of(
            Frame.of(List.of(new NumericColumn("foreign", new double[] {1, 0, 0}))),
            Frame.of(List.of(new TextColumn("foreign", List.of("1", "0", "0")))))) {
      Fairness f = measure(frame, foreign, BELOW, new double[3], new double[3]);
      assertThat(f.attributes().get(0).groups())
          .extracting(Fairness.Group::rows)
          .containsExactly(1, 2, 0);
      assertThat(f.notes()).anyMatch(n -> n.contains("no row has the level 'unknown'"));
    }
  }

  @Test
  void overlapsAndMissingRangesAreRefused() {
    Frame frame = ages(20, 40);
    Protected overlap = new Protected("age", List.of(range("young", 0, 30), range("old", 20, 99)));
    assertThatThrownBy(() -> measure(frame, overlap, BELOW, new double[2], new double[2]))
        .hasMessageContaining("Row 1, column age: the value 20 is in two groups, young and old");
    Protected none = new Protected("age", List.of());
    assertThatThrownBy(() -> measure(frame, none, BELOW, new double[2], new double[2]))
        .hasMessageContaining("age is numeric and has no groups");
  }

  @Test
  void proxiesAreTheAssociationsWithTheAttribute() {
    int[] sex = IntStream.range(0, 200).map(i -> i % 2).toArray();
    double[] height =
        IntStream.range(0, 200).mapToDouble(i -> 160 + 15 * (i % 2) + i % 7).toArray();
    double[] noise = IntStream.range(0, 200).mapToDouble(i -> (i / 2) % 10).toArray();
    List<String> texts = Arrays.stream(sex).mapToObj(s -> s == 0 ? "f" : "m").toList();
    Frame frame =
        Frame.of(
            List.of(
                new NumericColumn("height", height),
                new NumericColumn("noise", noise),
                new CategoricalColumn("sex", sex, List.of("f", "m")),
                new TextColumn("text", texts)));
    List<Proxies.Proxy> proxies =
        Proxies.of(
            frame,
            List.of("height", "noise", "sex"),
            List.of(new Protected("sex", List.of()), new Protected("text", List.of())));
    assertThat(proxies)
        .extracting(p -> p.feature() + "/" + p.attribute())
        .containsExactly("height/sex", "noise/sex", "height/text", "noise/text", "sex/text");
    assertThat(proxies.get(0).strength()).isGreaterThan(0.9);
    assertThat(proxies.get(1).strength()).isLessThan(0.05);
    assertThat(proxies.get(2).strength()).isEqualTo(proxies.get(0).strength());
    assertThat(proxies.get(4).strength()).isCloseTo(1, within(1e-12));
  }

  private static Fairness measure(
      Frame frame, Protected attribute, Decision decision, double[] scores, double[] labels) {
    return GroupFairness.of(frame, List.of(attribute), decision, scores, Optional.of(labels));
  }

  private static Frame ages(double... ages) {
    return Frame.of(List.of(new NumericColumn("age", ages)));
  }

  private static Protected byAge() {
    return new Protected("age", List.of(range("young", 0, 25), range("old", 25, 200)));
  }

  private static Group range(String name, double from, double below) {
    return new Group(name, List.of(), Optional.of(from), Optional.of(below));
  }

  private static Group level(String name, String level) {
    return new Group(name, List.of(level), Optional.empty(), Optional.empty());
  }
}
