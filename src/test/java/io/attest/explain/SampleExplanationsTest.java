package io.attest.explain;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.attest.data.Field;
import io.attest.data.Format;
import io.attest.data.Frame;
import io.attest.data.ReadOptions;
import io.attest.data.TableReader;
import io.attest.explain.quality.Agreement;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Model;
import io.attest.model.ModelReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every explainer answers for the sample models, with their real data. */
class SampleExplanationsTest {

  @ParameterizedTest
  @CsvSource({"german-credit, tree-shap", "german-scorecard, linear-shap"})
  void contributionsAndImportanceAgree(String id, String method) throws IOException {
    Request request = request(id, Parameters.NONE);
    Attribution attribution =
        (Attribution) Explainers.all().explainer(method).explain(request, Progress.NONE);
    Importance importance =
        (Importance)
            Explainers.all()
                .explainer("permutation-importance")
                .explain(request(id, Parameters.parse("repeats=5")), Progress.NONE);
    assertThat(attribution.relativeResidual()).isLessThan(1e-6);
    assertThat(importance.items().get(0).feature()).isEqualTo("checking_status");
    assertThat(importance.items().get(0).low()).isPositive();
    double[] mean = attribution.meanAbsolute(0);
    Map<String, Double> contributions = new HashMap<>();
    for (int j = 0; j < mean.length; j++) {
      contributions.put(attribution.features().get(j), mean[j]);
    }
    assertThat(Agreement.of(contributions, Agreement.figures(importance)).rankCorrelation())
        .isGreaterThan(0.4);
  }

  @ParameterizedTest
  @CsvSource({
    "german-credit, pdp-ice",
    "german-scorecard, pdp-ice",
    "german-credit, ale",
    "german-scorecard, ale"
  })
  void theEffectOfDurationRises(String id, String method) throws IOException {
    Effects effects =
        (Effects)
            Explainers.all().explainer(method).explain(request(id, Parameters.NONE), Progress.NONE);
    Effects.Curve duration =
        effects.curves().stream()
            .filter(c -> c.feature().equals("duration"))
            .findFirst()
            .orElseThrow();
    assertThat(duration.direction()).isGreaterThan(0.5);
    assertThat(duration.range()).isGreaterThan(0.05);
    Effects.Curve checking = effects.curves().get(0);
    assertThat(checking.labels()).contains("no account");
    assertThat(checking.mean()).hasSize(4);
  }

  @Test
  void theScorecardWasFittedToItsTrainingRows() throws IOException {
    Influence influence =
        (Influence)
            Explainers.all()
                .explainer("influence")
                .explain(request("german-scorecard", Parameters.NONE), Progress.NONE);
    assertThat(influence.rows()).isEqualTo(600);
    assertThat(influence.provenance().notes())
        .anyMatch(n -> n.contains("20 rows"))
        .noneMatch(n -> n.contains("a little off"));
    assertThat(influence.looLoss()).hasSize(600);
  }

  @Test
  void theTreesWereGrownOnPartsOfTheirTrainingRows() throws IOException {
    TrainingInfluence influence =
        (TrainingInfluence)
            Explainers.all()
                .explainer("tree-influence")
                .explain(request("german-credit", Parameters.NONE), Progress.NONE);
    assertThat(influence.onTests().rows()).isEqualTo(600);
    assertThat(influence.onTests().tests()).hasSize(40);
    TestInfluence.Validation validation = influence.onTests().validation().orElseThrow();
    assertThat(validation.retrained()).isFalse();
    assertThat(validation.pearson()).isGreaterThan(0.999);
    // They were grown on 80 % of the rows, with a learning rate of 0.08 and a lambda of 2.
    assertThat(influence.provenance().notes())
        .anyMatch(n -> n.contains("about 80 %") && n.contains("learning rate 0.08"))
        .anyMatch(n -> n.contains("could not be trained again"));
  }

  /** A boosted model of 20 features is more than a small tree; a scorecard of few is less so. */
  @ParameterizedTest
  @CsvSource({
    "german-credit, surrogate-tree",
    "german-credit, surrogate-rules",
    "german-scorecard, surrogate-tree",
    "german-scorecard, surrogate-rules"
  })
  void surrogatesSayHowFarTheyGo(String id, String method) throws IOException {
    Surrogate surrogate =
        (Surrogate)
            Explainers.all().explainer(method).explain(request(id, Parameters.NONE), Progress.NONE);
    assertThat(surrogate.overall().outOfSample())
        .isBetween(0.5, surrogate.overall().inSample() + 0.05);
    assertThat(surrogate.passes(0.9)).isFalse();
    assertThat(surrogate.provenance().notes())
        .anySatisfy(note -> assertThat(note).contains("must not be read"));
    assertThat(surrogate.rules().get(0).conditions().get(0).feature()).isEqualTo("checking_status");
  }

  private static Request request(String id, Parameters parameters) throws IOException {
    Path folder = Path.of("config/models", id);
    JsonNode yaml = new YAMLMapper().readTree(folder.resolve("model.yaml").toFile());
    List<Feature> features = new ArrayList<>();
    List<Field> fields = new ArrayList<>();
    for (JsonNode node : yaml.get("features")) {
      List<String> levels = new ArrayList<>();
      node.path("levels").forEach(level -> levels.add(level.asText()));
      String name = node.get("name").asText();
      features.add(new Feature(name, levels));
      fields.add(levels.isEmpty() ? Field.numeric(name) : Field.categorical(name, levels));
    }
    fields.add(Field.categorical("class", List.of("good", "bad")));
    Model model =
        ModelReader.read(
            folder.resolve(yaml.at("/model/file").asText()),
            Optional.of(yaml.at("/model/format").asText()),
            Optional.of(features));
    Dataset audit = dataset(folder.resolve("audit.csv"), fields, features);
    Dataset training = dataset(folder.resolve("training.csv"), fields, features);
    return new Request(model, audit, audit, Optional.of(training), parameters, 1);
  }

  private static Dataset dataset(Path file, List<Field> fields, List<Feature> features) {
    Frame frame =
        TableReader.read(file, Format.CSV, ReadOptions.NONE, fields, List.of("class")).frame();
    double[] labels = new double[frame.rows()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = frame.column("class").text(i).equals("bad") ? 1 : 0;
    }
    return new Dataset(Batch.of(frame, features), Optional.of(labels));
  }
}
