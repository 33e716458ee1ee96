package io.attest.stage;

import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.data.ParquetReader;
import io.attest.explain.Attribution;
import io.attest.explain.Explanation;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.RowExplainer;
import io.attest.explain.RowRun;
import io.attest.model.Batch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What features added to one output, by feature: one number a row.
 *
 * @param values by feature
 * @param allRows how many rows there were to choose from
 */
record Contributions(Map<String, double[]> values, int allRows) {
  private static final int LINES = 8192;

  /** How many rows these are of. */
  int rows() {
    return values.values().stream().findFirst().map(v -> v.length).orElse(0);
  }

  /**
   * Reads some rows from the file that an explainer left.
   *
   * @param choose which of so many rows, in ascending order
   */
  static Contributions read(
      Path file, List<String> features, int outputs, int output, IntFunction<int[]> choose) {
    int lines = Math.max(1, LINES / outputs) * outputs;
    try (ParquetReader reader = new ParquetReader(file, lines)) {
      int all = Math.toIntExact(reader.rows() / outputs);
      int[] chosen = choose.apply(all);
      Map<String, double[]> values = new LinkedHashMap<>();
      features.forEach(f -> values.put(f, new double[chosen.length]));
      int next = 0;
      int first = 0;
      for (Optional<Frame> block = reader.next(); block.isPresent(); block = reader.next()) {
        int rows = block.get().rows() / outputs;
        int begin = next;
        while (next < chosen.length && chosen[next] < first + rows) {
          next++;
        }
        for (String feature : features) {
          double[] column = ((NumericColumn) block.get().column("phi_" + feature)).values();
          double[] target = values.get(feature);
          for (int k = begin; k < next; k++) {
            target[k] = column[(chosen[k] - first) * outputs + output];
          }
        }
        first += rows;
      }
      return new Contributions(values, all);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the contributions in " + file + ".", e);
    }
  }

  /**
   * Asks an explainer again, about other rows.
   *
   * @param beside what it looks at beside them
   * @param parameters the parameters that it must have used; others would not compare like with
   *     like
   * @throws IllegalArgumentException if it does not fit, or would use other parameters
   */
  static Contributions explained(
      RowExplainer<?> explainer,
      Request beside,
      Batch rows,
      int output,
      Map<String, String> parameters,
      Progress progress) {
    RowExplainer.Prepared<?> prepared = explainer.prepare(beside, rows.rows(), progress);
    RowRun<?> run = new RowRun<>(prepared, rows.rows(), progress);
    Map<String, double[]> values = new LinkedHashMap<>();
    while (run.done() < rows.rows()) {
      int from = (int) run.done();
      int to = Math.min(rows.rows(), from + Math.max(1, prepared.block()));
      Explanation part = run.next(IntStream.range(from, to).toArray(), rows::select);
      if (!(part instanceof Attribution a)) {
        throw new IllegalArgumentException(explainer.name() + " gives no contributions.");
      }
      if (!a.provenance().parameters().equals(parameters)) {
        throw new IllegalArgumentException(
            "the baseline was explained with the parameters "
                + parameters
                + ", which the declaration of then no longer gives.");
      }
      for (int j = 0; j < a.features().size(); j++) {
        double[] target = values.computeIfAbsent(a.features().get(j), f -> new double[rows.rows()]);
        for (int i = from; i < to; i++) {
          target[i] = a.value(i - from, j, output);
        }
      }
    }
    return new Contributions(values, rows.rows());
  }
}
