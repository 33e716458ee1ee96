package io.attest.measure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Looks for single values and pairs of values whose rows are predicted worse than all others. Every
 * slice with enough rows is compared, and p values are corrected for all of them.
 *
 * <p>Slices are ranked by the lower end of the interval of the difference: what one can reckon
 * with. A pair is listed only if it is worse by that than each of its two values alone.
 *
 * @see <a href="https://doi.org/10.1109/TKDE.2019.2916074">Chung, Kraska, Polyzotis, Tae and Whang
 *     2019, Automated Data Slicing for Model Validation</a>
 * @see <a href="https://www.jstor.org/stable/4615733">Holm 1979, A Simple Sequentially Rejective
 *     Multiple Test Procedure</a>
 */
final class SliceSearch {
  /** How many slices are listed. */
  static final int MOST = 20;

  /** Of how many columns pairs are formed: the first. */
  static final int PAIRED = 40;

  private final Losses losses;
  private final Moments all;
  private final List<Cut> cuts;
  private final List<Candidate> candidates = new ArrayList<>();

  /** Lower end of each single value's difference, by column and part; NaN if it was not tested. */
  private final double[][] alone;

  private SliceSearch(Losses losses, List<Cut> cuts) {
    this.losses = losses;
    this.all = Moments.of(losses.loss(), losses.rows());
    this.cuts = cuts;
    this.alone = new double[cuts.size()][];
  }

  /**
   * @param slices the worst, worst first
   * @param tested how many were compared
   */
  record Found(List<WeakSpots.Slice> slices, int tested) {}

  /** One or two parts; {@code second} is -1 for one. */
  private record Candidate(
      int first, int part, int second, int other, Moments moments, Estimate difference) {

    double pValue() {
      return Double.isNaN(difference.low()) ? 1 : Moments.pValue(difference);
    }
  }

  static Found of(Losses losses, List<Cut> cuts) {
    SliceSearch search = new SliceSearch(losses, cuts);
    for (int c = 0; c < cuts.size(); c++) {
      search.singles(c);
    }
    int paired = Math.min(PAIRED, cuts.size());
    for (int a = 0; a < paired; a++) {
      for (int b = a + 1; b < paired; b++) {
        search.pairs(a, b);
      }
    }
    return search.worst();
  }

  private boolean enough(int rows) {
    int n = losses.rows().length;
    return !Membership.small(rows, n) && n - rows >= GroupFairness.FEWEST_ROWS;
  }

  private void singles(int c) {
    Cut cut = cuts.get(c);
    alone[c] = new double[cut.parts().size()];
    Arrays.fill(alone[c], Double.NaN);
    Moments[] parts = moments(cut.codes(), cut.parts().size());
    for (int p = 0; p < parts.length; p++) {
      if (enough(parts[p].count())) {
        Estimate difference = parts[p].minus(all.without(parts[p]));
        alone[c][p] = difference.low();
        candidates.add(new Candidate(c, p, -1, -1, parts[p], difference));
      }
    }
  }

  private void pairs(int a, int b) {
    // Only parts with enough rows can make a pair with enough rows.
    int[] first = compact(a);
    int[] second = compact(b);
    int across = parts(second);
    int down = parts(first);
    if (across == 0 || down == 0) {
      return;
    }
    int[] codes = new int[losses.loss().length];
    for (int i : losses.rows()) {
      int x = first[cuts.get(a).codes()[i]];
      int y = second[cuts.get(b).codes()[i]];
      codes[i] = x < 0 || y < 0 ? -1 : x * across + y;
    }
    Moments[] cells = moments(codes, down * across);
    for (int p = 0; p < first.length; p++) {
      for (int q = 0; q < second.length; q++) {
        if (first[p] < 0 || second[q] < 0) {
          continue;
        }
        Moments cell = cells[first[p] * across + second[q]];
        if (enough(cell.count())) {
          candidates.add(new Candidate(a, p, b, q, cell, cell.minus(all.without(cell))));
        }
      }
    }
  }

  private int[] compact(int c) {
    int[] place = new int[alone[c].length];
    int next = 0;
    for (int p = 0; p < place.length; p++) {
      place[p] = Double.isNaN(alone[c][p]) ? -1 : next++;
    }
    return place;
  }

  private static int parts(int[] compact) {
    return (int) Arrays.stream(compact).filter(p -> p >= 0).count();
  }

  private Moments[] moments(int[] codes, int parts) {
    int[] count = new int[parts];
    double[] sum = new double[parts];
    double[] squares = new double[parts];
    for (int i : losses.rows()) {
      if (codes[i] >= 0) {
        count[codes[i]]++;
        sum[codes[i]] += losses.loss()[i];
      }
    }
    for (int i : losses.rows()) {
      if (codes[i] >= 0) {
        double d = losses.loss()[i] - sum[codes[i]] / count[codes[i]];
        squares[codes[i]] += d * d;
      }
    }
    Moments[] out = new Moments[parts];
    Arrays.setAll(out, p -> new Moments(count[p], sum[p] / count[p], squares[p]));
    return out;
  }

  private Found worst() {
    double[] adjusted = holm();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < candidates.size(); i++) {
      if (candidates.get(i).difference().value() > 0 && tells(candidates.get(i))) {
        order.add(i);
      }
    }
    order.sort(Comparator.comparingDouble((Integer i) -> -candidates.get(i).difference().low()));
    return new Found(
        order.stream().limit(MOST).map(i -> slice(candidates.get(i), adjusted[i])).toList(),
        candidates.size());
  }

  /** False for a pair that says no more than one of its values. */
  private boolean tells(Candidate c) {
    return c.second() < 0
        || c.difference().low()
            > Math.max(alone[c.first()][c.part()], alone[c.second()][c.other()]);
  }

  private double[] holm() {
    double[] p = candidates.stream().mapToDouble(Candidate::pValue).toArray();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < p.length; i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingDouble(i -> p[i]));
    double[] adjusted = new double[p.length];
    double largest = 0;
    for (int k = 0; k < p.length; k++) {
      largest = Math.max(largest, Math.min(1, (p.length - k) * p[order.get(k)]));
      adjusted[order.get(k)] = largest;
    }
    return adjusted;
  }

  private WeakSpots.Slice slice(Candidate c, double adjusted) {
    int[] rows =
        Arrays.stream(losses.rows())
            .filter(i -> cuts.get(c.first()).codes()[i] == c.part())
            .filter(i -> c.second() < 0 || cuts.get(c.second()).codes()[i] == c.other())
            .toArray();
    String where = cuts.get(c.first()).words(c.part());
    return new WeakSpots.Slice(
        c.second() < 0 ? where : where + " and " + cuts.get(c.second()).words(c.other()),
        rows.length,
        (double) rows.length / losses.rows().length,
        losses.mean(rows),
        all.without(c.moments()).mean(),
        c.difference(),
        c.pValue(),
        adjusted,
        losses.predicted(rows),
        losses.observed(rows));
  }
}
