package io.attest.explain.counterfactual;

import java.util.ArrayList;
import java.util.List;

/**
 * What changes as one thing: a feature, or a group of which exactly one is 1.
 *
 * @param name of the feature, or of the group's first member
 * @param features indexes
 * @param options what it could be instead; those of a run stand together
 * @param runs stretches of options, {@code {first, last}}, along which a number goes further and
 *     further from what it is, or nearer and nearer; an option that is of no order is a run alone
 */
record Variable(String name, int[] features, List<Option> options, List<int[]> runs) {

  /**
   * Another value.
   *
   * @param values one for each feature of the variable
   * @param states what the trees see of each, see {@link Cells}; 0 without trees
   * @param cost part of the distance
   */
  record Option(double[] values, int[] states, double cost) {}

  /** Least cost of a change. */
  double cheapest() {
    return options.stream().mapToDouble(Option::cost).min().orElse(Double.POSITIVE_INFINITY);
  }

  /** At most this many options, evenly taken from each of the runs. */
  Variable thinned(int most) {
    if (options.size() <= most) {
      return this;
    }
    List<Option> fewer = new ArrayList<>();
    List<int[]> spans = new ArrayList<>();
    for (int[] run : runs) {
      int length = run[1] - run[0] + 1;
      int keep = Math.max(1, (int) ((long) most * length / options.size()));
      int first = fewer.size();
      // Both ends of a run: the nearest and the furthest.
      for (int i = 0; i < keep; i++) {
        int at = keep == 1 ? nearest(run) : run[0] + (int) ((long) i * (length - 1) / (keep - 1));
        fewer.add(options.get(at));
      }
      spans.add(new int[] {first, fewer.size() - 1});
    }
    return new Variable(name, features, fewer, spans);
  }

  private int nearest(int[] run) {
    return options.get(run[0]).cost() <= options.get(run[1]).cost() ? run[0] : run[1];
  }

  /** Writes an option into values. */
  void set(double[] values, Option option) {
    for (int m = 0; m < features.length; m++) {
      values[features[m]] = option.values()[m];
    }
  }

  /** What it takes to go from one row's values to another's. */
  double part(Ruler ruler, double[] from, double[] to) {
    if (features.length == 1) {
      return ruler.part(features[0], from[features[0]], to[features[0]]);
    }
    for (int f : features) {
      if (ruler.part(f, from[f], to[f]) != 0) {
        return 1;
      }
    }
    return 0;
  }
}
