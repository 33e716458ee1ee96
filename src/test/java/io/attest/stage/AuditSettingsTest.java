package io.attest.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attest.explain.Dataset;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.model.Batch;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AuditSettingsTest {

  @Test
  void aReviewersParametersTakeThePlaceOfTheOwners() {
    AuditSettings settings =
        AuditSettings.of(
            Map.of("seed", "7", "pdp-ice.grid", "10"),
            task(Map.of("reworkParameters", "pdp-ice.grid=40\nlocal=3")));
    assertThat(settings.seed()).isEqualTo(7);
    assertThat(settings.local()).isEqualTo(3);
    assertThat(settings.explainer("pdp-ice", Parameters.parse("grid=20; ice=5")).values())
        .containsExactlyInAnyOrderEntriesOf(Map.of("grid", "40", "ice", "5"));
  }

  @Test
  void aParameterThatNothingKnowsIsRefused() {
    assertThatThrownBy(() -> AuditSettings.of(Map.of("sed", "7"), task(Map.of())))
        .hasMessageContaining("sed")
        .hasMessageContaining("seed");
  }

  @Test
  void whatAReviewerWritesIsCheckedBeforeAnythingRuns() {
    AuditSettings.check("seed=3\npdp-ice.grid=40");
    AuditSettings.check("");
    assertThatThrownBy(() -> AuditSettings.check("grid=40")).hasMessageContaining("grid");
    assertThatThrownBy(() -> AuditSettings.check("pdp.grid=40")).hasMessageContaining("pdp-ice");
    assertThatThrownBy(() -> AuditSettings.check("seed")).hasMessageContaining("name=value");
  }

  @Test
  void theBackgroundIsASeededSampleInTheOrderOfTheRows() {
    Dataset rows =
        new Dataset(
            new Batch(100, 1, java.util.stream.IntStream.range(0, 100).asDoubleStream().toArray()),
            Optional.empty());
    AuditSettings ten = AuditSettings.of(Map.of("background", "10"), task(Map.of()));
    double[] first = Explain.background(rows, ten).rows().values();
    assertThat(first).hasSize(10).isSorted().doesNotHaveDuplicates();
    assertThat(Explain.background(rows, ten).rows().values()).isEqualTo(first);
    AuditSettings other = AuditSettings.of(Map.of("background", "10", "seed", "2"), task(Map.of()));
    assertThat(Explain.background(rows, other).rows().values()).isNotEqualTo(first);
    AuditSettings all = AuditSettings.of(Map.of("background", "100"), task(Map.of()));
    assertThat(Explain.background(rows, all)).isSameAs(rows);
  }

  private static StageTask task(Map<String, Object> variables) {
    return new StageTask("A-1", variables, Progress.NONE);
  }
}
