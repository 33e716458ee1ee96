package io.attest.correlate;

import io.attest.data.Column;
import io.attest.data.Frame;
import io.attest.explain.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Measures how the columns of a table depend on each other: Spearman and Pearson for two numbers,
 * Cramer's V for two categories, the correlation ratio for a number and a category; variance
 * inflation; clusters. {@code docs/dependence.md} says how to read them.
 */
public final class Associations {
  /** The association above which columns share a cluster, unless somebody asks for another. */
  public static final double CLUSTER_CUT = 0.5;

  /** Names that a note lists before it counts the others. */
  private static final int NAMED = 10;

  private final List<Coded> columns;
  private final int rows;
  private final Progress progress;
  private final long total;
  private long done;
  private final List<String> notes = new ArrayList<>();

  private Associations(List<Coded> columns, int rows, Progress progress) {
    this.columns = columns;
    this.rows = rows;
    this.progress = progress;
    this.total = Math.max(1, (long) columns.size() * (columns.size() - 1) / 2);
  }

  /**
   * Measures every pair of the given columns.
   *
   * <p>Missing values are left out pair by pair; variance inflation uses the rows where every
   * numeric column is present. The notes say so.
   *
   * @param columns names, numeric or categorical
   * @throws IllegalArgumentException if a column is absent, or is text
   * @throws java.util.concurrent.CancellationException if {@code progress} is cancelled
   */
  public static Dependence of(Frame frame, List<String> columns, Progress progress) {
    return of(frame, columns, CLUSTER_CUT, progress);
  }

  /**
   * The same with another cut of the clusters.
   *
   * @param clusterCut mean association, 0 to 1, above which columns share a cluster
   */
  public static Dependence of(
      Frame frame, List<String> columns, double clusterCut, Progress progress) {
    progress.check();
    List<Coded> coded = new ArrayList<>();
    for (String name : columns) {
      progress.check();
      coded.add(Coded.of(frame.column(name)));
    }
    return new Associations(coded, frame.rows(), progress).measure(clusterCut);
  }

  /**
   * Measures one pair.
   *
   * @throws IllegalArgumentException if a column is text, or the two have different lengths
   */
  public static Dependence.Pair pair(Column a, Column b) {
    if (a.size() != b.size()) {
      throw new IllegalArgumentException(
          "Column %s has %s rows, but %s has %s."
              .formatted(a.name(), a.size(), b.name(), b.size()));
    }
    return Association.of(Coded.of(a), Coded.of(b));
  }

  private Dependence measure(double clusterCut) {
    noteColumns();
    Dependence.Pair[] pairs = new Dependence.Pair[columns.size() * (columns.size() - 1) / 2];
    completeNumbers(pairs);
    others(pairs);
    noteThinTables(pairs);
    double[] vif = inflation();
    List<List<String>> clusters = clusters(pairs, clusterCut);
    progress.report(total, total);
    return new Dependence(
        columns.stream().map(Coded::name).toList(),
        Arrays.asList(pairs),
        vif,
        clusters,
        clusterCut,
        notes);
  }

  private int index(int a, int b) {
    return a * columns.size() - a * (a + 1) / 2 + (b - a - 1);
  }

  private void noteColumns() {
    if (rows < Association.FEWEST_ROWS) {
      notes.add(
          "The table has "
              + rows
              + " rows. An association needs at least "
              + Association.FEWEST_ROWS
              + ".");
      return;
    }
    List<String> missing = new ArrayList<>();
    List<String> empty = new ArrayList<>();
    List<String> constant = new ArrayList<>();
    for (Coded column : columns) {
      if (column.missing() == rows) {
        empty.add(column.name());
      } else {
        if (column.missing() > 0) {
          missing.add(column.name() + " (" + column.missing() + ")");
        }
        if (Arrays.stream(column.counts(column)).filter(c -> c > 0).count() == 1) {
          constant.add(column.name());
        }
      }
    }
    if (!missing.isEmpty()) {
      notes.add(
          "Missing values: "
              + named(missing)
              + " of "
              + rows
              + " rows. Each pair is measured on the rows where both values are present.");
    }
    if (!empty.isEmpty()) {
      notes.add("No value at all, so not measured: " + named(empty) + ".");
    }
    if (!constant.isEmpty()) {
      notes.add("One value in every row, so not measured: " + named(constant) + ".");
    }
  }

