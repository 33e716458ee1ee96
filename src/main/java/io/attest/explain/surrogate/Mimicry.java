package io.attest.explain.surrogate;

import io.attest.explain.Draws;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.Request;
import io.attest.explain.Surrogate;
import io.attest.explain.Units;
import io.attest.model.Batch;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What every surrogate does: asks the model for its responses, learns from all rows, learns again
 * without each fold to see how good it is on rows that it has not seen, and again on bootstrap
 * samples to see what is stable.
 *
 * @param <S> what learns
 */
final class Mimicry<S extends Student> {
  static final List<String> PARAMETERS =
      List.of("depth", "min-leaf", "min-gain", "rows", "folds", "bootstraps", "gate", "threshold");

  /** A fold needs at least so many rows, or what is kept back says nothing. */
  private static final int FOLD_ROWS = 2;

  private static final int BLOCK_VALUES = 1 << 18;

  /** Learns from the rows with these weights. */
  @FunctionalInterface
  interface Lesson<S extends Student> {
    S learn(Mimicry<S> from, double[] weights);
  }

  final ModelInfo info;
  final Batch rows;
  final int outputs;
  final double[] response;
  final SortedColumns columns;
  final RegressionTree.Limits limits;
  final S student;
  final List<S> bootstraps;
  private final Map<String, String> written = new TreeMap<>();
  private final List<String> notes = new ArrayList<>();
  private final int folds;
  private final double gate;
  private final double threshold;
  private final double[] keptBack;
  private final boolean drawn;

  /**
   * @param more parameters of the method beside {@link #PARAMETERS}, with their values
   * @throws IllegalArgumentException if there is no row, a parameter does not fit, or the model
   *     answers something that is no number
   */
  Mimicry(
      Request request,
      String name,
      int threads,
      Map<String, String> more,
      Lesson<S> lesson,
      Progress progress) {
    Parameters parameters = request.parameters();
    info = request.model().info();
    outputs = info.outputs().size();
    int depth = parameters.integer("depth", 3, 1);
    if (depth > 10) {
      throw new IllegalArgumentException(
          "The parameter depth is " + depth + ", but a tree deeper than 10 explains nothing.");
    }
    double minLeaf = parameters.number("min-leaf", 0.02, 0, 0.5);
    double minGain = parameters.number("min-gain", 0.002, 0, 1);
    int most = parameters.integer("rows", 20_000, 1);
    int wanted = parameters.integer("folds", 5, 2);
    int samples = parameters.integer("bootstraps", 20, 0);
    gate = parameters.number("gate", 0.9, 0, 1);
    threshold = parameters.number("threshold", 0.5, 0, 1);
    write("depth", depth);
    write("min-leaf", minLeaf);
    write("min-gain", minGain);
    write("rows", most);
    write("folds", wanted);
    write("bootstraps", samples);
    write("gate", gate);
    write("threshold", threshold);
    written.putAll(more);
    rows = chosen(request, most);
    int n = rows.rows();
    drawn = n < request.audit().size() || n >= FOLD_ROWS * wanted || samples > 0;
    folds = n >= FOLD_ROWS * wanted ? wanted : 0;
    progress.check();
    columns = SortedColumns.of(rows, info.features());
    response = new double[Math.multiplyExact(n, outputs)];
    int block = Math.max(64, Math.min(4096, BLOCK_VALUES / Math.max(1, rows.features())));
    int blocks = (n + block - 1) / block;
    Units units = new Units(threads, blocks + 1L + folds + samples, progress);
    units.run(blocks, b -> ask(request, b * block, Math.min(n, (b + 1) * block)));
    double[] ones = new double[n];
    Arrays.fill(ones, 1);
    limits = new RegressionTree.Limits(depth, minLeaf * n, minGain * squares(-1));
    List<S> whole = learn(units, 1, i -> ones, lesson);
    student = whole.get(0);
    int[] fold = fold(request.seed());
    keptBack = new double[folds == 0 ? 0 : response.length];
    List<S> others =
        learn(
            units,
            folds,
            f -> IntStream.of(fold).mapToDouble(own -> own == f ? 0 : 1).toArray(),
            lesson);
    double[] guess = new double[response.length];
    for (int f = 0; f < folds; f++) {
      others.get(f).predict(rows, guess);
      for (int i = 0; i < response.length; i++) {
        if (fold[i / outputs] == f) {
          keptBack[i] = guess[i];
        }
      }
    }
    bootstraps = learn(units, samples, b -> bootstrap(request.seed(), b), lesson);
  }

