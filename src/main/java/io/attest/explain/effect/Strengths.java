package io.attest.explain.effect;

import io.attest.explain.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How strongly pairs act together, each measured once for all outputs. */
final class Strengths {
  private record Pair(int first, int second) {
    static Pair of(Candidate c) {
      return new Pair(c.first(), c.second());
    }
  }

  /** How two features are measured together. */
  interface Measure {

    /** An upper bound of the rows to predict. */
    long cost(int first, int second);

    /** The figures of each output. */
    Candidate[] of(int first, int second, Progress progress);
  }

  private final Measure measure;
  private final Map<Pair, Candidate[]> measured = new HashMap<>();

  Strengths(Measure measure) {
    this.measure = measure;
  }

  /** The figures of a pair and output. */
  Candidate of(Candidate pair, Progress progress) {
    return measured
        .computeIfAbsent(Pair.of(pair), p -> measure.of(p.first(), p.second(), progress))[
        pair.output()];
  }

  /**
   * Measures candidates in their order for as long as the predictions suffice, the first in any
   * case.
   *
   * @return those that act together, strongest first
   */
  List<Candidate> within(long budget, List<Candidate> candidates, Progress progress) {
    Set<Pair> chosen = new LinkedHashSet<>();
    long left = budget;
    for (Candidate candidate : candidates) {
      if (!chosen.contains(Pair.of(candidate))) {
        progress.check();
        left -= measure.cost(candidate.first(), candidate.second());
        if (left < 0 && !chosen.isEmpty()) {
          break;
        }
        chosen.add(Pair.of(candidate));
      }
    }
    List<Candidate> found = new ArrayList<>();
    int done = 0;
    for (Pair pair : chosen) {
      Part part =
          new Part(
              progress, Part.WHOLE * done / chosen.size(), Part.WHOLE * (done + 1) / chosen.size());
      Candidate any = new Candidate(pair.first(), pair.second(), 0, Double.NaN, Double.NaN);
      of(any, part);
      Arrays.stream(measured.get(pair)).filter(c -> c.size() > 1e-12).forEach(found::add);
      done++;
    }
    found.sort(Candidate.STRONGEST);
    return found;
  }

  /** What was measured of those that were found. */
  String note(List<Candidate> found, String what, long budget) {
    return "Of %s that may act together, %s measured for the %s strongest, within a budget of %s predicted rows."
        .formatted(found.stream().map(Pair::of).distinct().count(), what, measured.size(), budget);
  }
}
