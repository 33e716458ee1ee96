package io.attest.explain.influence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.ExplainerContractTest;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.TestInfluence;
import io.attest.explain.TrainingInfluence;
import io.attest.explain.WavyModel;
import io.attest.model.Batch;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.RealVector;
import org.junit.jupiter.api.Test;

class NetworkInfluenceTest extends ExplainerContractTest<TrainingInfluence> {

  @Override
  protected Explainer<TrainingInfluence> explainer(int threads) {
    return new NetworkInfluence(threads);
  }

  @Override
  protected Model model(int features) {
    return PlainNetwork.of(Link.LOGIT, features, 3, 1, 5);
  }

  @Override
  protected Parameters parameters() {
    return Parameters.parse("retrain=3; l2=1");
  }

  @Override
  protected double[] figures(TrainingInfluence r) {
    TestInfluence t = r.onTests();
    return Stream.of(t.loss(), t.raw(), new double[] {t.validation().orElseThrow().pearson()})
        .flatMapToDouble(Arrays::stream)
        .toArray();
  }

  @Override
  protected Optional<double[]> figures(TrainingInfluence result, int feature) {
    return Optional.empty();
  }

  private static TrainingInfluence explain(
      Model model, Dataset training, Dataset audit, String parameters) {
    return new NetworkInfluence(2)
        .explain(
            new Request(
                model, audit, audit, Optional.of(training), Parameters.parse(parameters), 1),
            Progress.NONE);
  }

  private static Dataset draw(Random random, int n, int p, Link link) {
    double[] values = random.doubles((long) n * p, -2, 2).toArray();
    double[] labels = new double[n];
    for (int i = 0; i < n; i++) {
      double raw = Math.sin(values[i * p]) * 2 + random.nextGaussian() / 2;
      labels[i] =
          switch (link) {
            case LOGIT -> raw > 0 ? 1 : 0;
            case SOFTMAX -> raw > 0.7 ? 2 : raw > -0.7 ? 1 : 0;
            default -> raw;
          };
    }
    return new Dataset(new Batch(n, p, values), Optional.of(labels));
  }

  /** Trained to its end, by the class that the check uses: here it only has to arrive. */
  private static PlainNetwork trained(PlainNetwork from, Dataset training, double l2) {
    Objective objective = Objective.of(from.info(), "it");
    PlainNetwork at = from;
    for (int round = 0; round < 60; round++) {
      double[] penalty = new double[at.parameterCount()];
      for (int j = 0; j < penalty.length; j++) {
        penalty[j] = at.biases()[j] ? 0 : l2;
      }
      Landscape landscape = Landscape.of(at, objective, training).with(penalty);
      double[] raw = landscape.raw(at, Progress.NONE);
      double[][] matrix = GaussNewton.matrix(landscape, raw, Progress.NONE);
      GaussNewton solver = GaussNewton.dense(matrix, penalty, 0.1);
      double[] before = at.parameters();
      at =
          (PlainNetwork)
              new FineTuning(landscape, solver, 0, 50).without(-1, Progress.NONE).model();
      if (Arrays.equals(before, at.parameters())) {
        return at;
      }
    }
    return at;
  }

  @Property(tries = 8)
  void aNetworkWithoutHiddenLayerIsALinearModel(@ForAll long seed) {
    Random random = new Random(seed);
    Link link = random.nextBoolean() ? Link.LOGIT : Link.IDENTITY;
    int p = 1 + random.nextInt(3);
    Dataset training = draw(random, 30, p, link);
    Dataset audit = draw(random, 7, p, link);
    PlainNetwork network = trained(PlainNetwork.of(link, p, 0, 1, seed), training, 0.5);
    PlainLinearModel linear =
        PlainLinearModel.of(link, PlainNetwork.names(p), network.parameters(), 0.5);
    TestInfluence expected =
        new LinearInfluence(1)
            .explain(
                new Request(
                    linear,
                    audit,
                    audit,
                    Optional.of(training),
                    Parameters.parse("exact=0; refits=30"),
                    1),
                Progress.NONE)
            .onTests();
    for (String parameters : new String[] {"damping=0; retrain=30", "damping=0; l2=0.5"}) {
      TrainingInfluence told = explain(network, training, audit, parameters);
      assertThat(told.onTests().raw()).containsExactly(expected.raw(), within(1e-6));
      assertThat(told.onTests().loss()).containsExactly(expected.loss(), within(1e-6));
      assertThat(told.provenance().notes()).anyMatch(n -> n.contains("l2 = 0.5"));
    }
    TestInfluence.Validation validation =
        explain(network, training, audit, "damping=0; retrain=30")
            .onTests()
            .validation()
            .orElseThrow();
    assertThat(validation.pearson())
        .isCloseTo(expected.validation().orElseThrow().pearson(), within(1e-5));
    assertThat(validation.largestChange())
        .isCloseTo(expected.validation().orElseThrow().largestChange(), within(1e-5));
  }