  private static String named(List<String> names) {
    return names.size() <= NAMED
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, NAMED)) + " and " + (names.size() - NAMED) + " more";
  }

  /** All pairs of numeric columns without gaps, from one matrix of ranks and one of values. */
  private void completeNumbers(Dependence.Pair[] pairs) {
    int[] complete =
        IntStream.range(0, columns.size())
            .filter(j -> columns.get(j).isNumeric() && columns.get(j).missing() == 0)
            .toArray();
    int[] all = IntStream.range(0, rows).toArray();
    double[][] ranks = Gram.of(functions(complete, Associations::centredRanks), all, progress);
    double[][] values = Gram.of(functions(complete, c -> centredValues(c, all)), all, progress);
    for (int j = 0; j < complete.length; j++) {
      for (int k = j + 1; k < complete.length; k++) {
        pairs[index(complete[j], complete[k])] =
            Association.numeric(
                columns.get(complete[j]).name(),
                columns.get(complete[k]).name(),
                rows,
                ranks[j][k],
                ranks[j][j],
                ranks[k][k],
                values[j][k],
                values[j][j],
                values[k][k]);
        done++;
      }
    }
    progress.report(done, total);
  }

  private List<IntToDoubleFunction> functions(
      int[] chosen, java.util.function.Function<Coded, IntToDoubleFunction> by) {
    return Arrays.stream(chosen).mapToObj(columns::get).map(by).toList();
  }

  private static IntToDoubleFunction centredRanks(Coded column) {
    double[] ranks = Coded.ranks(column.counts(column));
    return i -> ranks[column.codes()[i]];
  }

  private static IntToDoubleFunction centredValues(Coded column, int[] rows) {
    double sum = 0;
    for (int i : rows) {
      sum += column.values()[i];
    }
    double mean = sum / rows.length;
    return i -> column.values()[i] - mean;
  }

  private void others(Dependence.Pair[] pairs) {
    for (int a = 0; a < columns.size(); a++) {
      for (int b = a + 1; b < columns.size(); b++) {
        if (pairs[index(a, b)] == null) {
          progress.check();
          pairs[index(a, b)] = Association.of(columns.get(a), columns.get(b));
          done++;
        }
      }
      progress.report(done, total);
    }
  }

  private void noteThinTables(Dependence.Pair[] pairs) {
    List<String> thin = new ArrayList<>();
    for (int a = 0; a < columns.size(); a++) {
      for (int b = a + 1; b < columns.size(); b++) {
        progress.check();
        Dependence.Pair pair = pairs[index(a, b)];
        if (pair.measure().equals("cramers-v")
            && !Double.isNaN(pair.pValue())
            && Table.thin(
                columns.get(a).counts(columns.get(b)), columns.get(b).counts(columns.get(a)))) {
          thin.add(pair.a() + " and " + pair.b());
        }
      }
    }
    if (!thin.isEmpty()) {
      notes.add(
          "Over a fifth of the cells expect fewer than 5 rows, so that the p value is rough: "
              + named(thin)
              + ".");
    }
  }

  private double[] inflation() {
    double[] vif = new double[columns.size()];
    Arrays.fill(vif, Double.NaN);
    int[] numeric =
        IntStream.range(0, columns.size())
            .filter(j -> columns.get(j).isNumeric() && columns.get(j).missing() < rows)
            .toArray();
    int[] complete =
        IntStream.range(0, rows)
            .filter(i -> Arrays.stream(numeric).allMatch(j -> columns.get(j).codes()[i] >= 0))
            .toArray();
    int[] varying =
        Arrays.stream(numeric)
            .filter(
                j ->
                    Arrays.stream(complete)
                            .map(i -> columns.get(j).codes()[i])
                            .distinct()
                            .limit(2)
                            .count()
                        > 1)
            .filter(
                j ->
                    Arrays.stream(complete)
                        .allMatch(i -> Double.isFinite(columns.get(j).values()[i])))
            .toArray();
    if (varying.length == 0) {
      return vif;
    }
    if (complete.length <= varying.length + 1) {
      notes.add(
          "Variance inflation was not measured: %s rows have all %s numbers, too few."
              .formatted(complete.length, numeric.length));
      return vif;
    }
    if (complete.length < rows) {
      notes.add(
          "Variance inflation uses the %s of %s rows where all numbers are present."
              .formatted(complete.length, rows));
    }
    double[] figures =
        Inflation.of(
            Gram.of(functions(varying, c -> centredValues(c, complete)), complete, progress));
    List<String> infinite = new ArrayList<>();
    for (int j = 0; j < varying.length; j++) {
      vif[varying[j]] = figures[j];
      if (Double.isInfinite(figures[j])) {
        infinite.add(columns.get(varying[j]).name());
      }
    }
    if (!infinite.isEmpty()) {
      notes.add(
          "Each of these numbers follows exactly from the others, so that its variance inflation is"
              + " infinite: "
              + named(infinite)
              + ".");
    }
    return vif;
  }

  private List<List<String>> clusters(Dependence.Pair[] pairs, double cut) {
    int p = columns.size();
    double[][] distance = new double[p][p];
    for (int a = 0; a < p; a++) {
      for (int b = a + 1; b < p; b++) {
        double association = Math.abs(pairs[index(a, b)].association());
        distance[a][b] = Double.isNaN(association) ? 1 : 1 - association;
        distance[b][a] = distance[a][b];
      }
    }
    return Clusters.of(distance, 1 - cut).stream()
        .map(members -> members.stream().map(j -> columns.get(j).name()).toList())
        .toList();
  }
}
