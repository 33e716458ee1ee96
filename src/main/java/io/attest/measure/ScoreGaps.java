package io.attest.measure;

import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Splits the gaps between groups' mean scores into the parts of the features, while the rows pass.
 * Memory: groups that are large enough to judge x features.
 *
 * @see <a href="https://arxiv.org/abs/2010.07389">Begley, Schwedes, Frye and Feige 2020,
 *     Explainability for fair machine learning</a>
 */
public final class ScoreGaps {
  /** How many features are listed of each gap. */
  public static final int MOST = 12;

  private final List<String> features;
  private final Map<Fairness.Attribute, Sums> sums = new LinkedHashMap<>();

  /**
   * @param features of the contributions
   * @param measured attributes and intersections whose gaps are wanted; those without a best group
   *     are left out
   * @param memberships of every row, by the attributes' names
   */
  public ScoreGaps(
      List<String> features,
      List<Fairness.Attribute> measured,
      Map<String, Membership> memberships) {
    this.features = List.copyOf(features);
    for (Fairness.Attribute attribute : measured) {
      if (attribute.best().isPresent()) {
        sums.put(
            attribute,
            new Sums(attribute, memberships.get(attribute.column()), this.features.size()));
      }
    }
  }

  /**
   * Adds a row.
   *
   * @param row index in all rows, from 0
   * @param contributions one a feature
   */
  public void add(int row, double score, double[] contributions) {
    for (Sums of : sums.values()) {
      int group = of.index[of.membership.of()[row] + 1];
      if (group >= 0) {
        of.add(group, score, contributions);
      }
    }
  }

  /**
   * The gaps of each group that is large enough to judge to its attribute's best one.
   *
   * @param protectedFeatures features that are, or hold, protected attributes
   */
  public List<ScoreGap> gaps(String explainer, OutputSpace space, Set<String> protectedFeatures) {
    List<ScoreGap> out = new ArrayList<>();
    sums.forEach(
        (attribute, of) -> {
          String best = attribute.best().orElseThrow();
          int reference = of.judged.indexOf(best);
          for (int g = 0; g < of.judged.size(); g++) {
            if (g != reference) {
              out.add(gap(attribute, of, g, reference, explainer, space, protectedFeatures));
            }
          }
        });
    return out;
  }

  private ScoreGap gap(
      Fairness.Attribute attribute,
      Sums of,
      int group,
      int reference,
      String explainer,
      OutputSpace space,
      Set<String> protectedFeatures) {
    List<ScoreGap.Driver> drivers = new ArrayList<>();
    for (int j = 0; j < features.size(); j++) {
      drivers.add(
          new ScoreGap.Driver(
              features.get(j),
              of.mean(group, j),
              of.mean(reference, j),
              of.difference(group, reference, j),
              protectedFeatures.contains(features.get(j))));
    }
    // Stable: equal ones stay in the order of the model.
    drivers.sort(
        Comparator.comparingDouble((ScoreGap.Driver d) -> Math.abs(d.difference().value()))
            .reversed());
    List<ScoreGap.Driver> rest = drivers.subList(Math.min(MOST, drivers.size()), drivers.size());
    int p = features.size();
    return new ScoreGap(
        attribute.column(),
        of.judged.get(group),
        of.judged.get(reference),
        of.rows[group],
        of.rows[reference],
        explainer,
        space,
        of.difference(group, reference, p),
        drivers.subList(0, drivers.size() - rest.size()),
        rest.stream().mapToDouble(d -> d.difference().value()).sum(),
        rest.size(),
        of.mean(group, p + 1) - of.mean(reference, p + 1));
  }

  /** Sums of the groups of one attribute: of each feature, then of the score and the residual. */
  private static final class Sums {
    private final Membership membership;
    private final List<String> judged = new ArrayList<>();

    /** Place of each group among those judged, by its index plus one; -1 for the others. */
    private final int[] index;

    private final int[] rows;
    private final double[][] mean;
    private final double[][] squares;

    Sums(Fairness.Attribute attribute, Membership membership, int features) {
      this.membership = membership;
      List<String> wanted =
          attribute.groups().stream().filter(g -> !g.small()).map(Fairness.Group::name).toList();
      index = new int[membership.groups().size() + 1];
      java.util.Arrays.fill(index, -1);
      for (int g = 0; g < membership.groups().size(); g++) {
        if (wanted.contains(membership.groups().get(g).name())) {
          index[g + 1] = judged.size();
          judged.add(membership.groups().get(g).name());
        }
      }
      rows = new int[judged.size()];
      mean = new double[judged.size()][features + 2];
      squares = new double[judged.size()][features + 2];
    }

    void add(int group, double score, double[] contributions) {
      rows[group]++;
      double residual = score;
      for (int j = 0; j < contributions.length; j++) {
        residual -= contributions[j];
        value(group, j, contributions[j]);
      }
      value(group, contributions.length, score);
      value(group, contributions.length + 1, residual);
    }

    /** Welford's running mean. */
    private void value(int group, int j, double value) {
      double before = value - mean[group][j];
      mean[group][j] += before / rows[group];
      squares[group][j] += before * (value - mean[group][j]);
    }

    double mean(int group, int j) {
      return mean[group][j];
    }

    Estimate difference(int a, int b, int j) {
      return Estimate.normal(mean[a][j] - mean[b][j], Math.sqrt(error(a, j) + error(b, j)));
    }

    private double error(int group, int j) {
      return squares[group][j] / (rows[group] - 1) / rows[group];
    }
  }
}
