package io.attest.measure;

import io.attest.measure.Performance.Metric;
import io.attest.model.ModelSpec.Decision;
import io.attest.model.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Measures how well predictions fit what happened.
 *
 * <p>Every 95 % interval speaks of the rows as a sample of cases: DeLong's for the area under the
 * curve, Wilson's for accuracy, the normal one for means (log loss, Brier, MAE), and the delta
 * method for RMSE, R2 and the multi-class area. The calibration error has none: it is biased
 * upwards, by more the fewer the rows.
 */
public final class Performances {
  private static final double Z = 1.959963984540054;

  /** A probability of exactly 0 for what happened would make the log loss infinite. */
  private static final double SMALLEST = Math.ulp(1.0);

  private static final int BINS = 10;

  private final Task task;
  private final int outputs;
  private final double[] responses;
  private final double[] labels;
  private final List<Metric> metrics = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  private Performances(Task task, int outputs, double[] responses, double[] labels) {
    this.task = task;
    this.outputs = outputs;
    this.responses = responses;
    this.labels = labels;
  }

  /**
   * Measures.
   *
   * @param responses rows x outputs, row-major, after the link
   * @param labels one a row: 0 or 1, class index, or the number; NaN where it is not known
   * @param decision for a binary model the threshold of accuracy and confusion; 0.5 is used for
   *     accuracy, and said, where there is none. A score on the threshold counts as above
   * @throws IllegalArgumentException if a response is not finite, or a label is none
   */
  public static Performance of(
      Task task, int outputs, double[] responses, double[] labels, Optional<Decision> decision) {
    if (responses.length != labels.length * outputs) {
      throw new IllegalArgumentException(
          "There are %s responses for %s labels and %s outputs."
              .formatted(responses.length, labels.length, outputs));
    }
    int[] known = IntStream.range(0, labels.length).filter(i -> !Double.isNaN(labels[i])).toArray();
    double[] knownResponses = new double[known.length * outputs];
    double[] knownLabels = new double[known.length];
    for (int i = 0; i < known.length; i++) {
      System.arraycopy(responses, known[i] * outputs, knownResponses, i * outputs, outputs);
      knownLabels[i] = label(task, outputs, labels, known[i]);
      for (int k = 0; k < outputs; k++) {
        if (!Double.isFinite(knownResponses[i * outputs + k])) {
          throw new IllegalArgumentException(
              "The model's response for row "
                  + (known[i] + 1)
                  + " is "
                  + knownResponses[i * outputs + k]
                  + ". Maybe the model cannot handle a value of that row.");
        }
      }
    }
    Performances measured = new Performances(task, outputs, knownResponses, knownLabels);
    if (known.length < labels.length) {
      measured.notes.add(
          "%s of %s rows have no label and were left out."
              .formatted(labels.length - known.length, labels.length));
    }
    return measured.measure(decision);
  }

  private static double label(Task task, int outputs, double[] labels, int row) {
    double label = labels[row];
    boolean fits =
        switch (task) {
          case BINARY -> label == 0 || label == 1;
          case MULTICLASS -> label == Math.rint(label) && label >= 0 && label < outputs;
          case REGRESSION -> Double.isFinite(label);
        };
    if (!fits) {
      throw new IllegalArgumentException(
          "The label of row "
              + (row + 1)
              + " is "
              + label
              + ", which a "
              + task
              + " model with "
              + outputs
              + " outputs cannot predict. Maybe target in model.yaml names the wrong column or"
              + " classes.");
    }
    return label;
  }

  private Performance measure(Optional<Decision> decision) {
    List<Performance.Bin> bins = List.of();
    List<Performance.Count> confusion = List.of();
    if (labels.length == 0) {
      notes.add("No row has a label: performance was not measured.");
      return new Performance(0, List.of(), bins, confusion, notes);
    }
    switch (task) {
      case BINARY -> {
        auc();
        logLoss();
        mean("performance.brier", i -> square(responses[i] - labels[i]));
        double threshold = decision.map(Decision::threshold).orElse(0.5);
        if (decision.isEmpty()) {
          notes.add("Accuracy is at the threshold 0.5: the model declares no decision.");
        }
        accuracy(i -> (responses[i] >= threshold) == (labels[i] == 1) ? 1 : 0);
        bins = bins();
        calibrationError(bins);
        if (decision.isPresent()) {
          confusion = confusion(threshold);
        }
      }
      case MULTICLASS -> {
        macroAuc();
        logLoss();
        accuracy(i -> largest(i) == labels[i] ? 1 : 0);
      }
      case REGRESSION -> regression();
    }
    return new Performance(labels.length, metrics, bins, confusion, notes);
  }

