package io.attest.measure.drift;

import io.attest.measure.Membership;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What two models say of the same rows.
 *
 * @param rows how many rows both were asked about
 * @param meanAbsolute mean absolute change of the response; of several outputs, of the one of a row
 *     that changed most
 * @param maxAbsolute the largest one
 * @param flips rows that are decided otherwise; -1 where nothing is decided
 * @param groups the same by group of each protected attribute
 * @param first rows that are decided otherwise, the largest change first; where nothing is decided,
 *     the rows that changed most. At most {@link #MOST}
 */
public record PredictionChange(
    int rows,
    double meanAbsolute,
    double maxAbsolute,
    int flips,
    List<Group> groups,
    List<Row> first) {

  /** How many rows are listed. */
  public static final int MOST = 20;

  public PredictionChange {
    groups = List.copyOf(groups);
    first = List.copyOf(first);
  }

  /** Share of rows that are decided otherwise; NaN where nothing is decided. */
  public double share() {
    return flips < 0 || rows == 0 ? Double.NaN : (double) flips / rows;
  }

  /**
   * @param small true if it is too small for its share to be judged
   */
  public record Group(String attribute, String name, int rows, int flips, boolean small) {

    /** Share of its rows that are decided otherwise. */
    public double share() {
      return rows == 0 ? Double.NaN : (double) flips / rows;
    }
  }

  /**
   * @param row index in the baseline's rows, from 0
   * @param id the case's name, or its number from 1
   * @param then the response of the baseline's model
   * @param now that of the new one
   */
  public record Row(int row, String id, double then, double now) {}

  /**
   * Compares two models' answers.
   *
   * @param then responses, rows x outputs
   * @param now the same of the other model
   * @param decidedThen what was decided of each row; empty if nothing is
   * @param groups by protected attribute
   * @param ids the name of a row
   */
  public static PredictionChange of(
      double[] then,
      double[] now,
      int outputs,
      int[] decidedThen,
      int[] decidedNow,
      Map<String, Membership> groups,
      IntFunction<String> ids) {
    int n = then.length / outputs;
    boolean decides = decidedThen.length == n && decidedNow.length == n && n > 0;
    int[] most = new int[n];
    double[] change = new double[n];
    for (int i = 0; i < n; i++) {
      most[i] = i * outputs;
      for (int o = 0; o < outputs; o++) {
        double c = Math.abs(now[i * outputs + o] - then[i * outputs + o]);
        if (c > change[i]) {
          change[i] = c;
          most[i] = i * outputs + o;
        }
      }
    }
    int[] flipped =
        decides
            ? IntStream.range(0, n).filter(i -> decidedThen[i] != decidedNow[i]).toArray()
            : new int[0];
    List<Group> byGroup = new ArrayList<>();
    if (decides) {
      groups.forEach((attribute, membership) -> add(byGroup, attribute, membership, flipped));
    }
    return new PredictionChange(
        n,
        java.util.Arrays.stream(change).average().orElse(Double.NaN),
        java.util.Arrays.stream(change).max().orElse(Double.NaN),
        decides ? flipped.length : -1,
        byGroup,
        (decides ? java.util.Arrays.stream(flipped) : IntStream.range(0, n))
            .filter(i -> decides || change[i] > 0)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -change[i]))
            .limit(MOST)
            .map(i -> new Row(i, ids.apply(i), then[most[i]], now[most[i]]))
            .toList());
  }

  private static void add(
      List<Group> out, String attribute, Membership membership, int[] flippedRows) {
    int[] rows = new int[membership.groups().size()];
    int[] flips = new int[rows.length];
    for (int g : membership.of()) {
      if (g >= 0) {
        rows[g]++;
      }
    }
    for (int i : flippedRows) {
      if (membership.of()[i] >= 0) {
        flips[membership.of()[i]]++;
      }
    }
    for (int g = 0; g < rows.length; g++) {
      out.add(
          new Group(
              attribute,
              membership.groups().get(g).name(),
              rows[g],
              flips[g],
              Membership.small(rows[g], membership.of().length)));
    }
  }
}
