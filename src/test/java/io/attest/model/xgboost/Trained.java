package io.attest.model.xgboost;

import io.attest.model.Batch;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.Column;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import ml.dmlc.xgboost4j.java.util.BigDenseMatrix;

/**
 * A tiny model that XGBoost itself trained on random rows: 5 numbers, some missing, some equal to
 * others, and a categorical feature, unless the booster knows no categories.
 */
final class Trained implements AutoCloseable {
  static final int FEATURES = 6;
  static final int LEVELS = 7;
  private static final int ROWS = 80;

  final Batch rows;
  final Booster booster;
  private final DMatrix matrix;

  /**
   * @param objective its name, and after a blank the number of classes or targets
   * @param booster gbtree, dart, forest, vector or gblinear
   */
  Trained(String objective, String booster, long seed) throws XGBoostError {
    SplittableRandom random = new SplittableRandom(seed);
    String[] parts = objective.split(" ");
    int outputs = parts.length > 1 ? Integer.parseInt(parts[1]) : 1;
    boolean quantiles = parts[0].equals("reg:quantileerror");
    boolean classes = parts[0].startsWith("multi:");
    boolean categories = !booster.equals("gblinear") && !booster.equals("vector");
    float[] cells = cells(random, categories);
    double[] values = new double[cells.length];
    for (int i = 0; i < cells.length; i++) {
      values[i] = cells[i];
    }
    rows = new Batch(ROWS, FEATURES, values);
    matrix = new DMatrix(cells, ROWS, FEATURES, Float.NaN);
    if (categories) {
      matrix.setFeatureTypes(new String[] {"q", "q", "q", "q", "q", "c"});
    }
    float[][] labels = new float[ROWS][classes || quantiles ? 1 : outputs];
    for (int i = 0; i < ROWS; i++) {
      for (int k = 0; k < labels[i].length; k++) {
        labels[i][k] = label(parts[0], cells, i, k, outputs, random);
      }
    }
    setLabels(labels);
    if (parts[0].startsWith("rank:")) {
      matrix.setGroup(new int[] {ROWS / 4, ROWS / 2, ROWS / 4});
    }
    if (parts[0].equals("survival:aft")) {
      float[] lower = new float[ROWS];
      float[] upper = new float[ROWS];
      for (int i = 0; i < ROWS; i++) {
        lower[i] = labels[i][0];
        upper[i] = i % 3 == 0 ? Float.POSITIVE_INFINITY : labels[i][0];
      }
      setFloats("label_lower_bound", lower);
      setFloats("label_upper_bound", upper);
    }
    this.booster =
        XGBoost.train(
            matrix,
            parameters(parts[0], classes, outputs, booster, random),
            booster.equals("forest") ? 2 : 4,
            Map.of(),
            null,
            null);
  }

