package io.attest.explain.influence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.explain.Dataset;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.TestInfluence;
import io.attest.explain.TrainingInfluence;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.ModelReader;
import io.attest.model.OutputSpace;
import io.attest.model.tree.TreeEnsembleModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Models that XGBoost trained, and really trained again. */
class XgboostInfluenceTest {
  private static final int ROWS = 150;
  private static final int FEATURES = 4;

  @TempDir Path folder;

  static Dataset rows(String objective, int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[n * FEATURES];
    double[] labels = new double[n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < FEATURES; j++) {
        values[i * FEATURES + j] = (float) random.nextDouble(-2, 2);
      }
      double raw = values[i * FEATURES] * 2 - values[i * FEATURES + 1] + random.nextGaussian();
      labels[i] =
          objective.startsWith("reg")
              ? (float) raw
              : objective.startsWith("multi") ? Math.floorMod(Math.round(raw), 3) : raw > 0 ? 1 : 0;
      if (i % 9 == 4) {
        values[i * FEATURES + 2] = Double.NaN;
      }
    }
    return new Dataset(new Batch(n, FEATURES, values), Optional.of(labels));
  }

  Model trained(Dataset rows, double[] weights, Map<String, Object> parameters)
      throws XGBoostError, IOException {
    float[] cells = new float[rows.size() * FEATURES];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = (float) rows.rows().values()[i];
    }
    DMatrix matrix = new DMatrix(cells, rows.size(), FEATURES, Float.NaN);
    float[] labels = new float[rows.size()];
    float[] counts = new float[rows.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (float) rows.labels().orElseThrow()[i];
      counts[i] = (float) weights[i];
    }
    matrix.setLabel(labels);
    matrix.setWeight(counts);
    Booster booster = XGBoost.train(matrix, parameters, 20, Map.of(), null, null);
    Path file = folder.resolve("model.json");
    Files.write(file, booster.toByteArray("json"));
    return ModelReader.read(file, Optional.of("xgboost"), Optional.empty());
  }

  static Map<String, Object> parameters(String objective, String method) {
    Map<String, Object> out = new HashMap<>();
    out.put("objective", objective);
    if (objective.startsWith("multi")) {
      out.put("num_class", 3);
    }
    out.put("tree_method", method);
    out.put("max_depth", 3);
    out.put("eta", 0.15);
    out.put("lambda", 1.5);
    out.put("nthread", 1);
    out.put("seed", 3);
    return out;
  }

  private static TrainingInfluence explain(Model model, Dataset training, Dataset audit, String p) {
    return new TreeInfluence(2)
        .explain(
            new Request(model, audit, audit, Optional.of(training), Parameters.parse(p), 1),
            Progress.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "reg:squarederror, exact",
    "reg:squarederror, hist",
    "binary:logistic, exact",
    "binary:logistic, hist",
    "multi:softprob, exact"
  })
  void trainingAgainIsWhatTheLibraryDoes(String objective, String method)
      throws XGBoostError, IOException {
    Dataset training = rows(objective, ROWS, 1);
    Dataset audit = rows(objective, 12, 2);
    Model model = trained(training, training.weightOfEach(), parameters(objective, method));
    Replay replay =
        Replay.of(
            ((TreeEnsembleModel) model).trees(),
            Objective.of(model.info(), "it"),
            training,
            Progress.NONE);
    Boosting boosting = Boosting.of(replay, Parameters.NONE, true, new ArrayList<>());
    // XGBoost's h of a class is twice that of the method: so are rate and lambda as it says them.
    double factor = objective.startsWith("multi") ? 2 : 1;
    assertThat(boosting.shrinkage().rate()).isCloseTo(0.15 / factor, within(1e-6));
    assertThat(boosting.shrinkage().lambda()).isCloseTo(1.5 / factor, within(1e-4));
    assertThat(boosting.error()).isLessThan(1e-5);
    Retraining retraining =
        Retraining.like(
            boosting,
            ((TreeEnsembleModel) model).trees(),
            training.rows(),
            audit.rows(),
            5,
            Progress.NONE);
    assertThat(retraining.why()).isEmpty();
    double furthest = 0;
    for (int row : new int[] {0, 17, 61, 90, 149}) {
      double[] weights = training.weightOfEach();
      weights[row] = 0;
      List<Integer> others = new ArrayList<>();
      for (int i = 0; i < ROWS; i++) {
        if (i != row) {
          others.add(i);
        }
      }
      Dataset without = training.select(others.stream().mapToInt(i -> i).toArray());
      Model again = trained(without, without.weightOfEach(), parameters(objective, method));
      double[] expected = again.predict(audit.rows(), OutputSpace.RAW);
      double[] before = model.predict(audit.rows(), OutputSpace.RAW);
      double[] got = retraining.raw(weights, Progress.NONE);
      for (int t = 0; t < expected.length; t++) {
        furthest = Math.max(furthest, Math.abs(expected[t] - before[t]));
        assertThat(got[t]).isCloseTo(expected[t], within(1e-4));
      }
    }
    assertThat(furthest).isGreaterThan(0.01);
    TestInfluence told = explain(model, training, audit, "").onTests();
    assertThat(told.validation().orElseThrow().retrained()).isTrue();
    assertThat(told.validation().orElseThrow().pearson()).isBetween(0.0, 1.0);
  }

  @Test
  void partsOfTheRowsAreCountedAndDropoutRefused() throws XGBoostError, IOException {
    Dataset training = rows("binary:logistic", 600, 1);
    Dataset audit = rows("binary:logistic", 12, 2);
    Map<String, Object> parameters = parameters("binary:logistic", "hist");
    parameters.put("subsample", 0.7);
    Model model = trained(training, training.weightOfEach(), parameters);
    TrainingInfluence told = explain(model, training, audit, "");
    assertThat(told.provenance().notes())
        .anyMatch(n -> n.contains("by its covers"))
        .anyMatch(n -> n.contains("learning rate 0.15") && n.contains("lambda 1.5"))
        .anyMatch(n -> n.contains("could not be trained again"));
    parameters.put("booster", "dart");
    parameters.put("rate_drop", 0.5);
    parameters.put("subsample", 1.0);
    Model dart = trained(training, training.weightOfEach(), parameters);
    assertThatThrownBy(() -> explain(dart, training, audit, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("dropout (DART)");
  }

  @Test
  void anL1PenaltyIsRefused() throws XGBoostError, IOException {
    Dataset training = rows("reg:squarederror", ROWS, 1);
    Map<String, Object> parameters = parameters("reg:squarederror", "exact");
    parameters.put("alpha", 3);
    Model model = trained(training, training.weightOfEach(), parameters);
    assertThatThrownBy(() -> explain(model, training, training, ""))
        .hasMessageContaining("L1 penalty")
        .hasMessageMatching("(?s).*leaf \\d+ of tree \\d+ is -?[0-9.e-]+, but comes out as .*");
  }
}
