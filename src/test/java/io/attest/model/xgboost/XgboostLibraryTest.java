package io.attest.model.xgboost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.attest.explain.Attribution;
import io.attest.explain.Dataset;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.shap.TreeShap;
import io.attest.model.LinearModel;
import io.attest.model.Model;
import io.attest.model.ModelReader;
import io.attest.model.OutputSpace;
import io.attest.model.tree.TreeEnsembleModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Holds the reader against XGBoost itself, on models that it trains here. */
class XgboostLibraryTest {
  private static final int SEEDS = 4;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "binary:logistic, gbtree",
    "binary:logistic, dart",
    "binary:logistic, forest",
    "binary:logistic, gblinear",
    "binary:logistic 2, gbtree",
    "binary:logitraw, gbtree",
    "reg:logistic, gbtree",
    "reg:squarederror, gbtree",
    "reg:squarederror, dart",
    "reg:squarederror, forest",
    "reg:squarederror, gblinear",
    "reg:squarederror 3, gbtree",
    "reg:squarederror 3, dart",
    "reg:squarederror 3, forest",
    "reg:squarederror 3, vector",
    "reg:squaredlogerror, gbtree",
    "reg:absoluteerror, gbtree",
    "reg:absoluteerror 2, gbtree",
    "reg:pseudohubererror, gbtree",
    "reg:quantileerror, gbtree",
    "reg:quantileerror 3, gbtree",
    "reg:gamma, gbtree",
    "reg:gamma, gblinear",
    "reg:tweedie, gbtree",
    "count:poisson, gbtree",
    "count:poisson, gblinear",
    "survival:cox, gbtree",
    "survival:aft, gbtree",
    "survival:aft, dart",
    "rank:pairwise, gbtree",
    "rank:ndcg, gbtree",
    "rank:map, gbtree",
    "multi:softprob 3, gbtree",
    "multi:softprob 3, dart",
    "multi:softprob 3, forest",
    "multi:softprob 3, vector",
    "multi:softmax 4, gbtree"
  })
  void predictsAndExplainsAsXgboostDoes(String objective, String booster)
      throws XGBoostError, IOException {
    for (long seed = 0; seed < SEEDS; seed++) {
      try (Trained trained = new Trained(objective, booster, seed)) {
        Model model = read(trained, "ubj");
        double[] raw = model.predict(trained.rows, OutputSpace.RAW);
        assertThat(read(trained, "json").predict(trained.rows, OutputSpace.RAW))
            .containsExactly(raw);
        equal("margin", raw, trained.predict(true));
        // Two objectives predict no response: the likeliest class, and the margin.
        if (!objective.startsWith("multi:softmax") && !objective.equals("binary:logitraw")) {
          equal(
              "response",
              model.predict(trained.rows, OutputSpace.RESPONSE),
              trained.predict(false));
        }
        if (booster.equals("gblinear")) {
          assertThat(model).isInstanceOf(LinearModel.class);
        } else if (!booster.equals("vector")) {
          // XGBoost does not explain vector leaves.
          equal("contributions", contributions(model, trained), trained.contributions());
        }
      }
    }
  }

  private Model read(Trained trained, String format) throws XGBoostError, IOException {
    Path file = folder.resolve("model." + format);
    Files.write(file, trained.file(format));
    return ModelReader.read(file, Optional.empty(), Optional.empty());
  }

  /** Path-dependent Shapley values, and the base value last, in XGBoost's shape. */
  private static double[] contributions(Model model, Trained trained) {
    Dataset rows = new Dataset(trained.rows, Optional.empty());
    Attribution a =
        new TreeShap(1)
            .explain(
                new Request(model, rows, rows, Optional.empty(), Parameters.NONE, 1),
                Progress.NONE);
    int p = Trained.FEATURES;
    int outputs = ((TreeEnsembleModel) model).trees().outputs();
    double[] out = new double[rows.size() * outputs * (p + 1)];
    for (int i = 0; i < rows.size(); i++) {
      for (int k = 0; k < outputs; k++) {
        int start = (i * outputs + k) * (p + 1);
        for (int j = 0; j < p; j++) {
          out[start + j] = a.value(i, j, k);
        }
        out[start + p] = a.baseValues()[k];
      }
    }
    return out;
  }

  private static void equal(String what, double[] own, double[] library) {
    assertThat(own).hasSameSizeAs(library);
    for (int i = 0; i < own.length; i++) {
      assertThat(own[i])
          .as("%s %d", what, i)
          .isCloseTo(library[i], within(1e-5 * Math.max(1, Math.abs(library[i]))));
    }
  }
}
