package io.attest.process.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.process.ProcessTest;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.util.ReflectionTestUtils;

class AuditFiguresTest extends ProcessTest {
  @Autowired AuditFigures figures;
  @Autowired AuditStore audits;

  @Test
  void whatMayComeIsZeroAndDecisionsHaveADuration() {
    audits.create(
        new Audit(
            "ATT-metered-20261122-1",
            "metered",
            "Metered",
            "standard",
            "why",
            "",
            "rest",
            "ada",
            Instant.now().minusSeconds(3600),
            "running",
            Optional.of("pass"),
            Optional.empty(),
            1,
            Optional.empty()));
    audits.end("ATT-metered-20261122-1", "rejected");
    ReflectionTestUtils.setField(figures, "lastAt", Instant.MIN);
    MetricSnapshots all = figures.collect();
    assertThat(value(all, "attest_tasks_overdue", "task", "review")).isZero();
    assertThat(points(all, "attest_incidents"))
        .anySatisfy(p -> assertThat(p.getLabels().get("activity")).isEqualTo("ingest"));
    assertThat(points(all, "attest_model_use"))
        .filteredOn(p -> "metered".equals(p.getLabels().get("model")))
        .hasSize(5);
    assertThat(points(all, "attest_audit_decision_seconds"))
        .filteredOn(p -> "metered".equals(p.getLabels().get("model")))
        .singleElement()
        .satisfies(
            p -> {
              SummaryDataPointSnapshot summary = (SummaryDataPointSnapshot) p;
              assertThat(summary.getCount()).isEqualTo(1);
              assertThat(summary.getSum()).isBetween(3599.0, 3700.0);
            });
  }

  private static double value(MetricSnapshots all, String name, String label, String is) {
    return points(all, name).stream()
        .filter(p -> is.equals(p.getLabels().get(label)))
        .map(p -> ((GaugeDataPointSnapshot) p).getValue())
        .findFirst()
        .orElseThrow();
  }

  private static List<? extends DataPointSnapshot> points(MetricSnapshots all, String name) {
    MetricSnapshot found =
        all.stream().filter(m -> m.getMetadata().getName().equals(name)).findFirst().orElseThrow();
    return found.getDataPoints();
  }
}
