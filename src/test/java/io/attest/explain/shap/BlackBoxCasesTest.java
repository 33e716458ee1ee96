package io.attest.explain.shap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.CaseTable;
import io.attest.Cases;
import io.attest.explain.Attribution;
import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.ModelReader;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import io.attest.model.scorecard.Scorecard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Models as black boxes, against what an independent enumeration and the shap library say. */
class BlackBoxCasesTest {

  private static final String NETWORK = "m01_mlp_pima";
  private static final String LINEAR = "l01_linear_regression_diabetes";
  private static final String CREDIT = "t11_xgb340_binary_german_d6";

  /** A small network of a case, in the neutral form: tanh inside, one probability out. */
  private record Network(ModelInfo info, double[][][] weights, double[][] biases) implements Model {

    static Network read(Path file) throws IOException {
      ObjectMapper mapper = new ObjectMapper();
      JsonNode root = mapper.readTree(file.toFile());
      List<Feature> features = new ArrayList<>();
      root.get("feature_names").forEach(name -> features.add(Feature.numeric(name.asText())));
      return new Network(
          new ModelInfo(
              "network", "", Task.BINARY, features, List.of("pos"), Link.LOGIT, "0".repeat(64)),
          mapper.convertValue(root.get("weights"), double[][][].class),
          mapper.convertValue(root.get("biases"), double[][].class));
    }

    @Override
    public void predict(Batch rows, OutputSpace space, double[] out) {
      for (int i = 0; i < rows.rows(); i++) {
        double[] x = rows.row(i);
        for (int layer = 0; layer < weights.length; layer++) {
          double[] y = biases[layer].clone();
          for (int a = 0; a < x.length; a++) {
            for (int b = 0; b < y.length; b++) {
              y[b] += x[a] * weights[layer][a][b];
            }
          }
          boolean last = layer == weights.length - 1;
          x = last ? y : Arrays.stream(y).map(Math::tanh).toArray();
        }
        out[i] = space == OutputSpace.RAW ? x[0] : 1 / (1 + Math.exp(-x[0]));
      }
    }
  }

  private static Dataset rows(Path file, int most) {
    Batch all = CaseTable.read(file).batch();
    int n = Math.min(most, all.rows());
    return new Dataset(
        new Batch(n, all.features(), Arrays.copyOf(all.values(), n * all.features())),
        Optional.empty());
  }

  private static Attribution explain(
      Explainer<Attribution> explainer, Model model, Path folder, int rows, String parameters) {
    return explainer.explain(
        new Request(
            model,
            rows(folder.resolve("data.csv"), rows),
            rows(folder.resolve("background.csv"), Integer.MAX_VALUE),
            Optional.empty(),
            Parameters.parse(parameters),
            1),
        Progress.NONE);
  }

  /** Largest difference from the values of a file. */
  private static double difference(Attribution ours, Path file) {
    double most = 0;
    for (double[] line : CaseTable.read(file).rows()) {
      if (line[0] < ours.rows()) {
        for (int j = 0; j < ours.features().size(); j++) {
          most = Math.max(most, Math.abs(ours.value((int) line[0], j, 0) - line[3 + j]));
        }
        most = Math.max(most, Math.abs(ours.baseValues()[0] - line[2]));
      }
    }
    return most;
  }

  @Test
  void allCoalitionsOfANetworkAreExact() throws IOException {
    Path folder = Cases.folder(NETWORK);
    Network network = Network.read(folder.resolve("model.json"));
    Attribution ours = explain(new KernelShap(1), network, folder, 30, "output=response");
    assertThat(difference(ours, folder.resolve("exact.csv"))).isLessThan(1e-12);
    assertThat(ours.provenance().modelRows()).isEqualTo(30 * (1 + 254 * 100) + 100);
  }

  @Test
  void theFeaturesOwnOrderIsTheLibrarys() throws IOException {
    Path folder = Cases.folder(NETWORK);
    Network network = Network.read(folder.resolve("model.json"));
    Attribution ours =
        explain(new PermutationShap(1), network, folder, 10, "output=response; order=identity");
    assertThat(difference(ours, folder.resolve("exact_permutation_identity.csv")))
        .isLessThan(1e-12);
  }

  /** At as many coalitions as the library had, for every seed of five. */
  @Test
  void samplesOfANetworkAreNearerThanTheLibrarys() throws IOException {
    Path folder = Cases.folder(NETWORK);
    Network network = Network.read(folder.resolve("model.json"));
    JsonNode published = new ObjectMapper().readTree(folder.resolve("case.json").toFile());
    Path exact = folder.resolve("exact.csv");
    for (String budget : List.of("64", "128")) {
      Attribution ours =
          explain(
              new KernelShap(1),
              network,
              folder,
              10,
              "output=response; tolerance=0; budget=" + budget);
      assertThat(difference(ours, exact))
          .isLessThan(published.get("kernel_sampled_max_abs_err").get(budget).asDouble() / 3);
    }
    // Ten orders there are 170 coalitions, and 142 here.
    Attribution ours =
        explain(new PermutationShap(1), network, folder, 10, "output=response; permutations=10");
    assertThat(difference(ours, exact))
        .isLessThan(published.get("err_permutation10_vs_exact_max_abs").asDouble() / 2);
  }

  /** Kernel SHAP of other libraries is 8e-3 off with 2,088 coalitions, on a shallower model. */
  @Test
  void fewCoalitionsOfACreditModelAreEnough() {
    Path folder = Cases.folder(CREDIT);
    Model model =
        ModelReader.read(folder.resolve("model.json"), Optional.empty(), Optional.empty());
    Attribution ours = explain(new KernelShap(2), model, folder, 4, "tolerance=0; budget=256");
    assertThat(difference(ours, folder.resolve("exact_interventional.csv"))).isLessThan(0.03);
    assertThat(ours.provenance().error().orElseThrow()).isBetween(0.002, 0.02);
  }

  @Test
  void gaussianDependenceOfALinearModelIsExact() throws IOException {
    Path folder = Cases.folder(LINEAR);
    JsonNode root = new ObjectMapper().readTree(folder.resolve("model.json").toFile());
    List<Feature> features = new ArrayList<>();
    List<Scorecard.Weights> weights = new ArrayList<>();
    for (int j = 0; j < root.get("coef").size(); j++) {
      features.add(Feature.numeric(root.get("feature_names").get(j).asText()));
      weights.add(
          new Scorecard.Weights(root.get("coef").get(j).asDouble(), new double[0], Double.NaN));
    }
    Model model =
        new Scorecard(
            new ModelInfo(
                "scorecard",
                "",
                Task.REGRESSION,
                features,
                List.of("y"),
                Link.IDENTITY,
                "0".repeat(64)),
            root.get("intercept").asDouble(),
            weights,
            0,
            false);
    Path exact = folder.resolve("exact_conditional_gaussian.csv");
    Attribution linear = explain(new LinearShap(1), model, folder, 5, "dependence=gaussian");
    Attribution conditional = explain(new ConditionalShap(1), model, folder, 5, "");
    assertThat(difference(linear, exact)).isLessThan(1e-9);
    assertThat(difference(conditional, exact)).isLessThan(1e-9);
    // shap's own way for dependent features is a sample, off by up to 0.85.
    assertThat(difference(linear, folder.resolve("expected_correlation_dependent.csv")))
        .isCloseTo(0.85, within(0.05));
  }
}
