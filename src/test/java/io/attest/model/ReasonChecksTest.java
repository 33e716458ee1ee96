package io.attest.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code reasons} in model.yaml may say. */
class ReasonChecksTest {
  private static ModelSpec read(String reasons) throws Exception {
    String sample = Files.readString(Path.of("config/models/german-credit/model.yaml"));
    String before = sample.substring(0, sample.indexOf("\njurisdiction: "));
    return ModelSpecReader.parse(
        (before + "\nreasons:\n" + reasons).getBytes(StandardCharsets.UTF_8),
        Path.of("model.yaml"));
  }

  private static String one(String text) {
    return "  - {code: R1, features: [duration], text: \"" + text + "\"}\n";
  }

  @ParameterizedTest
  @ValueSource(strings = {"german-credit", "german-scorecard"})
  void theSamplesHaveWordsForEveryFeature(String model) {
    ModelSpec spec = ModelSpecReader.read(Path.of("config/models", model, "model.yaml"));
    assertThat(spec.reasons().jurisdiction()).contains("EU");
    assertThat(spec.reasons().table().stream().flatMap(r -> r.features().stream()))
        .containsExactlyInAnyOrderElementsOf(spec.fields().stream().map(f -> f.name()).toList());
    assertThat(spec.reasons().table()).allMatch(r -> r.favourable().isPresent());
    assertThat(spec.reasons().table())
        .filteredOn(r -> r.features().contains("age"))
        .allMatch(ModelSpec.Reason::marked);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Internal standards or policies",
        "Under our lending policy this is not possible",
        "Insufficient credit score",
        "Your score was too low for us",
        "You failed to achieve a qualifying score",
        "For various reasons of our own",
        "The model decided against you",
        "You do not meet our minimum requirements",
        "Too long"
      })
  void aVagueTextIsRefused(String text) {
    assertThatThrownBy(() -> read(one(text)))
        .isInstanceOf(InvalidModelException.class)
        .hasMessageContaining("not specific")
        .hasMessageContaining("line ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "The credit you asked for runs long: {value} months",
        "How the points of your last season scored: {value}",
        "You have no policy of life insurance: {value}",
        "{duration} months are longer than most"
      })
  void aSpecificTextIsNot(String text) throws Exception {
    assertThat(read(one(text)).reasons().table().get(0).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {code: R1, features: [duratoin], text: "It runs for long"} | Maybe you meant duration
          {code: R1, features: [age], text: "How old you are"} | protected: true
          {code: R1, features: [age], text: "Your age of {value}", protected: true} | no value of the person
          {code: R1, features: [duration, job], text: "Length and job {value}"} | {value} is not clear
          {code: R1, features: [duration], text: "It has {job} in it"} | none of the features
          {code: R1, features: [], text: "It runs for long"} | features
          {code: "R 1", features: [duration], text: "It runs for long"} | must be short
          {features: [duration], text: "It runs for long"} | code
          {code: R1, features: [duration], text: "It runs for long", favourable: "our internal policy"} | not specific
          """)
  void whatDoesNotFitIsNamed(String reason, String message) {
    assertThatThrownBy(() -> read("  - " + reason + "\n")).hasMessageContaining(message);
  }

  @Test
  void noFeatureIsToldTwice() {
    assertThatThrownBy(
            () ->
                read(
                    one("It runs for long")
                        + "  - {code: R2, features: [duration, job], text: \"It runs and works\"}\n"
                        + "  - {code: R2, features: [housing], text: \"Where you do live\"}\n"))
        .hasMessageContaining("in two reasons, R1 and R2")
        .hasMessageContaining("two reasons have the code R2");
  }
}
