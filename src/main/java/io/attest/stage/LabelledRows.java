package io.attest.stage;

import io.attest.audit.ArtifactStore;
import io.attest.data.CategoricalColumn;
import io.attest.data.Column;
import io.attest.data.Field;
import io.attest.data.Format;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.data.ReadOptions;
import io.attest.data.Reject;
import io.attest.data.TableRead;
import io.attest.data.TableReader;
import io.attest.model.ModelSpec;
import io.attest.model.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Rows of an audit with outcomes that came later.
 *
 * @param frame the rows, with the column of outcomes; missing where there is still none
 * @param matched how many rows got an outcome from the file
 * @param sha256 of the file of outcomes
 */
record LabelledRows(Frame frame, int matched, String sha256) {
  /** What the column that names a row is called where the model has none: the number, from 1. */
  static final String ROW = "row";

  private static final int NAMED = 5;

  /**
   * Joins outcomes to rows by the case's name, or by the row's number from 1 where the model
   * declares no {@code row-id}.
   *
   * @param file two columns: that name, and the target of the model
   * @throws IllegalArgumentException if a name is unknown, stands twice on a side, is without
   *     outcome, or has another outcome already; nothing is joined then
   */
  static LabelledRows of(Frame rows, ModelSpec spec, Path file) {
    String key = spec.rowId().filter(id -> rows.find(id).isPresent()).orElse(ROW);
    String target = spec.target().column();
    Field outcome =
        spec.task() == Task.REGRESSION
            ? Field.numeric(target)
            : Field.categorical(target, spec.target().classes());
    TableRead read =
        TableReader.read(
            file,
            Format.of(Optional.empty(), file),
            ReadOptions.of(
                Optional.empty(), Optional.empty(), Optional.empty(), List.of(), Optional.empty()),
            List.of(Field.text(key), outcome),
            List.of(key, target));
    if (!read.rejects().isEmpty()) {
      throw new IllegalArgumentException(
          "Some labels cannot be read, so none were taken: "
              + read.rejects().stream().map(Reject::toString).collect(Collectors.joining("; "))
              + ".");
    }
    Column given = read.frame().column(target);
    int[] from = joined(rows, key, read.frame().column(key), given);
    Column labelled = labelled(rows.find(target), target, given, from);
    List<Column> columns = new ArrayList<>(rows.columns());
    columns.removeIf(c -> c.name().equals(target));
    columns.add(labelled);
    try {
      return new LabelledRows(
          new Frame(columns, rows.rows()), read.frame().rows(), ArtifactStore.sha256(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** For each row of the audit the line of the file with its outcome, or -1. */
  private static int[] joined(Frame rows, String key, Column names, Column given) {
    if (names.size() == 0) {
      throw new IllegalArgumentException("The file has no labels.");
    }
    Optional<Column> own = rows.find(key);
    Map<String, Integer> at = new HashMap<>();
    TreeSet<String> twice = new TreeSet<>();
    for (int i = 0; i < rows.rows(); i++) {
      int row = i;
      String name = own.map(c -> c.text(row)).orElse(Integer.toString(i + 1));
      if (!name.isEmpty() && at.putIfAbsent(name, i) != null) {
        twice.add(name);
      }
    }
    int[] from = new int[rows.rows()];
    Arrays.fill(from, -1);
    List<String> unknown = new ArrayList<>();
    for (int line = 0; line < names.size(); line++) {
      String name = names.text(line);
      Integer row = at.get(name);
      if (row == null) {
        unknown.add(name.isEmpty() ? "(empty)" : name);
      } else if (given.isMissing(line)) {
        throw new IllegalArgumentException(
            key + " " + name + " has no outcome. Leave out the rows whose outcome is not known.");
      } else if (twice.contains(name)) {
        throw new IllegalArgumentException(
            key + " " + name + " stands more than once in the audited data: whose outcome is it?");
      } else if (from[row] >= 0) {
        throw new IllegalArgumentException(key + " " + name + " stands twice among the labels.");
      } else {
        from[row] = line;
      }
    }
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          unknown.size()
              + " of "
              + names.size()
              + " labels are of rows that this audit does not have, so none were taken: "
              + key
              + " "
              + String.join(", ", unknown.subList(0, Math.min(NAMED, unknown.size())))
              + (unknown.size() > NAMED ? ", ..." : "")
              + ". Maybe they belong to another audit.");
    }
    return from;
  }

  private static Column labelled(Optional<Column> before, String target, Column given, int[] from) {
    for (int i = 0; i < from.length; i++) {
      if (from[i] >= 0
          && before.isPresent()
          && !before.get().isMissing(i)
          && !before.get().text(i).equals(given.text(from[i]))) {
        throw new IllegalArgumentException(
            "Row "
                + (i + 1)
                + " has the outcome "
                + before.get().text(i)
                + " already; the labels say "
                + given.text(from[i])
                + ".");
      }
    }
    if (given instanceof NumericColumn numbers) {
      double[] values = new double[from.length];
      for (int i = 0; i < from.length; i++) {
        values[i] =
            from[i] >= 0
                ? numbers.values()[from[i]]
                : before.isPresent() ? ((NumericColumn) before.get()).values()[i] : Double.NaN;
      }
      return new NumericColumn(target, values);
    }
    List<String> levels = new ArrayList<>(((CategoricalColumn) given).levels());
    before
        .map(b -> ((CategoricalColumn) b).levels())
        .orElse(List.of())
        .forEach(
            level -> {
              if (!levels.contains(level)) {
                levels.add(level);
              }
            });
    if (!levels.equals(((CategoricalColumn) given).levels())) {
      Collections.sort(levels);
    }
    int[] codes = new int[from.length];
    for (int i = 0; i < from.length; i++) {
      String text =
          from[i] >= 0 ? given.text(from[i]) : before.isPresent() ? before.get().text(i) : "";
      codes[i] = levels.indexOf(text);
    }
    return new CategoricalColumn(target, codes, levels);
  }
}
