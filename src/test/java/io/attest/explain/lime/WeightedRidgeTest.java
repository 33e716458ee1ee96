package io.attest.explain.lime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.CaseTable;
import io.attest.Cases;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.Test;

class WeightedRidgeTest {

  /** On the neighbourhood that lime drew, with its weights, lime's own line. */
  @Test
  void agreesWithLime() {
    Path folder = Cases.folder("e01_lime_fixed_neighbourhood_pima");
    CaseTable drawn = CaseTable.read(folder.resolve("neighbourhood.csv"));
    CaseTable expected = CaseTable.read(folder.resolve("expected.csv"));
    for (double[] line : expected.rows()) {
      double[][] of =
          Arrays.stream(drawn.rows()).filter(r -> r[0] == line[0]).toArray(double[][]::new);
      double[][] design =
          Arrays.stream(of).map(r -> Arrays.copyOfRange(r, 2, 10)).toArray(double[][]::new);
      double[] weights = Arrays.stream(of).mapToDouble(r -> r[11]).toArray();
      double[][] outputs =
          Arrays.stream(of).map(r -> new double[] {r[12]}).toArray(double[][]::new);
      WeightedRidge.Fit fit = WeightedRidge.fit(design, weights, outputs, 1);
      assertThat(of.length).isGreaterThan(100);
      assertThat(fit.intercepts()[0]).isCloseTo(line[1], within(1e-12));
      for (int j = 0; j < 8; j++) {
        assertThat(fit.coefficients()[0][j]).isCloseTo(line[2 + j], within(1e-12));
      }
      assertThat(fit.r2()[0]).isCloseTo(line[10], within(1e-12));
      assertThat(fit.at(design[0], 0)).isCloseTo(line[11], within(1e-12));
    }
  }

  /** The definition: the normal equations with a column of ones that is not shrunk. */
  @Property(tries = 100)
  void isTheSmallestSumOfSquares(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int p, @ForAll boolean far) {
    SplittableRandom random = new SplittableRandom(seed);
    int n = p + 3 + random.nextInt(20);
    double alpha = random.nextDouble() * 3;
    double[][] x = new double[n][p];
    double[][] y = new double[n][2];
    double[] w = new double[n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < p; j++) {
        x[i][j] = random.nextGaussian() + (far ? 1000 : 0);
      }
      y[i][0] = random.nextGaussian();
      y[i][1] = x[i][0] * 2 + random.nextGaussian();
      w[i] = random.nextDouble() + 0.01;
    }
    WeightedRidge.Fit fit = WeightedRidge.fit(x, w, y, alpha);
    double[] shift = x[0].clone();
    RealMatrix a = MatrixUtils.createRealMatrix(p + 1, p + 1);
    RealMatrix b = MatrixUtils.createRealMatrix(p + 1, 2);
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= p; j++) {
        double xj = j == p ? 1 : x[i][j] - shift[j];
        for (int l = 0; l <= p; l++) {
          a.addToEntry(j, l, w[i] * xj * (l == p ? 1 : x[i][l] - shift[l]));
        }
        b.addToEntry(j, 0, w[i] * xj * y[i][0]);
        b.addToEntry(j, 1, w[i] * xj * y[i][1]);
      }
    }
    for (int j = 0; j < p; j++) {
      a.addToEntry(j, j, alpha);
    }
    RealMatrix solved = new LUDecomposition(a).getSolver().solve(b);
    for (int o = 0; o < 2; o++) {
      for (int j = 0; j < p; j++) {
        assertThat(fit.coefficients()[o][j]).isCloseTo(solved.getEntry(j, o), within(1e-7));
      }
      assertThat(fit.at(shift, o)).isCloseTo(solved.getEntry(p, o), within(1e-7));
      double mean = 0;
      double total = 0;
      for (int i = 0; i < n; i++) {
        mean += w[i] * y[i][o];
        total += w[i];
      }
      mean /= total;
      double missed = 0;
      double all = 0;
      for (int i = 0; i < n; i++) {
        missed += w[i] * Math.pow(y[i][o] - fit.at(x[i], o), 2);
        all += w[i] * Math.pow(y[i][o] - mean, 2);
      }
      assertThat(fit.r2()[o]).isCloseTo(1 - missed / all, within(1e-7));
    }
  }

  @Test
  void aColumnThatDoesNotVaryGetsNothingAndOneTwiceNeedsAPenalty() {
    double[][] x = {{1, 5, 1}, {2, 5, 2}, {4, 5, 4}, {8, 5, 8}};
    double[][] y = {{2}, {4}, {8}, {16}};
    double[] w = {1, 1, 1, 1};
    WeightedRidge.Fit fit = WeightedRidge.fit(x, w, y, 1e-6);
    assertThat(fit.coefficients()[0][1]).isZero();
    assertThat(fit.coefficients()[0][0]).isCloseTo(1, within(1e-6));
    assertThat(fit.coefficients()[0][2]).isCloseTo(1, within(1e-6));
    assertThatThrownBy(() -> WeightedRidge.fit(x, w, y, 0)).hasMessageContaining("alpha");
    assertThatThrownBy(() -> WeightedRidge.fit(x, new double[4], y, 1))
        .hasMessageContaining("weight");
  }
}
