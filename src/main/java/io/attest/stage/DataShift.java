package io.attest.stage;

import io.attest.data.Column;
import io.attest.data.Field;
import io.attest.data.Frame;
import io.attest.measure.drift.Shift;
import io.attest.measure.drift.Shifts;
import io.attest.model.Batch;
import io.attest.model.ModelSpec;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How inputs, scores and outcomes of one table differ from those of another. */
record DataShift(List<Shift> inputs, List<Shift> scores, Optional<Shift> labels) {

  /**
   * Compares two tables.
   *
   * @param before the model of then
   * @param after the model of now; may be the same
   * @param notTested where to say what could not be compared
   */
  static DataShift of(
      DeclaredModel before, Frame then, DeclaredModel after, Frame now, List<String> notTested) {
    return new DataShift(
        inputs(before.spec(), then, after.spec(), now, notTested),
        scores(before, then, after, now, notTested),
        labels(before, then, after, now, notTested));
  }

  private static List<Shift> inputs(
      ModelSpec before, Frame then, ModelSpec after, Frame now, List<String> notTested) {
    List<Shift> inputs = new ArrayList<>();
    int columns = after.fields().size();
    for (Field field : after.fields()) {
      Optional<Column> a = then.find(field.name());
      Optional<Column> b = now.find(field.name());
      if (a.isEmpty() || b.isEmpty()) {
        notTested.add(
            "Input "
                + field.name()
                + ": "
                + (a.isEmpty() ? "the baseline has" : "this audit has")
                + " no such column.");
        continue;
      }
      try {
        inputs.add(Shifts.of(field.name(), a.get(), b.get(), columns));
      } catch (IllegalArgumentException e) {
        notTested.add("Input " + field.name() + ": " + e.getMessage());
      }
    }
    for (Field field : before.fields()) {
      if (after.fields().stream().noneMatch(f -> f.name().equals(field.name()))) {
        notTested.add("Input " + field.name() + ": the model no longer uses it.");
      }
    }
    return inputs;
  }

  private static List<Shift> scores(
      DeclaredModel before, Frame then, DeclaredModel after, Frame now, List<String> notTested) {
    List<String> outputs = after.model().info().outputs();
    if (!outputs.equals(before.model().info().outputs())) {
      notTested.add(
          "Scores: the outputs of the model were "
              + before.model().info().outputs()
              + " and are "
              + outputs
              + ".");
      return List.of();
    }
    double[] a = responses(before, then);
    double[] b = responses(after, now);
    int k = outputs.size();
    List<Shift> scores = new ArrayList<>();
    for (int o = 0; o < k; o++) {
      scores.add(Shifts.ofNumbers(outputs.get(o), every(a, o, k), every(b, o, k), k));
    }
    return scores;
  }

  /** What a model says of a table, in the space of responses: rows x outputs. */
  static double[] responses(DeclaredModel model, Frame frame) {
    return model
        .model()
        .predict(Batch.of(frame, model.model().info().features()), OutputSpace.RESPONSE);
  }

  private static double[] every(double[] values, int from, int step) {
    double[] out = new double[values.length / step];
    for (int i = 0; i < out.length; i++) {
      out[i] = values[i * step + from];
    }
    return out;
  }

  private static Optional<Shift> labels(
      DeclaredModel before, Frame then, DeclaredModel after, Frame now, List<String> notTested) {
    Optional<double[]> a = before.knownLabels(then);
    Optional<double[]> b = after.knownLabels(now);
    if (a.isEmpty() || b.isEmpty()) {
      notTested.add(
          "Outcomes: "
              + (b.isEmpty() ? "this audit has no labels yet." : "the baseline had no labels."));
      return Optional.empty();
    }
    if (before.spec().task() != after.spec().task()) {
      notTested.add("Outcomes: the model had another task then.");
      return Optional.empty();
    }
    String name = after.spec().target().column();
    if (after.spec().task() == Task.MULTICLASS) {
      List<String> classes =
          after.spec().target().classes().isEmpty()
              ? after.model().info().outputs()
              : after.spec().target().classes();
      if (Arrays.stream(a.get()).anyMatch(l -> l >= classes.size())) {
        notTested.add("Outcomes: the classes were others then.");
        return Optional.empty();
      }
      return Optional.of(Shifts.ofClasses(name, a.get(), b.get(), classes, 1));
    }
    String binary =
        after.spec().task() == Task.BINARY
            ? name + " = " + after.spec().target().positive().orElse("1")
            : name;
    return Optional.of(Shifts.ofNumbers(binary, a.get(), b.get(), 1));
  }
}
