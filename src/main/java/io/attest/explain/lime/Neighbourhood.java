package io.attest.explain.lime;

import io.attest.explain.Dataset;
import io.attest.explain.Draws;
import io.attest.explain.RowHash;
import io.attest.model.Batch;
import io.attest.model.Feature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Draws rows near a row, as the background is spread: numbers around the row's own, in standard
 * deviations of the background; a category stays or is another one, as often as the background has
 * them, but stays at least every fourth time. Thread-safe.
 *
 * <p>A value that is missing is treated as a category: it stays missing or is a value of the
 * background. A value that is there never becomes missing. A feature that is the same in the whole
 * background stays as it is.
 */
final class Neighbourhood {
  /** The row's own category comes up at least so often: what it does could not be told else. */
  private static final double OWN = 0.25;

  private final List<Feature> features;
  private final Spread[] spreads;
  private final RowHash hash;
  private final long seed;
  private final double width;

  private final boolean local;

  /**
   * @param width of the kernel, in standard deviations
   * @param local whether the rows are drawn from the distribution that the kernel makes of the
   *     background's (so that all count alike), in pairs that mirror each other; else as the
   *     background is spread, to be weighted
   */
  Neighbourhood(
      List<Feature> features, Dataset background, long seed, double width, boolean local) {
    this.features = features;
    this.hash = new RowHash(features.stream().map(Feature::name).toList());
    this.seed = seed;
    this.width = width;
    this.local = local;
    double[] weights = background.weightOfEach();
    spreads = new Spread[features.size()];
    for (int j = 0; j < spreads.length; j++) {
      spreads[j] = Spread.of(background.rows(), j, features.get(j).categorical(), weights);
    }
  }

  /** Features that are the same in the whole background. */
  List<String> constant() {
    List<String> names = new ArrayList<>();
    for (int j = 0; j < spreads.length; j++) {
      if (spreads[j].values().length < 2) {
        names.add(features.get(j).name());
      }
    }
    return names;
  }

  /**
   * What the background has of one feature.
   *
   * @param values the different values, missing ones left out, ascending
   * @param shares how often, adding up to 1
   * @param known share of the background that is not missing
   */
  private record Spread(
      boolean categorical,
      double mean,
      double deviation,
      double[] values,
      double[] shares,
      double known) {

    static Spread of(Batch rows, int feature, boolean categorical, double[] weights) {
      double[] values = new double[rows.rows()];
      int n = 0;
      double total = 0;
      double all = 0;
      double mean = 0;
      for (int i = 0; i < rows.rows(); i++) {
        double v = rows.at(i, feature);
        all += weights[i];
        if (!Double.isNaN(v) && weights[i] > 0) {
          total += weights[i];
          mean += (v - mean) * weights[i] / total;
          values[n++] = v + 0.0;
        }
      }
      double[] distinct = Arrays.stream(values, 0, n).sorted().distinct().toArray();
      double[] shares = new double[distinct.length];
      double squares = 0;
      for (int i = 0; i < rows.rows(); i++) {
        double v = rows.at(i, feature);
        if (!Double.isNaN(v) && weights[i] > 0) {
          shares[Arrays.binarySearch(distinct, v + 0.0)] += weights[i] / total;
          squares += weights[i] / total * (v - mean) * (v - mean);
        }
      }
      double deviation = distinct.length < 2 ? 0 : Math.sqrt(squares);
      return new Spread(categorical, mean, deviation, distinct, shares, all == 0 ? 0 : total / all);
    }

    /** Share of the background that has this value; or none, if missing. */
    double share(double value) {
      if (Double.isNaN(value)) {
        return 1 - known;
      }
      int at = Arrays.binarySearch(values, value + 0.0);
      return at < 0 ? 0 : shares[at] * known;
    }
  }

  /** Draws around one row. */
  Around around(Batch rows, int row, int count) {
    return new Around(rows.row(row), Long.toHexString(hash.of(rows, row)), count);
  }

  /** A row and those drawn around it. */
  final class Around {
    private final double[] centre;
    private final double[] drawn;
    private final int count;

