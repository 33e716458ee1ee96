package io.attest.measure.drift;

import io.attest.measure.Performance;
import io.attest.measure.Performance.Metric;
import java.util.List;
import java.util.Set;

/**
 * How one figure of performance has changed.
 *
 * @param worse by how much it is worse than then: above 0 the model does worse, whichever way the
 *     figure runs
 * @param low lower end of the 95 % interval of {@code worse}; NaN where an interval is unknown
 * @param high upper end
 */
public record MetricChange(
    String metric, double then, double now, double worse, double low, double high) {

  private static final Set<String> HIGHER_IS_BETTER =
      Set.of("performance.auc", "performance.accuracy", "performance.r2");

  /** True if chance alone hardly explains that it is worse. */
  public boolean surelyWorse() {
    return low > 0;
  }

  /**
   * Compares every figure that both have. The intervals are put together by recovering each side's
   * variance from its own interval, the two samples being independent.
   *
   * @see <a href="https://doi.org/10.1002/sim.3095">Zou and Donner 2008, Construction of confidence
   *     limits about effect measures</a>
   */
  public static List<MetricChange> of(Performance then, Performance now) {
    return then.metrics().stream()
        .flatMap(
            a ->
                now.metrics().stream()
                    .filter(b -> b.name().equals(a.name()))
                    .map(b -> change(a, b)))
        .filter(c -> !Double.isNaN(c.worse()))
        .toList();
  }

  private static MetricChange change(Metric then, Metric now) {
    boolean higher = HIGHER_IS_BETTER.contains(then.name());
    Metric good = higher ? then : now;
    Metric bad = higher ? now : then;
    double worse = good.value() - bad.value();
    return new MetricChange(
        then.name(),
        then.value(),
        now.value(),
        worse,
        worse - Math.hypot(good.value() - good.low(), bad.high() - bad.value()),
        worse + Math.hypot(good.high() - good.value(), bad.value() - bad.low()));
  }
}