  private static Map<String, Object> parameters(
      String objective, boolean classes, int outputs, String booster, SplittableRandom random) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("objective", objective);
    all.put("nthread", 1);
    all.put("verbosity", 0);
    all.put("seed", random.nextInt(1000));
    all.put("max_depth", 3);
    all.put("tree_method", "hist");
    all.put("max_cat_to_onehot", random.nextBoolean() ? 1 : 20);
    if (classes) {
      all.put("num_class", outputs);
    }
    if (objective.equals("reg:quantileerror")) {
      all.put("quantile_alpha", outputs == 1 ? "0.3" : "[0.1, 0.5, 0.9]");
    }
    if (random.nextBoolean() && !objective.equals("survival:cox")) {
      all.put("base_score", 0.3);
    }
    switch (booster) {
      case "dart" -> {
        all.put("booster", "dart");
        all.put("rate_drop", 0.5);
      }
      case "forest" -> {
        all.put("num_parallel_tree", 3);
        all.put("subsample", 0.8);
        all.put("colsample_bynode", 0.7);
      }
      case "vector" -> all.put("multi_strategy", "multi_output_tree");
      case "gblinear" -> {
        all.keySet().removeIf(name -> name.startsWith("max_") || name.equals("tree_method"));
        all.put("booster", "gblinear");
        all.put("updater", "coord_descent");
        all.put("lambda", 0.1);
      }
      default -> {}
    }
    return all;
  }

  private static float[] cells(SplittableRandom random, boolean categories) {
    float[] cells = new float[ROWS * FEATURES];
    for (int i = 0; i < cells.length; i++) {
      int j = i % FEATURES;
      if (j == FEATURES - 1 && categories) {
        cells[i] = random.nextInt(LEVELS);
      } else {
        cells[i] = (float) (j < 2 ? random.nextInt(-3, 4) : random.nextDouble(-2, 2));
      }
      if (random.nextInt(6) == 0) {
        cells[i] = Float.NaN;
      }
    }
    return cells;
  }

  private static float label(
      String objective, float[] cells, int row, int k, int outputs, SplittableRandom random) {
    float a = cells[row * FEATURES];
    float b = cells[row * FEATURES + 3];
    double c = cells[row * FEATURES + FEATURES - 1] % 3;
    double signal =
        (Float.isNaN(a) ? 1 : a) * (k + 1)
            + (Float.isNaN(b) ? -1 : 2 * b)
            + (Double.isNaN(c) ? 2 : c)
            + random.nextDouble(-1, 1);
    if (objective.startsWith("multi:")) {
      return Math.floorMod((int) Math.round(signal), outputs);
    }
    if (objective.startsWith("rank:")) {
      return signal > 1 ? 1 : 0;
    }
    return switch (objective) {
      case "binary:logistic", "binary:logitraw" -> signal > 0 ? 1 : 0;
      case "reg:logistic" -> (float) (1 / (1 + Math.exp(-signal)));
      case "count:poisson", "reg:tweedie" -> (float) Math.max(0, Math.rint(signal));
      case "reg:gamma", "survival:aft", "reg:squaredlogerror" -> (float) (0.1 + Math.abs(signal));
      case "survival:cox" -> (float) (signal < -1 ? -0.5 : 0.1 + Math.abs(signal));
      default -> (float) signal;
    };
  }

  /** The Java interface takes one label a row; the native one more, from memory that stays put. */
  private void setLabels(float[][] labels) throws XGBoostError {
    if (labels[0].length == 1) {
      float[] only = new float[labels.length];
      for (int i = 0; i < only.length; i++) {
        only[i] = labels[i][0];
      }
      matrix.setLabel(only);
      return;
    }
    BigDenseMatrix memory = new BigDenseMatrix(labels.length, labels[0].length);
    for (int i = 0; i < labels.length; i++) {
      for (int k = 0; k < labels[i].length; k++) {
        memory.set(i, k, labels[i][k]);
      }
    }
    matrix.setLabel(
        new Column() {
          @Override
          public void close() {}

          @Override
          public String toJson() {
            return String.format(
                Locale.ROOT,
                "{\"data\":[%d,true],\"shape\":[%d,%d],\"strides\":null,\"typestr\":\"<f4\",\"version\":3}",
                memory.address,
                labels.length,
                labels[0].length);
          }
        });
    memory.dispose();
  }

  private void setFloats(String name, float[] values) {
    try {
      var set =
          Class.forName("ml.dmlc.xgboost4j.java.XGBoostJNI")
              .getDeclaredMethod("XGDMatrixSetFloatInfo", long.class, String.class, float[].class);
      set.setAccessible(true);
      if ((int) set.invoke(null, matrix.getHandle(), name, values) != 0) {
        throw new IllegalStateException("XGBoost refuses " + name);
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What XGBoost predicts; rows x outputs. */
  double[] predict(boolean margin) throws XGBoostError {
    return flat(booster.predict(matrix, margin));
  }

  /** XGBoost's path-dependent contributions; rows x outputs x (features + 1), the bias last. */
  double[] contributions() throws XGBoostError {
    return flat(booster.predictContrib(matrix, 0));
  }

  byte[] file(String format) throws XGBoostError {
    return booster.toByteArray(format);
  }

  private static double[] flat(float[][] values) {
    return Arrays.stream(values)
        .flatMapToDouble(
            row -> {
              double[] out = new double[row.length];
              for (int i = 0; i < row.length; i++) {
                out[i] = row[i];
              }
              return Arrays.stream(out);
            })
        .toArray();
  }

  @Override
  public void close() {
    booster.dispose();
    matrix.dispose();
  }
}