  /** One Gauss-Newton step without the row, from matrices made here. */
  @Property(tries = 10)
  void itIsTheStepWithoutTheRow(@ForAll long seed) {
    Random random = new Random(seed);
    Link link = new Link[] {Link.LOGIT, Link.IDENTITY, Link.SOFTMAX}[random.nextInt(3)];
    int outputs = link == Link.SOFTMAX ? 3 : 1;
    Dataset training = draw(random, 25, 2, link);
    Dataset audit = draw(random, 4, 2, link);
    PlainNetwork network = PlainNetwork.of(link, 2, 2, outputs, seed);
    int q = network.parameterCount();
    TestInfluence told =
        explain(network, training, audit, "damping=0.01; l2=0.3; retrain=0").onTests();
    double[] jacobian = new double[25 * outputs * q];
    network.jacobian(training.rows(), jacobian);
    double[] p = network.predict(training.rows(), OutputSpace.RESPONSE);
    RealMatrix[] rows = new RealMatrix[25];
    RealMatrix[] curvatures = new RealMatrix[25];
    RealMatrix sum = MatrixUtils.createRealMatrix(q, q);
    for (int i = 0; i < 25; i++) {
      rows[i] = MatrixUtils.createRealMatrix(outputs, q);
      curvatures[i] = MatrixUtils.createRealMatrix(outputs, outputs);
      for (int a = 0; a < outputs; a++) {
        rows[i].setRow(
            a, Arrays.copyOfRange(jacobian, (i * outputs + a) * q, (i * outputs + a + 1) * q));
        for (int b = 0; b < outputs; b++) {
          double pa = p[i * outputs + a];
          double pb = p[i * outputs + b];
          curvatures[i].setEntry(a, b, link == Link.IDENTITY ? 1 : (a == b ? pa : 0) - pa * pb);
        }
      }
      sum = sum.add(rows[i].transposeMultiply(curvatures[i]).multiply(rows[i]));
    }
    double damping = 0.01 * sum.getTrace() / q;
    for (int j = 0; j < q; j++) {
      sum.addToEntry(j, j, damping);
    }
    // Whether biases are penalised is decided by which leaves less of the gradient.
    RealMatrix weights = sum.copy();
    RealMatrix both = sum.copy();
    for (int j = 0; j < q; j++) {
      both.addToEntry(j, j, 0.3);
      weights.addToEntry(j, j, network.biases()[j] ? 0 : 0.3);
    }
    double[] test = new double[4 * outputs * q];
    network.jacobian(audit.rows(), test);
    double[] before = network.predict(audit.rows(), OutputSpace.RAW);
    double bestWeights = 0;
    double bestBoth = 0;
    for (int i = 0; i < 25; i++) {
      RealVector slope = MatrixUtils.createRealVector(new double[outputs]);
      for (int k = 0; k < outputs; k++) {
        double y = training.labels().orElseThrow()[i];
        slope.setEntry(k, p[i * outputs + k] - (outputs > 1 ? (y == k ? 1 : 0) : y));
      }
      RealMatrix own = rows[i].transposeMultiply(curvatures[i]).multiply(rows[i]);
      RealVector gradient = rows[i].transpose().operate(slope);
      double[] first = MatrixUtils.inverse(weights.subtract(own)).operate(gradient).toArray();
      double[] second = MatrixUtils.inverse(both.subtract(own)).operate(gradient).toArray();
      for (int t = 0; t < 4; t++) {
        int k = 0;
        for (int m = 1; m < outputs; m++) {
          k = before[t * outputs + m] > before[t * outputs + k] ? m : k;
        }
        double one = 0;
        double two = 0;
        for (int j = 0; j < q; j++) {
          one += test[(t * outputs + k) * q + j] * first[j];
          two += test[(t * outputs + k) * q + j] * second[j];
        }
        bestWeights = Math.max(bestWeights, Math.abs(one - told.raw(i, t)));
        bestBoth = Math.max(bestBoth, Math.abs(two - told.raw(i, t)));
      }
    }
    assertThat(Math.min(bestWeights, bestBoth)).isLessThan(1e-8);
  }

