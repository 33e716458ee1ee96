package io.attest.audit.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.audit.Audit;
import io.attest.audit.Control;
import io.attest.audit.Section;
import io.attest.audit.inventory.DimensionScore.Status;
import io.attest.model.ModelSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class QualityScoreTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Path FILE = Path.of("config/quality-targets.yaml");

  private final QualityTargets targets = packed();

  private static QualityTargets packed() {
    try {
      return QualityTargets.read(FILE.toString(), Files.readAllBytes(FILE));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Section.Fact fact(String metric, String subject, double value) {
    return new Section.Fact(metric, subject, value);
  }

  private static Audit audit(String state, String started, Optional<String> ended) {
    return new Audit(
        "A-" + started,
        "m",
        "M",
        "high",
        "r",
        "a",
        "page",
        "stan",
        Instant.parse(started),
        state,
        Optional.of("pass"),
        Optional.empty(),
        1,
        ended.map(Instant::parse));
  }

  private static ScoredAudit with(Section.Fact... facts) {
    return new ScoredAudit(
        audit("waiting", "2026-11-20T12:00:00Z", Optional.empty()), List.of(facts));
  }

  private QualityScore score(Map<String, ModelSpec.QualityTarget> own, ScoredAudit... audits) {
    return QualityScore.of(targets, own, List.of(audits));
  }

  private static DimensionScore of(QualityScore score, String dimension) {
    return score.dimensions().stream()
        .filter(d -> d.id().equals(dimension))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void theFactWithTheFewestPointsCounts() {
    QualityScore score =
        score(
            Map.of(),
            with(
                fact("fairness.impact_ratio", "sex: women", 0.72),
                fact("fairness.impact_ratio", "sex: men", 1),
                fact("fairness.equal_opportunity", "sex: women", 0.05)));
    DimensionScore fairness = of(score, "fairness");
    assertThat(fairness.status()).isEqualTo(Status.BREACHED);
    assertThat(fairness.points().orElseThrow()).isCloseTo(72, within(1e-9));
    assertThat(fairness.worst().orElseThrow().fact().subject()).isEqualTo("sex: women");
    assertThat(fairness.worst().orElseThrow().needed()).isCloseTo(0.8, within(1e-12));
    assertThat(score.breached()).extracting(DimensionScore::id).containsExactly("fairness");
  }

  @Test
  void whatWasNotMeasuredIsNotFilledInAndNotMet() {
    QualityScore score =
        score(
            Map.of(),
            with(fact("performance.auc", "audit data", 0.9), fact("drift.psi", "a", Double.NaN)));
    assertThat(of(score, "performance").status()).isEqualTo(Status.MET);
    assertThat(of(score, "drift").status()).isEqualTo(Status.NOT_MEASURED);
    assertThat(of(score, "drift").points()).isEmpty();
    assertThat(score.met()).isEqualTo(1);
    assertThat(score.applicable()).isEqualTo(8);
    assertThat(score.unmeasured()).isEqualTo(7);
    assertThat(score.share()).contains(1 / 8.0);

    QualityScore never = score(Map.of());
    assertThat(never.unmeasured()).isEqualTo(8);
    assertThat(never.share()).contains(0.0);
  }

  @Test
  void closeToTheTargetOrFallingTowardsItIsAtRisk() {
    ScoredAudit before = with(fact("performance.auc", "audit data", 0.8));
    // 43 points with target 40 and margin 5.
    assertThat(
            of(score(Map.of(), with(fact("performance.auc", "d", 0.715))), "performance").status())
        .isEqualTo(Status.AT_RISK);
    // 50 points after 60: another fall of 10 still reaches 40.
    assertThat(of(score(Map.of(), before, with(fact("performance.auc", "d", 0.75))), "performance"))
        .returns(Status.MET, DimensionScore::status)
        .satisfies(d -> assertThat(d.change().orElseThrow()).isCloseTo(-10, within(1e-9)));
    // 49 points after 60: another fall of 11 would not.
    assertThat(
            of(score(Map.of(), before, with(fact("performance.auc", "d", 0.745))), "performance")
                .status())
        .isEqualTo(Status.AT_RISK);
    // Exactly the target is reached.
    assertThat(
            of(score(Map.of(), with(fact("fairness.impact_ratio", "g", 0.8))), "fairness").status())
        .isEqualTo(Status.AT_RISK);
    // A gap in the trend is no fall.
    assertThat(
            of(
                score(
                    Map.of(),
                    before,
                    with(fact("x", "d", 1)),
                    with(fact("performance.auc", "d", 0.745))),
                "performance"))
        .returns(Status.MET, DimensionScore::status)
        .satisfies(d -> assertThat(d.trend()).hasSize(3))
        .satisfies(d -> assertThat(d.trend().get(1).points()).isEmpty());
  }

  @Test
  void aModelMayAskForMoreAndSayWhatDoesNotApply() {
    QualityScore score =
        score(
            Map.of(
                "performance",
                    new ModelSpec.QualityTarget(Optional.of(90.0), true, "It decides alone."),
                "fairness",
                    new ModelSpec.QualityTarget(Optional.empty(), false, "It judges machines.")),
            with(fact("performance.auc", "d", 0.9)));
    assertThat(of(score, "performance"))
        .returns(Status.BREACHED, DimensionScore::status)
        .returns("It decides alone.", DimensionScore::why);
    assertThat(of(score, "fairness"))
        .returns(Status.NOT_APPLICABLE, DimensionScore::status)
        .returns("It judges machines.", DimensionScore::why);
    assertThat(score.applicable()).isEqualTo(7);
  }

  @Test
  void daysAndControlsComeFromTheRecord() {
    Section.Controlled controlled =
        new Section.Controlled(
            List.of(
                control(Control.State.SHOWN),
                control(Control.State.PARTLY),
                control(Control.State.OPEN),
                control(Control.State.OUTSIDE)),
            List.of());
    ScoredAudit old =
        ScoredAudit.of(
            audit("approved", "2026-01-01T00:00:00Z", Optional.of("2026-01-11T12:00:00Z")),
            Optional.empty(),
            Optional.of(controlled),
            Optional.of(Instant.parse("2026-02-11T12:00:00Z")),
            NOW);
    assertThat(old.facts())
        .containsExactly(
            fact("evidence.shown", "3 obligations", 0.5),
            fact("timeliness.decision_days", "audit", 10.5),
            fact("timeliness.age_days", "decision", 31));
    ScoredAudit open =
        ScoredAudit.of(
            audit("waiting", "2026-11-20T12:00:00Z", Optional.empty()),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            NOW);
    assertThat(open.facts()).containsExactly(fact("timeliness.decision_days", "audit", 2));
  }

  private static Control control(Control.State state) {
    return new Control("r", "o", "t", Optional.empty(), state, List.of(), List.of(), List.of(), "");
  }

  /** Points never leave 0 to 100, and a better value never has fewer. */
  @Property(tries = 200)
  void betterValuesNeverHaveFewerPoints(
      @ForAll @DoubleRange(min = -1e6, max = 1e6) double a,
      @ForAll @DoubleRange(min = -1e6, max = 1e6) double b) {
    for (Dimension dimension : targets.dimensions()) {
      for (Indicator i : dimension.indicators()) {
        double worse = i.rising() ? Math.min(a, b) : Math.max(a, b);
        double better = i.rising() ? Math.max(a, b) : Math.min(a, b);
        assertThat(i.points(worse)).isBetween(0.0, 100.0).isLessThanOrEqualTo(i.points(better));
        assertThat(i.points(i.value(37))).isCloseTo(37, within(1e-6));
      }
    }
  }

  @Test
  void aWrongFileIsToldWithItsLine() throws Exception {
    String text = Files.readString(FILE);
    assertThatThrownBy(
            () -> read(text.replaceFirst("    margin: 5\n", "    margin: 5\n    margn: 5\n")))
        .hasMessageContaining("targets.yaml, line ")
        .hasMessageContaining("unknown key margn");
    assertThatThrownBy(() -> read(text.replaceFirst("    margin: 5\n", "")))
        .hasMessageContaining("Missing creator property 'margin'")
        .hasMessageNotContaining("Feature");
    assertThatThrownBy(() -> read(text.replaceFirst("zero: 0.5, full: 1", "zero: 1, full: 1")))
        .hasMessageContaining("performance.auc")
        .hasMessageContaining("not the same");
    assertThatThrownBy(() -> read(text.replace("id: drift", "id: drifting")))
        .hasMessageContaining("must be [performance");
    assertThatThrownBy(() -> read(text.replaceFirst("target: 40", "target: 400")))
        .hasMessageContaining("points from 0 to 100");
  }

  private static QualityTargets read(String text) {
    return QualityTargets.read("targets.yaml", text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void theOrderOfFactsDoesNotMatter() {
    List<Section.Fact> facts =
        new ArrayList<>(
            Arrays.asList(
                fact("data.missing", "a", 0.05),
                fact("data.rejected", "audit data", 0),
                fact("data.duplicates", "audit data", 0.1)));
    DimensionScore one = of(score(Map.of(), with(facts.toArray(Section.Fact[]::new))), "data");
    java.util.Collections.reverse(facts);
    DimensionScore other = of(score(Map.of(), with(facts.toArray(Section.Fact[]::new))), "data");
    assertThat(one).isEqualTo(other);
    assertThat(one.points().orElseThrow()).isCloseTo(50, within(1e-9));
  }
}
