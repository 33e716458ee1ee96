package io.attest.explain.shap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.attest.explain.Loss;
import io.attest.model.Link;
import io.attest.model.Task;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OutcomeTest {

  /** Whatever turns raw outputs into probabilities, the loss is that of the probabilities. */
  @ParameterizedTest
  @EnumSource(
      value = Link.class,
      names = {"SOFTMAX", "LOGIT", "SHARE", "IDENTITY"})
  void theLossOfAClassIsThatOfItsProbability(Link link) {
    double[] raw = {0.2, 0.5, 0.1};
    Loss loss = new Loss(Task.MULTICLASS, 3);
    double[] responses = raw.clone();
    link.toResponse(responses, 3);
    double[] out = {Double.NaN};
    for (int label = 0; label < 3; label++) {
      new Outcome(link, 3, Optional.of(loss)).of(raw, label, out);
      assertThat(out[0]).isCloseTo(-Math.log(responses[label]), within(1e-12));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Link.class,
      names = {"LOGIT", "IDENTITY"})
  void theLossOfABinaryModelIsThatOfItsProbability(Link link) {
    double[] response = {0.3};
    link.toResponse(response, 1);
    double[] out = {Double.NaN};
    Outcome outcome = new Outcome(link, 1, Optional.of(new Loss(Task.BINARY, 1)));
    outcome.of(new double[] {0.3}, 1, out);
    assertThat(out[0]).isCloseTo(-Math.log(response[0]), within(1e-12));
    outcome.of(new double[] {0.3}, 0, out);
    assertThat(out[0]).isCloseTo(-Math.log(1 - response[0]), within(1e-12));
  }
}
