package io.attest.model.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Link;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Gradients against differences of predictions, products against the Jacobian. */
class NetworkTest {
  private static final double STEP = 1e-5;

  @Property(tries = 200)
  void gradientsByInputsAreDifferencesOfPredictions(
      @ForAll long seed, @ForAll Link link, @ForAll @IntRange(min = 1, max = 6) int features) {
    SplittableRandom random = new SplittableRandom(seed);
    Network network = RandomNetwork.of(random, features, link);
    Batch rows = RandomNetwork.rows(random, 3, features);
    int k = network.info().outputs().size();
    for (OutputSpace space : OutputSpace.values()) {
      double[] gradients = network.gradients(rows, space);
      for (int i = 0; i < 3; i++) {
        for (int j = 0; j < features; j++) {
          int row = i;
          int feature = j;
          double[] expected =
              slope(
                  step -> {
                    double[] moved = rows.row(row);
                    moved[feature] += step;
                    return network.predict(new Batch(1, features, moved), space);
                  });
          for (int o = 0; o < k && expected.length > 0; o++) {
            double wanted = expected[o];
            assertThat(gradients[(i * k + o) * features + j])
                .isCloseTo(wanted, within(1e-6 * Math.max(1, Math.abs(wanted))));
          }
        }
      }
    }
  }

  @Property(tries = 200)
  void theJacobianIsDifferencesOfPredictions(@ForAll long seed, @ForAll Link link) {
    SplittableRandom random = new SplittableRandom(seed);
    Network network = RandomNetwork.of(random, 3, link);
    Batch rows = RandomNetwork.rows(random, 2, 3);
    int k = network.info().outputs().size();
    int q = network.parameterCount();
    double[] jacobian = new double[2 * k * q];
    network.jacobian(rows, jacobian);
    for (int m = 0; m < q; m++) {
      int parameter = m;
      double[] expected =
          slope(
              step -> {
                double[] moved = network.parameters();
                moved[parameter] += step;
                return network.withParameters(moved).predict(rows, OutputSpace.RAW);
              });
      for (int i = 0; i < expected.length; i++) {
        assertThat(jacobian[i * q + m])
            .isCloseTo(expected[i], within(1e-6 * Math.max(1, Math.abs(expected[i]))));
      }
    }
  }

  @Property(tries = 200)
  void productsAreThoseOfTheJacobian(
      @ForAll long seed, @ForAll Link link, @ForAll @IntRange(min = 1, max = 150) int n) {
    SplittableRandom random = new SplittableRandom(seed);
    Network network = RandomNetwork.of(random, 4, link);
    Batch rows = RandomNetwork.rows(random, n, 4);
    int k = network.info().outputs().size();
    int q = network.parameterCount();
    double[] jacobian = new double[n * k * q];
    network.jacobian(rows, jacobian);
    double[] direction = RandomNetwork.normal(random, q, 1);
    double[] weights = RandomNetwork.normal(random, n * k, 1);
    double[] times = new double[n * k];
    network.jacobianTimes(rows, direction, times);
    double[] transposed = new double[q];
    network.jacobianTransposed(rows, weights, transposed);
    double[] sum = new double[q];
    for (int i = 0; i < n * k; i++) {
      double expected = 0;
      for (int m = 0; m < q; m++) {
        expected += jacobian[i * q + m] * direction[m];
        sum[m] += jacobian[i * q + m] * weights[i];
      }
      assertThat(times[i]).isCloseTo(expected, within(1e-10 * Math.max(1, Math.abs(expected))));
    }
    for (int m = 0; m < q; m++) {
      assertThat(transposed[m]).isCloseTo(sum[m], within(1e-9 * Math.max(1, Math.abs(sum[m]))));
    }
  }

  @Property(tries = 100)
  void aRowsFiguresDoNotDependOnItsBatch(@ForAll long seed, @ForAll Link link) {
    SplittableRandom random = new SplittableRandom(seed);
    Network network = RandomNetwork.of(random, 3, link);
    Batch rows = RandomNetwork.rows(random, 70, 3);
    double[] all = network.predict(rows, OutputSpace.RESPONSE);
    double[] gradients = network.gradients(rows, OutputSpace.RESPONSE);
    int k = network.info().outputs().size();
    for (int i : new int[] {0, 5, 63, 64, 69}) {
      Batch one = rows.select(new int[] {i});
      assertThat(network.predict(one, OutputSpace.RESPONSE))
          .containsExactly(Arrays.copyOfRange(all, i * k, (i + 1) * k));
      assertThat(network.gradients(one, OutputSpace.RESPONSE))
          .containsExactly(Arrays.copyOfRange(gradients, i * k * 3, (i + 1) * k * 3));
    }
  }

  /** Between two bends the raw output at the middle is the mean of those at the ends. */
  @Property(tries = 100)
  void betweenTheBendsANetworkOfRectifiersIsStraight(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Network network = RandomNetwork.of(random, 3, Activation.Function.RELU, Link.SOFTMAX, 3, 12, 8);
    double[] from = RandomNetwork.rows(random, 1, 3).values();
    double[] to = RandomNetwork.rows(random, 1, 3).values();
    double[] bends = network.bends(from, to).orElseThrow();
    assertThat(bends)
        .isSorted()
        .satisfies(b -> assertThat(Arrays.stream(b).allMatch(t -> t > 0 && t < 1)).isTrue());
    double[] ends = new double[bends.length + 2];
    System.arraycopy(bends, 0, ends, 1, bends.length);
    ends[ends.length - 1] = 1;
    for (int i = 0; i + 1 < ends.length; i++) {
      double[] a = at(network, from, to, ends[i]);
      double[] m = at(network, from, to, (ends[i] + ends[i + 1]) / 2);
      double[] b = at(network, from, to, ends[i + 1]);
      for (int k = 0; k < 3; k++) {
        assertThat(m[k]).isCloseTo((a[k] + b[k]) / 2, within(1e-12));
      }
    }
  }