    private Around(double[] centre, String content, int count) {
      this.centre = centre;
      this.count = count;
      drawn = new double[count * centre.length];
      for (int j = 0; j < centre.length; j++) {
        // Named by row and feature, so that neither other rows nor the order of columns matter.
        draw(j, new Draws(seed, "lime " + content + " " + features.get(j).name()));
      }
    }

    private void draw(int j, Draws draws) {
      boolean level = isLevel(j);
      double[] others = level ? others(j) : new double[0];
      double scale = local ? width / Math.sqrt(1 + width * width) : 1;
      for (int i = 0; i < count; i += local ? 2 : 1) {
        boolean pair = local && i + 1 < count;
        if (level) {
          double u = draws.uniform();
          put(i, j, level(j, others, u));
          if (pair) {
            put(i + 1, j, level(j, others, 1 - u));
          }
        } else {
          double step =
              spreads[j].deviation() == 0 ? 0 : scale * spreads[j].deviation() * draws.normal();
          put(i, j, centre[j] + step);
          if (pair) {
            put(i + 1, j, centre[j] - step);
          }
        }
      }
    }

    /** Cumulative chances: of the row's own, then of each value of the background that is not. */
    private double[] others(int j) {
      Spread spread = spreads[j];
      // A different category is as far as one standard deviation.
      double far = local ? Math.exp(-0.5 / (width * width)) : 1;
      double[] chances = new double[1 + spread.values().length];
      double own = Double.isNaN(centre[j]) ? 0 : spread.share(centre[j]) / spread.known();
      chances[0] = Math.max(OWN, own);
      double total = chances[0];
      for (int v = 0; v < spread.values().length; v++) {
        boolean another = spread.values()[v] != centre[j];
        chances[v + 1] = another ? far * (1 - chances[0]) * spread.shares()[v] / (1 - own) : 0;
        total += chances[v + 1];
      }
      double sum = 0;
      for (int v = 0; v < chances.length; v++) {
        sum += chances[v];
        chances[v] = sum / total;
      }
      return chances;
    }

    private double level(int j, double[] chances, double u) {
      int at = 0;
      while (at < chances.length - 1 && u > chances[at]) {
        at++;
      }
      return at == 0 ? centre[j] : spreads[j].values()[at - 1];
    }

    private void put(int i, int j, double value) {
      drawn[i * centre.length + j] = value;
    }

    private boolean isLevel(int j) {
      return spreads[j].categorical() || Double.isNaN(centre[j]);
    }

    /** As the model sees them. */
    Batch rows() {
      return new Batch(count, centre.length, drawn);
    }

    /**
     * How the line knows a drawn row.
     *
     * @param i its index, or -1 for the row itself
     * @param out one a feature, written
     */
    void design(int i, double[] out) {
      for (int j = 0; j < out.length; j++) {
        double value = i < 0 ? centre[j] : drawn[i * out.length + j];
        out[j] =
            isLevel(j)
                ? Double.compare(value + 0.0, centre[j] + 0.0) == 0 ? 1 : 0
                : standard(j, value);
      }
    }

    private double standard(int j, double value) {
      double deviation = spreads[j].deviation();
      return (value - spreads[j].mean()) / (deviation == 0 ? 1 : deviation);
    }

    /** How far the row is from the mean of the background, in what {@link #design} gives. */
    double contrast(int j) {
      return isLevel(j) ? 1 - spreads[j].share(centre[j]) : standard(j, centre[j]);
    }

    /** Squared distance of a drawn row: a number in standard deviations, a category 1 if other. */
    double squaredDistance(int i) {
      double sum = 0;
      for (int j = 0; j < centre.length; j++) {
        double value = drawn[i * centre.length + j];
        if (isLevel(j)) {
          sum += Double.compare(value + 0.0, centre[j] + 0.0) == 0 ? 0 : 1;
        } else if (spreads[j].deviation() > 0) {
          double d = (value - centre[j]) / spreads[j].deviation();
          sum += d * d;
        }
      }
      return sum;
    }
  }

  /** What a drawn row counts if the kernel has this width, in place of its own. */
  double weight(double squaredDistance, double otherWidth) {
    double drawnWith = local ? 1 / (width * width) : 0;
    return Math.exp(-0.5 * squaredDistance * (1 / (otherWidth * otherWidth) - drawnWith));
  }
}
