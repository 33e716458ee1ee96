package io.attest.explain.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.explain.Attribution;
import io.attest.explain.Importance;
import io.attest.explain.Provenance;
import io.attest.model.OutputSpace;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AgreementTest {
  private static final List<String> NAMES = List.of("a", "b", "c", "d");

  @Test
  void theSameOrderAgreesAndTheOppositeDisagrees() {
    assertThat(Agreement.of(attribution(-4, 3, -2, 1), importance(NAMES, .4, .3, .2, .1)))
        .isEqualTo(new Agreement(1, 4));
    assertThat(
            Agreement.of(attribution(-4, 3, -2, 1), importance(NAMES, .1, .2, .3, .4))
                .rankCorrelation())
        .isCloseTo(-1, within(1e-15));
  }

  @Test
  void featuresAreMatchedByName() {
    Agreement agreement =
        Agreement.of(
            attribution(4, 3, 2, 1), importance(List.of("d", "c", "b", "a"), .1, .2, .3, .4));
    assertThat(agreement.rankCorrelation()).isCloseTo(1, within(1e-15));
  }

  @Test
  void chanceBelowNothingIsLevel() {
    // Ranks 4 3 1.5 1.5 against 4 3 2 1.
    Agreement agreement =
        Agreement.of(attribution(4, 3, 2, 1), importance(NAMES, .4, .3, -.2, -.1));
    assertThat(agreement.rankCorrelation()).isCloseTo(4.5 / Math.sqrt(4.5 * 5), within(1e-12));
  }

  @Test
  void whatCannotBeComparedIsNoFigure() {
    assertThat(
            Agreement.of(attribution(4, 3, 2, 1), importance(NAMES, 0, 0, -1, 0)).rankCorrelation())
        .isNaN();
    assertThatThrownBy(
            () ->
                Agreement.of(
                    attribution(4, 3, 2, 1), importance(List.of("a", "b", "c", "x"), 1, 2, 3, 4)))
        .hasMessageContaining("two models");
  }

  private static Attribution attribution(double... values) {
    return new Attribution(
        provenance(), NAMES, List.of("out"), 1, values, new double[1], new double[] {1});
  }

  private static Importance importance(List<String> names, double... values) {
    return new Importance(
        provenance(),
        "increase in log loss",
        0.5,
        IntStream.range(0, values.length)
            .mapToObj(j -> new Importance.Item(names.get(j), values[j], values[j], values[j]))
            .toList());
  }

  private static Provenance provenance() {
    return new Provenance(
        "test",
        "test",
        "none",
        Map.of(),
        Optional.empty(),
        Arrays.toString(new int[0]),
        OutputSpace.RAW,
        1,
        0,
        0,
        Optional.empty(),
        List.of());
  }
}
