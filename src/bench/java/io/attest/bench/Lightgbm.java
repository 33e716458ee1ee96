package io.attest.bench;

import com.microsoft.ml.lightgbm.PredictionType;
import io.attest.model.Batch;
import io.github.metarank.lightgbm4j.LGBMBooster;
import io.github.metarank.lightgbm4j.LGBMDataset;
import io.github.metarank.lightgbm4j.LGBMException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** LightGBM as trainer and as peer. */
final class Lightgbm {
  private final LGBMBooster booster;

  private Lightgbm(LGBMBooster booster) {
    this.booster = booster;
  }

  static Lightgbm train(int trees, int depth, CreditRows rows) {
    try {
      LGBMDataset data =
          LGBMDataset.createFromMat(
              rows.batch().values(), rows.rows(), CreditRows.FEATURES, true, "verbosity=-1", null);
      data.setFeatureNames(Xgboost.names(CreditRows.FEATURES));
      data.setField("label", rows.labels());
      LGBMBooster booster =
          LGBMBooster.create(
              data,
              "objective=binary verbosity=-1 learning_rate=0.05 seed=7 deterministic=true"
                  + " min_data_in_leaf=5 num_leaves="
                  + (1 << depth)
                  + " max_depth="
                  + depth);
      for (int t = 0; t < trees; t++) {
        booster.updateOneIter();
      }
      return new Lightgbm(booster);
    } catch (LGBMException e) {
      throw new IllegalStateException(e);
    }
  }

  Path write(Path file) {
    try {
      return Files.writeString(
          file, booster.saveModelToString(0, 0, LGBMBooster.FeatureImportanceType.SPLIT));
    } catch (LGBMException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Contestant contributions(Batch rows) {
    int p = rows.features();
    return new Contestant(
        "LightGBM 4.3",
        rows.rows(),
        false,
        n -> {
          double[] first = Arrays.copyOf(rows.values(), n * p);
          return () -> {
            try {
              double[] result =
                  booster.predictForMat(
                      first,
                      n,
                      p,
                      true,
                      PredictionType.C_API_PREDICT_CONTRIB,
                      "num_threads=1");
              return () -> {
                double[] out = new double[n * p];
                for (int i = 0; i < n; i++) {
                  System.arraycopy(result, i * (p + 1), out, i * p, p);
                }
                return out;
              };
            } catch (LGBMException e) {
              throw new IllegalStateException(e);
            }
          };
        });
  }
}