  private void add(String name, double value, double low, double high) {
    metrics.add(new Metric(name, value, low, high));
  }

  private void auc() {
    Auc auc = Auc.of(responses, positive(1));
    if (Double.isNaN(auc.value())) {
      notes.add(
          "All "
              + labels.length
              + " labels are "
              + (labels[0] == 1 ? "positive" : "negative")
              + ": the area under the curve does not exist.");
    }
    interval("performance.auc", auc.value(), auc.standardError());
  }

  /** A normal interval inside 0..1; none where the standard error is 0, which is no certainty. */
  private void interval(String name, double value, double error) {
    if (error == 0) {
      notes.add("The interval of " + name + " cannot be estimated: no row contradicts the others.");
    }
    boolean none = !(error > 0);
    add(
        name,
        value,
        none ? Double.NaN : Math.max(0, value - Z * error),
        none ? Double.NaN : Math.min(1, value + Z * error));
  }

  private boolean[] positive(int label) {
    boolean[] positive = new boolean[labels.length];
    for (int i = 0; i < positive.length; i++) {
      positive[i] = labels[i] == label;
    }
    return positive;
  }

  /** The mean over the classes of the area of each class against the others. */
  private void macroAuc() {
    double sum = 0;
    double[] influence = new double[labels.length];
    int measured = 0;
    List<Integer> absent = new ArrayList<>();
    for (int k = 0; k < outputs; k++) {
      int output = k;
      double[] scores =
          IntStream.range(0, labels.length)
              .mapToDouble(i -> responses[i * outputs + output])
              .toArray();
      Auc auc = Auc.of(scores, positive(k));
      if (Double.isNaN(auc.value())) {
        absent.add(k);
        continue;
      }
      sum += auc.value();
      measured++;
      double[] part = auc.influence();
      for (int i = 0; i < part.length; i++) {
        influence[i] += part[i];
      }
    }
    if (!absent.isEmpty()) {
      notes.add(
          "The mean area under the curve leaves out the classes (by number, from 0) that no row or"
              + " every row has: "
              + absent
              + ".");
    }
    double squares = 0;
    for (double part : influence) {
      squares += square(part / measured);
    }
    interval(
        "performance.auc",
        measured == 0 ? Double.NaN : sum / measured,
        measured == 0 ? Double.NaN : Math.sqrt(squares) / labels.length);
  }

  private void logLoss() {
    int[] raised = new int[1];
    double[] losses = new double[labels.length];
    for (int i = 0; i < losses.length; i++) {
      double p =
          task == Task.BINARY
              ? (labels[i] == 1 ? responses[i] : 1 - responses[i])
              : responses[i * outputs + (int) labels[i]];
      if (p < SMALLEST) {
        raised[0]++;
      }
      losses[i] = -Math.log(Math.max(p, SMALLEST));
    }
    if (raised[0] > 0) {
      notes.add(
          "The model gave "
              + raised[0]
              + " rows the probability 0 for what happened. The log loss counts it as 2.2e-16: it"
              + " would be infinite.");
    }
    mean("performance.log_loss", i -> losses[i]);
  }

  /** A mean over the rows, with its normal interval. */
  private void mean(String name, IntToDoubleFunction part) {
    int n = labels.length;
    double mean = IntStream.range(0, n).mapToDouble(part).sum() / n;
    double error = error(i -> part.applyAsDouble(i) - mean);
    add(name, mean, Math.max(0, mean - Z * error), mean + Z * error);
  }

  /** Standard error of a mean from the rows' deviations; NaN for a single row. */
  private double error(IntToDoubleFunction deviation) {
    int n = labels.length;
    double squares =
        IntStream.range(0, n).mapToDouble(i -> square(deviation.applyAsDouble(i))).sum();
    return n < 2 ? Double.NaN : Math.sqrt(squares / (n - 1) / n);
  }

