package io.attest.explain.shap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attest.explain.Attribution;
import io.attest.explain.Dataset;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.model.Batch;
import io.attest.model.tree.EnsembleModel;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsemble;
import io.attest.model.tree.Trees;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CoversTest {
  private static final int FEATURES = 4;
  private final TreeEnsemble own =
      Trees.ensemble(new SplittableRandom(5), FEATURES, FEATURES, 2, 6, 4);
  private final TreeEnsemble bare = Trees.withoutCovers(own);

  @Test
  void theFilesOwnCoversComeFirst() {
    Covers covers = Covers.of(own, request(own, rows(3, 1), Optional.of(rows(9, 2))));
    assertThat(covers.trees()).isSameAs(own);
    assertThat(covers.notes()).isEmpty();
    assertThat(covers.backgroundRows()).isZero();
  }

  @Test
  void trainingRowsAreCountedThenBackgroundRows() {
    Covers training = Covers.of(bare, request(bare, rows(3, 1), Optional.of(rows(90, 2))));
    assertThat(training.notes())
        .containsExactly(
            "The model file has no covers: the 90 training rows were counted in their place.");
    assertThat(training.backgroundRows()).isZero();
    Covers background = Covers.of(bare, request(bare, rows(50, 1), Optional.of(rows(0, 2))));
    assertThat(background.notes())
        .containsExactly(
            "The model file has no covers: the 50 background rows were counted in their place.");
    assertThat(background.backgroundRows()).isEqualTo(50);
    assertThat(background.trees().covered()).isTrue();
    assertThatThrownBy(() -> Covers.of(bare, request(bare, rows(0, 1), Optional.empty())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Maybe give the training data");
  }

  /** A node's cover is the number of rows whose prediction would change with its leaves. */
  @Test
  void rowsAreCountedWhereTheyGo() {
    Batch rows = rows(200, 3);
    TreeEnsemble counted = bare.coveredBy(rows);
    for (int t = 0; t < counted.trees().size(); t++) {
      Tree tree = counted.trees().get(t);
      for (int i = 0; i < tree.nodes(); i++) {
        if (!tree.leaf(i)) {
          assertThat(tree.cover()[tree.yes()[i]] + tree.cover()[tree.no()[i]])
              .isEqualTo(tree.cover()[i]);
          continue;
        }
        double[] value = new double[tree.nodes()];
        value[i] = 1;
        double reached = 0;
        for (double one : raw(tree, value, rows)) {
          reached += one;
        }
        assertThat(tree.cover()[i]).as("tree %d leaf %d", t, i).isEqualTo(reached);
      }
    }
  }

  @Test
  void treeShapSaysWhatItCounted() {
    Attribution result =
        new TreeShap(1)
            .explain(request(bare, rows(40, 1), Optional.of(rows(70, 2))), Progress.NONE);
    assertThat(result.provenance().notes()).singleElement().asString().contains("70 training rows");
    TreeEnsemble covered = bare.coveredBy(rows(70, 2));
    Attribution same =
        new TreeShap(1).explain(request(covered, rows(40, 1), Optional.empty()), Progress.NONE);
    assertThat(result.values()).containsExactly(same.values());
    assertThat(result.baseValues()).containsExactly(same.baseValues());
    // The base value is the mean prediction of the rows counted.
    double[] raw = new double[140];
    bare.raw(rows(70, 2), raw);
    for (int k = 0; k < 2; k++) {
      double mean = 0;
      for (int i = k; i < raw.length; i += 2) {
        mean += raw[i] / 70;
      }
      assertThat(result.baseValues()[k])
          .isCloseTo(mean, org.assertj.core.api.Assertions.within(1e-12));
    }
  }

  @Test
  void aTreeWithoutCoversDoesNotGiveRatios() {
    Tree tree = bare.trees().stream().filter(t -> !t.leaf(0)).findFirst().orElseThrow();
    assertThatThrownBy(() -> tree.coverRatio(0, tree.yes()[0]))
        .isInstanceOf(IllegalStateException.class);
  }

  private double[] raw(Tree tree, double[] value, Batch rows) {
    Tree one =
        new Tree(
            tree.feature(),
            tree.threshold(),
            tree.categories(),
            tree.yes(),
            tree.no(),
            tree.missingYes(),
            value,
            tree.cover(),
            0);
    double[] out = new double[rows.rows()];
    new TreeEnsemble(
            List.of(one),
            FEATURES,
            1,
            new double[1],
            own.comparison(),
            own.float32(),
            own.missing())
        .raw(rows, out);
    return out;
  }

  private static Request request(TreeEnsemble trees, Batch background, Optional<Batch> training) {
    EnsembleModel model = Trees.model(trees);
    return new Request(
        model,
        new Dataset(rows(10, 4), Optional.empty()),
        new Dataset(background, Optional.empty()),
        training.map(b -> new Dataset(b, Optional.empty())),
        Parameters.NONE,
        1);
  }

  private static Batch rows(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[n * FEATURES];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          random.nextInt(8) == 0
              ? Double.NaN
              : Trees.categorical(i % FEATURES)
                  ? random.nextInt(Trees.LEVELS)
                  : random.nextInt(-16, 17) / 4.0;
    }
    return new Batch(n, FEATURES, values);
  }
}
