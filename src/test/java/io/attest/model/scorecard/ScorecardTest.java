package io.attest.model.scorecard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.InvalidModelException;
import io.attest.model.LinearModel;
import io.attest.model.Link;
import io.attest.model.ModelReader;
import io.attest.model.OutputSpace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScorecardTest {
  private static final String YAML =
      """
      format: scorecard
      link: logit
      intercept: -1.5
      coefficients:
        duration: 0.05
        housing:
          own: 0
          rent: 0.4
          "<free>": -0.3
      missing:
        housing: 0.1
      l2: 2.0
      intercept-penalised: true
      """;

  private static final String JSON =
      """
      {"format": "scorecard", "link": "logit", "intercept": -1.5,
       "coefficients": {"duration": 0.05, "housing": {"own": 0, "rent": 0.4, "<free>": -0.3}},
       "missing": {"housing": 0.1}, "l2": 2.0, "intercept-penalised": true}
      """;

  @TempDir Path folder;

  @Test
  void yamlAndJsonSayTheSame() {
    assertThat(ScorecardFile.read("a", bytes(YAML)))
        .isEqualTo(ScorecardFile.read("b", bytes(JSON)));
  }

  @Test
  void predictsAndShowsItsTerms() throws IOException {
    LinearModel model = read(YAML, Optional.empty());
    assertThat(model.info().link()).isEqualTo(Link.LOGIT);
    assertThat(model.l2()).isEqualTo(2);
    assertThat(model.interceptPenalised()).isTrue();
    // own has weight 0: it is the reference and has no term.
    assertThat(model.termNames())
        .containsExactly(
            "(intercept)", "duration", "housing = rent", "housing = <free>", "housing = (missing)");
    assertThat(model.termFeatures()).containsExactly(-1, 0, 1, 1, 1);
    Batch rows = new Batch(4, 2, new double[] {10, 0, 10, 1, 20, 2, 0, Double.NaN});
    double[] raw = model.predict(rows, OutputSpace.RAW);
    assertThat(raw).containsExactly(new double[] {-1, -0.6, -0.8, -1.4}, within(1e-15));
    assertThat(model.predict(rows, OutputSpace.RESPONSE)[0])
        .isCloseTo(1 / (1 + Math.E), within(1e-15));
    double[] design = new double[4 * 5];
    model.design(rows, design);
    for (int i = 0; i < 4; i++) {
      double sum = 0;
      for (int m = 0; m < 5; m++) {
        sum += design[i * 5 + m] * model.coefficients()[m];
      }
      assertThat(sum).isEqualTo(raw[i]);
    }
  }

  @Test
  void refusesAMissingValueThatItHasNoWeightFor() throws IOException {
    LinearModel model = read(YAML, Optional.empty());
    Batch rows = new Batch(2, 2, new double[] {1, 0, Double.NaN, 0});
    assertThatThrownBy(() -> model.predict(rows, OutputSpace.RAW))
        .hasMessageContainingAll("Row 2", "duration", "missing");
    assertThatThrownBy(() -> model.predict(new Batch(1, 2, new double[] {1, 3}), OutputSpace.RAW))
        .hasMessageContainingAll("Row 1", "housing", "3 levels");
  }

  @Test
  void takesTheOrderOfTheDeclaration() throws IOException {
    LinearModel model =
        read(
            YAML,
            Optional.of(
                List.of(
                    new Feature("housing", List.of("<free>", "rent", "own")),
                    Feature.numeric("duration"))));
    assertThat(model.predict(new Batch(1, 2, new double[] {0, 20}), OutputSpace.RAW))
        .containsExactly(new double[] {-0.8}, within(1e-15));
  }

  @Test
  void refusesADeclarationThatDoesNotFit() {
    Feature housing = new Feature("housing", List.of("own", "rent", "<free>"));
    Feature duration = Feature.numeric("duration");
    assertThatThrownBy(() -> read(YAML, Optional.of(List.of(housing))))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContainingAll("Not declared: [duration]");
    assertThatThrownBy(
            () -> read(YAML, Optional.of(List.of(housing, duration, Feature.numeric("age")))))
        .hasMessageContainingAll("Not in the model: [age]");
    assertThatThrownBy(() -> read(YAML, Optional.of(List.of(duration, Feature.numeric("housing")))))
        .hasMessageContainingAll("housing", "categorical");
    assertThatThrownBy(
            () ->
                read(YAML, Optional.of(List.of(duration, new Feature("housing", List.of("own"))))))
        .hasMessageContainingAll("housing", "Not declared: [rent, <free>]");
  }

  @ParameterizedTest
  @CsvSource({
    "link: logit, link: probit, probit",
    "intercept: -1.5, intercept: much, intercept",
    "intercept: -1.5, '', intercept",
    "duration: 0.05, duration: often, coefficients.duration",
    "rent: 0.4, rent: true, coefficients.housing.rent",
    "l2: 2.0, l2: -1, negative",
    "l2: 2.0, ridge: 2.0, ridge",
    "intercept-penalised: true, intercept-penalised: 3, intercept-penalised",
    "'  housing: 0.1', '  age: 0.1', missing.age",
    "format: scorecard, format: card, format",
    "rent: 0.4, own: 0.4, own",
    "link: logit, 'link: [', YAML"
  })
  void refusesAnUnsoundFile(String from, String to, String part) {
    assertThat(YAML).contains(from);
    assertThatThrownBy(() -> ScorecardFile.read("card.yaml", bytes(YAML.replace(from, to))))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContainingAll("card.yaml", part);
  }

  private LinearModel read(String text, Optional<List<Feature>> features) throws IOException {
    Path file = Files.writeString(folder.resolve("card.yaml"), text);
    return (LinearModel) ModelReader.read(file, Optional.empty(), features);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
