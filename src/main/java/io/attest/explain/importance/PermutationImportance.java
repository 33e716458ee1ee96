package io.attest.explain.importance;

import io.attest.explain.Dataset;
import io.attest.explain.Draws;
import io.attest.explain.Explainer;
import io.attest.explain.Importance;
import io.attest.explain.Loss;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.Request;
import io.attest.explain.Units;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.TDistribution;

/**
 * Permutation importance: how much the loss grows when one column is shuffled among the rows. Loss
 * is the log loss of a classifier, the mean squared error of a regression, on every audit row with
 * a label.
 *
 * <p>Parameter: {@code repeats} (shuffles of each feature; 30). The interval is Student's over the
 * repeats: it tells how much another shuffling could change the figure, not other rows.
 *
 * <p>Works on any model. Cost: rows x features x repeats.
 *
 * @see <a href="https://doi.org/10.1023/A:1010933404324">Breiman 2001, Random Forests</a>
 * @see <a href="https://jmlr.org/papers/v20/18-760.html">Fisher, Rudin and Dominici 2019, All
 *     Models are Wrong, but Many are Useful</a>
 */
public final class PermutationImportance implements Explainer<Importance> {
  private static final int BLOCK_VALUES = 1 << 18;

  /** From which row each row takes the value of a feature. */
  interface Shuffle {
    int[] order(String feature, int repeat, int rows);
  }

  private final int threads;

  /** Works on as many threads as the machine has processors. */
  public PermutationImportance() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public PermutationImportance(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return "permutation-importance";
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if there is no audit row with a label, a label does not fit
   *     the model, a parameter is unknown or does not fit, or the model's answer is not a number
   */
  @Override
  public Importance explain(Request request, Progress progress) {
    // By name, not by index: the order of the columns must not matter.
    return explain(
        request,
        (feature, repeat, rows) ->
            new Draws(request.seed(), "permutation-importance " + repeat + " " + feature)
                .permutation(rows),
        progress);
  }

  /** The same with a given way to shuffle. */
  Importance explain(Request request, Shuffle shuffle, Progress progress) {
    Parameters parameters = request.parameters().only(List.of("repeats"));
    int repeats = parameters.integer("repeats", 30, 2);
    Model model = request.model();
    List<String> notes = new ArrayList<>();
    Dataset rows = labelled(request, notes);
    double[] labels = rows.labels().orElseThrow();
    Loss loss = Loss.of(model.info());
    for (double label : labels) {
      if (!loss.fits(label)) {
        throw new IllegalArgumentException(
            "There is a label "
                + label
                + ", which a "
                + model.info().task()
                + " model with "
                + model.info().outputs().size()
                + " outputs cannot predict. Maybe target in model.yaml names the wrong column or"
                + " classes.");
      }
    }
    progress.check();
    int p = model.info().features().size();
    double reference = loss(model, loss, rows.rows(), labels, -1, null);
    double[][] increase = new double[p][repeats];
    new Units(threads, (long) p * repeats, progress)
        .run(
            p * repeats,
            unit -> {
              int j = unit / repeats;
              int repeat = unit % repeats;
              int[] order =
                  shuffle.order(model.info().features().get(j).name(), repeat, rows.size());
              increase[j][repeat] = loss(model, loss, rows.rows(), labels, j, order) - reference;
            });
    double factor = new TDistribution(repeats - 1).inverseCumulativeProbability(0.975);
    double worst = 0;
    List<Importance.Item> items = new ArrayList<>();
    for (int j = 0; j < p; j++) {
      double mean = Arrays.stream(increase[j]).sum() / repeats;
      double squares = Arrays.stream(increase[j]).map(v -> (v - mean) * (v - mean)).sum();
      double error = Math.sqrt(squares / (repeats - 1) / repeats);
      worst = Math.max(worst, error);
      items.add(
          new Importance.Item(
              model.info().features().get(j).name(),
              mean,
              mean - factor * error,
              mean + factor * error));
    }
    Provenance provenance =
        new Provenance(
            name(),
            "every labelled row, columns shuffled one at a time; error is the largest standard"
                + " error over the repeats",
            "Breiman 2001, Machine Learning 45; Fisher, Rudin and Dominici 2019, JMLR 20(177)",
            Map.of("repeats", Integer.toString(repeats)),
            Optional.of(request.seed()),
            model.info().sha256(),
            OutputSpace.RESPONSE,
            rows.size(),
            0,
            (long) rows.size() * (1 + (long) p * repeats),
            Optional.of(worst),
            notes);
    return new Importance(provenance, loss.measure(), reference, items);
  }

  private static Dataset labelled(Request request, List<String> notes) {
    Dataset audit = request.audit();
    double[] labels =
        audit
            .labels()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "permutation-importance measures the loss, for which it needs what really"
                            + " happened. Maybe the target column is not in the audit data."));
    int[] known = IntStream.range(0, labels.length).filter(i -> !Double.isNaN(labels[i])).toArray();
    if (known.length == 0) {
      throw new IllegalArgumentException("There is no audit row with a label.");
    }
    if (known.length == labels.length) {
      return audit;
    }
    notes.add(
        "%d of %d rows have no label and were left out."
            .formatted(labels.length - known.length, labels.length));
    return audit.select(known);
  }

  /** Mean loss with one feature taken from other rows; {@code feature} -1 for none. */
  private static double loss(
      Model model, Loss loss, Batch rows, double[] labels, int feature, int[] order) {
    int p = rows.features();
    int k = model.info().outputs().size();
    int blockRows = Math.max(64, Math.min(4096, BLOCK_VALUES / Math.max(1, p)));
    double sum = 0;
    for (int from = 0; from < rows.rows(); from += blockRows) {
      int to = Math.min(rows.rows(), from + blockRows);
      double[] values = Arrays.copyOfRange(rows.values(), from * p, to * p);
      if (feature >= 0) {
        for (int i = from; i < to; i++) {
          values[(i - from) * p + feature] = rows.at(order[i], feature);
        }
      }
      double[] out = model.predict(new Batch(to - from, p, values), OutputSpace.RESPONSE);
      for (int i = 0; i < out.length; i++) {
        if (!Double.isFinite(out[i])) {
          throw new IllegalArgumentException(
              "The model answers "
                  + out[i]
                  + " for row "
                  + (from + i / k + 1)
                  + ". Maybe it cannot handle a missing value of that row.");
        }
      }
      for (int i = from; i < to; i++) {
        sum += loss.at(out, i - from, labels[i]);
      }
    }
    return sum / rows.rows();
  }
}