  @Test
  void aBendIsWhereAUnitChangesItsSign() {
    Dense first = new Dense(1, 2, new double[] {1, 2}, new double[] {-1, -6}, true);
    Dense last = new Dense(2, 1, new double[] {1, 1}, new double[0], true);
    Network network =
        new Network(
            RandomNetwork.info(1, 1, Link.IDENTITY),
            List.of(first, new Activation(Activation.Function.RELU, 2, 0), last));
    assertThat(network.bends(new double[] {0}, new double[] {4}).orElseThrow())
        .containsExactly(0.25, 0.75);
    assertThat(network.bends(new double[] {0}, new double[] {0}).orElseThrow()).isEmpty();
    Network curved =
        RandomNetwork.of(new SplittableRandom(1), 1, Activation.Function.TANH, Link.IDENTITY, 1, 2);
    assertThat(curved.bends(new double[] {0}, new double[] {4})).isEmpty();
  }

  private static double[] at(Network network, double[] from, double[] to, double share) {
    double[] row = new double[from.length];
    for (int j = 0; j < row.length; j++) {
      row[j] = from[j] + share * (to[j] - from[j]);
    }
    return network.predict(new Batch(1, row.length, row), OutputSpace.RAW);
  }

  @Test
  void aSmallNetworkByHand() {
    Dense hidden = new Dense(2, 2, new double[] {1, -1, 2, 1}, new double[] {0.5, 0}, true);
    Dense last = new Dense(2, 1, new double[] {3, -2}, new double[] {1}, true);
    Network network =
        new Network(
            RandomNetwork.info(2, 1, Link.LOGIT),
            List.of(hidden, new Activation(Activation.Function.RELU, 2, 0), last));
    Batch row = new Batch(1, 2, new double[] {1, 0.5});
    // Hidden: 2.5 and -0.5, so 2.5 and 0 after the rectifier.
    assertThat(network.predict(row, OutputSpace.RAW)).containsExactly(8.5);
    double p = 1 / (1 + Math.exp(-8.5));
    assertThat(network.predict(row, OutputSpace.RESPONSE)).containsExactly(p);
    assertThat(network.gradients(row, OutputSpace.RAW)).containsExactly(3, 6);
    assertThat(network.gradients(row, OutputSpace.RESPONSE)[1])
        .isCloseTo(6 * p * (1 - p), within(1e-15));
    assertThat(network.parameters()).containsExactly(1, -1, 2, 1, 0.5, 0, 3, -2, 1);
    assertThat(network.biases())
        .containsExactly(false, false, false, false, true, true, false, false, true);
    double[] jacobian = new double[9];
    network.jacobian(row, jacobian);
    assertThat(jacobian).containsExactly(3, 0, 1.5, 0, 3, 0, 2.5, 0, 1);
  }

  @Test
  void refusesWhatDoesNotFit() {
    Network network = RandomNetwork.of(new SplittableRandom(1), 2, Link.IDENTITY);
    assertThatThrownBy(
            () ->
                network.predict(
                    new Batch(2, 2, new double[] {1, 2, 3, Double.NaN}), OutputSpace.RAW))
        .hasMessageContaining("Row 2, feature f1 is missing");
    assertThatThrownBy(() -> network.predict(new Batch(1, 1, new double[1]), OutputSpace.RAW))
        .hasMessageContaining("1 features");
    assertThatThrownBy(() -> network.withParameters(new double[network.parameterCount() + 1]))
        .hasMessageContaining("parameters");
    assertThatThrownBy(
            () ->
                new Network(
                    RandomNetwork.info(2, 1, Link.IDENTITY),
                    List.of(RandomNetwork.dense(new SplittableRandom(1), 3, 1))))
        .hasMessageContaining("3 columns where 2 come");
    assertThatThrownBy(
            () ->
                new Network(
                    new ModelInfo(
                        "",
                        "",
                        Task.REGRESSION,
                        List.of(new Feature("a", List.of("x", "y"))),
                        List.of("y"),
                        Link.IDENTITY,
                        ""),
                    List.of()))
        .hasMessageContaining("categorical");
    assertThat(network.predict(new Batch(0, 2, new double[0]), OutputSpace.RAW)).isEmpty();
  }

  /**
   * Central differences; empty near a bend: there the two sides disagree, or half the step gives
   * another slope. What is left is smooth, where both agree to about the step squared.
   */
  private static double[] slope(DoubleFunction<double[]> f) {
    double[] at = f.apply(0);
    double[] up = f.apply(STEP);
    double[] down = f.apply(-STEP);
    double[] halfUp = f.apply(STEP / 2);
    double[] halfDown = f.apply(-STEP / 2);
    double[] out = new double[at.length];
    for (int i = 0; i < out.length; i++) {
      double bend = Math.abs(up[i] - 2 * at[i] + down[i]);
      out[i] = (halfUp[i] - halfDown[i]) / STEP;
      double change = Math.abs((up[i] - down[i]) / (2 * STEP) - out[i]);
      if (bend > 1e-2 * STEP || change > 1e-7 * Math.max(1, Math.abs(out[i]))) {
        return new double[0];
      }
    }
    return out;
  }
}
