package io.attest.measure;

import io.attest.data.Column;
import io.attest.data.Frame;
import io.attest.model.ModelSpec;
import io.attest.model.ModelSpec.Decision;
import io.attest.model.ModelSpec.Protected;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Measures how groups, and groups within groups, fare under a decision: the share with the
 * favourable decision, its ratio to the best group's (impact ratio, adverse-impact ratio), the same
 * among those who deserved it (equal opportunity) and among those who did not (equalised odds), the
 * share of the favoured who deserved it (predictive parity), and whether scores come true.
 *
 * <p>Intervals are 95 %: Wilson's for shares, Newcombe's for differences, Katz's for ratios, the
 * normal one for means.
 *
 * @see <a href="https://www.ecfr.gov/current/title-29/section-1607.4">29 CFR 1607.4, the
 *     four-fifths rule</a>
 * @see <a href="https://arxiv.org/abs/1610.02413">Hardt, Price and Srebro 2016, Equality of
 *     Opportunity in Supervised Learning</a>
 * @see <a href="https://doi.org/10.1089/big.2016.0047">Chouldechova 2017, Fair Prediction with
 *     Disparate Impact</a>
 */
public final class GroupFairness {
  /** A group with fewer rows is shown but not judged. */
  public static final int FEWEST_ROWS = 30;

  /** A group with a smaller share of all rows is shown but not judged. */
  public static final double SMALLEST_SHARE = 0.02;

  /** Fewer who deserved it, or did not, or are favoured, and a criterion leaves the group out. */
  public static final int FEWEST_CASES = 10;

  /** How many groups of one attribute are kept: the largest. */
  public static final int MOST_GROUPS = 300;

  /** How many groups of one intersection are kept: the largest. */
  public static final int MOST_CELLS = 60;

  /** How many pairs of attributes are looked at: the first. */
  public static final int MOST_PAIRS = 10;

  private final Decided decided;
  private final GroupCalibration calibration;
  private final List<String> notes = new ArrayList<>();

  private GroupFairness(Decided decided) {
    this.decided = decided;
    this.calibration = new GroupCalibration(decided);
  }

  /**
   * Measures every protected attribute of a binary model and every pair of them.
   *
   * @param frame holds the protected columns; need not be model inputs
   * @param scores response of the (positive) output, one a row
   * @param labels 0 or 1, one a row, NaN where not known. With {@code favourable: below} label 0
   *     deserves the favourable decision, with {@code above} label 1
   * @throws IllegalArgumentException if a column is absent, a numeric one declares no ranges, or a
   *     row is in two groups
   */
  public static Fairness of(
      Frame frame,
      List<Protected> attributes,
      Decision decision,
      double[] scores,
      Optional<double[]> labels) {
    if (labels.map(l -> l.length).orElse(scores.length) != scores.length) {
      throw mismatch(scores.length, labels.get().length + "", frame);
    }
    return of(
        frame,
        attributes,
        Membership.all(frame, attributes),
        Decided.byThreshold(decision, true, scores, labels));
  }

  /**
   * Measures every protected attribute and every pair of them.
   *
   * @param memberships from {@link Membership#all}
   * @throws IllegalArgumentException if the rows are not those of the frame
   */
  public static Fairness of(
      Frame frame,
      List<Protected> attributes,
      Map<String, Membership> memberships,
      Decided decided) {
    if (decided.scores().length != frame.rows()) {
      throw mismatch(decided.scores().length, decided.outcomes().length + "", frame);
    }
    GroupFairness fairness = new GroupFairness(decided);
    List<Fairness.Attribute> single = new ArrayList<>();
    List<Fairness.Attribute> pairs = new ArrayList<>();
    Set<String> columns = new TreeSet<>();
    for (Protected attribute : attributes) {
      columns.add(attribute.column());
      fairness.noteUnknownLevels(
          frame.column(attribute.column()), memberships.get(attribute.column()).groups());
    }
    int left = 0;
    for (Map.Entry<String, Membership> e : memberships.entrySet()) {
      if (columns.contains(e.getKey())) {
        single.add(fairness.attribute(e.getKey(), e.getValue(), MOST_GROUPS));
      } else if (pairs.size() < MOST_PAIRS) {
        pairs.add(fairness.attribute(e.getKey(), e.getValue(), MOST_CELLS));
      } else {
        left++;
      }
    }
    if (left > 0) {
      fairness.notes.add(
          "%s more pairs of attributes were not looked at: the first %s are."
              .formatted(left, MOST_PAIRS));
    }
    return new Fairness(single, pairs, List.of(), decided.rule(), fairness.notes);
  }

