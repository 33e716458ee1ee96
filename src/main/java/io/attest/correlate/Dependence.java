package io.attest.correlate;

import java.util.List;

/**
 * How the columns of a table depend on each other.
 *
 * @param columns names, in the order of the table
 * @param pairs every unordered pair of columns, in the order (0,1), (0,2), ...
 * @param vif variance inflation factor of each numeric column against the other numeric ones; NaN
 *     for a categorical column or where it cannot be computed
 * @param clusters hierarchical clusters of columns (average linkage over 1 - |association|)
 * @param clusterCut the association above which columns share a cluster
 * @param notes what was left out and why, a sentence each (missing values, constant columns)
 */
public record Dependence(
    List<String> columns,
    List<Pair> pairs,
    double[] vif,
    List<List<String>> clusters,
    double clusterCut,
    List<String> notes) {

  public Dependence {
    columns = List.copyOf(columns);
    pairs = List.copyOf(pairs);
    clusters = clusters.stream().map(List::copyOf).toList();
    notes = List.copyOf(notes);
  }

  /**
   * One pair of columns.
   *
   * @param measure {@code spearman}, {@code cramers-v} (bias-corrected) or {@code
   *     correlation-ratio}
   * @param association the measure, signed for numeric pairs; NaN where it does not exist
   * @param pearson for numeric pairs; NaN otherwise
   * @param statistic t, chi-square or ANOVA's F
   * @param pValue of the hypothesis "no association"
   * @param rows number of rows where both are present
   */
  public record Pair(
      String a,
      String b,
      String measure,
      double association,
      double pearson,
      double statistic,
      double pValue,
      int rows) {}
}
