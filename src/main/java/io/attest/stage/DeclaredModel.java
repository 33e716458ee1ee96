package io.attest.stage;

import io.attest.data.Column;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.explain.Dataset;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.ModelSpec;
import io.attest.model.Task;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A model with its declaration: how it, and people, read rows. The rows may be a whole table or a
 * block of one.
 *
 * @param spec the declaration of the model
 * @param model the model
 */
public record DeclaredModel(ModelSpec spec, Model model) {

  /** Rows as the model sees them. */
  public Batch batch(Frame frame) {
    return Batch.of(frame, model.info().features());
  }

  /** Rows as the model sees them, with labels where the target is there for every row. */
  public Dataset dataset(Frame frame) {
    return new Dataset(batch(frame), labels(frame));
  }

  /**
   * What happened: 1 for the positive value and 0 for others (binary), class index (multi-class),
   * the number (regression). Absent if the column is, or if a row has none.
   */
  public Optional<double[]> labels(Frame frame) {
    Optional<Column> target = frame.find(spec.target().column());
    if (target.isEmpty() || target.get().missing() > 0) {
      return Optional.empty();
    }
    return Optional.of(labels(target.get()));
  }

  /** The same where some rows have none yet: NaN there. Absent if no row has one. */
  public Optional<double[]> knownLabels(Frame frame) {
    Optional<Column> target = frame.find(spec.target().column());
    if (target.isEmpty() || target.get().missing() == target.get().size()) {
      return Optional.empty();
    }
    Column column = target.get();
    int[] known = IntStream.range(0, column.size()).filter(i -> !column.isMissing(i)).toArray();
    double[] labels = new double[column.size()];
    Arrays.fill(labels, Double.NaN);
    double[] there = labels(column.select(known));
    for (int i = 0; i < known.length; i++) {
      labels[known[i]] = there[i];
    }
    return Optional.of(labels);
  }

  /**
   * What is decided of each row: the side of the threshold of a binary model, the likeliest class
   * of a multi-class one. Empty where nothing is decided.
   *
   * @param responses rows x outputs
   */
  int[] decided(double[] responses) {
    int outputs = model.info().outputs().size();
    return switch (spec.task()) {
      case BINARY ->
          spec.decision()
              .map(
                  d -> Arrays.stream(responses).mapToInt(r -> r >= d.threshold() ? 1 : 0).toArray())
              .orElse(new int[0]);
      case MULTICLASS ->
          IntStream.range(0, responses.length / outputs)
              .map(i -> largest(responses, i * outputs, outputs))
              .toArray();
      case REGRESSION -> new int[0];
    };
  }

  private static int largest(double[] values, int from, int count) {
    int best = 0;
    for (int k = 1; k < count; k++) {
      best = values[from + k] > values[from + best] ? k : best;
    }
    return best;
  }

  /**
   * The same of a column without missing values.
   *
   * @throws IllegalArgumentException if a value is none of the classes
   */
  public double[] labels(Column column) {
    double[] labels = new double[column.size()];
    List<String> classes =
        spec.target().classes().isEmpty() ? model.info().outputs() : spec.target().classes();
    for (int i = 0; i < labels.length; i++) {
      labels[i] =
          switch (spec.task()) {
            case BINARY -> column.text(i).equals(spec.target().positive().orElse("1")) ? 1 : 0;
            case MULTICLASS -> classes.indexOf(column.text(i));
            case REGRESSION -> ((NumericColumn) column).values()[i];
          };
      if (spec.task() == Task.MULTICLASS && labels[i] < 0) {
        throw new IllegalArgumentException(
            "Row "
                + (i + 1)
                + ", column "
                + column.name()
                + ": '"
                + column.text(i)
                + "' is none of the classes "
                + classes
                + ". Maybe target.classes in model.yaml is incomplete.");
      }
    }
    return labels;
  }

  /** The case's name where the model has an id column. */
  public Optional<String> rowName(Frame frame, int row) {
    return spec.rowId().flatMap(frame::find).map(c -> c.text(row)).filter(s -> !s.isEmpty());
  }

  /** What happened, in the words of the data; empty if unknown. */
  public String label(Frame frame, int row) {
    return frame.find(spec.target().column()).map(column -> column.text(row)).orElse("");
  }

  /** A value of a feature in words: the level, or the number. */
  public String value(Frame frame, String feature, int row) {
    Column column = frame.column(feature);
    if (column.isMissing(row)) {
      return "(missing)";
    }
    return column.text(row);
  }
}
