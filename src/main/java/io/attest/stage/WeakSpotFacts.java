package io.attest.stage;

import io.attest.measure.Performance;
import io.attest.measure.WeakSpots;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What the domain rules can judge of where a model is weak. */
final class WeakSpotFacts {

  /** So many slices are facts: the worst of those that are no accident. */
  static final int MOST_SLICES = 10;

  /** Of each segment, so many values are facts: those with the fewest rows. */
  static final int MOST_PARTS = 25;

  /** The log loss says what the Brier score does; the calibration error is large in few rows. */
  private static final List<String> JUDGED =
      List.of(
          "performance.auc",
          "performance.brier",
          "performance.accuracy",
          "performance.rmse",
          "performance.mae",
          "performance.r2");

  private final WeakSpots weakSpots;
  private final FairnessFacts.Taker facts;
  private final List<String> left = new ArrayList<>();

  private WeakSpotFacts(WeakSpots weakSpots, FairnessFacts.Taker facts) {
    this.weakSpots = weakSpots;
    this.facts = facts;
  }

  /** Adds the facts and returns what was left out, a sentence each. */
  static List<String> of(WeakSpots weakSpots, FairnessFacts.Taker facts) {
    WeakSpotFacts of = new WeakSpotFacts(weakSpots, facts);
    weakSpots.slices().stream()
        .filter(WeakSpots.Slice::certain)
        .limit(MOST_SLICES)
        .forEach(s -> facts.add("performance.slice_gap", s.where(), s.relative()));
    weakSpots
        .line()
        .ifPresent(
            line -> {
              facts.add(
                  "performance.calibration_intercept", "audit data", line.intercept().value());
              facts.add("performance.calibration_slope", "audit data", line.slope().value());
            });
    weakSpots.segments().forEach(of::segment);
    return of.left;
  }

  private void segment(WeakSpots.Segment segment) {
    List<WeakSpots.Part> fewest =
        segment.parts().stream()
            .sorted(Comparator.comparingInt(WeakSpots.Part::labelled))
            .limit(MOST_PARTS)
            .toList();
    for (WeakSpots.Part part : segment.parts()) {
      if (fewest.contains(part)) {
        part(segment.column() + ": " + part.name(), part);
      }
    }
    if (segment.parts().size() + segment.left() > fewest.size()) {
      left.add(
          "Rules were asked about %s values of the segment %s, of %s."
              .formatted(fewest.size(), segment.column(), segment.parts().size() + segment.left()));
    }
  }

  private void part(String subject, WeakSpots.Part part) {
    facts.add("segment.rows", subject, part.labelled());
    if (part.small()) {
      return;
    }
    for (Performance.Metric metric : part.metrics()) {
      if (JUDGED.contains(metric.name())) {
        facts.add(
            metric.name().replaceFirst("^performance", "performance.slice"),
            subject,
            metric.value());
      }
    }
    double mae = part.metric("mae");
    if (!Double.isNaN(mae)) {
      number(subject, part, mae);
    } else if (part.calibration().excludesZero()) {
      facts.add("performance.slice.calibration_gap", subject, Math.abs(part.calibration().value()));
    }
  }

  /** Of a number, relative to its error over all rows: a limit for all models has no unit. */
  private void number(String subject, WeakSpots.Part part, double mae) {
    // The loss of a number is its absolute error.
    double all = weakSpots.overall().value();
    if (all > 0) {
      facts.add("performance.slice.error_ratio", subject, mae / all);
      if (part.calibration().excludesZero()) {
        facts.add("performance.slice.bias", subject, Math.abs(part.calibration().value()) / all);
      }
    }
  }
}
