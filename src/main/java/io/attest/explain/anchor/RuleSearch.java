package io.attest.explain.anchor;

import io.attest.explain.Draws;
import io.attest.explain.Progress;
import io.attest.model.Batch;
import io.attest.model.Model;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Searches the rule of one row: conditions are added one by one to the best rules so far. Which are
 * the best is told by drawing more from those only that might be (KL-LUCB), and never more than the
 * budget. Of the rules that are precise enough the one that covers most is the answer.
 *
 * <p>A case under a rule is a row of the background; where it breaks a condition, the feature gets
 * the value of another row of the background that does not.
 */
final class RuleSearch {
  /** Draws of each candidate to begin with, at most and at least. */
  private static final int FIRST = 50;

  private static final int FEWEST = 10;

  private static final int MORE = 100;

  /** Draws for the figures of a rule that was chosen, which the choice has not seen. */
  static final int FRESH = 1000;

  /** How many rules that seemed precise enough are tried on fresh draws. */
  private static final int TRIED = 4;

  /** Precisions nearer to each other than this need not be told apart. */
  private static final double TIE = 0.1;

  private final Model model;
  private final Answer answer;
  private final Batch background;
  private final double[] backgroundResponses;
  private final AnchorRules.Settings settings;
  private final double[] row;
  private final double[] response;
  private final List<Piece> pieces;
  private final Draws draws;
  private final Progress progress;
  private long used;
  private int round;

  RuleSearch(
      Model model,
      Answer answer,
      Batch background,
      double[] backgroundResponses,
      AnchorRules.Settings settings,
      double[] row,
      double[] response,
      List<Piece> pieces,
      Draws draws,
      Progress progress) {
    this.model = model;
    this.answer = answer;
    this.background = background;
    this.backgroundResponses = backgroundResponses;
    this.settings = settings;
    this.row = row;
    this.response = response;
    this.pieces = pieces;
    this.draws = draws;
    this.progress = progress;
  }

  /** A rule, and what was seen of it. */
  private static final class Candidate {
    /** By feature, so that a rule is the same whatever it was put together from. */
    final TreeMap<Integer, Piece> asks;

    final BitSet covered;
    long drawn;
    long hits;

    Candidate(TreeMap<Integer, Piece> asks, BitSet covered) {
      this.asks = asks;
      this.covered = covered;
    }

    double mean() {
      return drawn == 0 ? 0 : (double) hits / drawn;
    }

    int coverage() {
      return covered.cardinality();
    }
  }

  /**
   * What was found.
   *
   * @param pieces the conditions, in the order of the features
   */
  record Found(
      List<Piece> pieces,
      double precision,
      double low,
      double high,
      double coverage,
      boolean reached,
      long modelRows) {}

  Found search() {
    int all = background.rows();
    long alike =
        IntStream.range(0, all)
            .filter(b -> answer.alike(response, 0, backgroundResponses, b))
            .count();
    double share = (double) alike / all;
    Candidate none = candidate(new TreeMap<>());
    if (share >= settings.precision() || pieces.isEmpty()) {
      // Every case under the empty rule is a row of the background: nothing is left to chance.
      boolean reached = share >= settings.precision();
      return new Found(List.of(), share, share, share, 1, reached, used);
    }
    List<Candidate> precise = new ArrayList<>();
    Candidate best = null;
    List<Candidate> beam = List.of(none);
    for (int size = 1; size <= settings.conditions(); size++) {
      int covered = precise.stream().mapToInt(Candidate::coverage).max().orElse(0);
      List<Candidate> longer = extend(beam, covered);
      // What is left is for this size and those to come alike: short rules alone are seldom enough.
      long part = left() / (settings.conditions() - size + 1);
      int each = (int) Math.max(FEWEST, Math.min(FIRST, part / 2 / Math.max(1, longer.size())));
      if (longer.isEmpty() || !affordable((long) longer.size() * each)) {
        break;
      }
      beam = best(longer, each, used + part);
      for (Candidate one : beam) {
        if (verified(one)) {
          precise.add(one);
        }
        if (best == null || low(one) > low(best)) {
          best = one;
        }
      }
    }
    precise.sort(
        Comparator.comparingInt((Candidate c) -> -c.coverage())
            .thenComparingDouble(c -> -c.mean()));
    Found first = null;
    for (Candidate one : precise.subList(0, Math.min(TRIED, precise.size()))) {
      Found found = found(shortened(one));
      if (found.reached()) {
        return found;
      }
      first = first == null ? found : first;
    }
    return first != null ? first : found(best == null ? none : best);
  }

  private Candidate candidate(TreeMap<Integer, Piece> asks) {
    BitSet covered = new BitSet(background.rows());
    for (int b = 0; b < background.rows(); b++) {
      int at = b;
      covered.set(b, asks.values().stream().allMatch(p -> p.holds(background.at(at, p.feature()))));
    }
    return new Candidate(asks, covered);
  }

  /** One condition more, or a narrower one; each rule once; only such as cover enough. */
  private List<Candidate> extend(List<Candidate> beam, int covered) {
    Map<TreeMap<Integer, Piece>, Candidate> longer = new LinkedHashMap<>();
    for (Candidate one : beam) {
      for (Piece piece : pieces) {
        TreeMap<Integer, Piece> asks = new TreeMap<>(one.asks);
        asks.merge(piece.feature(), piece, Piece::and);
        if (!asks.equals(one.asks) && !longer.containsKey(asks)) {
          Candidate candidate = candidate(asks);
          if (candidate.coverage() > covered) {
            longer.put(asks, candidate);
          }
        }
      }
    }
    return List.copyOf(longer.values());
  }

  /**
   * What may still be spent on the search: what the figures of the rule in the end need is kept.
   */
  private long left() {
    return settings.budget() - used - (long) TRIED * FRESH;
  }

