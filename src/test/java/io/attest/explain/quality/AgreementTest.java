package io.attest.explain.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.attest.explain.Importance;
import io.attest.explain.Provenance;
import io.attest.model.OutputSpace;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AgreementTest {
  private static final List<String> NAMES = List.of("a", "b", "c", "d");

  @Test
  void theSameOrderAgreesAndTheOppositeDisagrees() {
    assertThat(of(attribution(-4, 3, -2, 1), importance(NAMES, .4, .3, .2, .1)))
        .isEqualTo(new Agreement(1, 4));
    assertThat(of(attribution(-4, 3, -2, 1), importance(NAMES, .1, .2, .3, .4)).rankCorrelation())
        .isCloseTo(-1, within(1e-15));
  }

  @Test
  void featuresAreMatchedByName() {
    Agreement agreement =
        of(attribution(4, 3, 2, 1), importance(List.of("d", "c", "b", "a"), .1, .2, .3, .4));
    assertThat(agreement.rankCorrelation()).isCloseTo(1, within(1e-15));
  }

  @Test
  void chanceBelowNothingIsLevel() {
    // Ranks 4 3 1.5 1.5 against 4 3 2 1.
    Agreement agreement = of(attribution(4, 3, 2, 1), importance(NAMES, .4, .3, -.2, -.1));
    assertThat(agreement.rankCorrelation()).isCloseTo(4.5 / Math.sqrt(4.5 * 5), within(1e-12));
  }

  @Test
  void whatCannotBeComparedIsNoFigure() {
    assertThat(of(attribution(4, 3, 2, 1), importance(NAMES, 0, 0, -1, 0)).rankCorrelation())
        .isNaN();
  }

  @Test
  void onlyFeaturesThatBothSpeakOfAreCompared() {
    Map<String, Double> one = Map.of("a", 4.0, "b", 3.0, "group", 9.0, "d", 1.0);
    assertThat(Agreement.of(one, Map.of("a", 4.0, "b", 3.0, "c", 9.0, "d", 1.0)))
        .isEqualTo(new Agreement(1, 3));
    assertThat(Agreement.of(one, Map.of("a", 1.0, "b", 2.0)).rankCorrelation()).isNaN();
    assertThat(Agreement.of(one, Map.of()).features()).isZero();
  }

  private static Agreement of(Map<String, Double> contributions, Importance importance) {
    return Agreement.of(contributions, Agreement.figures(importance));
  }

  private static Map<String, Double> attribution(double... values) {
    Map<String, Double> out = new HashMap<>();
    for (int j = 0; j < values.length; j++) {
      out.put(NAMES.get(j), Math.abs(values[j]));
    }
    return out;
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