  @Test
  void conjugateGradientsGiveWhatADecompositionGives() {
    for (Link link : new Link[] {Link.LOGIT, Link.SOFTMAX}) {
      Dataset training = draw(new Random(1), 60, 3, link);
      Dataset audit = draw(new Random(2), 6, 3, link);
      int outputs = link == Link.SOFTMAX ? 3 : 1;
      PlainNetwork network = trained(PlainNetwork.of(link, 3, 3, outputs, 7), training, 0.5);
      TrainingInfluence cg = explain(network, training, audit, "solver=cg; retrain=2");
      Landscape bare = Landscape.of(network, Objective.of(network.info(), "it"), training);
      double[] raw = bare.raw(network, Progress.NONE);
      double[][] matrix = GaussNewton.matrix(bare, raw, Progress.NONE);
      GaussNewton dense = GaussNewton.dense(matrix, bare.penalty(), 0.2);
      GaussNewton iterated = GaussNewton.iterated(bare, raw, 0.2, 500);
      double[] b = new Random(3).doubles(network.parameterCount(), -1, 1).toArray();
      assertThat(iterated.solve(b, Progress.NONE))
          .containsExactly(dense.solve(b, Progress.NONE), within(1e-6));
      assertThat(iterated.residual()).isLessThan(1e-8);
      assertThat(cg.provenance().notes()).anyMatch(n -> n.contains("conjugate gradients"));
      // First order: the gradient of each row through the decomposed matrix.
      double[] penalty = new double[network.parameterCount()];
      double damping = 0;
      for (int j = 0; j < penalty.length; j++) {
        penalty[j] = network.biases()[j] ? 0 : 0.5;
        damping += 0.001 * matrix[j][j] / penalty.length;
      }
      GaussNewton held = GaussNewton.dense(matrix, penalty, damping);
      double[] slopes = bare.slopes(raw);
      double[] last = network.predict(audit.rows(), OutputSpace.RAW);
      for (int i = 0; i < 60; i++) {
        double[] gradient = new double[penalty.length];
        network.jacobianTransposed(
            training.rows().select(new int[] {i}),
            Arrays.copyOfRange(slopes, i * outputs, (i + 1) * outputs),
            gradient);
        double[] moved = new double[6 * outputs];
        network.jacobianTimes(audit.rows(), held.solve(gradient, Progress.NONE), moved);
        for (int t = 0; t < 6; t++) {
          int k = 0;
          for (int m = 1; m < outputs; m++) {
            k = last[t * outputs + m] > last[t * outputs + k] ? m : k;
          }
          assertThat(cg.onTests().raw(i, t)).isCloseTo(moved[t * outputs + k], within(1e-6));
        }
      }
    }
  }

  @Test
  void whatIsSaidIsWhatTrainingOnWithoutTheRowDoes() {
    Dataset training = draw(new Random(1), 120, 2, Link.LOGIT);
    Dataset audit = draw(new Random(2), 20, 2, Link.LOGIT);
    PlainNetwork network = trained(PlainNetwork.of(Link.LOGIT, 2, 4, 1, 7), training, 0.3);
    TrainingInfluence told = explain(network, training, audit, "retrain=30");
    TestInfluence.Validation validation = told.onTests().validation().orElseThrow();
    assertThat(validation.retrained()).isTrue();
    assertThat(validation.pearson()).isGreaterThan(0.9);
    assertThat(told.provenance().notes())
        .anyMatch(
            n -> n.contains("l2 = 0.3000, found from the gradient, on weights, not on biases"))
        .anyMatch(n -> n.contains("trained on from its parameters"))
        .noneMatch(n -> n.contains("come to rest"));
    // Independent of the class that trains on: really the lowest point without the row, held.
    int row = told.onTests().ranking().get(0);
    int[] others = IntStream.range(0, 120).filter(i -> i != row).toArray();
    PlainNetwork without = trained(network, training.select(others), 0.3);
    double[] before = network.predict(audit.rows(), OutputSpace.RAW);
    double[] after = without.predict(audit.rows(), OutputSpace.RAW);
    Comparison comparison = new Comparison();
    comparison.add(
        IntStream.range(0, 20).mapToDouble(t -> told.onTests().raw(row, t)).toArray(),
        IntStream.range(0, 20).mapToDouble(t -> after[t] - before[t]).toArray());
    assertThat(comparison.of("", true).orElseThrow().pearson()).isGreaterThan(0.8);
  }

  @Test
  void aTrainingThatWasStoppedIsSaidAndWhatDoesNotFitRefused() {
    Request request = request(6, 2, 1);
    Dataset training = request.training().orElseThrow();
    TrainingInfluence told = explain(request.model(), training, request.audit(), "retrain=0");
    assertThat(told.onTests().validation()).isEmpty();
    assertThat(told.provenance().notes())
        .anyMatch(n -> n.contains("standard errors away") && !n.contains("about 0 "));
    assertThatThrownBy(() -> explain(WavyModel.of(Task.BINARY, 2), training, training, ""))
        .hasMessageContaining("gradients");
    Dataset flat = new Dataset(new Batch(5, 2, new double[10]), Optional.of(new double[5]));
    assertThatThrownBy(() -> explain(request.model(), flat, request.audit(), "damping=0; l2=0"))
        .hasMessageContaining("damping above 0");
    assertThatThrownBy(() -> explain(request.model(), training, training, "solver=guess"))
        .hasMessageContaining("cholesky");
    assertThatThrownBy(() -> explain(request.model(), training, training, "damping=x"))
        .hasMessageContaining("'x'");
  }
}
