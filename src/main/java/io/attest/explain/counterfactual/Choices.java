package io.attest.explain.counterfactual;

import io.attest.model.Batch;
import io.attest.model.Feature;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What each feature of a case could be instead, within the rules.
 *
 * <p>A number of a tree ensemble gets one value for each cell: the nearest one in it, or a rounder
 * one not much further. A number of another model gets values of the data.
 */
final class Choices {
  /** How much further a rounder value may be, as a distance. */
  private static final double ROUNDING = 0.02;

  private static final int GRID = 24;
  private static final int MOST_DIGITS = 300;

  private final Rules rules;
  private final Optional<Cells> cells;
  private final double[][] grid;

  /**
   * @param cells of the trees, if the model has any
   * @param data whose values other models are asked for
   */
  Choices(Rules rules, Optional<Cells> cells, Batch data) {
    this.rules = rules;
    this.cells = cells;
    this.grid = cells.isPresent() ? null : grid(rules.ruler(), data);
  }

  /** Quantiles of each number, all different values where they are few. */
  private static double[][] grid(Ruler ruler, Batch data) {
    double[][] grid = new double[data.features()][];
    for (int j = 0; j < grid.length; j++) {
      int f = j;
      double[] sorted =
          java.util.stream.IntStream.range(0, data.rows())
              .mapToDouble(i -> data.at(i, f))
              .filter(v -> !Double.isNaN(v))
              .sorted()
              .toArray();
      double[] distinct = Arrays.stream(sorted).distinct().toArray();
      if (distinct.length > GRID && !ruler.features().get(j).categorical()) {
        TreeSet<Double> quantiles = new TreeSet<>();
        for (int g = 0; g < GRID; g++) {
          quantiles.add(sorted[(int) ((long) g * (sorted.length - 1) / (GRID - 1))]);
        }
        distinct = quantiles.stream().mapToDouble(Double::doubleValue).toArray();
      }
      grid[j] = distinct;
    }
    return grid;
  }

  /** All that may change of a case, in the order of the features. */
  List<Variable> of(double[] row) {
    List<Variable> out = new ArrayList<>();
    for (int[] features : units()) {
      Variable v = features.length > 1 ? group(row, features) : single(row, features[0]);
      if (!v.options().isEmpty()) {
        out.add(v);
      }
    }
    return out;
  }

  /** All features as variables, without options. */
  List<Variable> everything() {
    return units().stream()
        .map(f -> new Variable(rules.ruler().features().get(f[0]).name(), f, List.of(), List.of()))
        .toList();
  }

  /** Every feature, or group in place of its first member. */
  List<int[]> units() {
    return rules.units();
  }

  private int state(int feature, double value) {
    return cells.map(c -> c.state(feature, value)).orElse(0);
  }

  private Variable group(double[] row, int[] features) {
    List<Variable.Option> options = new ArrayList<>();
    List<int[]> runs = new ArrayList<>();
    for (int one = 0; one < features.length; one++) {
      double[] values = new double[features.length];
      int[] states = new int[features.length];
      boolean allowed = true;
      boolean same = true;
      for (int m = 0; m < features.length; m++) {
        int f = features[m];
        values[m] = m == one ? 1 : 0;
        states[m] = state(f, values[m]);
        allowed &= rules.allows(f, row[f], values[m]);
        same &= row[f] == values[m];
      }
      if (allowed && !same) {
        runs.add(new int[] {options.size(), options.size()});
        options.add(new Variable.Option(values, states, 1));
      }
    }
    return new Variable(rules.ruler().features().get(features[0]).name(), features, options, runs);
  }

  private Variable single(double[] row, int feature) {
    Feature declared = rules.ruler().features().get(feature);
    List<Variable.Option> options = new ArrayList<>();
    List<int[]> runs = new ArrayList<>();
    double was = row[feature];
    boolean unused = cells.isPresent() && !cells.get().used(feature);
    if (declared.categorical()) {
      boolean needed = !unused || effect(feature);
      for (int level = 0; level < declared.levels().size() && needed; level++) {
        if (level != was && rules.allows(feature, was, level)) {
          runs.add(new int[] {options.size(), options.size()});
          options.add(option(feature, was, level));
        }
      }
    } else if (!rules.fixed()[feature]) {
      TreeSet<Double> values = new TreeSet<>();
      if (cells.isPresent()) {
        cellValues(feature, was, values);
      } else {
        Arrays.stream(grid[feature]).forEach(values::add);
      }
      implied(feature, was, values);
      values.removeIf(v -> v == was || !rules.allows(feature, was, v));
      numbers(feature, was, values, options, runs);
    }
    return new Variable(declared.name(), new int[] {feature}, options, runs);
  }

  private Variable.Option option(int feature, double was, double value) {
    return new Variable.Option(
        new double[] {value},
        new int[] {state(feature, value)},
        rules.ruler().part(feature, was, value));
  }

