package io.attest.model.catboost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.catboost.CatBoostError;
import ai.catboost.CatBoostModel;
import ai.catboost.CatBoostPredictions;
import io.attest.model.Batch;
import io.attest.model.tree.TreeFile;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Holds the reader against CatBoost's own prediction library, on random models. */
class CatboostLibraryTest {

  @Property(tries = 150)
  void predictsAsCatboostDoes(@ForAll long seed, @ForAll boolean symmetric, @ForAll boolean classes)
      throws CatBoostError {
    RandomModel model = new RandomModel(seed, symmetric, classes ? 3 : 1);
    byte[] json = model.json();
    SplittableRandom random = new SplittableRandom(seed + 1);
    int rows = 40;
    double[] values = new double[rows * RandomModel.INPUTS];
    float[][] numbers = new float[rows][RandomModel.NUMBERS.length];
    int[][] hashes = new int[rows][RandomModel.CATEGORIES.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < RandomModel.NUMBERS.length; j++) {
        // Many values are a border, or next to one.
        double x = -1.5 + random.nextInt(4) + random.nextInt(4) / 10.0;
        x = random.nextInt(8) == 0 ? Double.NaN : random.nextInt(3) == 0 ? Math.nextUp(x) : x;
        values[i * RandomModel.INPUTS + RandomModel.NUMBERS[j]] = x;
        numbers[i][j] = (float) x;
      }
      for (int j = 0; j < RandomModel.CATEGORIES.length; j++) {
        // The last is a level that the model does not know.
        int level = random.nextInt(RandomModel.LEVELS + 1);
        values[i * RandomModel.INPUTS + RandomModel.CATEGORIES[j]] =
            level == RandomModel.LEVELS ? Double.NaN : level;
        hashes[i][j] = RandomModel.hash(j, level);
      }
    }
    TreeFile file = CatboostFile.read("model.json", json, Optional.empty());
    int outputs = file.trees().outputs();
    double[] own = new double[rows * outputs];
    file.trees().raw(new Batch(rows, RandomModel.INPUTS, values), own);
    try (CatBoostModel library = CatBoostModel.loadModel(json, "json")) {
      CatBoostPredictions predictions = library.predict(numbers, hashes);
      assertThat(predictions.getPredictionDimension()).isEqualTo(outputs);
      for (int i = 0; i < own.length; i++) {
        assertThat(own[i])
            .as("row %d output %d", i / outputs, i % outputs)
            .isCloseTo(predictions.get(i / outputs, i % outputs), within(1e-12));
      }
    }
  }
}
