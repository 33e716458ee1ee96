package io.attest.measure;

import io.attest.data.CategoricalColumn;
import io.attest.data.Column;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.model.ModelSpec.Decision;
import io.attest.model.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Finds where a model is worse than elsewhere: by a tree, by slices, by declared segments. */
public final class WeakSpotSearch {
  /** How many values of a segment are listed: the largest. */
  public static final int MOST_PARTS = 50;

  private final Task task;
  private final int outputs;
  private final double[] responses;
  private final double[] labels;
  private final Optional<Decision> decision;
  private final List<String> notes = new ArrayList<>();

  private WeakSpotSearch(
      Task task, int outputs, double[] responses, double[] labels, Optional<Decision> decision) {
    this.task = task;
    this.outputs = outputs;
    this.responses = responses;
    this.labels = labels;
    this.decision = decision;
  }

  /**
   * Searches.
   *
   * @param frame holds the columns; rows as in {@code labels}
   * @param columns where to look, the most promising first
   * @param segments columns by whose values the performance is told apart
   * @param responses rows x outputs, row-major, after the link, finite
   * @param labels as in {@link Performances#of}; NaN where not known
   * @param seed parts the rows into halves
   */
  public static WeakSpots of(
      Frame frame,
      List<String> columns,
      List<String> segments,
      Task task,
      int outputs,
      double[] responses,
      double[] labels,
      Optional<Decision> decision,
      long seed) {
    return new WeakSpotSearch(task, outputs, responses, labels, decision)
        .search(frame, columns, segments, seed);
  }

  private WeakSpots search(Frame frame, List<String> columns, List<String> segments, long seed) {
    Losses losses = Losses.of(task, outputs, responses, labels);
    int n = losses.rows().length;
    List<Column> looked =
        columns.stream().map(frame::column).filter(WeakSpotSearch::tellsRowsApart).toList();
    Optional<WeakSpots.ErrorTree> tree = ErrorTrees.of(losses, looked, seed);
    if (tree.isEmpty()) {
      notes.add(
          "No tree of the errors was grown: it needs %s labelled rows, and there are %s."
              .formatted(2 * ErrorTrees.FEWEST, n));
    }
    SliceSearch.Found slices =
        n == 0
            ? new SliceSearch.Found(List.of(), 0)
            : SliceSearch.of(losses, looked.stream().map(Cut::of).toList());
    if (looked.size() > SliceSearch.PAIRED) {
      notes.add(
          "Pairs of values were sought among the first %s of %s columns: segments, then the most important features."
              .formatted(SliceSearch.PAIRED, looked.size()));
    }
    Optional<CalibrationLine> line =
        CalibrationLine.of(task, known(losses.rows(), responses), known(losses.rows(), labels));
    if (line.filter(l -> Double.isNaN(l.slope().value())).isPresent()) {
      notes.add("The calibration slope does not exist: no line fits best.");
    }
    return new WeakSpots(
        n,
        losses.name(),
        n == 0 ? Estimate.NONE : losses.mean(losses.rows()),
        tree,
        slices.slices(),
        slices.tested(),
        segments.stream().map(s -> segment(frame.column(s), losses)).toList(),
        line,
        notes);
  }

  private double[] known(int[] rows, double[] of) {
    return task == Task.MULTICLASS
        ? new double[0]
        : Arrays.stream(rows).mapToDouble(i -> of[i]).toArray();
  }

  /** False for a column with no value at all, which has no parts. */
  private static boolean tellsRowsApart(Column column) {
    return column.size() > 0
        && !(column instanceof CategoricalColumn levels && levels.levels().isEmpty())
        && column.missing() < column.size();
  }

  private WeakSpots.Segment segment(Column column, Losses losses) {
    if (!tellsRowsApart(column)) {
      notes.add("The segment " + column.name() + " has no values.");
      return new WeakSpots.Segment(column.name(), List.of(), 0);
    }
    Cut cut = Cut.of(column);
    int[] size = new int[cut.parts().size()];
    Arrays.stream(cut.codes()).forEach(c -> size[c]++);
    List<Integer> met =
        IntStream.range(0, size.length)
            .filter(c -> size[c] > 0)
            .boxed()
            .sorted(Comparator.comparingInt((Integer c) -> -size[c]))
            .toList();
    List<Integer> kept = met.stream().limit(MOST_PARTS).sorted().toList();
    if (!(column instanceof NumericColumn)) {
      kept = met.stream().limit(MOST_PARTS).toList();
    }
    if (met.size() > MOST_PARTS) {
      notes.add(
          "%s: the %s largest of %s values are listed."
              .formatted(column.name(), MOST_PARTS, met.size()));
    }
    return new WeakSpots.Segment(
        column.name(),
        kept.stream().map(c -> part(cut, c, size[c], losses)).toList(),
        met.size() - kept.size());
  }

  private WeakSpots.Part part(Cut cut, int code, int size, Losses losses) {
    int[] rows = Arrays.stream(losses.rows()).filter(i -> cut.codes()[i] == code).toArray();
    double[] own = new double[rows.length * outputs];
    double[] ownLabels = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(responses, rows[i] * outputs, own, i * outputs, outputs);
      ownLabels[i] = labels[rows[i]];
    }
    Estimate calibration = Estimate.NONE;
    if (task != Task.MULTICLASS && rows.length > 0) {
      double[] gap = new double[labels.length];
      for (int i : rows) {
        gap[i] = labels[i] - responses[i];
      }
      Moments moments = Moments.of(gap, rows);
      calibration =
          Estimate.normal(moments.mean(), Math.sqrt(moments.variance() / moments.count()));
    }
    return new WeakSpots.Part(
        cut.parts().get(code),
        size,
        rows.length,
        Membership.small(rows.length, losses.rows().length),
        Performances.of(task, outputs, own, ownLabels, decision).metrics(),
        calibration);
  }
}