  private static IllegalArgumentException mismatch(int scores, String labels, Frame frame) {
    return new IllegalArgumentException(
        "There are " + scores + " scores and " + labels + " labels for " + frame.rows() + " rows.");
  }

  /** What is counted in one group. */
  private static final class Counts {
    private int rows;
    private int favourable;
    private int deserving;
    private int served;
    private int undeserving;
    private int spoiled;
    private double score;

    Proportion selected() {
      return new Proportion(favourable, rows);
    }

    Proportion truePositive() {
      return new Proportion(served, deserving);
    }

    Proportion falsePositive() {
      return new Proportion(spoiled, undeserving);
    }

    /** Of the favoured of whom it is known. */
    Proportion precision() {
      return new Proportion(served, served + spoiled);
    }
  }

  private Fairness.Attribute attribute(String name, Membership membership, int most) {
    List<ModelSpec.Group> groups = membership.groups();
    int all = membership.of().length;
    Counts[] counts = new Counts[groups.size()];
    Arrays.setAll(counts, g -> new Counts());
    int unassigned = 0;
    for (int i = 0; i < all; i++) {
      if (membership.of()[i] < 0) {
        unassigned++;
      } else {
        count(counts[membership.of()[i]], i);
      }
    }
    double bestServed = Double.NaN;
    int best = -1;
    for (int g = 0; g < counts.length; g++) {
      if (!Membership.small(counts[g].rows, all)) {
        if (best < 0 || counts[g].selected().value() > counts[best].selected().value()) {
          best = g;
        }
        bestServed = larger(bestServed, counts[g].truePositive().value());
      }
    }
    noteBest(name, counts, best);
    boolean[] kept = kept(name, counts, most);
    int[][] rows = rows(membership, kept);
    List<Fairness.Group> out = new ArrayList<>();
    for (int g = 0; g < counts.length; g++) {
      if (kept[g]) {
        boolean pair = most == MOST_CELLS;
        noteFewDeserving(name, groups.get(g).name(), counts[g], all, pair);
        out.add(
            group(
                groups.get(g).name(),
                counts[g],
                best < 0 ? null : counts[best],
                bestServed,
                calibration.of(rows[g]),
                all));
      }
    }
    return new Fairness.Attribute(name, out, unassigned, criteria(groups, counts, all));
  }

  private void count(Counts of, int row) {
    of.rows++;
    of.score += decided.scores()[row];
    boolean favoured = decided.favourable()[row];
    of.favourable += favoured ? 1 : 0;
    if (decided.deserving()[row] == 1) {
      of.deserving++;
      of.served += favoured ? 1 : 0;
    } else if (decided.deserving()[row] == 0) {
      of.undeserving++;
      of.spoiled += favoured ? 1 : 0;
    }
  }

  private void noteBest(String name, Counts[] counts, int best) {
    if (best < 0 && counts.length > 0) {
      notes.add(
          name
              + ": no group has "
              + FEWEST_ROWS
              + " rows and 2 % of all rows, so that none is judged.");
    } else if (best >= 0 && counts[best].favourable == 0) {
      notes.add(name + ": nobody has the favourable decision, so that no ratio exists.");
    }
  }

  private void noteFewDeserving(String name, String group, Counts of, int all, boolean pair) {
    if (!pair
        && decided.deserts().isEmpty()
        && of.deserving < FEWEST_ROWS
        && !Membership.small(of.rows, all)) {
      notes.add(
          "%s, %s: only %s rows deserved the favourable decision; their share is uncertain."
              .formatted(name, group, of.deserving));
    }
  }

  /** The largest groups, so that a column of names does not fill the record. */
  private boolean[] kept(String name, Counts[] counts, int most) {
    boolean[] kept = new boolean[counts.length];
    List<Integer> order =
        IntStream.range(0, counts.length)
            .boxed()
            .sorted(Comparator.comparingInt((Integer g) -> -counts[g].rows))
            .toList();
    order.stream().limit(most).forEach(g -> kept[g] = true);
    if (counts.length > most) {
      notes.add(
          "%s: the %s largest groups are listed; %s more with together %s rows are left out."
              .formatted(
                  name,
                  most,
                  counts.length - most,
                  order.stream().skip(most).mapToInt(g -> counts[g].rows).sum()));
    }
    return kept;
  }

