package io.attest.measure;

import io.attest.explain.Surrogate;
import java.util.List;
import java.util.Optional;

/**
 * Where the model is worse than elsewhere.
 *
 * @param rows labelled rows that were looked at
 * @param loss what is called worse: {@code squared error of the probability}
 * @param overall mean loss of all of them
 * @param tree regions found on one half of the rows and measured on the other; absent where there
 *     are too few rows
 * @param slices the worst single values and pairs of values, worst first
 * @param tested how many slices were compared with the rest of the rows
 * @param segments the declared columns, value by value
 * @param line whether scores as a whole are too high or too extreme; absent of several classes
 * @param notes what was left out, a sentence each
 */
public record WeakSpots(
    int rows,
    String loss,
    Estimate overall,
    Optional<ErrorTree> tree,
    List<Slice> slices,
    int tested,
    List<Segment> segments,
    Optional<CalibrationLine> line,
    List<String> notes) {

  public WeakSpots {
    slices = List.copyOf(slices);
    segments = List.copyOf(segments);
    notes = List.copyOf(notes);
  }

  /**
   * A tree of the loss.
   *
   * @param nodes the root first; their values, rows and shares are of the second half
   * @param regions the leaves, worst first
   * @param grownOn rows of the first half
   * @param measuredOn rows of the second half
   * @param explained share of the variance of the loss that the tree tells on the second half; at
   *     or below 0 it tells nothing
   */
  public record ErrorTree(
      List<Surrogate.Node> nodes,
      List<Region> regions,
      int grownOn,
      int measuredOn,
      double explained) {

    public ErrorTree {
      nodes = List.copyOf(nodes);
      regions = List.copyOf(regions);
    }
  }

  /**
   * A leaf of the tree, measured on the second half.
   *
   * @param where its conditions; none for all rows
   * @param loss mean loss
   * @param predicted mean prediction
   * @param observed mean of what happened
   */
  public record Region(
      List<Surrogate.Condition> where,
      int rows,
      double share,
      Estimate loss,
      double predicted,
      double observed) {
    public Region {
      where = List.copyOf(where);
    }
  }

  /**
   * Rows with one value, or with two, measured on all rows.
   *
   * @param where in words: {@code purpose: education}, {@code age: below 26 and housing: rent}
   * @param loss mean loss
   * @param rest mean loss of all other rows
   * @param difference the former minus the latter
   * @param pValue of "no difference", two-sided
   * @param adjusted the same corrected for all slices that were compared (Holm)
   * @param predicted mean prediction
   * @param observed mean of what happened
   */
  public record Slice(
      String where,
      int rows,
      double share,
      Estimate loss,
      double rest,
      Estimate difference,
      double pValue,
      double adjusted,
      double predicted,
      double observed) {

    /** By how much the mean loss is larger than elsewhere: 0.5 is half as much again. */
    public double relative() {
      return difference.value() / rest;
    }

    /** True if so large a difference among so many slices is no accident (5 %). */
    public boolean certain() {
      return adjusted < 0.05;
    }
  }

  /**
   * A declared column.
   *
   * @param left how many parts are not listed
   */
  public record Segment(String column, List<Part> parts, int left) {
    public Segment {
      parts = List.copyOf(parts);
    }
  }

  /**
   * One value of it.
   *
   * @param rows of the audit data
   * @param labelled those whose outcome is known
   * @param small true if too few are: the figures are shown and not judged
   * @param metrics as of all rows
   * @param calibration observed minus predicted, with its interval; NaN of several classes
   */
  public record Part(
      String name,
      int rows,
      int labelled,
      boolean small,
      List<Performance.Metric> metrics,
      Estimate calibration) {
    public Part {
      metrics = List.copyOf(metrics);
    }

    /** A metric by its name without {@code performance.}; NaN where there is none. */
    public double metric(String name) {
      return metrics.stream()
          .filter(m -> m.name().equals("performance." + name))
          .mapToDouble(Performance.Metric::value)
          .findFirst()
          .orElse(Double.NaN);
    }
  }
}
