package io.attest.explain.shap;

import io.attest.explain.Attribution;
import io.attest.explain.Dataset;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.Units;
import io.attest.explain.tree.PairValues;
import io.attest.explain.tree.Quadrature;
import io.attest.model.Batch;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Interventional values of what becomes of a model's raw outputs: of the response, or of the loss.
 *
 * <p>Neither is a sum over trees. {@link Way#EXACT} asks the model for every coalition of players
 * with every background row, which is affordable for few players. {@link Way#RESCALED} takes the
 * exact raw values against each background row and carries them through the link along the straight
 * line from the background row's raw output to the explained row's; they add up to the response,
 * but are an approximation of its Shapley values (generalised DeepSHAP: Chen, Lundberg and Lee,
 * Nature Communications 13, 2022). The result says which it was.
 */
final class OutcomeShap {
  /** Parameter that chooses the way. */
  static final String PARAMETER = "response";

  /** Model rows for one explained row up to which all coalitions are asked for by default. */
  private static final long AFFORDABLE = 1 << 18;

  /** More players than this are not enumerated even on demand. */
  private static final int MOST_PLAYERS = 20;

  /** 24 nodes: for several raw outputs the mean slope has no closed form. */
  private static final Quadrature LINE = Quadrature.exactFor(47);

  enum Way {
    EXACT,
    RESCALED
  }

  private final TreeRequest request;
  private final Outcome outcome;
  private final Way way;
  private final String method;
  private final int threads;
  private final double[] weights;
  private final double[] backgroundRaw;

  /** Of the rescaled way. */
  private final Optional<PairValues> pairs;

  OutcomeShap(
      TreeRequest request, Outcome outcome, String method, Optional<String> wanted, int threads) {
    this.request = request;
    this.outcome = outcome;
    this.method = method;
    this.threads = threads;
    Dataset background = request.background().orElseThrow();
    double[] w = background.weightOfEach();
    double total = Arrays.stream(w).sum();
    weights = Arrays.stream(w).map(x -> x / total).toArray();
    backgroundRaw = request.model().predict(background.rows(), OutputSpace.RAW);
    way = way(wanted, request.players().count(), background.size());
    pairs =
        way == Way.EXACT
            ? Optional.empty()
            : Optional.of(
                PairValues.prepare(
                    request.trees(),
                    request.players(),
                    background.rows(),
                    request.memory(),
                    threads));
  }

  private static Way way(Optional<String> wanted, int players, int background) {
    boolean possible = players <= MOST_PLAYERS;
    String text = wanted.orElse("auto");
    return switch (text) {
      case "auto" ->
          possible && ((long) background << players) <= AFFORDABLE ? Way.EXACT : Way.RESCALED;
      case "exact" -> {
        if (!possible) {
          throw new IllegalArgumentException(
              "The parameter response=exact asks for all coalitions of "
                  + players
                  + " features; "
                  + MOST_PLAYERS
                  + " are the most. Maybe join some with the parameter groups, or use"
                  + " response=rescaled.");
        }
        yield Way.EXACT;
      }
      case "rescaled" -> Way.RESCALED;
      default ->
          throw new IllegalArgumentException(
              "The parameter response is '" + text + "', but must be exact, rescaled or auto.");
    };
  }

  int block() {
    return 256 * threads;
  }

  /**
   * Explains rows.
   *
   * @param labels one a row, for a loss
   */
  Attribution explain(Batch rows, Optional<double[]> labels, Progress progress) {
    int players = request.players().count();
    int figures = outcome.figures();
    TreeRequest.check(rows.rows(), (long) players * figures);
    double[] raw = request.model().predict(rows, OutputSpace.RAW);
    double[] predictions = new double[rows.rows() * figures];
    double[] base = new double[rows.rows() * figures];
    double[] out = new double[figures];
    // A response has no label, so that all rows start from the same.
    Optional<double[]> common =
        labels.isPresent() ? Optional.empty() : Optional.of(base(Double.NaN));
    for (int i = 0; i < rows.rows(); i++) {
      double label = label(labels, i);
      outcome.of(row(raw, i), label, out);
      System.arraycopy(out, 0, predictions, i * figures, figures);
      System.arraycopy(common.orElseGet(() -> base(label)), 0, base, i * figures, figures);
    }
    double[] phi = new double[rows.rows() * players * figures];
    if (way == Way.EXACT) {
      enumerate(rows, labels, phi, progress);
    } else {
      rescale(rows, raw, labels, phi, progress);
    }
    Attribution draft = attribution(rows.rows(), phi, base, predictions, Optional.empty());
    return attribution(rows.rows(), phi, base, predictions, Optional.of(draft.relativeResidual()));
  }

  /** The mean figures of the background against a label. */
  private double[] base(double label) {
    double[] base = new double[outcome.figures()];
    double[] out = new double[base.length];
    for (int b = 0; b < weights.length; b++) {
      outcome.of(row(backgroundRaw, b), label, out);
      for (int k = 0; k < base.length; k++) {
        base[k] += weights[b] * out[k];
      }
    }
    return base;
  }

  private static double label(Optional<double[]> labels, int row) {
    return labels.isPresent() ? labels.get()[row] : Double.NaN;
  }

  private double[] row(double[] raw, int row) {
    int n = outcome.inputs();
    return Arrays.copyOfRange(raw, row * n, (row + 1) * n);
  }

  private void rescale(
      Batch rows, double[] raw, Optional<double[]> labels, double[] phi, Progress progress) {
    int players = request.players().count();
    int inputs = outcome.inputs();
    int figures = outcome.figures();
    pairs
        .orElseThrow()
        .explain(
            rows,
            (i, from, n, values) -> {
              double[] x = row(raw, i);
              for (int b = 0; b < n; b++) {
                double[][] slopes = slopes(row(backgroundRaw, from + b), x, label(labels, i));
                for (int c = 0; c < inputs; c++) {
                  int at = (b * inputs + c) * players;
                  for (int j = 0; j < players; j++) {
                    if (values[at + j] != 0) {
                      for (int k = 0; k < figures; k++) {
                        phi[(i * players + j) * figures + k] +=
                            weights[from + b] * slopes[k][c] * values[at + j];
                      }
                    }
                  }
                }
              }
            },
            progress);
  }

  /** Mean slope of each figure by each raw output on the line between two raw outputs. */
  private double[][] slopes(double[] from, double[] to, double label) {
    int inputs = outcome.inputs();
    int figures = outcome.figures();
    double[][] slopes = new double[figures][inputs];
    double[] low = new double[figures];
    double[] high = new double[figures];
    if (inputs == 1 && Math.abs(to[0] - from[0]) > 1e-6) {
      outcome.of(from, label, low);
      outcome.of(to, label, high);
      slopes[0][0] = (high[0] - low[0]) / (to[0] - from[0]);
      return slopes;
    }
    double step = 1e-4;
    double[] at = new double[inputs];
    for (int t = 0; t < LINE.size(); t++) {
      double share = LINE.node(t);
      for (int c = 0; c < inputs; c++) {
        at[c] = from[c] + share * (to[c] - from[c]);
      }
      for (int c = 0; c < inputs; c++) {
        double keep = at[c];
        at[c] = keep + step;
        outcome.of(at, label, high);
        at[c] = keep - step;
        outcome.of(at, label, low);
        at[c] = keep;
        for (int k = 0; k < figures; k++) {
          slopes[k][c] += LINE.weight(t) * (high[k] - low[k]) / (2 * step);
        }
      }
    }
    return slopes;
  }

  private void enumerate(Batch rows, Optional<double[]> labels, double[] phi, Progress progress) {
    Units.overRows(
        threads,
        rows.rows(),
        1,
        progress,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            shapley(worths(rows, i, label(labels, i), progress), phi, i);
          }
        });
  }

  /** The worth of every coalition of players: coalitions x figures. */
  private double[] worths(Batch rows, int row, double label, Progress progress) {
    Batch background = request.background().orElseThrow().rows();
    int[] of = request.players().of();
    int p = rows.features();
    int coalitions = 1 << request.players().count();
    int figures = outcome.figures();
    double[] worths = new double[coalitions * figures];
    int together = Math.max(1, 65_536 / background.rows());
    double[] out = new double[figures];
    for (int first = 0; first < coalitions; first += together) {
      progress.check();
      int n = Math.min(together, coalitions - first);
      double[] mixed = new double[n * background.rows() * p];
      for (int s = 0, at = 0; s < n; s++) {
        for (int b = 0; b < background.rows(); b++) {
          for (int j = 0; j < p; j++, at++) {
            mixed[at] = (first + s >> of[j] & 1) != 0 ? rows.at(row, j) : background.at(b, j);
          }
        }
      }
      double[] raw =
          request.model().predict(new Batch(n * background.rows(), p, mixed), OutputSpace.RAW);
      for (int s = 0; s < n; s++) {
        for (int b = 0; b < background.rows(); b++) {
          outcome.of(row(raw, s * background.rows() + b), label, out);
          for (int k = 0; k < figures; k++) {
            worths[(first + s) * figures + k] += weights[b] * out[k];
          }
        }
      }
    }
    return worths;
  }

  private void shapley(double[] worths, double[] phi, int row) {
    int players = request.players().count();
    int figures = outcome.figures();
    double[] weight = new double[players];
    weight[0] = 1.0 / players;
    for (int size = 1; size < players; size++) {
      weight[size] = weight[size - 1] * size / (players - size);
    }
    for (int s = 0; s < 1 << players; s++) {
      for (int j = 0; j < players; j++) {
        if ((s >> j & 1) == 0) {
          int with = s | 1 << j;
          double w = weight[Integer.bitCount(s)];
          for (int k = 0; k < figures; k++) {
            phi[(row * players + j) * figures + k] +=
                w * (worths[with * figures + k] - worths[s * figures + k]);
          }
        }
      }
    }
  }

  private Attribution attribution(
      int rows, double[] phi, double[] base, double[] predictions, Optional<Double> error) {
    List<String> notes = new ArrayList<>(request.notes());
    if (way == Way.RESCALED) {
      notes.add(
          "The exact values of the raw output were carried through the "
              + (outcome.loss().isPresent() ? "loss" : "link")
              + " for each background row: they add up, but are an approximation of the Shapley"
              + " values of the "
              + (outcome.loss().isPresent() ? "loss" : "response")
              + ". With fewer features, groups or background rows response=exact gives those.");
    }
    Map<String, String> parameters = new TreeMap<>(request.parameters());
    parameters.put(PARAMETER, way == Way.EXACT ? "exact" : "rescaled");
    long modelRows =
        way == Way.EXACT
            ? rows * (request.backgroundRows() << request.players().count())
            : rows + request.backgroundRows();
    return new Attribution(
        new Provenance(
            method,
            way == Way.EXACT
                ? "interventional, exact, all coalitions"
                : "interventional, rescaled along the line of raw outputs",
            way == Way.EXACT
                ? "Shapley 1953; Lundberg et al. 2020, Nature Machine Intelligence 2, 56-67"
                : "Chen, Lundberg and Lee 2022, Nature Communications 13, 4512",
            parameters,
            Optional.empty(),
            request.model().info().sha256(),
            OutputSpace.RESPONSE,
            rows,
            request.backgroundRows(),
            modelRows,
            error,
            notes),
        request.players().names(),
        outcome.loss().isPresent() ? List.of("loss") : request.model().info().outputs(),
        rows,
        phi,
        base,
        predictions);
  }
}