  /** In one run those below, in one those above; what counts as missing to the trees is alone. */
  private void numbers(
      int feature,
      double was,
      TreeSet<Double> values,
      List<Variable.Option> options,
      List<int[]> runs) {
    List<Variable.Option> apart = new ArrayList<>();
    int first = 0;
    boolean below = true;
    for (double value : values) {
      Variable.Option option = option(feature, was, value);
      if (option.states()[0] == Cells.MISSING) {
        apart.add(option);
        continue;
      }
      if (below && value > was) {
        close(first, options.size(), runs);
        first = options.size();
        below = false;
      }
      options.add(option);
    }
    close(first, options.size(), runs);
    for (Variable.Option option : apart) {
      runs.add(new int[] {options.size(), options.size()});
      options.add(option);
    }
  }

  private static void close(int first, int end, List<int[]> runs) {
    if (end > first) {
      runs.add(new int[] {first, end - 1});
    }
  }

  private boolean effect(int feature) {
    return rules.implications().stream().anyMatch(i -> i.effect() == feature);
  }

  /** The nearest values that an implication may ask for. */
  private void implied(int feature, double was, TreeSet<Double> values) {
    for (Implication i : rules.implications()) {
      if (i.effect() == feature && !i.then().equals("stays") && !Double.isNaN(was)) {
        double step = rules.whole()[feature] ? 1 : rules.ruler().scale()[feature] / 100;
        double by = i.by() > 0 ? i.by() : step;
        by = rules.whole()[feature] ? Math.ceil(by) : by;
        if (!i.then().equals("falls")) {
          values.add(was + by);
        }
        if (!i.then().equals("rises")) {
          values.add(was - by);
        }
      }
    }
  }

  private void cellValues(int feature, double was, TreeSet<Double> values) {
    Cells trees = cells.orElseThrow();
    int own = trees.state(feature, was);
    double towards = Double.isNaN(was) ? rules.ruler().centre()[feature] : was;
    double from = rules.from()[feature];
    double to = rules.to()[feature];
    for (int cell = 0; cell < trees.count(feature) && trees.used(feature); cell++) {
      double low = Math.max(from, trees.first(feature, cell));
      double high = Math.min(to, trees.last(feature, cell));
      if (cell == own || !(low <= high)) {
        continue;
      }
      // Of a number that counts as missing itself, the cell around it has two nearest values.
      double aim = Math.max(low, Math.min(high, towards));
      if (aim <= towards) {
        add(feature, cell, low, aim, false, values);
      }
      if (aim >= towards) {
        add(feature, cell, aim, high, true, values);
      }
    }
    if (trees.used(feature) && own != Cells.MISSING && trees.state(feature, 0) == Cells.MISSING) {
      values.add(0.0);
    }
  }

  /** The nearest value of a cell from its near end on, or a rounder one a little further. */
  private void add(
      int feature, int cell, double low, double high, boolean up, TreeSet<Double> values) {
    double near = up ? low : high;
    Cells trees = cells.orElseThrow();
    for (double value : rounder(rules, feature, near, up)) {
      // What counts as missing is of another cell.
      if (value >= low && value <= high && trees.state(feature, value) == cell) {
        values.add(value);
        return;
      }
    }
  }

  /**
   * A value as a person would type it, from the roundest to the value itself: further on, where
   * that costs little, and no finer than the data where something fits.
   *
   * @param up whether further on is up
   */
  static List<Double> rounder(Rules rules, int feature, double near, boolean up) {
    boolean whole = rules.whole()[feature];
    List<Double> out = new ArrayList<>();
    if (whole || rules.round()) {
      int written = rules.ruler().decimals()[feature];
      int decimals = whole ? 0 : written < 0 ? MOST_DIGITS : written;
      double room = ROUNDING * rules.ruler().scale()[feature];
      // Powers of ten, of which the first may be too far: it is tried.
      int roundest = -(int) Math.floor(Math.log10(Math.max(room, 1e-300))) - 1;
      int finest = whole ? 0 : Math.max(written, roundest) + 9;
      int start = rules.round() ? Math.min(roundest, whole ? 0 : finest) : 0;
      for (int d = Math.max(-MOST_DIGITS, start); d <= Math.min(MOST_DIGITS, finest); d++) {
        double value = multiple(near, d, up);
        if (d >= decimals || Math.abs(value - near) <= room) {
          out.add(value);
          if (value == 0) {
            out.add(multiple(up ? Double.MIN_VALUE : -Double.MIN_VALUE, d, up));
          }
        }
      }
    }
    if (!whole) {
      out.add(near);
    }
    return out;
  }

  /** The next number with so many decimals; below 0, of whole tens, hundreds... */
  private static double multiple(double value, int decimals, boolean up) {
    return new BigDecimal(value)
        .setScale(decimals, up ? RoundingMode.CEILING : RoundingMode.FLOOR)
        .doubleValue();
  }
}
