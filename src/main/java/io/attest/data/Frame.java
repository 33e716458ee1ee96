package io.attest.data;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A table of columns of one length. Immutable by agreement: nobody writes into the arrays.
 *
 * @param columns the columns, in the order of the source, names unique
 * @param rows number of rows, also when there are no columns
 */
public record Frame(List<Column> columns, int rows) {

  public Frame {
    columns = List.copyOf(columns);
    Set<String> names = new HashSet<>();
    for (Column c : columns) {
      if (c.size() != rows) {
        throw new IllegalArgumentException(
            "Column " + c.name() + " has " + c.size() + " rows where the table has " + rows + ".");
      }
      if (!names.add(c.name())) {
        throw new IllegalArgumentException("Two columns are named " + c.name() + ".");
      }
    }
  }

  /** A table of at least one column. */
  public static Frame of(List<? extends Column> columns) {
    return new Frame(List.copyOf(columns), columns.isEmpty() ? 0 : columns.get(0).size());
  }

  /** The column of this name, if there is one. */
  public Optional<Column> find(String name) {
    return columns.stream().filter(c -> c.name().equals(name)).findFirst();
  }

  /**
   * The column of this name.
   *
   * @throws IllegalArgumentException naming the columns there are
   */
  public Column column(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no column "
                        + name
                        + ". The columns are "
                        + columns.stream().map(Column::name).toList()
                        + "."));
  }

  /** The given rows, in the given order. */
  public Frame select(int[] chosen) {
    return new Frame(
        columns.stream().map(c -> c.select(chosen)).map(Column.class::cast).toList(),
        chosen.length);
  }
}
