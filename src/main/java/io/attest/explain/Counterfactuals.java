package io.attest.explain;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What would have changed the answer: for each case the nearest other values for which the model
 * says what was wanted.
 *
 * <p>Every alternative was predicted by the model itself and held against every rule before it came
 * here. Distances are sums over the changed features: of a number the change in median absolute
 * deviations of the data, of a category 1.
 *
 * @param features names, one a value of a case
 * @param outputs names of the outputs
 * @param cases in the order of their rows
 */
public record Counterfactuals(
    Provenance provenance, List<String> features, List<String> outputs, List<Case> cases)
    implements Explanation {

  public Counterfactuals {
    features = List.copyOf(features);
    outputs = List.copyOf(outputs);
    cases = List.copyOf(cases);
  }

  /**
   * One row, and what would have changed its answer.
   *
   * @param row index in what was explained, from 0
   * @param values as the model sees them; NaN is missing
   * @param response of the model, one an output
   * @param answer what the response says, in words
   * @param wanted what the alternatives reach, in words
   * @param already true if the case had the wanted answer to begin with
   * @param alternatives those that change fewest features first, of these the nearest first; each
   *     changes another set of features
   * @param bound proved: no alternative that keeps the rules and the number of changes is nearer
   *     than this; infinite if proved that there is none, NaN if nothing is proved
   * @param why in words, why there is no alternative; empty if there is one
   * @param unless the features whose rules stand in the way of the nearest row that has the wanted
   *     answer; empty if there is an alternative, or if no rule is to blame
   */
  public record Case(
      int row,
      double[] values,
      double[] response,
      String answer,
      String wanted,
      boolean already,
      List<Alternative> alternatives,
      double bound,
      String why,
      List<String> unless) {

    public Case {
      alternatives = List.copyOf(alternatives);
      unless = List.copyOf(unless);
    }

    /** Distance of the nearest alternative; NaN if there is none. */
    public double distance() {
      return alternatives.stream().mapToDouble(Alternative::distance).min().orElse(Double.NaN);
    }

    /**
     * How much nearer than the nearest alternative another one could be: 0 if proved that none is,
     * NaN if nothing is proved or there is none.
     */
    public double gap() {
      return Math.max(0, distance() - bound);
    }
  }

  /**
   * Values for which the model says what was wanted.
   *
   * @param values of all features
   * @param response of the model, one an output
   * @param answer what the response says, in words
   * @param changes what is different, largest part of the distance first
   * @param distance sum of the parts of all changes
   * @param plausibility share of the data that lies at least as far from its nearest neighbour as
   *     this does from the nearest row of the data: 1 is common, 0 is unlike any row
   * @param sentence what would have changed it
   */
  public record Alternative(
      double[] values,
      double[] response,
      String answer,
      List<Change> changes,
      double distance,
      double plausibility,
      String sentence) {

    public Alternative {
      changes = List.copyOf(changes);
    }

    /** Names of the changed features. */
    public Set<String> changed() {
      Set<String> names = new HashSet<>();
      changes.forEach(c -> names.add(c.feature()));
      return names;
    }
  }

  /**
   * One feature, or one group of which exactly one is 1, that changes.
   *
   * @param feature its name; of a group, the names of the members that change
   * @param from the value it has, in words
   * @param to the value it would need, in words
   * @param fromValue the same as a number: for a category its code, NaN for a group
   * @param toValue the same as a number
   * @param part of the distance
   */
  public record Change(
      String feature, String from, String to, double fromValue, double toValue, double part) {}

  /**
   * How good the alternatives are.
   *
   * @param searched cases that had not the wanted answer to begin with
   * @param found cases with an alternative
   * @param validity share of alternatives for which the model says what was wanted and every rule
   *     is kept: 1, as others are not given
   * @param sparsity mean number of changes of each case's first alternative
   * @param proximity mean distance of each case's nearest alternative
   * @param plausibility mean over all alternatives
   * @param diversity mean over the pairs of alternatives of a case: share of their changed features
   *     that only one of them changes; NaN if no case has two
   * @param gap largest; NaN if nothing is proved of some case with an alternative
   */
  public record Quality(
      int searched,
      int found,
      double validity,
      double sparsity,
      double proximity,
      double plausibility,
      double diversity,
      double gap) {}

  /** The figures of quality; NaN where there is nothing to speak of. */
  public Quality quality() {
    List<Case> searched = cases.stream().filter(c -> !c.already()).toList();
    List<Case> found = searched.stream().filter(c -> !c.alternatives().isEmpty()).toList();
    List<Double> apart = new ArrayList<>();
    double gap = found.isEmpty() ? Double.NaN : 0;
    for (Case c : found) {
      for (int a = 0; a < c.alternatives().size(); a++) {
        for (int b = a + 1; b < c.alternatives().size(); b++) {
          apart.add(apart(c.alternatives().get(a).changed(), c.alternatives().get(b).changed()));
        }
      }
      gap = Math.max(gap, c.gap());
    }
    return new Quality(
        searched.size(),
        found.size(),
        found.isEmpty() ? Double.NaN : 1,
        mean(found.stream().map(c -> (double) c.alternatives().get(0).changes().size()).toList()),
        mean(found.stream().map(Case::distance).toList()),
        mean(
            found.stream()
                .flatMap(c -> c.alternatives().stream())
                .map(Alternative::plausibility)
                .toList()),
        mean(apart),
        gap);
  }

  private static double apart(Set<String> a, Set<String> b) {
    Set<String> all = new HashSet<>(a);
    all.addAll(b);
    Set<String> both = new HashSet<>(a);
    both.retainAll(b);
    return 1 - (double) both.size() / all.size();
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }
}
