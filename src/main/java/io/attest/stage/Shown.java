package io.attest.stage;

import io.attest.audit.Section;
import io.attest.audit.Section.Contribution;
import io.attest.data.Frame;
import io.attest.explain.Attribution;
import io.attest.explain.Effects;
import io.attest.explain.Explanation;
import io.attest.explain.Importance;
import io.attest.explain.Influence;
import io.attest.model.Batch;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The part of an explanation that reports show. The whole of it is kept as files; what is left out
 * here is said by the numbers of rows.
 */
final class Shown {

  private static final int INFLUENTIAL_ROWS = 25;

  private final Snapshot snapshot;
  private final int localRows;
  private final long seed;

  /**
   * @param localRows how many cases to show one by one: a third each of the worst errors, of those
   *     next to the threshold, and of a seeded sample
   */
  Shown(Snapshot snapshot, int localRows, long seed) {
    this.snapshot = snapshot;
    this.localRows = localRows;
    this.seed = seed;
  }

  Section.Result of(Explanation explanation) {
    if (explanation instanceof Attribution attribution) {
      return attribution(attribution);
    } else if (explanation instanceof Effects effects) {
      return new Section.EffectsResult(
          new Effects(
              effects.provenance(),
              effects.kind(),
              effects.curves().stream().map(Shown::withoutIndividuals).toList()));
    } else if (explanation instanceof Importance importance) {
      return new Section.ImportanceResult(importance);
    } else {
      return influence((Influence) explanation);
    }
  }

  private static Effects.Curve withoutIndividuals(Effects.Curve c) {
    return new Effects.Curve(
        c.feature(),
        c.output(),
        c.labels(),
        c.grid(),
        c.mean(),
        c.support(),
        new int[0],
        new double[0][]);
  }

  private Section.AttributionResult attribution(Attribution a) {
    int outputs = a.outputs().size();
    int p = a.features().size();
    double[] absolute = new double[p];
    double[] signed = new double[p];
    for (int i = 0; i < a.rows(); i++) {
      for (int j = 0; j < p; j++) {
        for (int k = 0; k < outputs; k++) {
          absolute[j] += Math.abs(a.value(i, j, k));
          signed[j] += a.value(i, j, k);
        }
      }
    }
    double cells = Math.max(1, (double) a.rows() * outputs);
    double total = Arrays.stream(absolute).sum();
    List<Section.GlobalShare> global = new ArrayList<>();
    for (int j = 0; j < p; j++) {
      global.add(
          new Section.GlobalShare(
              a.features().get(j),
              absolute[j] / cells,
              total == 0 ? 0 : absolute[j] / total,
              signed[j] / cells));
    }
    global.sort(
        Comparator.comparingDouble(Section.GlobalShare::meanAbsolute)
            .reversed()
            .thenComparing(Section.GlobalShare::feature));
    String output = outputs == 1 ? a.outputs().get(0) : "all classes; cases: the predicted class";
    return new Section.AttributionResult(
        output, a.baseValues()[0], global, a.relativeResidual(), local(a));
  }

  private List<Section.LocalRow> local(Attribution a) {
    int outputs = a.outputs().size();
    Frame frame = snapshot.audit();
    double[] response =
        snapshot
            .model()
            .predict(Batch.of(frame, snapshot.model().info().features()), OutputSpace.RESPONSE);
    Optional<double[]> labels = snapshot.labels(frame);
    List<Section.LocalRow> rows = new ArrayList<>();
    for (Map.Entry<Integer, String> picked : pick(response, outputs, labels).entrySet()) {
      int i = picked.getKey();
      int k = likeliest(response, outputs, i);
      List<Contribution> contributions =
          IntStream.range(0, a.features().size())
              .mapToObj(
                  j ->
                      new Contribution(
                          a.features().get(j),
                          snapshot.value(frame, a.features().get(j), i),
                          a.value(i, j, k)))
              .sorted(
                  Comparator.comparingDouble((Contribution c) -> -Math.abs(c.contribution()))
                      .thenComparing(Contribution::feature))
              .toList();
      rows.add(
          new Section.LocalRow(
              i,
              snapshot.rowName(frame, i),
              picked.getValue(),
              frame
                  .find(snapshot.spec().target().column())
                  .map(column -> column.text(i))
                  .orElse(""),
              response[i * outputs + k],
              a.prediction(i, k),
              a.residual(i, k),
              contributions));
    }
    return rows;
  }

