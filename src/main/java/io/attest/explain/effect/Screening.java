package io.attest.explain.effect;

import io.attest.explain.Draws;
import io.attest.explain.Progress;
import io.attest.explain.Units;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which pairs of features of any model may act together, within a number of predictions.
 *
 * <p>A draw takes a row and gives it values of another one: of one feature, of another, of both.
 * What both together change beyond the sum of the two is 0 if they do not act together. A pair's
 * strength is the root mean square of that over the draws, halved: with independent features the
 * standard deviation of all interactions that both take part in. Where not all pairs can be asked
 * about, those of the features with the largest total effect are (Jansen's estimate): a pair has no
 * larger part in the variance than either of its features.
 *
 * @see <a href="https://doi.org/10.1016/S0010-4655(98)00154-4">Jansen 1999, Analysis of Variance
 *     Designs for Model Output</a>
 */
final class Screening {
  private static final int DRAWS = 128;
  private static final int FEWEST_DRAWS = 8;

  private final ModelInfo info;
  private final Batch rows;
  private final Asked asked;
  private final int threads;
  private final int[] row;
  private final int[] other;
  private final int features;

  /**
   * @param budget most rows to predict
   * @param name of the method, for its draws
   */
  Screening(
      Model model, Batch rows, Asked asked, int threads, long budget, long seed, String name) {
    this.info = model.info();
    this.rows = rows;
    this.asked = asked;
    this.threads = threads;
    int p = rows.features();
    int draws = (int) Math.max(FEWEST_DRAWS, Math.min(DRAWS, budget / 2 / (p + 1)));
    Draws random = new Draws(seed, name + " screening");
    row = new int[draws];
    other = new int[draws];
    for (int d = 0; d < draws; d++) {
      row[d] = random.below(rows.rows());
      other[d] = random.below(rows.rows());
    }
    long left = budget - draws * (p + 1L);
    int m = p;
    while (m > 2 && (long) draws * m * (m - 1) / 2 > left) {
      m--;
    }
    features = m;
  }

  /** What was looked at. */
  String note() {
    int p = rows.features();
    return "Pairs of "
        + (features < p
            ? "the %s features with the largest total effect, of %s,".formatted(features, p)
            : "all features")
        + " were screened by %s random changes each.".formatted(row.length);
  }

  /** The pairs that act together, strongest first. */
  List<Candidate> pairs(Progress progress) {
    int p = rows.features();
    int k = info.outputs().size();
    int n = row.length;
    if (p < 2) {
      return List.of();
    }
    double[][] single = new double[p + 1][];
    new Units(threads, p + 1L, new Part(progress, 0, Part.WHOLE / 5))
        .run(p + 1, j -> single[j] = changed(j < p ? new int[] {j} : new int[0]));
    double[] own = single[p];
    double[] total = new double[p];
    for (int j = 0; j < p; j++) {
      for (int i = 0; i < n * k; i++) {
        total[j] += (single[j][i] - own[i]) * (single[j][i] - own[i]);
      }
    }
    int[] kept =
        IntStream.range(0, p)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer j) -> -total[j]).thenComparing(j -> j))
            .limit(features)
            .filter(j -> total[j] > 0)
            .mapToInt(j -> j)
            .sorted()
            .toArray();
    double scale = Arrays.stream(own).map(Math::abs).max().orElse(0);
    List<List<Candidate>> found = new ArrayList<>();
    for (int a = 0; a < kept.length; a++) {
      found.add(new ArrayList<>());
    }
    new Units(threads, kept.length, new Part(progress, Part.WHOLE / 5, Part.WHOLE))
        .run(
            kept.length,
            a -> {
              for (int b = a + 1; b < kept.length; b++) {
                progress.check();
                double[] both = changed(kept[a], kept[b]);
                for (int o = 0; o < k; o++) {
                  double squares = 0;
                  for (int i = o; i < n * k; i += k) {
                    double beyond = both[i] - single[kept[a]][i] - single[kept[b]][i] + own[i];
                    squares += beyond * beyond;
                  }
                  double strength = Math.sqrt(squares / n) / 2;
                  if (strength > 1e-12 * Math.max(1e-300, scale)) {
                    found.get(a).add(new Candidate(kept[a], kept[b], o, strength, Double.NaN));
                  }
                }
              }
            });
    return found.stream().flatMap(List::stream).sorted(Candidate.STRONGEST).toList();
  }

  private double[] changed(int... features) {
    int p = rows.features();
    return asked.predict(
        row.length,
        (d, to, at) -> {
          System.arraycopy(rows.values(), row[d] * p, to, at, p);
          for (int j : features) {
            to[at + j] = rows.at(other[d], j);
          }
        });
  }
}
