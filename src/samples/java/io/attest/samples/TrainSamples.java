package io.attest.samples;

import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Model;
import io.attest.model.ModelReader;
import io.attest.model.OutputSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * Trains the sample models and writes them, with their data, to {@code config/models}: the same
 * bytes each time.
 *
 * <p>{@code ./mvnw -q -Psamples test-compile exec:java}
 */
public final class TrainSamples {
  private static final long SEED = 20240229;
  private static final double TRAINING_SHARE = 0.6;
  private static final double L2 = 1;

  private TrainSamples() {}

  /** Takes no arguments; runs in the project's folder. */
  public static void main(String[] arguments) throws IOException, XGBoostError {
    Applications all = Applications.read(Path.of("src/samples/data/german-credit.csv"));
    List<Applications> parts = all.split(TRAINING_SHARE, SEED);
    Applications training = parts.get(0);
    Applications audit = parts.get(1);
    Path models = Path.of("config/models");
    Declaration trees = Declaration.read(models.resolve("german-credit"));
    Declaration card = Declaration.read(models.resolve("german-scorecard"));
    for (Declaration declaration : List.of(trees, card)) {
      training.write(declaration.folder().resolve("training.csv"));
      audit.write(declaration.folder().resolve("audit.csv"));
    }
    Files.write(trees.folder().resolve("model.json"), boost(trees, training));
    Files.writeString(card.folder().resolve("scorecard.yaml"), score(card, training));
    report(trees, "model.json", audit);
    report(card, "scorecard.yaml", audit);
  }

  private static byte[] boost(Declaration declaration, Applications training)
      throws XGBoostError {
    double[] matrix = declaration.matrix(training);
    float[] values = new float[matrix.length];
    IntStream.range(0, values.length).forEach(i -> values[i] = (float) matrix[i]);
    int rows = training.rows().size();
    List<Feature> features = declaration.features();
    DMatrix data = new DMatrix(values, rows, features.size(), Float.NaN);
    data.setFeatureNames(features.stream().map(Feature::name).toArray(String[]::new));
    data.setFeatureTypes(
        features.stream().map(f -> f.categorical() ? "c" : "q").toArray(String[]::new));
    float[] labels = new float[rows];
    IntStream.range(0, rows).forEach(i -> labels[i] = training.bad(i) ? 1 : 0);
    data.setLabel(labels);
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("objective", "binary:logistic");
    parameters.put("tree_method", "hist");
    parameters.put("max_depth", 3);
    parameters.put("eta", 0.08);
    parameters.put("min_child_weight", 4);
    parameters.put("reg_lambda", 2);
    parameters.put("subsample", 0.8);
    parameters.put("colsample_bytree", 0.8);
    parameters.put("seed", 7);
    parameters.put("nthread", 1);
    Booster booster = XGBoost.train(data, parameters, 90, Map.of(), null, null);
    return booster.toByteArray("json");
  }

  private static String score(Declaration declaration, Applications training) {
    List<String> terms = new ArrayList<>();
    int p = declaration.features().size();
    double[] matrix = declaration.matrix(training);
    int rows = training.rows().size();
    List<double[]> columns = new ArrayList<>();
    columns.add(new double[rows]);
    java.util.Arrays.fill(columns.get(0), 1);
    for (int j = 0; j < p; j++) {
      Feature feature = declaration.features().get(j);
      // The first level of a feature is its reference.
      for (int k = feature.categorical() ? 1 : 0; k < Math.max(1, feature.levels().size()); k++) {
        double[] column = new double[rows];
        for (int i = 0; i < rows; i++) {
          double x = matrix[i * p + j];
          column[i] = feature.categorical() ? (x == k ? 1 : 0) : x;
        }
        columns.add(column);
        terms.add(feature.name() + "/" + k);
      }
    }
    double[][] design = new double[rows][columns.size()];
    double[] labels = new double[rows];
    for (int i = 0; i < rows; i++) {
      labels[i] = training.bad(i) ? 1 : 0;
      for (int m = 0; m < design[i].length; m++) {
        design[i][m] = columns.get(m)[i];
      }
    }
    double[] weights = RidgeLogit.fit(design, labels, L2);
    Map<String, Double> byTerm = new LinkedHashMap<>();
    for (int m = 0; m < terms.size(); m++) {
      byTerm.put(terms.get(m), weights[m + 1]);
    }
    StringBuilder out = new StringBuilder();
    out.append("# Written by io.attest.samples.TrainSamples; log-odds of the class 'bad'.\n");
    out.append("format: scorecard\nlink: logit\n");
    out.append("intercept: ").append(weights[0]).append("\ncoefficients:\n");
    for (Feature feature : declaration.features()) {
      out.append("  ").append(feature.name()).append(":");
      if (!feature.categorical()) {
        out.append(" ").append(byTerm.get(feature.name() + "/0"));
      }
      for (int k = 0; k < feature.levels().size(); k++) {
        out.append("\n    \"").append(feature.levels().get(k)).append("\": ");
        out.append(k == 0 ? "0" : byTerm.get(feature.name() + "/" + k));
      }
      out.append("\n");
    }
    return out.append("l2: ").append(L2).append("\nintercept-penalised: false\n").toString();
  }

  /** Reads the model back as Attest does, and prints how good it is on the audit rows. */
  private static void report(Declaration declaration, String file, Applications audit) {
    Model model =
        ModelReader.read(
            declaration.folder().resolve(file),
            Optional.empty(),
            Optional.of(declaration.features()));
    int rows = audit.rows().size();
    double[] p =
        model.predict(
            new Batch(rows, declaration.features().size(), declaration.matrix(audit)),
            OutputSpace.RESPONSE);
    double loss = 0;
    double brier = 0;
    double pairs = 0;
    double won = 0;
    for (int i = 0; i < rows; i++) {
      double y = audit.bad(i) ? 1 : 0;
      loss -= Math.log(y == 1 ? p[i] : 1 - p[i]) / rows;
      brier += (p[i] - y) * (p[i] - y) / rows;
      for (int k = 0; k < rows && y == 1; k++) {
        if (!audit.bad(k)) {
          pairs++;
          won += p[i] > p[k] ? 1 : p[i] == p[k] ? 0.5 : 0;
        }
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%s: AUC %.3f, log loss %.3f, Brier %.3f on %d audit rows; sha256 %s%n",
        declaration.folder().getFileName(),
        won / pairs,
        loss,
        brier,
        rows,
        model.info().sha256());
    for (String group : List.of("age", "sex", "foreign_worker")) {
      Map<String, int[]> counts = new java.util.TreeMap<>();
      for (int i = 0; i < rows; i++) {
        String value = audit.rows().get(i).get(group);
        String name =
            group.equals("age") ? (Integer.parseInt(value) < 25 ? "under 25" : "25 and over") : value;
        int[] c = counts.computeIfAbsent(name, n -> new int[2]);
        c[0]++;
        c[1] += p[i] < declaration.threshold() ? 1 : 0;
      }
      counts.forEach(
          (name, c) ->
              System.out.printf(
                  Locale.ROOT, "  %s %s: %d of %d granted%n", group, name, c[1], c[0]));
    }
  }
}
