package io.attest.measure;

import io.attest.data.CategoricalColumn;
import io.attest.data.Column;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.model.ModelSpec;
import io.attest.model.ModelSpec.Protected;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Which row is in which group of a protected attribute.
 *
 * @param groups as declared, or one for each level
 * @param of for each row the index of its group, or -1
 */
public record Membership(List<ModelSpec.Group> groups, int[] of) {
  /** Between the names of two attributes or groups. */
  static final String CROSS = " x ";

  public Membership {
    groups = List.copyOf(groups);
  }

  /**
   * @throws IllegalArgumentException if a numeric column declares no ranges, a group does not fit
   *     the column, or a row is in two groups
   */
  public static Membership of(Column column, Protected attribute) {
    List<ModelSpec.Group> groups = groups(column, attribute);
    return new Membership(groups, assign(column, groups));
  }

  /**
   * Every attribute by its name, then every pair of attributes: {@code age x sex}. Of pairs only
   * combinations that occur are groups; a row is in none if it is in no group of one of the two.
   *
   * @throws IllegalArgumentException as {@link #of} does
   */
  public static Map<String, Membership> all(Frame frame, List<Protected> attributes) {
    Map<String, Membership> all = new LinkedHashMap<>();
    for (Protected attribute : attributes) {
      all.put(attribute.column(), of(frame.column(attribute.column()), attribute));
    }
    List<String> names = List.copyOf(all.keySet());
    for (int a = 0; a < names.size(); a++) {
      for (int b = a + 1; b < names.size(); b++) {
        all.put(
            names.get(a) + CROSS + names.get(b),
            all.get(names.get(a)).crossed(all.get(names.get(b))));
      }
    }
    return all;
  }

  private Membership crossed(Membership other) {
    int width = other.groups.size();
    TreeSet<Long> met = new TreeSet<>();
    for (int i = 0; i < of.length; i++) {
      if (of[i] >= 0 && other.of[i] >= 0) {
        met.add((long) of[i] * width + other.of[i]);
      }
    }
    List<Long> cells = List.copyOf(met);
    List<ModelSpec.Group> crossed =
        cells.stream()
            .map(
                c ->
                    new ModelSpec.Group(
                        groups.get((int) (c / width)).name()
                            + CROSS
                            + other.groups.get((int) (c % width)).name(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty()))
            .toList();
    int[] own = new int[of.length];
    for (int i = 0; i < of.length; i++) {
      own[i] =
          of[i] < 0 || other.of[i] < 0
              ? -1
              : Collections.binarySearch(cells, (long) of[i] * width + other.of[i]);
    }
    return new Membership(crossed, own);
  }

  /** True if a group of so many of all rows is shown but not judged. */
  public static boolean small(int rows, int all) {
    return rows < GroupFairness.FEWEST_ROWS || rows < GroupFairness.SMALLEST_SHARE * all;
  }

  private static List<ModelSpec.Group> groups(Column column, Protected attribute) {
    if (!attribute.groups().isEmpty()) {
      return attribute.groups();
    }
    if (column instanceof NumericColumn) {
      throw new IllegalArgumentException(
          "The protected column "
              + column.name()
              + " is numeric and has no groups. Declare groups with from and below in model.yaml.");
    }
    return levels(column).stream()
        .map(l -> new ModelSpec.Group(l, List.of(l), Optional.empty(), Optional.empty()))
        .toList();
  }

  static List<String> levels(Column column) {
    if (column instanceof CategoricalColumn categorical) {
      return categorical.levels();
    }
    TreeSet<String> seen = new TreeSet<>();
    for (int i = 0; i < column.size(); i++) {
      if (!column.isMissing(i)) {
        seen.add(column.text(i));
      }
    }
    return List.copyOf(seen);
  }

  private static int[] assign(Column column, List<ModelSpec.Group> groups) {
    int[] own = new int[column.size()];
    for (int i = 0; i < own.length; i++) {
      own[i] = -1;
      for (int g = 0; g < groups.size(); g++) {
        if (column.isMissing(i) || !contains(column, i, groups.get(g))) {
          continue;
        }
        if (own[i] >= 0) {
          throw new IllegalArgumentException(
              "Row %s, column %s: the value %s is in two groups, %s and %s. Maybe their ranges overlap in model.yaml."
                  .formatted(
                      i + 1,
                      column.name(),
                      column.text(i),
                      groups.get(own[i]).name(),
                      groups.get(g).name()));
        }
        own[i] = g;
      }
    }
    return own;
  }

  private static boolean contains(Column column, int row, ModelSpec.Group group) {
    if (!group.levels().isEmpty()) {
      return group.levels().contains(column.text(row));
    }
    if (column instanceof NumericColumn numeric) {
      double value = numeric.values()[row];
      return group.from().map(from -> value >= from).orElse(true)
          && group.below().map(below -> value < below).orElse(true);
    }
    throw new IllegalArgumentException(
        "The group "
            + group.name()
            + " of the protected column "
            + column.name()
            + " names no levels, and the column is not numeric. List its levels in model.yaml.");
  }
}
