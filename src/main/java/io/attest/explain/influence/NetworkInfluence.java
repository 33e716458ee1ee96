package io.attest.explain.influence;

import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.NotApplicable;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.Request;
import io.attest.explain.TestInfluence;
import io.attest.explain.TrainingInfluence;
import io.attest.explain.Units;
import io.attest.model.Batch;
import io.attest.model.DifferentiableModel;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;

/**
 * Influence of each training row on the predictions of a network.
 *
 * <p>Leaving out a row moves the parameters by G^-1 g, with g the gradient of the row's loss and G
 * the damped Gauss-Newton matrix of the training; the move changes predictions by their gradient.
 * Where G is small enough to be decomposed, the row's own part of it is left out as well (division
 * by 1 - leverage); otherwise the equations are solved by conjugate gradients.
 *
 * <p>What is computed is how the parameters move when they are held near where they are. That is
 * what the check does as well: it trains on, without a row, from the given parameters. A training
 * from the start may end elsewhere.
 *
 * <p>Parameters: {@code tests} (audit rows to tell of; 40), {@code retrain} (rows left out to
 * check; 20), {@code damping} (added to the diagonal of G, relative to its mean; 0.001), {@code l2}
 * (penalty of the training, l2 / 2 |w|^2 beside the sum of losses; found from the gradient), {@code
 * solver} ({@code cholesky}, {@code cg}; by size).
 *
 * @see <a href="https://proceedings.mlr.press/v70/koh17a.html">Koh and Liang 2017, Understanding
 *     Black-box Predictions via Influence Functions</a>
 * @see <a href="https://arxiv.org/abs/2209.05364">Bae et al. 2022, If Influence Functions are the
 *     Answer, Then What is the Question?</a>
 */
public final class NetworkInfluence implements Explainer<TrainingInfluence> {
  private static final int MOST_DENSE = 1500;
  private static final double MOST_DENSE_WORK = 1e10;
  private static final int STEPS = 300;

  private final int threads;