  private static int[][] rows(Membership membership, boolean[] kept) {
    int[] size = new int[kept.length];
    for (int g : membership.of()) {
      if (g >= 0) {
        size[g]++;
      }
    }
    int[][] rows = new int[kept.length][];
    for (int g = 0; g < kept.length; g++) {
      rows[g] = new int[kept[g] ? size[g] : 0];
      size[g] = 0;
    }
    for (int i = 0; i < membership.of().length; i++) {
      int g = membership.of()[i];
      if (g >= 0 && kept[g]) {
        rows[g][size[g]++] = i;
      }
    }
    return rows;
  }

  private Fairness.Group group(
      String name,
      Counts of,
      Counts best,
      double bestServed,
      Optional<Fairness.Calibration> calibrated,
      int all) {
    double share = of.selected().value();
    double ratio =
        best == null || best.favourable == 0 ? Double.NaN : share / best.selected().value();
    return new Fairness.Group(
        name,
        of.rows,
        share,
        ratio,
        of.truePositive().value(),
        bestServed - of.truePositive().value(),
        of.score / of.rows,
        Membership.small(of.rows, all),
        Optional.of(
            new Fairness.Detail(
                of.selected().estimate(),
                best == null
                    ? Estimate.NONE
                    : of == best ? Estimate.without(ratio) : of.selected().over(best.selected()),
                of.deserving,
                of.truePositive().estimate(),
                of.undeserving,
                of.falsePositive().estimate(),
                of.precision().estimate(),
                calibrated)));
  }

  private List<Fairness.Criterion> criteria(
      List<ModelSpec.Group> groups, Counts[] counts, int all) {
    List<Integer> judged =
        IntStream.range(0, counts.length)
            .filter(g -> !Membership.small(counts[g].rows, all))
            .boxed()
            .toList();
    String unknown = decided.deserts();
    Fairness.Criterion opportunity =
        widest("equal opportunity", groups, judged, g -> counts[g].truePositive(), unknown);
    Fairness.Criterion spoiled =
        widest("equal false favour", groups, judged, g -> counts[g].falsePositive(), unknown);
    return List.of(
        widest("selection rate", groups, judged, g -> counts[g].selected(), ""),
        opportunity,
        spoiled,
        odds(opportunity, spoiled),
        widest("predictive parity", groups, judged, g -> counts[g].precision(), unknown));
  }

  /** Largest difference in either rate; not tested unless both are. */
  private static Fairness.Criterion odds(Fairness.Criterion a, Fairness.Criterion b) {
    Fairness.Criterion wider =
        Double.isNaN(a.gap().value()) ? a : b.gap().value() > a.gap().value() ? b : a;
    wider = Double.isNaN(b.gap().value()) ? b : wider;
    return new Fairness.Criterion(
        "equalised odds", wider.gap(), wider.lowest(), wider.highest(), wider.why());
  }

  private static Fairness.Criterion widest(
      String name,
      List<ModelSpec.Group> groups,
      List<Integer> judged,
      java.util.function.IntFunction<Proportion> share,
      String unknown) {
    if (!unknown.isEmpty()) {
      return new Fairness.Criterion(name, Estimate.NONE, "", "", "not tested: " + unknown);
    }
    List<Integer> enough =
        judged.stream().filter(g -> share.apply(g).whole() >= FEWEST_CASES).toList();
    if (enough.size() < 2) {
      return new Fairness.Criterion(
          name,
          Estimate.NONE,
          "",
          "",
          "not tested: fewer than two groups are large enough and have "
              + FEWEST_CASES
              + " rows that count");
    }
    Comparator<Integer> order = Comparator.comparingDouble(g -> share.apply(g).value());
    int low = enough.stream().min(order).orElseThrow();
    int high = enough.stream().max(order).orElseThrow();
    int left = judged.size() - enough.size();
    return new Fairness.Criterion(
        name,
        share.apply(high).minus(share.apply(low)),
        groups.get(low).name(),
        groups.get(high).name(),
        left == 0
            ? ""
            : "left out with fewer than "
                + FEWEST_CASES
                + " rows that count: "
                + left
                + (left == 1 ? " group" : " groups"));
  }

  private static double larger(double a, double b) {
    return Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.max(a, b);
  }

  private void noteUnknownLevels(Column column, List<ModelSpec.Group> groups) {
    List<String> known = Membership.levels(column);
    for (ModelSpec.Group group : groups) {
      for (String level : group.levels()) {
        if (!known.contains(level)) {
          notes.add(
              "%s, %s: no row has the level '%s'. Maybe it is misspelt in model.yaml."
                  .formatted(column.name(), group.name(), level));
        }
      }
    }
  }
}