  /** Row index to the reason why it is shown, in the order of the reasons. */
  private Map<Integer, String> pick(double[] response, int outputs, Optional<double[]> labels) {
    int n = response.length / outputs;
    int each = Math.max(1, localRows / 3);
    Map<Integer, String> picked = new LinkedHashMap<>();
    labels.ifPresent(
        l ->
            smallest(n, each, i -> -error(response, outputs, l, i))
                .forEach(i -> picked.putIfAbsent(i, "worst error")));
    if (snapshot.spec().task() == Task.BINARY && snapshot.spec().decision().isPresent()) {
      double threshold = snapshot.spec().decision().get().threshold();
      smallest(n, each, i -> Math.abs(response[i] - threshold))
          .forEach(i -> picked.putIfAbsent(i, "borderline"));
    }
    SplittableRandom random = new SplittableRandom(seed);
    int wanted = Math.min(n, localRows);
    while (picked.size() < wanted) {
      picked.putIfAbsent(random.nextInt(n), "random");
    }
    return picked;
  }

  private double error(double[] response, int outputs, double[] labels, int row) {
    return snapshot.spec().task() == Task.MULTICLASS
        ? 1 - response[row * outputs + (int) labels[row]]
        : Math.abs(labels[row] - response[row]);
  }

  private static List<Integer> smallest(
      int n, int count, java.util.function.IntToDoubleFunction key) {
    return IntStream.range(0, n)
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer i) -> key.applyAsDouble(i)).thenComparing(i -> i))
        .limit(count)
        .toList();
  }

  private static int likeliest(double[] response, int outputs, int row) {
    int best = 0;
    for (int k = 1; k < outputs; k++) {
      if (response[row * outputs + k] > response[row * outputs + best]) {
        best = k;
      }
    }
    return best;
  }

  private Section.InfluenceResult influence(Influence influence) {
    Frame training = snapshot.training().orElseThrow();
    double[] response =
        snapshot
            .model()
            .predict(Batch.of(training, snapshot.model().info().features()), OutputSpace.RESPONSE);
    boolean hasLoss = influence.looLoss().length > 0;
    double[] size = hasLoss ? influence.looLoss() : influence.cook();
    double total = 0;
    double largest = 0;
    for (double s : size) {
      total += Math.abs(s);
      largest = Math.max(largest, Math.abs(s));
    }
    int terms = influence.terms().size();
    List<Section.InfluentialRow> rows =
        smallest(influence.rows(), INFLUENTIAL_ROWS, i -> -influence.cook()[i]).stream()
            .map(
                i -> {
                  int most = 0;
                  for (int t = 1; t < terms; t++) {
                    if (Math.abs(influence.dfbetas()[i * terms + t])
                        > Math.abs(influence.dfbetas()[i * terms + most])) {
                      most = t;
                    }
                  }
                  return new Section.InfluentialRow(
                      i,
                      training
                          .find(snapshot.spec().target().column())
                          .map(column -> column.text(i))
                          .orElse(""),
                      response[i],
                      influence.leverage()[i],
                      influence.studentized()[i],
                      influence.cook()[i],
                      influence.dffits()[i],
                      hasLoss ? influence.looLoss()[i] : Double.NaN,
                      influence.terms().get(most),
                      influence.dfbetas()[i * terms + most]);
                })
            .toList();
    return new Section.InfluenceResult(
        influence.terms(), influence.rows(), rows, total == 0 ? 0 : largest / total);
  }
}
