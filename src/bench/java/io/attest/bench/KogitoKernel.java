package io.attest.bench;

import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.kie.kogito.explainability.local.shap.ShapConfig;
import org.kie.kogito.explainability.local.shap.ShapKernelExplainer;
import org.kie.kogito.explainability.model.Feature;
import org.kie.kogito.explainability.model.FeatureFactory;
import org.kie.kogito.explainability.model.FeatureImportance;
import org.kie.kogito.explainability.model.Output;
import org.kie.kogito.explainability.model.PerturbationContext;
import org.kie.kogito.explainability.model.PredictionInput;
import org.kie.kogito.explainability.model.PredictionOutput;
import org.kie.kogito.explainability.model.PredictionProvider;
import org.kie.kogito.explainability.model.SimplePrediction;
import org.kie.kogito.explainability.model.Type;
import org.kie.kogito.explainability.model.Value;

/** Kogito's Kernel SHAP, which asks the model as a black box. */
final class KogitoKernel {
  private final Model model;

  KogitoKernel(Model model) {
    this.model = model;
  }

  private static PredictionInput input(Batch batch, int row) {
    List<Feature> features = new ArrayList<>();
    for (int j = 0; j < batch.features(); j++) {
      features.add(FeatureFactory.newNumericalFeature("f" + j, batch.at(row, j)));
    }
    return new PredictionInput(features);
  }

  private static List<PredictionInput> inputs(Batch batch) {
    List<PredictionInput> inputs = new ArrayList<>();
    for (int i = 0; i < batch.rows(); i++) {
      inputs.add(input(batch, i));
    }
    return inputs;
  }

  private CompletableFuture<List<PredictionOutput>> predict(List<PredictionInput> inputs) {
    int p = inputs.get(0).getFeatures().size();
    double[] values = new double[inputs.size() * p];
    for (int i = 0; i < inputs.size(); i++) {
      for (int j = 0; j < p; j++) {
        values[i * p + j] = inputs.get(i).getFeatures().get(j).getValue().asNumber();
      }
    }
    double[] raw = model.predict(new Batch(inputs.size(), p, values), OutputSpace.RAW);
    List<PredictionOutput> outputs = new ArrayList<>();
    for (double y : raw) {
      outputs.add(new PredictionOutput(List.of(new Output("y", Type.NUMBER, new Value(y), 1))));
    }
    return CompletableFuture.completedFuture(outputs);
  }

  /** As many coalitions as it takes by default. */
  Contestant contributions(Batch batch, Batch background) {
    return new Contestant(
        "Kogito Kernel SHAP",
        batch.rows(),
        false,
        n ->
            () -> {
              double[] out = values(batch, n, background, OptionalInt.empty(), 1);
              return () -> out;
            });
  }

  /**
   * Values of the first rows, rows x features.
   *
   * @param coalitions to ask for; its default if absent
   */
  double[] values(Batch batch, int rows, Batch background, OptionalInt coalitions, long seed) {
    int p = batch.features();
    ShapConfig.Builder config =
        ShapConfig.builder()
            .withLink(ShapConfig.LinkType.IDENTITY)
            .withPC(new PerturbationContext(new Random(seed), 0))
            .withBackground(inputs(background))
            // The other choices drop features, and are farther off at every number of coalitions.
            .withRegularizer(ShapConfig.RegularizerType.NONE)
            .withExecutor(Runnable::run);
    coalitions.ifPresent(config::withNSamples);
    ShapKernelExplainer explainer = new ShapKernelExplainer(config.build());
    PredictionProvider provider = this::predict;
    double[] out = new double[rows * p];
    try {
      for (int i = 0; i < rows; i++) {
        PredictionInput input = input(batch, i);
        PredictionOutput output = predict(List.of(input)).get().get(0);
        List<FeatureImportance> phi =
            explainer
                .explainAsync(new SimplePrediction(input, output), provider)
                .get()
                .getSaliencies()[0]
                .getPerFeatureImportance();
        for (int j = 0; j < p; j++) {
          out[i * p + j] = phi.get(j).getScore();
        }
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
    return out;
  }
}
