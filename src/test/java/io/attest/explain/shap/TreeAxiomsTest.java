package io.attest.explain.shap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.explain.Attribution;
import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.Interactions;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.tree.BruteForce;
import io.attest.model.Batch;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import io.attest.model.tree.Comparison;
import io.attest.model.tree.EnsembleModel;
import io.attest.model.tree.Missing;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsemble;
import io.attest.model.tree.Trees;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What the values of trees promise to each other, on random models. */
class TreeAxiomsTest {
  private static final int ROWS = 4;

  private static Request request(Model model, Dataset rows, Dataset background, String text) {
    return new Request(model, rows, background, Optional.empty(), parameters(text), 1);
  }

  /** One parameter a line: groups are separated by semicolons. */
  private static Parameters parameters(String lines) {
    java.util.Map<String, String> values = new java.util.TreeMap<>();
    lines
        .lines()
        .forEach(l -> values.put(l.substring(0, l.indexOf('=')), l.substring(l.indexOf('=') + 1)));
    return new Parameters(values);
  }

  private static Dataset rows(SplittableRandom random, int rows, int features) {
    double[] values = new double[rows * features];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          random.nextInt(7) == 0
              ? Double.NaN
              : Trees.categorical(i % features)
                  ? random.nextInt(Trees.LEVELS)
                  : random.nextInt(-14, 15) / 4.0;
    }
    return new Dataset(new Batch(rows, features, values), Optional.empty());
  }

  private static <R extends io.attest.explain.Explanation> R run(
      Explainer<R> explainer, Request request) {
    return explainer.explain(request, Progress.NONE);
  }

  private static double scale(TreeEnsemble ensemble) {
    double scale = 1;
    for (Tree tree : ensemble.trees()) {
      scale += Arrays.stream(tree.value()).map(Math::abs).max().orElse(0);
    }
    return scale;
  }

  /** A line of the matrix is the feature's value, whatever stands in for the unknown. */
  @Property(tries = 60)
  void linesOfInteractionsAddUpToTheValues(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 7) int features,
      @ForAll @IntRange(min = 1, max = 3) int outputs) {
    SplittableRandom random = new SplittableRandom(seed);
    TreeEnsemble trees = Trees.ensemble(random, features, features, outputs, 6, 5);
    Model model = Trees.model(trees);
    Dataset rows = rows(random, ROWS, features);
    Dataset background = rows(random, 9, features);
    for (boolean interventional : new boolean[] {false, true}) {
      Interactions matrix =
          run(
              new TreeShapInteractions(1),
              request(
                  model,
                  rows,
                  background,
                  "perturbation=" + (interventional ? "interventional" : "path-dependent")));
      Attribution values =
          run(
              interventional ? new InterventionalTreeShap(1) : new TreeShap(1),
              request(model, rows, background, ""));
      for (int i = 0; i < ROWS; i++) {
        for (int k = 0; k < outputs; k++) {
          for (int a = 0; a < features; a++) {
            double sum = 0;
            for (int b = 0; b < features; b++) {
              assertThat(matrix.value(i, a, b, k)).isEqualTo(matrix.value(i, b, a, k));
              sum += matrix.value(i, a, b, k);
            }
            assertThat(sum).isCloseTo(values.value(i, a, k), within(1e-12 * scale(trees)));
          }
        }
      }
      assertThat(matrix.relativeResidual()).isLessThan(1e-12 * scale(trees));
      assertThat(matrix.baseValues()).containsExactly(values.baseValues());
    }
  }

  /** f = 1 if both are: alone neither does anything, so that all of it is their interaction. */
  @Test
  void twoThatOnlyWorkTogetherShareTheirInteraction() {
    Tree both =
        new Tree(
            new int[] {0, 1, -1, -1, -1},
            new double[] {0.5, 0.5, 0, 0, 0},
            new long[5][],
            new int[] {2, 3, 0, 0, 0},
            new int[] {1, 4, 0, 0, 0},
            new boolean[5],
            new double[] {0, 0, 0, 0, 1},
            new double[] {4, 2, 2, 1, 1},
            0);
    Model model =
        Trees.model(
            new TreeEnsemble(
                List.of(both),
                2,
                1,
                new double[1],
                Comparison.LESS,
                false,
                Collections.nCopies(2, Missing.NAN)));
    Dataset one = new Dataset(new Batch(1, 2, new double[] {1, 1}), Optional.empty());
    Dataset none = new Dataset(new Batch(1, 2, new double[] {0, 0}), Optional.empty());
    Interactions matrix =
        run(new TreeShapInteractions(1), request(model, one, none, "perturbation=interventional"));
    assertThat(matrix.values()).containsExactly(0, 0.5, 0);
  }

  /** A group of one is the feature itself under another name. */
  @Property(tries = 40)
  void groupsOfOneChangeNothing(
      @ForAll long seed, @ForAll @IntRange(min = 2, max = 6) int features) {
    SplittableRandom random = new SplittableRandom(seed);
    Model model = Trees.model(Trees.ensemble(random, features, features, 1, 5, 4));
    Dataset rows = labelled(model, random, ROWS, features);
    Dataset background = rows(random, 6, features);
    String groups = "groups=first = x0; last = x" + (features - 1);
    for (Explainer<Attribution> explainer :
        List.of(
            new TreeShap(1),
            new InterventionalTreeShap(1),
            new TreeBanzhaf(1),
            new TreeShapLoss(1))) {
      Attribution plain = run(explainer, request(model, rows, background, ""));
      Attribution grouped = run(explainer, request(model, rows, background, groups));
      assertThat(grouped.values()).as(explainer.name()).containsExactly(plain.values());
      assertThat(grouped.features()).startsWith("first").endsWith("last");
    }
    assertThat(run(new TreeShapInteractions(1), request(model, rows, background, groups)).values())
        .containsExactly(
            run(new TreeShapInteractions(1), request(model, rows, background, "")).values());
  }

  /** All features in one group: it gets everything. */
  @Property(tries = 30)
  void oneGroupOfAllGetsEverything(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Model model = Trees.model(Trees.ensemble(random, 3, 3, 1, 5, 4));
    Dataset rows = rows(random, ROWS, 3);
    Attribution all = run(new TreeShap(1), request(model, rows, rows, "groups=all = x0 + x1 + x2"));
    for (int i = 0; i < ROWS; i++) {
      assertThat(all.value(i, 0, 0))
          .isCloseTo(all.prediction(i, 0) - all.base(i, 0), within(1e-12 * 20));
    }
  }

  /** Weights that are whole numbers are rows that stand there more than once. */
  @Property(tries = 40)
  void wholeWeightsAreRepeatedRows(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 5) int features,
      @ForAll @IntRange(min = 1, max = 2) int outputs) {
    SplittableRandom random = new SplittableRandom(seed);
    TreeEnsemble trees = Trees.ensemble(random, features, features, outputs, 4, 4);
    Model model = Trees.model(trees);
    Dataset rows = labelled(model, random, ROWS, features);
    Dataset plain = rows(random, 7, features);
    double[] weights = {2, 0, 1, 3, 1, 0, 2};
    Dataset weighted = new Dataset(plain.rows(), Optional.empty(), Optional.of(weights));
    Dataset repeated =
        plain.select(
            IntStream.range(0, 7)
                .flatMap(b -> IntStream.range(0, (int) weights[b]).map(t -> b))
                .toArray());
    for (String text :
        List.of("", "output=response\nresponse=exact", "output=response\nresponse=rescaled")) {
      assertThat(run(new InterventionalTreeShap(1), request(model, rows, weighted, text)).values())
          .containsExactly(
              run(new InterventionalTreeShap(1), request(model, rows, repeated, text)).values(),
              within(1e-11 * scale(trees)));
    }
    assertThat(run(new TreeShapLoss(1), request(model, rows, weighted, "")).values())
        .containsExactly(
            run(new TreeShapLoss(1), request(model, rows, repeated, "")).values(),
            within(1e-11 * scale(trees)));
    String text = "perturbation=interventional";
    assertThat(run(new TreeShapInteractions(1), request(model, rows, weighted, text)).values())
        .containsExactly(
            run(new TreeShapInteractions(1), request(model, rows, repeated, text)).values(),
            within(1e-11 * scale(trees)));
  }

  private static Dataset labelled(Model model, SplittableRandom random, int n, int features) {
    double[] labels = new double[n];
    int classes = Math.max(2, model.info().outputs().size());
    for (int i = 0; i < n; i++) {
      labels[i] =
          model.info().task() == Task.REGRESSION
              ? random.nextDouble(-2, 2)
              : random.nextInt(classes);
    }
    return new Dataset(rows(random, n, features).rows(), Optional.of(labels));
  }

  /** Responses: by Shapley's formula over what the model answers. */
  @Property(tries = 40)
  void responsesAreThoseOfTheDefinition(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 5) int features,
      @ForAll @IntRange(min = 1, max = 3) int outputs) {
    SplittableRandom random = new SplittableRandom(seed);
    Model model = Trees.model(Trees.ensemble(random, features, features, outputs, 4, 4));
    Dataset rows = rows(random, 2, features);
    Dataset background = rows(random, 5, features);
    Attribution exact =
        run(
            new InterventionalTreeShap(1),
            request(model, rows, background, "output=response\nresponse=exact"));
    Attribution rescaled =
        run(
            new InterventionalTreeShap(1),
            request(model, rows, background, "output=response\nresponse=rescaled"));
    double[] response = model.predict(rows.rows(), OutputSpace.RESPONSE);
    assertThat(exact.predictions()).containsExactly(response, within(1e-14));
    assertThat(exact.provenance().space()).isEqualTo(OutputSpace.RESPONSE);
    assertThat(exact.relativeResidual()).isLessThan(1e-12);
    // Several outputs are integrated numerically.
    assertThat(rescaled.relativeResidual()).isLessThan(outputs == 1 ? 1e-9 : 1e-6);
    for (int i = 0; i < 2; i++) {
      for (int k = 0; k < outputs; k++) {
        int output = k;
        double[] expected =
            shapley(model, rows.rows().row(i), background.rows(), out -> out[output], features);
        for (int j = 0; j < features; j++) {
          assertThat(exact.value(i, j, k)).isCloseTo(expected[j], within(1e-12));
        }
      }
    }
  }

  /** Losses: the same, of what the answers cost. */
  @Property(tries = 40)
  void lossesAreThoseOfTheDefinition(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 4) int features,
      @ForAll @IntRange(min = 0, max = 2) int kind) {
    SplittableRandom random = new SplittableRandom(seed);
    TreeEnsemble trees = Trees.ensemble(random, features, features, kind == 1 ? 3 : 1, 4, 3);
    Model model = kind == 2 ? regression(trees) : Trees.model(trees);
    Dataset rows = labelled(model, random, 2, features);
    Dataset background = rows(random, 5, features);
    Attribution exact =
        run(new TreeShapLoss(1), request(model, rows, background, "response=exact"));
    Attribution rescaled =
        run(new TreeShapLoss(1), request(model, rows, background, "response=rescaled"));
    assertThat(exact.outputs()).containsExactly("loss");
    assertThat(rescaled.provenance().notes()).anyMatch(n -> n.contains("approximation"));
    assertThat(exact.relativeResidual()).isLessThan(1e-12);
    assertThat(rescaled.relativeResidual()).isLessThan(1e-6);
    for (int i = 0; i < 2; i++) {
      double label = rows.labels().orElseThrow()[i];
      double[] expected =
          shapley(
              model,
              rows.rows().row(i),
              background.rows(),
              out ->
                  switch (kind) {
                    case 0 -> -Math.log(label == 1 ? out[0] : 1 - out[0]);
                    case 1 -> -Math.log(out[(int) label]);
                    default -> (out[0] - label) * (out[0] - label);
                  },
              features);
      for (int j = 0; j < features; j++) {
        assertThat(exact.value(i, j, 0)).isCloseTo(expected[j], within(1e-10));
      }
    }
  }

  private interface Figure {
    double of(double[] response);
  }

  private static double[] shapley(
      Model model, double[] row, Batch background, Figure figure, int features) {
    double[] worth = new double[1 << features];
    int outputs = model.info().outputs().size();
    for (int s = 0; s < worth.length; s++) {
      double[] mixed = background.values().clone();
      for (int at = 0; at < mixed.length; at++) {
        if ((s >> at % features & 1) != 0) {
          mixed[at] = row[at % features];
        }
      }
      double[] out =
          model.predict(new Batch(background.rows(), features, mixed), OutputSpace.RESPONSE);
      for (int b = 0; b < background.rows(); b++) {
        worth[s] +=
            figure.of(Arrays.copyOfRange(out, b * outputs, (b + 1) * outputs)) / background.rows();
      }
    }
    return BruteForce.shapley(worth, features);
  }

  private static Model regression(TreeEnsemble trees) {
    ModelInfo info = Trees.model(trees).info();
    return new EnsembleModel(
        new ModelInfo(
            info.format(),
            info.libraryVersion(),
            Task.REGRESSION,
            info.features(),
            info.outputs(),
            Link.IDENTITY,
            info.sha256()),
        trees);
  }

  /** Trees without covers are explained with a background as those with covers are. */
  @Property(tries = 20)
  void withABackgroundNobodyLooksAtCovers(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    TreeEnsemble trees = Trees.ensemble(random, 4, 4, 2, 5, 4);
    Model covered = Trees.model(trees);
    Model uncovered = Trees.model(Trees.withoutCovers(trees));
    Dataset rows = labelled(covered, random, ROWS, 4);
    Dataset background = rows(random, 8, 4);
    for (String text : List.of("", "output=response\nresponse=rescaled")) {
      assertThat(
              run(new InterventionalTreeShap(1), request(uncovered, rows, background, text))
                  .values())
          .containsExactly(
              run(new InterventionalTreeShap(1), request(covered, rows, background, text))
                  .values());
    }
    assertThat(run(new TreeShapLoss(1), request(uncovered, rows, background, "")).values())
        .containsExactly(run(new TreeShapLoss(1), request(covered, rows, background, "")).values());
    Dataset none = rows.select(new int[0]);
    assertThatThrownBy(() -> run(new TreeShap(1), request(uncovered, rows, none, "")))
        .hasMessageContaining("neither training nor background rows");
  }
}