  private boolean affordable(long draws) {
    return draws <= left();
  }

  /**
   * The most precise candidates, as sure as can be afforded.
   *
   * @param each draws of each to begin with
   * @param most what may be used in all by then
   */
  private List<Candidate> best(List<Candidate> candidates, int each, long most) {
    draw(candidates, each);
    int keep = Math.min(settings.beam(), candidates.size());
    while (true) {
      List<Candidate> sorted = new ArrayList<>(candidates);
      sorted.sort(
          Comparator.comparingDouble((Candidate c) -> -c.mean())
              .thenComparingInt(c -> -c.coverage()));
      List<Candidate> in = sorted.subList(0, keep);
      List<Candidate> out = sorted.subList(keep, sorted.size());
      if (out.isEmpty()) {
        return in;
      }
      round++;
      double level = level(candidates.size());
      double weakest =
          in.stream().mapToDouble(c -> Share.low(c.hits, c.drawn, level)).min().orElseThrow();
      double strongest =
          out.stream().mapToDouble(c -> Share.high(c.hits, c.drawn, level)).max().orElseThrow();
      // Not only the two that LUCB would draw from: a model is asked in large batches.
      List<Candidate> more = new ArrayList<>();
      in.stream().filter(c -> Share.low(c.hits, c.drawn, level) < strongest).forEach(more::add);
      out.stream()
          .sorted(Comparator.comparingDouble(c -> -Share.high(c.hits, c.drawn, level)))
          .limit(keep)
          .forEach(more::add);
      if (strongest - weakest < TIE || used + (long) more.size() * MORE > most) {
        return in;
      }
      draw(more, MORE);
    }
  }

  /** Exploration rate of Kaufmann and Kalyanakrishnan 2013. */
  private double level(int candidates) {
    double rate = Math.log(405.5 * candidates * Math.pow(round, 1.1) / settings.delta());
    return rate + Math.log(rate);
  }

  private double low(Candidate c) {
    return Share.low(c.hits, c.drawn, Math.log(1 / settings.delta()));
  }

  /** Draws until a candidate is known to be precise enough, or not to be, or nothing is left. */
  private boolean verified(Candidate c) {
    double level = Math.log(settings.beam() / settings.delta());
    double wanted = settings.precision();
    while (true) {
      boolean precise = c.mean() >= wanted;
      boolean sure =
          precise
              ? Share.low(c.hits, c.drawn, level) >= wanted - AnchorRules.SLACK
              : Share.high(c.hits, c.drawn, level) < wanted + AnchorRules.SLACK;
      if (sure || !affordable(MORE)) {
        return precise && sure;
      }
      draw(List.of(c), MORE);
    }
  }

  /** Without the conditions that it does not need. */
  private Candidate shortened(Candidate one) {
    Candidate shorter = one;
    for (Integer feature : one.asks.keySet()) {
      TreeMap<Integer, Piece> asks = new TreeMap<>(shorter.asks);
      asks.remove(feature);
      if (!asks.isEmpty() && affordable(FRESH)) {
        Candidate without = candidate(asks);
        draw(List.of(without), FIRST);
        if (without.mean() >= settings.precision() && verified(without)) {
          shorter = without;
        }
      }
    }
    return shorter;
  }

  private Found found(Candidate rule) {
    Candidate fresh = new Candidate(rule.asks, rule.covered);
    draw(List.of(fresh), FRESH);
    double[] interval = Share.interval(fresh.hits, fresh.drawn, settings.delta());
    return new Found(
        List.copyOf(rule.asks.values()),
        fresh.mean(),
        interval[0],
        interval[1],
        (double) rule.coverage() / background.rows(),
        fresh.mean() >= settings.precision()
            && interval[0] >= settings.precision() - AnchorRules.SLACK,
        used);
  }

  /** Draws as many cases under each of the rules, and asks the model about all of them at once. */
  private void draw(List<Candidate> candidates, int each) {
    int p = row.length;
    // Bounded memory: a few thousand rows at a time.
    int together = Math.max(1, 8192 / each);
    for (int from = 0; from < candidates.size(); from += together) {
      progress.check();
      List<Candidate> some = candidates.subList(from, Math.min(candidates.size(), from + together));
      double[] cases = new double[some.size() * each * p];
      for (int c = 0; c < some.size(); c++) {
        fill(some.get(c), cases, c * each, each);
      }
      double[] answers = model.predict(new Batch(some.size() * each, p, cases), answer.space());
      for (int i = 0; i < some.size() * each; i++) {
        Candidate c = some.get(i / each);
        c.drawn++;
        c.hits += answer.alike(response, 0, answers, i) ? 1 : 0;
      }
      used += (long) some.size() * each;
    }
  }

  private void fill(Candidate rule, double[] cases, int first, int count) {
    int p = row.length;
    Map<Integer, double[]> allowed = new TreeMap<>();
    rule.asks.forEach((feature, piece) -> allowed.put(feature, allowed(piece)));
    for (int i = first; i < first + count; i++) {
      int b = draws.below(background.rows());
      System.arraycopy(background.values(), b * p, cases, i * p, p);
      for (Piece piece : rule.asks.values()) {
        if (!piece.holds(background.at(b, piece.feature()))) {
          double[] values = allowed.get(piece.feature());
          cases[i * p + piece.feature()] = values[draws.below(values.length)];
        }
      }
    }
  }

  /** The values of the background that a condition holds for, as often as they are there. */
  private double[] allowed(Piece piece) {
    double[] values =
        IntStream.range(0, background.rows())
            .mapToDouble(b -> background.at(b, piece.feature()))
            .filter(piece::holds)
            .toArray();
    return values.length > 0 ? values : new double[] {row[piece.feature()]};
  }
}
