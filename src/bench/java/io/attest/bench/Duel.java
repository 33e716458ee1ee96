package io.attest.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Times libraries in turns: after a warm-up, each round calls every one of them once, so that what
 * else the machine does hits all alike. Ratios are taken round by round.
 */
final class Duel {
  private final int rounds;
  private final double seconds;

  /**
   * @param seconds that one call of a slow library may take: it is given fewer rows then
   */
  Duel(int rounds, double seconds) {
    this.rounds = rounds;
    this.seconds = seconds;
  }

  /**
   * How one library did.
   *
   * @param rate rows a second
   * @param ratio the first library's rate over this one's, round by round
   * @param difference largest absolute difference from the first library's values; NaN if there was
   *     nothing to compare
   */
  record Result(String name, int rows, Range rate, Range ratio, double difference) {}

  List<Result> run(List<Contestant> contestants) {
    int n = contestants.size();
    int[] rows = new int[n];
    Timed[] calls = new Timed[n];
    double[][] rates = new double[n][rounds];
    for (int c = 0; c < n; c++) {
      rows[c] = contestants.get(c).all() ? contestants.get(c).rows() : fitting(contestants.get(c));
      calls[c] = contestants.get(c).on().apply(rows[c]);
      warm(calls[c], contestants.get(c).all() ? 2 * seconds : seconds / 2);
    }
    List<double[]> values = new ArrayList<>();
    for (int r = 0; r < rounds; r++) {
      for (int c = 0; c < n; c++) {
        calls[c].before();
        long start = System.nanoTime();
        Supplier<double[]> result = calls[c].run();
        rates[c][r] = rows[c] / ((System.nanoTime() - start) * 1e-9);
        if (r == 0) {
          values.add(result.get());
        }
      }
    }
    List<Result> results = new ArrayList<>();
    for (int c = 0; c < n; c++) {
      double[] ratios = new double[rounds];
      for (int r = 0; r < rounds; r++) {
        ratios[r] = rates[0][r] / rates[c][r];
      }
      results.add(
          new Result(
              contestants.get(c).name(),
              rows[c],
              Range.of(rates[c]),
              Range.of(ratios),
              difference(values.get(0), values.get(c))));
    }
    return results;
  }

  /** As many rows as fit the time, from a trial with few. */
  private int fitting(Contestant contestant) {
    int trial = 1;
    while (true) {
      Timed call = contestant.on().apply(trial);
      call.before();
      call.run();
      call.before();
      long start = System.nanoTime();
      call.run();
      double taken = (System.nanoTime() - start) * 1e-9;
      int fit = (int) Math.min(contestant.rows(), Math.max(1, seconds / taken * trial));
      if (trial >= contestant.rows() || taken > seconds / 20) {
        return fit;
      }
      trial = Math.min(contestant.rows(), Math.max(trial * 4, Math.min(fit / 10, trial * 64)));
    }
  }

  private static void warm(Timed call, double seconds) {
    long start = System.nanoTime();
    do {
      call.before();
      call.run();
    } while ((System.nanoTime() - start) * 1e-9 < seconds);
  }

  private static double difference(double[] ours, double[] theirs) {
    if (ours == null || theirs == null) {
      return Double.NaN;
    }
    double most = 0;
    for (int i = 0; i < Math.min(ours.length, theirs.length); i++) {
      double d = Math.abs(ours[i] - theirs[i]);
      // Not Math.max alone: a value that is no number must not pass.
      most = d <= most ? most : d;
    }
    return most;
  }
}