  /** Works on as many threads as the machine has processors. */
  public NetworkInfluence() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public NetworkInfluence(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return "network-influence";
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the model has no gradients by its parameters, was not
   *     trained for the squared error or the log loss, there are no labelled training rows, or the
   *     rows do not decide every parameter and there is no damping
   */
  @Override
  public TrainingInfluence explain(Request request, Progress progress) {
    Parameters parameters =
        request.parameters().only(List.of("tests", "retrain", "damping", "l2", "solver"));
    int planned = parameters.integer("retrain", 20, 0);
    double relative = parameters.number("damping", 1e-3, 0, Double.MAX_VALUE);
    Optional<Double> l2 = parameters.number("l2", 0, Double.MAX_VALUE);
    if (!(request.model() instanceof DifferentiableModel model)) {
      throw new IllegalArgumentException(
          "network-influence explains networks whose gradients are known, but this model is "
              + request.model().info().format()
              + ".");
    }
    ModelInfo info = model.info();
    int outputs = info.outputs().size();
    Objective objective = Objective.of(info, name());
    progress.check();
    Dataset training = Labelled.training(request, name(), objective, outputs);
    refuseMissing(training.rows(), "training", info);
    List<String> notes = new ArrayList<>();
    Tests tests = Tests.of(request.audit(), objective, outputs, training.size(), parameters, notes);
    refuseMissing(tests.rows(), "audit", info);
    int n = training.size();
    int q = model.parameterCount();
    int left = Math.min(planned, n);
    Units units = new Units(threads, (long) tests.count() + left, progress);

    Landscape bare = Landscape.of(model, objective, training);
    double[] raw = bare.raw(model, progress);
    double[] slopes = bare.slopes(raw);
    Decay decay = Decay.of(model, bare.transposed(model, slopes, progress), l2);
    Landscape landscape = bare.with(decay.penalty());
    boolean dense = dense(parameters, n, q, outputs);
    double[][] matrix = dense ? GaussNewton.matrix(landscape, raw, progress) : null;
    double damping = relative * (dense ? trace(matrix) : Trace.of(landscape, raw, progress)) / q;
    GaussNewton solver =
        dense
            ? GaussNewton.dense(matrix, decay.penalty(), damping)
            : GaussNewton.iterated(landscape, raw, damping, STEPS);
    notes.add(decay.sentence(l2.isPresent()));
    double[] rest = solver.solve(decay.rest(), progress);
    notes.add(
        String.format(
            Locale.ROOT,
            "How far the training went: its gradient is %.3g, and the best parameters near by lie"
                + " about %.3g standard errors away; both are 0 at the end of a training.",
            Math.sqrt(Curvature.dot(decay.rest(), decay.rest())),
            Math.sqrt(
                Math.max(0, Curvature.dot(decay.rest(), rest)) / spread(objective, slopes, n))));
    notes.add(
        String.format(
            Locale.ROOT,
            "Parameters are held near where they are by a damping of %.3g (%.3g of the mean"
                + " curvature). A training from the start could end elsewhere, which is not in the"
                + " figures.",
            damping,
            relative));

    double[] own = dense ? Leverage.of(landscape, raw, slopes, solver, progress) : slopes;
    if (!dense) {
      notes.add(
          "The "
              + q
              + " parameters are too many for a decomposition: the equations were solved by conjugate"
              + " gradients, and the row's own part of the curvature is not left out.");
    }
    double[] last = model.predict(tests.rows(), OutputSpace.RAW);
    TestChanges onTests = new TestChanges(objective, outputs, tests, n, last);
    units.run(
        tests.count(),
        test -> {
          TestChanges.Columns columns = onTests.columns(test, test + 1);
          double[] changes = new double[n * columns.count()];
          for (int c = 0; c < columns.count(); c++) {
            double[] gradient = new double[q];
            model.jacobianTransposed(
                tests.rows().select(new int[] {test}),
                java.util.Arrays.copyOfRange(columns.weights(), c * outputs, (c + 1) * outputs),
                gradient);
            double[] moved = landscape.times(solver.solve(gradient, progress), progress);
            for (int i = 0; i < n; i++) {
              for (int k = 0; k < outputs; k++) {
                changes[i * columns.count() + c] += moved[i * outputs + k] * own[i * outputs + k];
              }
            }
          }
          onTests.put(test, test + 1, changes);
        });
    if (outputs > 1 && onTests.labelled()) {
      notes.add("Changes of the loss are those to first order in the changes of the outputs.");
    }
    int[] rows = Comparison.spaced(onTests.told(Optional.empty()).ranking(), left);
    Optional<TestInfluence.Validation> validation =
        validate(
            new FineTuning(landscape, solver, damping, dense ? 200 : 25),
            rows,
            left,
            tests,
            onTests,
            units,
            progress,
            notes);
    validation.map(Comparison::sentence).ifPresent(notes::add);
    if (!dense && solver.residual() > 1e-7) {
      notes.add(
          String.format(
              Locale.ROOT,
              "Conjugate gradients ended after %d steps with a residual of %.2g. More damping helps.",
              STEPS,
              solver.residual()));
    }

    Map<String, String> said = new TreeMap<>();
    said.put("tests", Integer.toString(parameters.integer("tests", Tests.DEFAULT, 1)));
    said.put("retrain", Integer.toString(planned));
    said.put("damping", parameters.text("damping").orElse(Double.toString(relative)));
    said.put("l2", parameters.text("l2").orElse(Double.toString(decay.l2())));
    said.put("solver", dense ? "cholesky" : "cg");
    Provenance provenance =
        new Provenance(
            name(),
            dense
                ? "damped Gauss-Newton, decomposed, one step"
                : "damped Gauss-Newton, conjugate gradients, first order",
            "Koh and Liang 2017, ICML; Bae et al. 2022, NeurIPS",
            said,
            Optional.empty(),
            info.sha256(),
            info.named(OutputSpace.RAW),
            n,
            0,
            (long) n + tests.count(),
            validation.map(TestInfluence.Validation::largestError),
            notes);
    return new TrainingInfluence(provenance, onTests.told(validation));
  }

  private static boolean dense(Parameters parameters, int n, int q, int outputs) {
    boolean small = q <= MOST_DENSE && (double) n * outputs * q * q <= MOST_DENSE_WORK;
    return parameters
        .choice("solver", small ? "cholesky" : "cg", List.of("cholesky", "cg"))
        .equals("cholesky");
  }

  private static void refuseMissing(Batch rows, String which, ModelInfo info) {
    for (int i = 0; i < rows.values().length; i++) {
      if (Double.isNaN(rows.values()[i])) {
        throw new NotApplicable(
            "In %s row %s the value of %s is missing; a network cannot be trained on it."
                .formatted(
                    which,
                    i / rows.features() + 1,
                    info.features().get(i % rows.features()).name()));
      }
    }
  }

  private static double trace(double[][] matrix) {
    double sum = 0;
    for (int j = 0; j < matrix.length; j++) {
      sum += matrix[j][j];
    }
    return sum;
  }

  /** Variance of the residuals, where standard errors need one. */
  private static double spread(Objective objective, double[] slopes, int n) {
    return objective == Objective.SQUARED ? Curvature.dot(slopes, slopes) / n : 1;
  }

  private static Optional<TestInfluence.Validation> validate(
      FineTuning tuning,
      int[] rows,
      int left,
      Tests tests,
      TestChanges onTests,
      Units units,
      Progress progress,
      List<String> notes) {
    double[] before =
        left == 0
            ? new double[0]
            : tuning.without(-1, progress).model().predict(tests.rows(), OutputSpace.RAW);
    double[][] real = new double[left][];
    AtomicInteger restless = new AtomicInteger();
    units.run(
        left,
        unit -> {
          if (unit < rows.length) {
            FineTuning.Tuned tuned = tuning.without(rows[unit], progress);
            restless.addAndGet(tuned.settled() ? 0 : 1);
            real[unit] =
                onTests.happened(before, tuned.model().predict(tests.rows(), OutputSpace.RAW));
          }
        });
    Comparison comparison = new Comparison();
    for (int r = 0; r < rows.length; r++) {
      comparison.add(onTests.compared(rows[r]), real[r]);
    }
    if (restless.get() > 0) {
      notes.add(
          restless.get() + " of " + rows.length + " trainings without a row had not come to rest.");
    }
    return comparison.of(
        "the network was trained on from its parameters, held near them by the damping", true);
  }

  /**
   * The penalty of the training, told from its gradient: at the end of a training the two cancel.
   *
   * @param penalty one a parameter
   * @param rest of the gradient
   * @param biases true if biases are penalised as well
   */
  private record Decay(double l2, double[] penalty, double[] rest, boolean biases) {

    static Decay of(DifferentiableModel model, double[] gradient, Optional<Double> given) {
      Decay weights = of(model, gradient, given, false);
      Decay all = of(model, gradient, given, true);
      return Curvature.dot(all.rest, all.rest) < 0.99 * Curvature.dot(weights.rest, weights.rest)
          ? all
          : weights;
    }

    private static Decay of(
        DifferentiableModel model, double[] gradient, Optional<Double> given, boolean biases) {
      double[] at = model.parameters();
      boolean[] bias = model.biases();
      double up = 0;
      double down = 0;
      for (int j = 0; j < at.length; j++) {
        if (biases || !bias[j]) {
          up -= gradient[j] * at[j];
          down += at[j] * at[j];
        }
      }
      double l2 = given.orElse(down == 0 ? 0 : Math.max(0, up / down));
      double[] penalty = new double[at.length];
      double[] rest = gradient.clone();
      for (int j = 0; j < at.length; j++) {
        penalty[j] = biases || !bias[j] ? l2 : 0;
        rest[j] += penalty[j] * at[j];
      }
      return new Decay(l2, penalty, rest, biases);
    }

    String sentence(boolean given) {
      return String.format(
          Locale.ROOT,
          "The training is taken to have had the penalty l2 / 2 |w|^2 with l2 = %.4g%s, %s.",
          l2,
          given ? "" : ", found from the gradient",
          biases ? "on weights and biases" : "on weights, not on biases");
    }
  }

  /** The mean curvature where there is no matrix. */
  private static final class Trace {
    static double of(Landscape landscape, double[] raw, Progress progress) {
      int q = landscape.penalty().length;
      int outputs = landscape.outputs();
      double[] p = new double[outputs];
      double sum = 0;
      int row = 0;
      for (Batch block : landscape.blocks()) {
        for (int i = 0; i < block.rows(); i++, row++) {
          progress.check();
          double[] jacobian = new double[outputs * q];
          landscape.model().jacobian(block.select(new int[] {i}), jacobian);
          landscape.objective().response(raw, row * outputs, p);
          for (int a = 0; a < outputs; a++) {
            for (int b = 0; b < outputs; b++) {
              double c = landscape.objective().slope(p, a, b);
              for (int j = 0; j < q; j++) {
                sum += c * jacobian[a * q + j] * jacobian[b * q + j];
              }
            }
          }
        }
      }
      return sum;
    }
  }

  /** Gradients of rows whose own curvature is left out: (I - C J G^-1 J')^-1 g for each. */
  private static final class Leverage {
    static double[] of(
        Landscape landscape, double[] raw, double[] slopes, GaussNewton solver, Progress progress) {
      int q = landscape.penalty().length;
      int k = landscape.outputs();
      double[] out = new double[slopes.length];
      double[] p = new double[k];
      int row = 0;
      for (Batch block : landscape.blocks()) {
        for (int i = 0; i < block.rows(); i++, row++) {
          progress.check();
          double[] jacobian = new double[k * q];
          landscape.model().jacobian(block.select(new int[] {i}), jacobian);
          RealMatrix s = MatrixUtils.createRealMatrix(k, k);
          for (int a = 0; a < k; a++) {
            double[] gradient = java.util.Arrays.copyOfRange(jacobian, a * q, (a + 1) * q);
            double[] moved = solver.solve(gradient, progress);
            for (int b = 0; b < k; b++) {
              for (int j = 0; j < q; j++) {
                s.addToEntry(b, a, jacobian[b * q + j] * moved[j]);
              }
            }
          }
          landscape.objective().response(raw, row * k, p);
          RealMatrix c = MatrixUtils.createRealMatrix(k, k);
          for (int a = 0; a < k; a++) {
            for (int b = 0; b < k; b++) {
              c.setEntry(a, b, landscape.objective().slope(p, a, b));
            }
          }
          RealMatrix kept = MatrixUtils.createRealIdentityMatrix(k).subtract(c.multiply(s));
          LUDecomposition lu = new LUDecomposition(kept, 1e-10);
          for (int a = 0; a < k; a++) {
            out[row * k + a] = Double.NaN;
          }
          if (lu.getSolver().isNonSingular()) {
            double[] own =
                lu.getSolver()
                    .solve(
                        MatrixUtils.createRealVector(
                            java.util.Arrays.copyOfRange(slopes, row * k, (row + 1) * k)))
                    .toArray();
            System.arraycopy(own, 0, out, row * k, k);
          }
        }
      }
      return out;
    }
  }
}
