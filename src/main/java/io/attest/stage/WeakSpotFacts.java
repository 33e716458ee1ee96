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

  private final FairnessFacts.Taker facts;
  private final List<String> left = new ArrayList<>();

  private WeakSpotFacts(FairnessFacts.Taker facts) {
    this.facts = facts;
  }

  /** Adds the facts and returns what was left out, a sentence each. */
  static List<String> of(WeakSpots weakSpots, FairnessFacts.Taker facts) {
    WeakSpotFacts of = new WeakSpotFacts(facts);
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
    if (part.calibration().excludesZero()) {
      facts.add("performance.slice.calibration_gap", subject, Math.abs(part.calibration().value()));
    }
  }
}