  /**
   * Wilson's interval: unlike the normal one it stays inside 0..1 and does not vanish at 1.
   *
   * @see <a href="https://doi.org/10.1080/01621459.1927.10502953">Wilson 1927</a>
   */
  private void accuracy(IntToDoubleFunction right) {
    int n = labels.length;
    double share = IntStream.range(0, n).mapToDouble(right).sum() / n;
    double z2 = Z * Z;
    double centre = (share + z2 / (2 * n)) / (1 + z2 / n);
    double half = Z / (1 + z2 / n) * Math.sqrt(share * (1 - share) / n + z2 / (4.0 * n * n));
    add("performance.accuracy", share, Math.max(0, centre - half), Math.min(1, centre + half));
  }

  private int largest(int row) {
    int best = 0;
    for (int k = 1; k < outputs; k++) {
      if (responses[row * outputs + k] > responses[row * outputs + best]) {
        best = k;
      }
    }
    return best;
  }

  /** Ten bins of as equal a number of rows as equal scores allow: those are never parted. */
  private List<Performance.Bin> bins() {
    int n = labels.length;
    Integer[] order = IntStream.range(0, n).boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparingDouble(i -> responses[i]));
    List<Performance.Bin> bins = new ArrayList<>();
    int from = 0;
    int bin = 0;
    for (int start = 0; start < n; ) {
      int end = start;
      while (end < n && responses[order[end]] == responses[order[start]]) {
        end++;
      }
      int own = (int) ((start + (end - start - 1) / 2.0) * BINS / n);
      if (own != bin && start > from) {
        bins.add(bin(order, from, start));
        from = start;
      }
      bin = own;
      start = end;
    }
    bins.add(bin(order, from, n));
    return bins;
  }

  private Performance.Bin bin(Integer[] order, int from, int to) {
    double predicted = 0;
    double observed = 0;
    for (int i = from; i < to; i++) {
      predicted += responses[order[i]];
      observed += labels[order[i]];
    }
    return new Performance.Bin(
        responses[order[from]],
        responses[order[to - 1]],
        to - from,
        predicted / (to - from),
        observed / (to - from));
  }

  /**
   * Expected calibration error: the mean distance of predicted and observed over the bins.
   *
   * @see <a href="https://doi.org/10.1609/aaai.v29i1.9602">Naeini, Cooper and Hauskrecht 2015</a>
   */
  private void calibrationError(List<Performance.Bin> bins) {
    double sum = 0;
    for (Performance.Bin bin : bins) {
      sum += bin.rows() * Math.abs(bin.predicted() - bin.observed());
    }
    add("performance.calibration_error", sum / labels.length, Double.NaN, Double.NaN);
  }

  private List<Performance.Count> confusion(double threshold) {
    int[] counts = new int[4];
    for (int i = 0; i < labels.length; i++) {
      counts[(responses[i] >= threshold ? 0 : 2) + (labels[i] == 1 ? 0 : 1)]++;
    }
    return List.of(
        new Performance.Count("true positives", counts[0]),
        new Performance.Count("false positives", counts[1]),
        new Performance.Count("false negatives", counts[2]),
        new Performance.Count("true negatives", counts[3]));
  }

  private void regression() {
    int n = labels.length;
    double mean = Arrays.stream(labels).sum() / n;
    double mse = IntStream.range(0, n).mapToDouble(i -> square(responses[i] - labels[i])).sum() / n;
    double variance = IntStream.range(0, n).mapToDouble(i -> square(labels[i] - mean)).sum() / n;
    double mseError = error(i -> square(responses[i] - labels[i]) - mse);
    add(
        "performance.rmse",
        Math.sqrt(mse),
        Math.sqrt(Math.max(0, mse - Z * mseError)),
        Math.sqrt(mse + Z * mseError));
    mean("performance.mae", i -> Math.abs(responses[i] - labels[i]));
    if (variance == 0) {
      notes.add("All labels are " + labels[0] + ": R2 does not exist.");
      add("performance.r2", Double.NaN, Double.NaN, Double.NaN);
      return;
    }
    double r2 = 1 - mse / variance;
    double r2Error =
        error(
            i ->
                ((1 - r2) * square(labels[i] - mean) - square(responses[i] - labels[i]))
                    / variance);
    add("performance.r2", r2, r2 - Z * r2Error, Math.min(1, r2 + Z * r2Error));
  }

  private static double square(double v) {
    return v * v;
  }
}
