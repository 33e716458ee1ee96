package io.attest.explain.shap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.ml.lightgbm.PredictionType;
import io.attest.explain.Attribution;
import io.attest.explain.Dataset;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.model.Batch;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import io.attest.model.lightgbm.LightgbmFile;
import io.attest.model.tree.EnsembleModel;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeFile;
import io.github.metarank.lightgbm4j.LGBMBooster;
import io.github.metarank.lightgbm4j.LGBMDataset;
import io.github.metarank.lightgbm4j.LGBMException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Trains small models with LightGBM's own library and holds both against each other. */
class LightgbmLibraryTest {
  private static final int TREES = 6;

  /**
   * Two classes and no more: the binding gives the library room for two outputs, whatever it needs.
   */
  private static final List<String> OBJECTIVES =
      List.of(
          "binary sigmoid=1",
          "binary sigmoid=0.7",
          "multiclass num_class=2",
          "multiclassova num_class=2 sigmoid=2.5",
          "regression",
          "regression_l1",
          "huber",
          "fair",
          "quantile alpha=0.3",
          "mape",
          "poisson",
          "gamma",
          "tweedie",
          "cross_entropy",
          "lambdarank",
          "rank_xendcg");

  /** Random rows: zeros, values next to zero, NaN; every third feature holds category codes. */
  private static double[] rows(SplittableRandom random, int rows, int p, boolean unseen) {
    double[] out = new double[rows * p];
    for (int i = 0; i < out.length; i++) {
      int kind = random.nextInt(10);
      if (i % p % 3 == 2) {
        out[i] = kind == 0 ? Double.NaN : random.nextInt(unseen ? 90 : 40);
        if (unseen && kind == 1) {
          out[i] = random.nextBoolean() ? -1 : 3e9;
        }
        continue;
      }
      // The library rounds what is at most 1e-35f from zero to zero before the trees see it, which
      // matters to no split but where the value is -1e-35f to the last digit: not tested.
      double tiny = random.nextBoolean() ? 1e-35f : -1e-36;
      out[i] =
          switch (kind) {
            case 0 -> i % p % 3 == 0 || unseen ? Double.NaN : 1;
            case 1, 2 -> 0;
            case 3 -> unseen ? tiny : random.nextInt(3);
            case 4 -> unseen ? Math.copySign(Math.nextUp(1e-35f), tiny) : random.nextInt(-3, 3);
            case 5 -> unseen && random.nextInt(5) == 0 ? Math.copySign(1 / 0.0, tiny) : 0.5;
            default -> random.nextInt(-20, 20) / 4.0;
          };
    }
    return out;
  }

  @Test
  void predictsAndExplainsAsTheLibraryDoes() throws LGBMException, IOException {
    load();
    Set<String> seen = new TreeSet<>();
    for (long seed = 0; seed < 120; seed++) {
      seen.addAll(holdsAgainstTheLibrary(seed));
    }
    assertThat(seen)
        .contains("NAN", "ZERO", "NONE", "categories", "single leaf", "deep", "rf")
        .containsAll(OBJECTIVES);
  }

  /**
   * The binding unpacks the library to the temporary folder under a fixed name, over one that
   * another process may have in use: so it gets a folder of its own.
   */
  private static void load() throws IOException {
    Path folder = Files.createTempDirectory("lightgbm");
    folder.toFile().deleteOnExit();
    String before = System.setProperty("java.io.tmpdir", folder.toString());
    try {
      LGBMBooster.loadNative();
    } catch (IOException | LinkageError e) {
      Assumptions.abort("LightGBM's native library does not load here: " + e);
    } finally {
      System.setProperty("java.io.tmpdir", before);
      try (Stream<Path> files = Files.list(folder)) {
        files.forEach(file -> file.toFile().deleteOnExit());
      }
    }
  }

