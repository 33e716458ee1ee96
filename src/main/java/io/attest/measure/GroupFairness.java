package io.attest.measure;

import io.attest.data.Column;
import io.attest.data.Frame;
import io.attest.model.ModelSpec;
import io.attest.model.ModelSpec.Decision;
import io.attest.model.ModelSpec.Protected;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Measures how groups fare under a decision: the share with the favourable decision, its ratio to
 * the best group's (impact ratio, adverse-impact ratio), and the same among those who deserved it
 * (equal opportunity).
 *
 * @see <a href="https://www.ecfr.gov/current/title-29/section-1607.4">29 CFR 1607.4, the
 *     four-fifths rule</a>
 * @see <a href="https://arxiv.org/abs/1610.02413">Hardt, Price and Srebro 2016, Equality of
 *     Opportunity in Supervised Learning</a>
 */
public final class GroupFairness {
  /** A group with fewer rows is shown but not judged. */
  public static final int FEWEST_ROWS = 30;

  /** A group with a smaller share of all rows is shown but not judged. */
  public static final double SMALLEST_SHARE = 0.02;

  private final Decision decision;
  private final double[] scores;
  private final Optional<double[]> labels;
  private final List<String> notes = new ArrayList<>();

  private GroupFairness(Decision decision, double[] scores, Optional<double[]> labels) {
    this.decision = decision;
    this.scores = scores;
    this.labels = labels;
  }

  /**
   * Measures every protected attribute.
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
    if (scores.length != frame.rows()
        || labels.map(l -> l.length).orElse(scores.length) != scores.length) {
      throw new IllegalArgumentException(
          "There are "
              + scores.length
              + " scores and "
              + labels.map(l -> l.length + "").orElse("no")
              + " labels for "
              + frame.rows()
              + " rows.");
    }
    GroupFairness fairness = new GroupFairness(decision, scores, labels);
    List<Fairness.Attribute> measured = new ArrayList<>();
    for (Protected attribute : attributes) {
      measured.add(fairness.attribute(frame.column(attribute.column()), attribute));
    }
    return new Fairness(measured, fairness.notes);
  }

  private boolean isFavourable(int row) {
    return decision.favourable().equals("below") == (scores[row] < decision.threshold());
  }

  private boolean deserved(int row) {
    return labels.isPresent()
        && labels.get()[row] == (decision.favourable().equals("below") ? 0 : 1);
  }

  private Fairness.Attribute attribute(Column column, Protected attribute) {
    Membership membership = Membership.of(column, attribute);
    List<ModelSpec.Group> groups = membership.groups();
    noteUnknownLevels(column, groups);
    int[] own = membership.of();
    int[] rows = new int[groups.size()];
    int[] favourable = new int[groups.size()];
    int[] deserving = new int[groups.size()];
    int[] served = new int[groups.size()];
    double[] score = new double[groups.size()];
    int unassigned = 0;
    for (int i = 0; i < own.length; i++) {
      int g = own[i];
      if (g < 0) {
        unassigned++;
        continue;
      }
      rows[g]++;
      score[g] += scores[i];
      favourable[g] += isFavourable(i) ? 1 : 0;
      deserving[g] += deserved(i) ? 1 : 0;
      served[g] += deserved(i) && isFavourable(i) ? 1 : 0;
    }
    double best = Double.NaN;
    double bestServed = Double.NaN;
    for (int g = 0; g < rows.length; g++) {
      if (!Membership.small(rows[g], own.length)) {
        best = larger(best, (double) favourable[g] / rows[g]);
        bestServed = larger(bestServed, (double) served[g] / deserving[g]);
      }
    }
    if (Double.isNaN(best) && !groups.isEmpty()) {
      notes.add(
          column.name()
              + ": no group has "
              + FEWEST_ROWS
              + " rows and 2 % of all rows, so that none is judged.");
    } else if (best == 0) {
      notes.add(column.name() + ": nobody has the favourable decision, so that no ratio exists.");
    }
    List<Fairness.Group> out = new ArrayList<>();
    for (int g = 0; g < rows.length; g++) {
      double share = (double) favourable[g] / rows[g];
      double truePositive = (double) served[g] / deserving[g];
      if (labels.isPresent()
          && deserving[g] < FEWEST_ROWS
          && !Membership.small(rows[g], own.length)) {
        notes.add(
            "%s, %s: only %d rows deserved the favourable decision; their share is uncertain."
                .formatted(column.name(), groups.get(g).name(), deserving[g]));
      }
      out.add(
          new Fairness.Group(
              groups.get(g).name(),
              rows[g],
              share,
              best == 0 ? Double.NaN : share / best,
              truePositive,
              bestServed - truePositive,
              score[g] / rows[g],
              Membership.small(rows[g], own.length)));
    }
    return new Fairness.Attribute(column.name(), out, unassigned);
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
