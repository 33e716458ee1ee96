package io.attest.audit.inventory;

import io.attest.audit.Section;
import io.attest.audit.inventory.DimensionScore.Past;
import io.attest.audit.inventory.DimensionScore.Status;
import io.attest.audit.inventory.DimensionScore.Worst;
import io.attest.model.ModelSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a model stands in every dimension. The whole is the share of the dimensions that apply whose
 * target is reached: no weights, and what was not measured is not reached.
 *
 * @param dimensions in the order of {@link QualityTargets#DIMENSIONS}
 */
public record QualityScore(List<DimensionScore> dimensions) {

  public QualityScore {
    dimensions = List.copyOf(dimensions);
  }

  /**
   * Works it out.
   *
   * @param own targets of the model's declaration, by dimension
   * @param audits oldest first; the last one is what is scored
   */
  public static QualityScore of(
      QualityTargets targets, Map<String, ModelSpec.QualityTarget> own, List<ScoredAudit> audits) {
    List<DimensionScore> scores = new ArrayList<>();
    for (Dimension dimension : targets.dimensions()) {
      scores.add(score(dimension, Optional.ofNullable(own.get(dimension.id())), audits));
    }
    return new QualityScore(scores);
  }

  private static DimensionScore score(
      Dimension dimension, Optional<ModelSpec.QualityTarget> own, List<ScoredAudit> audits) {
    double target = own.flatMap(ModelSpec.QualityTarget::score).orElse(dimension.target());
    String why = own.map(ModelSpec.QualityTarget::why).orElse(dimension.reason());
    List<Past> trend =
        audits.stream()
            .map(
                a ->
                    new Past(a.audit().id(), worst(dimension, target, a).map(QualityScore::points)))
            .toList();
    Optional<Worst> worst =
        audits.isEmpty()
            ? Optional.empty()
            : worst(dimension, target, audits.get(audits.size() - 1));
    Optional<Double> points = worst.map(QualityScore::points);
    DimensionScore plain =
        new DimensionScore(
            dimension.id(),
            dimension.name(),
            Status.NOT_MEASURED,
            target,
            why,
            points,
            worst,
            trend);
    Status status =
        own.isPresent() && !own.get().applies()
            ? Status.NOT_APPLICABLE
            : status(plain, dimension.margin());
    return new DimensionScore(
        dimension.id(), dimension.name(), status, target, why, points, worst, trend);
  }

  private static Status status(DimensionScore score, double margin) {
    if (score.points().isEmpty()) {
      return Status.NOT_MEASURED;
    }
    double points = score.points().get();
    // Points are divided and multiplied: 79.999999999 is 80.
    double target = score.target() - 1e-9;
    if (points < target) {
      return Status.BREACHED;
    }
    double falls = Math.max(0, -score.change().orElse(0.0));
    // Where nothing better is possible, nothing is at risk.
    boolean close = points < 100 && points < score.target() + margin;
    return close || points - falls < target ? Status.AT_RISK : Status.MET;
  }

  private static double points(Worst worst) {
    return worst.indicator().points(worst.fact().value());
  }

  /**
   * Of all facts that the dimension looks at, the one with the fewest points; the first of equals.
   */
  private static Optional<Worst> worst(Dimension dimension, double target, ScoredAudit audit) {
    Worst worst = null;
    for (Indicator indicator : dimension.indicators()) {
      for (Section.Fact fact : audit.facts()) {
        if (!fact.metric().equals(indicator.metric()) || !Double.isFinite(fact.value())) {
          continue;
        }
        Worst one = new Worst(fact, indicator, indicator.value(target));
        if (worst == null || points(one) < points(worst)) {
          worst = one;
        }
      }
    }
    return Optional.ofNullable(worst);
  }

  /** How many dimensions reach their target. */
  public int met() {
    return (int) dimensions.stream().filter(d -> d.status().met()).count();
  }

  /** How many dimensions apply to the model. */
  public int applicable() {
    return (int) dimensions.stream().filter(d -> d.status() != Status.NOT_APPLICABLE).count();
  }

  /** How many of them were not measured. */
  public int unmeasured() {
    return (int) dimensions.stream().filter(d -> d.status() == Status.NOT_MEASURED).count();
  }

  /** Share of the dimensions that apply whose target is reached; absent if none applies. */
  public Optional<Double> share() {
    return applicable() == 0 ? Optional.empty() : Optional.of((double) met() / applicable());
  }

  /** The dimensions whose target is missed. */
  public List<DimensionScore> breached() {
    return dimensions.stream().filter(d -> d.status() == Status.BREACHED).toList();
  }
}