  /** What the model had in it. */
  private static Set<String> holdsAgainstTheLibrary(long seed) throws LGBMException {
    SplittableRandom random = new SplittableRandom(seed);
    int p = 1 + random.nextInt(5);
    int n = 150;
    String objective = OBJECTIVES.get(random.nextInt(OBJECTIVES.size()));
    int boosting = random.nextInt(3);
    String parameters =
        "verbose=-1 num_threads=1 min_data_per_group=2 cat_smooth=1 min_data_in_bin=1"
            // In 150 rows, no split leaves 80 on both sides.
            + " min_data_in_leaf="
            + (random.nextInt(10) == 0 ? 80 : 3)
            + " num_leaves="
            + random.nextInt(2, 20)
            + " max_cat_to_onehot="
            + random.nextInt(1, 6)
            + " zero_as_missing="
            + (random.nextInt(3) == 0)
            + " use_missing="
            + (random.nextInt(4) > 0)
            + List.of(
                    " boosting=gbdt",
                    " boosting=dart",
                    " boosting=rf bagging_freq=1 bagging_fraction=0.6")
                .get(boosting)
            + (p > 2 ? " categorical_feature=2" : "")
            + " objective="
            + objective;
    double[] x = rows(random, n, p, false);
    float[] y = new float[n];
    for (int i = 0; i < n; i++) {
      double signal = Double.isNaN(x[i * p]) ? 1 : x[i * p] / 5 + random.nextDouble(-0.5, 0.5);
      y[i] =
          objective.startsWith("multiclass")
              ? Math.floorMod(Math.round(signal), 2)
              : objective.startsWith("binary") || objective.contains("rank")
                  ? signal > 0.2 ? 1 : 0
                  : (float) (1 / (1 + Math.exp(-signal)));
    }
    String text;
    double[] rows = rows(random, 40, p, true);
    double[] raw;
    double[] response;
    double[] contributions;
    LGBMDataset data = LGBMDataset.createFromMat(x, n, p, true, parameters, null);
    data.setField("label", y);
    if (objective.contains("rank")) {
      data.setField("group", new int[] {50, 100});
    }
    try (LGBMBooster booster = LGBMBooster.create(data, parameters)) {
      for (int t = 0; t < TREES; t++) {
        booster.updateOneIter();
      }
      text = booster.saveModelToString(0, -1, LGBMBooster.FeatureImportanceType.SPLIT);
      raw = booster.predictForMat(rows, 40, p, true, PredictionType.C_API_PREDICT_RAW_SCORE);
      response = booster.predictForMat(rows, 40, p, true, PredictionType.C_API_PREDICT_NORMAL);
      contributions =
          booster.predictForMat(rows, 40, p, true, PredictionType.C_API_PREDICT_CONTRIB);
    } finally {
      data.close();
    }
    TreeFile file = LightgbmFile.read("trained.txt", text.getBytes(StandardCharsets.UTF_8));
    int outputs = file.trees().outputs();
    EnsembleModel model =
        new EnsembleModel(
            new ModelInfo(
                file.format(),
                "",
                file.task(),
                file.features(),
                Collections.nCopies(outputs, "output"),
                file.link(),
                ""),
            file.trees());
    double factor =
        (objective.contains("sigmoid=")
                ? Double.parseDouble(objective.substring(objective.indexOf("sigmoid=") + 8))
                : 1)
            / (boosting == 2 ? file.trees().trees().size() / outputs : 1);
    double scale =
        file.trees().trees().stream()
            .mapToDouble(t -> Arrays.stream(t.value()).map(Math::abs).max().orElse(0))
            .sum();
    Batch batch = new Batch(40, p, rows);
    double[] ownRaw = model.predict(batch, OutputSpace.RAW);
    double[] ownResponse = model.predict(batch, OutputSpace.RESPONSE);
    for (int i = 0; i < ownRaw.length; i++) {
      assertThat(ownRaw[i])
          .as("seed %d, %s: row %d", seed, parameters, i / outputs)
          .isCloseTo(factor * raw[i], within(1e-14 * scale));
      assertThat(ownResponse[i])
          .as("seed %d, %s: response of row %d", seed, parameters, i / outputs)
          .isCloseTo(response[i], within(1e-13 * Math.max(scale, response[i])));
    }
    Dataset rowsToExplain = new Dataset(batch, Optional.empty());
    Attribution shap =
        new TreeShap(1)
            .explain(
                new Request(
                    model, rowsToExplain, rowsToExplain, Optional.empty(), Parameters.NONE, 1),
                Progress.NONE);
    for (int i = 0; i < 40; i++) {
      for (int k = 0; k < outputs; k++) {
        for (int j = 0; j < p; j++) {
          assertThat(shap.value(i, j, k))
              .as("seed %d, %s: row %d feature %d", seed, parameters, i, j)
              .isCloseTo(
                  factor * contributions[(i * outputs + k) * (p + 1) + j], within(1e-12 * scale));
        }
      }
    }
    Set<String> seen = new TreeSet<>(Set.of(objective, boosting == 2 ? "rf" : "boosted"));
    for (Tree tree : file.trees().trees()) {
      seen.add(tree.nodes() == 1 ? "single leaf" : tree.depth() > 5 ? "deep" : "tree");
      for (int node = 0; node < tree.nodes(); node++) {
        if (!tree.leaf(node)) {
          seen.add(
              tree.categories()[node] != null
                  ? "categories"
                  : file.trees().missing().get(tree.feature()[node]).name());
        }
      }
    }
    return seen;
  }
}