  private void write(String name, double value) {
    written.put(
        name, value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value));
  }

  private Batch chosen(Request request, int most) {
    Batch all = request.audit().rows();
    if (all.rows() == 0) {
      throw new IllegalArgumentException("There is no row to mimic the model on.");
    }
    if (all.rows() <= most) {
      return all;
    }
    notes.add(
        "Grown on "
            + most
            + " of "
            + all.rows()
            + " rows, drawn by the seed. The parameter rows allows more.");
    return all.select(new Draws(request.seed(), "surrogate rows").sample(all.rows(), most));
  }

  private void ask(Request request, int from, int to) {
    int p = rows.features();
    double[] out =
        request
            .model()
            .predict(
                new Batch(to - from, p, Arrays.copyOfRange(rows.values(), from * p, to * p)),
                OutputSpace.RESPONSE);
    for (int i = 0; i < out.length; i++) {
      if (!Double.isFinite(out[i])) {
        throw new IllegalArgumentException(
            "The model answers "
                + out[i]
                + " for row "
                + (from + i / outputs + 1)
                + ". Maybe it cannot handle a missing value of that row.");
      }
    }
    System.arraycopy(out, 0, response, from * outputs, out.length);
  }

  private List<S> learn(Units units, int count, Function<Integer, double[]> weights, Lesson<S> by) {
    List<S> learnt = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      learnt.add(null);
    }
    units.run(
        count,
        i -> {
          S one = by.learn(this, weights.apply(i));
          synchronized (learnt) {
            learnt.set(i, one);
          }
        });
    return learnt;
  }

  private int[] fold(long seed) {
    int[] fold = new int[rows.rows()];
    if (folds > 0) {
      int[] order = new Draws(seed, "surrogate folds").permutation(fold.length);
      for (int i = 0; i < fold.length; i++) {
        fold[order[i]] = i % folds;
      }
    }
    return fold;
  }

  private double[] bootstrap(long seed, int number) {
    Draws draws = new Draws(seed, "surrogate bootstrap " + number);
    double[] weights = new double[rows.rows()];
    for (int i = 0; i < weights.length; i++) {
      weights[draws.below(weights.length)]++;
    }
    return weights;
  }

  /** Sum of squared differences of the response to its mean. */
  double squares(int output) {
    double sum = 0;
    for (int o = 0; o < outputs; o++) {
      if (output >= 0 && o != output) {
        continue;
      }
      double mean = 0;
      for (int i = o; i < response.length; i += outputs) {
        mean += response[i];
      }
      mean /= rows.rows();
      for (int i = o; i < response.length; i += outputs) {
        sum += (response[i] - mean) * (response[i] - mean);
      }
    }
    return sum;
  }

  private double errors(double[] guess, int output) {
    double sum = 0;
    for (int i = 0; i < response.length; i++) {
      if (output < 0 || i % outputs == output) {
        sum += (response[i] - guess[i]) * (response[i] - guess[i]);
      }
    }
    return sum;
  }

  /** R squared; of a response that is the same for all rows, 1 if it is met. */
  private double r2(double[] guess, int output) {
    double errors = errors(guess, output);
    double squares = squares(output);
    double size = Arrays.stream(response).map(Math::abs).max().orElse(0);
    if (squares <= 1e-24 * size * size * response.length) {
      return errors <= 1e-20 * size * size * response.length ? 1 : 0;
    }
    return 1 - errors / squares;
  }

  /** True if surrogate and model decide alike about a row; false where nothing is decided. */
  boolean alike(double[] guess, int guessFrom, int row) {
    if (outputs == 1) {
      return response[row] >= threshold == guess[guessFrom] >= threshold;
    }
    return best(response, row * outputs) == best(guess, guessFrom);
  }

  boolean decides() {
    return info.task() != Task.REGRESSION;
  }

  private int best(double[] values, int from) {
    int best = 0;
    for (int o = 1; o < outputs; o++) {
      if (values[from + o] > values[from + best]) {
        best = o;
      }
    }
    return best;
  }

  private double agreement(double[] guess) {
    if (!decides() || guess.length == 0) {
      return Double.NaN;
    }
    int alike = 0;
    for (int i = 0; i < rows.rows(); i++) {
      alike += alike(guess, i * outputs, i) ? 1 : 0;
    }
    return (double) alike / rows.rows();
  }

  private Surrogate.Fidelity fidelity(double[] own, int output) {
    boolean known = keptBack.length > 0;
    int values = output < 0 ? response.length : rows.rows();
    boolean whole = output < 0;
    return new Surrogate.Fidelity(
        whole ? (outputs == 1 ? info.outputs().get(0) : "all outputs") : info.outputs().get(output),
        r2(own, output),
        known ? r2(keptBack, output) : Double.NaN,
        Math.sqrt(errors(known ? keptBack : own, output) / values),
        whole ? agreement(own) : Double.NaN,
        whole ? agreement(keptBack) : Double.NaN);
  }

  /**
   * A rule with its figures.
   *
   * @param inside which rows it counts for
   */
  Surrogate.Rule rule(int number, Region region, double[] value, boolean[] inside) {
    long count = 0;
    long alike = 0;
    double squares = 0;
    for (int i = 0; i < inside.length; i++) {
      if (!inside[i]) {
        continue;
      }
      count++;
      alike += alike(value, 0, i) ? 1 : 0;
      for (int o = 0; o < outputs; o++) {
        double d = response[i * outputs + o] - value[o];
        squares += d * d;
      }
    }
    return new Surrogate.Rule(
        number,
        region.bounds().stream().map(this::condition).toList(),
        value,
        count,
        (double) count / inside.length,
        count == 0 ? 0 : Math.sqrt(squares / count / outputs),
        decides() && count > 0 ? (double) alike / count : Double.NaN);
  }

  Surrogate.Condition condition(Region.Bound bound) {
    return bound.condition(info.features().get(bound.feature()), columns.holes(bound.feature()));
  }

  /** Puts the result together. */
  Surrogate surrogate(
      Request request,
      String name,
      String engine,
      String reference,
      List<Surrogate.Node> nodes,
      List<Surrogate.Rule> rules,
      List<Surrogate.Stability> stability) {
    double[] own = new double[response.length];
    student.predict(rows, own);
    List<Surrogate.Fidelity> fidelity = new ArrayList<>();
    fidelity.add(fidelity(own, -1));
    for (int o = 0; o < outputs && outputs > 1; o++) {
      fidelity.add(fidelity(own, o));
    }
    judge(fidelity.get(0), stability);
    Provenance provenance =
        new Provenance(
            name,
            engine
                + (folds > 0
                    ? "; fidelity by " + folds + "-fold cross-validation"
                    : "; fidelity on its own rows only")
                + "; error is the root mean squared difference to the response",
            reference,
            written,
            drawn ? Optional.of(request.seed()) : Optional.empty(),
            info.sha256(),
            OutputSpace.RESPONSE,
            rows.rows(),
            0,
            rows.rows(),
            Optional.of(fidelity.get(0).rmse()),
            notes);
    return new Surrogate(provenance, info.outputs(), nodes, rules, fidelity, stability);
  }

  private void judge(Surrogate.Fidelity overall, List<Surrogate.Stability> stability) {
    if (folds == 0) {
      notes.add(
          "There are too few rows to keep some back, so nobody knows how well it mimics the model on"
              + " others. It must not be read as what the model does.");
    } else if (!(overall.outOfSample() >= gate)) {
      notes.add(
          String.format(
              Locale.ROOT,
              "It explains %.1f %% of the variance of the model's response on rows that were kept"
                  + " back, less than the %.1f %% asked for: it must not be read as what the model"
                  + " does.",
              100 * overall.explained(),
              100 * gate));
    }
    for (Surrogate.Stability place : stability) {
      if (place.share() < 0.5) {
        notes.add(
            String.format(
                Locale.ROOT,
                "The %s is about %s in only %.0f %% of %d bootstrap samples: other rows would have"
                    + " given another one.",
                place.place(),
                place.features(),
                100 * place.share(),
                bootstraps.size()));
      }
    }
  }
}
