package io.attest.explain.quality;

import io.attest.explain.Dataset;
import io.attest.explain.Draws;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * What the model says of a row when some features are taken away: when they have the values of
 * background rows in place of the row's own, as the mean over these.
 */
final class Removal {
  /** Random sets of features a row. */
  private static final int RANDOM = 16;

  private static final int STEPS = 6;
  private static final int BATCH = 8192;

  private final Model model;
  private final OutputSpace space;
  private final Dataset background;
  private final double[] weights;

  /** For each feature of the model the player that it belongs to. */
  private final int[] player;

  private final int players;

  /** How many players are kept. */
  private final int[] kept;

  /** One an output: of the predictions of the background. */
  private final double[] deviation;

  Removal(Model model, OutputSpace space, Dataset background, int[] player, int players) {
    this.model = model;
    this.space = space;
    this.background = background;
    this.player = player;
    this.players = players;
    double[] w = background.weightOfEach();
    double total = Arrays.stream(w).sum();
    weights = Arrays.stream(w).map(v -> v / total).toArray();
    deviation = deviation(model.predict(background.rows(), space));
    TreeSet<Integer> sizes = new TreeSet<>();
    for (int s = 1; s <= Math.min(STEPS, players - 1); s++) {
      sizes.add((int) Math.round((double) s * players / (Math.min(STEPS, players - 1) + 1)));
    }
    kept = sizes.stream().mapToInt(s -> Math.min(players - 1, Math.max(1, s))).toArray();
  }

  private double[] deviation(double[] predictions) {
    int k = model.info().outputs().size();
    double[] out = new double[k];
    for (int o = 0; o < k; o++) {
      double mean = 0;
      for (int b = 0; b < weights.length; b++) {
        mean += weights[b] * predictions[b * k + o];
      }
      for (int b = 0; b < weights.length; b++) {
        out[o] += weights[b] * Math.pow(predictions[b * k + o] - mean, 2);
      }
      out[o] = Math.sqrt(out[o]);
    }
    return out;
  }

  /** Rows that the model predicts for one row of the sample. */
  static long cost(int players, long background) {
    return (RANDOM + 2L * Math.min(STEPS, players - 1) + 2) * background;
  }

  /** Figures of one row; NaN where it could not be measured. */
  record OfRow(
      double infidelity,
      double faithfulness,
      double insertion,
      double deletion,
      double important,
      double unimportant) {}

  /**
   * Measures one row.
   *
   * @param prediction of the row, for the output
   * @param contributions of the players, to the output
   */
  OfRow of(double[] row, double prediction, double[] contributions, int output, Draws draws) {
    if (deviation[output] == 0) {
      return new OfRow(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
    }
    List<boolean[]> keep = new ArrayList<>();
    for (int t = 0; t < RANDOM; t++) {
      keep.add(set(draws.permutation(players), kept[t % kept.length]));
    }
    int[] rising = order(j -> contributions[j]);
    int[] falling = reversed(rising);
    for (int size : kept) {
      keep.add(set(falling, size));
      keep.add(set(rising, size));
    }
    int[] unimportantFirst = order(j -> Math.abs(contributions[j]));
    int top = Ranks.top(players);
    keep.add(set(unimportantFirst, players - top));
    keep.add(set(reversed(unimportantFirst), players - top));
    double[] mean = new double[keep.size()];
    double[] gap = new double[keep.size()];
    ask(row, keep, prediction, output, mean, gap);

    double[] sum = new double[RANDOM];
    double[] change = new double[RANDOM];
    for (int t = 0; t < RANDOM; t++) {
      change[t] = prediction - mean[t];
      for (int j = 0; j < players; j++) {
        sum[t] += keep.get(t)[j] ? 0 : contributions[j];
      }
    }
    double insertion = 0;
    double deletion = 0;
    for (int s = 0; s < kept.length; s++) {
      double random = 0;
      int count = 0;
      for (int t = s; t < RANDOM; t += kept.length) {
        random += mean[t];
        count++;
      }
      insertion += mean[RANDOM + 2 * s] - random / count;
      deletion += random / count - mean[RANDOM + 2 * s + 1];
    }
    return new OfRow(
        infidelity(sum, change),
        correlation(sum, change),
        insertion / kept.length / deviation[output],
        deletion / kept.length / deviation[output],
        gap[gap.length - 2] / deviation[output],
        gap[gap.length - 1] / deviation[output]);
  }

  private static double infidelity(double[] sum, double[] change) {
    double product = 0;
    double squares = 0;
    double all = 0;
    for (int t = 0; t < sum.length; t++) {
      product += sum[t] * change[t];
      squares += sum[t] * sum[t];
      all += change[t] * change[t];
    }
    if (all == 0) {
      return Double.NaN;
    }
    double scale = squares == 0 ? 0 : product / squares;
    double missed = 0;
    for (int t = 0; t < sum.length; t++) {
      missed += Math.pow(scale * sum[t] - change[t], 2);
    }
    return missed / all;
  }

  private static double correlation(double[] a, double[] b) {
    double meanA = Arrays.stream(a).average().orElse(0);
    double meanB = Arrays.stream(b).average().orElse(0);
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int t = 0; t < a.length; t++) {
      ab += (a[t] - meanA) * (b[t] - meanB);
      aa += (a[t] - meanA) * (a[t] - meanA);
      bb += (b[t] - meanB) * (b[t] - meanB);
    }
    return bb == 0 ? Double.NaN : aa == 0 ? 0 : ab / Math.sqrt(aa) / Math.sqrt(bb);
  }

  private int[] order(java.util.function.IntToDoubleFunction key) {
    return IntStream.range(0, players)
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer j) -> key.applyAsDouble(j)).thenComparing(j -> j))
        .mapToInt(j -> j)
        .toArray();
  }

  private static int[] reversed(int[] order) {
    return IntStream.range(0, order.length).map(i -> order[order.length - 1 - i]).toArray();
  }

  private boolean[] set(int[] order, int size) {
    boolean[] set = new boolean[players];
    for (int i = 0; i < size; i++) {
      set[order[i]] = true;
    }
    return set;
  }

  /**
   * Asks the model.
   *
   * @param mean mean prediction with each set kept, written
   * @param gap mean absolute distance from the prediction, written
   */
  private void ask(
      double[] row,
      List<boolean[]> keep,
      double prediction,
      int output,
      double[] mean,
      double[] gap) {
    int p = row.length;
    int m = background.size();
    int k = model.info().outputs().size();
    int together = Math.max(1, BATCH / m);
    for (int from = 0; from < keep.size(); from += together) {
      int sets = Math.min(together, keep.size() - from);
      double[] mixed = new double[sets * m * p];
      for (int s = 0, at = 0; s < sets; s++) {
        boolean[] own = keep.get(from + s);
        for (int b = 0; b < m; b++) {
          for (int j = 0; j < p; j++, at++) {
            mixed[at] = own[player[j]] ? row[j] : background.rows().at(b, j);
          }
        }
      }
      double[] out = model.predict(new Batch(sets * m, p, mixed), space);
      for (int s = 0; s < sets; s++) {
        for (int b = 0; b < m; b++) {
          double value = out[(s * m + b) * k + output];
          mean[from + s] += weights[b] * value;
          gap[from + s] += weights[b] * Math.abs(prediction - value);
        }
      }
    }
  }
}
