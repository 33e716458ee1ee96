package io.attest.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/** XGBoost as trainer and as peer. */
final class Xgboost {
  private static final int INTERACTIONS = 16;
  private static final int[] ALL_TREES = {0, 0};

  private final Booster booster;
  private final int features;
  private final int outputs;
  private final boolean codes;

  private Xgboost(Booster booster, int features, int outputs, boolean codes) {
    this.booster = booster;
    this.features = features;
    this.outputs = outputs;
    this.codes = codes;
  }

  /**
   * What is trained.
   *
   * @param classes 1 for default or not, more for grades
   * @param codes true if the codes are categorical features, false if they are numbers
   */
  record Shape(int trees, int depth, int features, int classes, boolean codes) {}

  static Xgboost train(Shape shape, float[] values, float[] labels) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    parameters.put("objective", shape.classes() > 1 ? "multi:softprob" : "binary:logistic");
    if (shape.classes() > 1) {
      parameters.put("num_class", shape.classes());
    }
    parameters.put("tree_method", "hist");
    parameters.put("max_depth", shape.depth());
    parameters.put("eta", 0.05);
    parameters.put("min_child_weight", 1);
    parameters.put("subsample", 0.8);
    parameters.put("colsample_bytree", 0.8);
    parameters.put("max_cat_to_onehot", 1);
    parameters.put("seed", 7);
    parameters.put("verbosity", 0);
    parameters.put("nthread", Runtime.getRuntime().availableProcessors());
    try {
      DMatrix matrix = matrix(values, shape.features(), shape.codes());
      matrix.setLabel(labels);
      Booster booster =
          XGBoost.train(
              matrix, parameters, shape.trees() / shape.classes(), Map.of(), null, null);
      matrix.dispose();
      booster.setParam("nthread", 1);
      return new Xgboost(booster, shape.features(), shape.classes(), shape.codes());
    } catch (XGBoostError e) {
      throw new IllegalStateException(e);
    }
  }

  private static DMatrix matrix(float[] values, int features, boolean codes) throws XGBoostError {
    DMatrix matrix = new DMatrix(values, values.length / features, features, Float.NaN);
    matrix.setFeatureNames(names(features));
    String[] types = new String[features];
    Arrays.fill(types, "q");
    if (codes) {
      for (int[] code : CreditRows.CODES) {
        types[code[0]] = "c";
      }
    }
    matrix.setFeatureTypes(types);
    return matrix;
  }

  static String[] names(int features) {
    return IntStream.range(0, features).mapToObj(j -> "f" + j).toArray(String[]::new);
  }

  Xgboost threads(int threads) {
    try {
      booster.setParam("nthread", threads);
    } catch (XGBoostError e) {
      throw new IllegalStateException(e);
    }
    return this;
  }

  /** Writes the model file that Attest reads. */
  Path write(Path file) {
    try {
      return Files.write(file, booster.toByteArray("ubj"));
    } catch (XGBoostError e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The library's own matrix is built outside the timed part. */
  Contestant contributions(String name, float[] values) {
    return contestant(
        name, values, matrix -> booster.predictContrib(matrix, 0), this::valuesOfFeatures);
  }

  /** Raw predictions, on a new matrix each time: the library remembers those of the last one. */
  Contestant prediction(String name, float[] values) {
    return contestant(name, values, matrix -> booster.predict(matrix, true), rows -> null);
  }

  /** Raw predictions straight from the array. */
  Contestant inPlacePrediction(String name, float[] values) {
    return new Contestant(
        name,
        values.length / features,
        false,
        n -> {
          float[] first = Arrays.copyOf(values, n * features);
          return () -> {
            try {
              booster.inplace_predict(
                  first, n, features, Float.NaN, ALL_TREES, Booster.PredictionType.kMargin, null);
            } catch (XGBoostError e) {
              throw new IllegalStateException(e);
            }
            return () -> null;
          };
        });
  }

  /** The Java interface has no call for interactions; the native one does. */
  Contestant interactions(String name, float[] values) {
    return contestant(
        name,
        values,
        matrix -> {
          float[][] out = new float[1][];
          try {
            Method predict =
                Class.forName("ml.dmlc.xgboost4j.java.XGBoostJNI")
                    .getDeclaredMethod(
                        "XGBoosterPredict",
                        long.class,
                        long.class,
                        int.class,
                        int.class,
                        float[][].class);
            predict.setAccessible(true);
            Field handle = Booster.class.getDeclaredField("handle");
            handle.setAccessible(true);
            if ((int)
                    predict.invoke(
                        null,
                        handle.getLong(booster),
                        matrix.getHandle(),
                        INTERACTIONS,
                        0,
                        out)
                != 0) {
              throw new IllegalStateException("XGBoost refuses interactions.");
            }
          } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
          }
          return out;
        },
        this::valuesOfPairs);
  }

  private interface Call {
    float[][] on(DMatrix matrix) throws XGBoostError;
  }

  private interface Values {
    double[] of(float[][] result);
  }

  private Contestant contestant(String name, float[] values, Call call, Values flat) {
    return new Contestant(
        name,
        values.length / features,
        false,
        n -> {
          float[] first = Arrays.copyOf(values, n * features);
          return new Timed() {
            private DMatrix matrix;

            @Override
            public void before() {
              try {
                if (matrix != null) {
                  matrix.dispose();
                }
                matrix = matrix(first, features, codes);
              } catch (XGBoostError e) {
                throw new IllegalStateException(e);
              }
            }

            @Override
            public Supplier<double[]> run() {
              try {
                float[][] result = call.on(matrix);
                return () -> flat.of(result);
              } catch (XGBoostError e) {
                throw new IllegalStateException(e);
              }
            }
          };
        });
  }

  /** Rows x outputs x (features and bias) to rows x features x outputs. */
  private double[] valuesOfFeatures(float[][] result) {
    double[] out = new double[result.length * features * outputs];
    for (int i = 0; i < result.length; i++) {
      for (int j = 0; j < features; j++) {
        for (int k = 0; k < outputs; k++) {
          out[(i * features + j) * outputs + k] = result[i][k * (features + 1) + j];
        }
      }
    }
    return out;
  }

  private double[] valuesOfPairs(float[][] result) {
    int side = features + 1;
    int rows = result[0].length / (side * side);
    double[] out = new double[rows * features * (features + 1) / 2];
    int at = 0;
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < features; j++) {
        for (int l = j; l < features; l++) {
          out[at++] = result[0][(i * side + j) * side + l];
        }
      }
    }
    return out;
  }

  /** One request: a matrix of one row, its contributions. */
  void explainOne(float[] row) {
    try {
      DMatrix matrix = matrix(row, features, codes);
      booster.predictContrib(matrix, 0);
      matrix.dispose();
    } catch (XGBoostError e) {
      throw new IllegalStateException(e);
    }
  }

  /** The contributions of a row whose matrix stands. */
  double secondsOfOne(float[] row) {
    try {
      DMatrix matrix = matrix(row, features, codes);
      long start = System.nanoTime();
      booster.predictContrib(matrix, 0);
      double seconds = (System.nanoTime() - start) * 1e-9;
      matrix.dispose();
      return seconds;
    } catch (XGBoostError e) {
      throw new IllegalStateException(e);
    }
  }
}
