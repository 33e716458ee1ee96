package io.attest.explain.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.attest.model.Batch;
import io.attest.model.tree.Comparison;
import io.attest.model.tree.TreeEnsemble;
import io.attest.model.tree.Trees;
import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class TreeCurvesTest {

  @Property(tries = 150)
  void curvesAreWhatTheModelSaysIfTheFeatureIsChanged(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 6) int features,
      @ForAll @IntRange(min = 0, max = 7) int depth,
      @ForAll @IntRange(min = 1, max = 3) int outputs) {
    SplittableRandom random = new SplittableRandom(seed);
    TreeEnsemble ensemble = Trees.ensemble(random, features, features, outputs, 4, depth);
    TreeCurves curves = TreeCurves.of(ensemble).orElseThrow();
    double[] values = new double[6 * features];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          random.nextInt(6) == 0
              ? Double.NaN
              : Trees.categorical(i % features)
                  ? random.nextInt(Trees.LEVELS + 1)
                  : random.nextInt(-16, 17) / 4.0;
    }
    Batch rows = new Batch(6, features, values);
    boolean[] all = new boolean[features];
    Arrays.fill(all, true);
    double[] raw = new double[outputs];
    curves.explain(
        rows,
        0,
        6,
        all,
        (row, own, steps) -> {
          for (int j = 0; j < features; j++) {
            double[] points =
                Trees.categorical(j)
                    ? new double[] {0, 1, 2, 3, 4, 5, 70}
                    : curves.points(j, -100, 100);
            if (!Trees.categorical(j)) {
              assertThat(points.length).isEqualTo(curves.steps(j));
            }
            for (int g = 0; g < points.length; g++) {
              double[] changed = rows.row(row);
              changed[j] = points[g];
              ensemble.raw(new Batch(1, features, changed), raw);
              if (!Trees.categorical(j)) {
                assertThat(curves.step(j, points[g])).isEqualTo(g);
              }
              for (int k = 0; k < outputs; k++) {
                assertThat(own[k] + steps[j][k][curves.step(j, points[g])])
                    .as("row %d feature %d at %s", row, j, points[g])
                    .isCloseTo(raw[k], within(1e-12));
              }
            }
          }
        });
  }

  /**
   * A threshold itself lies above the split where the library asks less, below where less or equal.
   */
  @Property(tries = 20)
  void thresholdsLieOnTheStepThatTheLibraryPutsThemOn(@ForAll long seed) {
    TreeEnsemble ensemble = Trees.ensemble(new SplittableRandom(seed), 1, 1, 1, 3, 4);
    TreeCurves curves = TreeCurves.of(ensemble).orElseThrow();
    double[] points = curves.points(0, -100, 100);
    for (int g = 1; g < points.length; g++) {
      assertThat(points[g]).isGreaterThan(points[g - 1]);
    }
    if (points.length > 1) {
      double threshold = ensemble.comparison() == Comparison.LESS ? points[1] : points[0];
      assertThat(curves.step(0, threshold))
          .isEqualTo(ensemble.comparison() == Comparison.LESS ? 1 : 0);
    }
  }
}
