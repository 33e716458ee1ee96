package io.attest.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.correlate.Dependence;
import io.attest.explain.Effects;
import io.attest.explain.Importance;
import io.attest.explain.Provenance;
import io.attest.explain.quality.Quality;
import io.attest.measure.Fairness;
import io.attest.measure.Performance;
import io.attest.model.OutputSpace;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class AuditStoreTest {

  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private AuditStore store;
  private JdbcClient jdbc;

  @BeforeEach
  void open() {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Flyway.configure().dataSource(source).load().migrate();
    jdbc = JdbcClient.create(source);
    store = new AuditStore(jdbc, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  @Test
  void anAuditIsCreatedOnceAndEndsOnce() {
    store.create(audit("A-1", "high"));
    store.create(audit("A-1", "standard"));
    assertThat(store.get("A-1").tier()).isEqualTo("high");

    store.verdict("A-1", "warn");
    store.round("A-1", 2);
    store.end("A-1", "approved");
    store.end("A-1", "withdrawn");
    Audit ended = store.get("A-1");
    assertThat(ended.state()).isEqualTo("approved");
    assertThat(ended.verdict()).contains("warn");
    assertThat(ended.round()).isEqualTo(2);
    assertThat(ended.endedAt()).contains(NOW);
  }

  @Test
  void listsByModelAndState() {
    store.create(audit("A-1", "high"));
    store.create(audit("A-2", "high"));
    store.state("A-2", "waiting");
    assertThat(store.list(Optional.empty(), Optional.empty())).hasSize(2);
    assertThat(store.list(Optional.of("m"), Optional.of("waiting")))
        .extracting(Audit::id)
        .containsExactly("A-2");
    assertThat(store.list(Optional.of("other"), Optional.empty())).isEmpty();
  }

  @Test
  void everySectionComesBackAsItWasSaved() {
    store.create(audit("A-1", "high"));
    for (Section section : sections()) {
      store.save("A-1", section);
      store.save("A-1", section);
    }
    assertThat(store.sections("A-1"))
        .usingRecursiveComparison()
        .withComparatorForType(Double::compare, Double.class)
        .isEqualTo(sections());
  }

  @Test
  void anOlderRecordWithoutIntervalAndSpaceIsRead() {
    store.create(audit("A-1", "high"));
    Section.AttributionResult result =
        new Section.AttributionResult(
            "bad",
            OutputSpace.RAW,
            0.5,
            List.of(new Section.GlobalShare("age", 0.5, Optional.empty(), 1, 0.2)),
            0,
            List.of());
    Section.Explained explained =
        new Section.Explained(
            "tree-shap", Optional.empty(), List.of(), Optional.of(result), Optional.empty(), 1);
    store.save("A-1", explained);
    String written = jdbc.sql("select content from attest_section").query(String.class).single();
    String older = written.replaceAll("\"(interval|space)\":(null|\"RAW\"),|,\"quality\":null", "");
    assertThat(older).hasSizeLessThan(written.length() - 25);
    jdbc.sql("update attest_section set content = :older").param("older", older).update();
    assertThat(store.explained("A-1")).containsExactly(explained);
  }

  @Test
  void qualityComesBackAsItWasSaved() {
    store.create(audit("A-1", "high"));
    Quality quality =
        new Quality(
            List.of(
                new Quality.Figure("infidelity", 0.1, 0.05, 0.15, 20, "0 is best"),
                new Quality.Figure("additivity", 1e-12, Double.NaN, Double.NaN, 20, "")),
            25,
            1000,
            List.of("On fewer rows."));
    Section.Explained explained =
        new Section.Explained(
                "lime",
                Optional.empty(),
                List.of(),
                Optional.of(
                    new Section.LocalSurrogateResult(
                        "bad",
                        OutputSpace.RESPONSE,
                        0.7,
                        0.3,
                        0.8,
                        Double.NaN,
                        0,
                        List.of(),
                        List.of())),
                Optional.empty(),
                5)
            .with(quality);
    store.save("A-1", explained);
    assertThat(store.explained("A-1")).containsExactly(explained);
  }

  @Test
  void anotherRoundForgetsTheExplainersThatWereNotChosenAgain() {
    store.create(audit("A-1", "high"));
    sections().forEach(s -> store.save("A-1", s));
    store.keepExplained("A-1", List.of("pdp-ice"));
    assertThat(store.explained("A-1"))
        .extracting(Section.Explained::explainer)
        .containsExactly("pdp-ice");
  }

  @Test
  void aDecisionIsRecordedOnceATask() {
    store.create(audit("A-1", "high"));
    DecisionRecord decision =
        new DecisionRecord("review", "t1", "mary", NOW, "approve", "fine", "", 1);
    store.decide("A-1", decision);
    store.decide("A-1", decision);
    assertThat(store.decisions("A-1")).containsExactly(decision);
  }

  @Test
  void aDecisionKeepsWhatItMadeOfEachFinding() {
    store.create(audit("A-1", "high"));
    List<Disposition> dispositions = new ArrayList<>();
    for (int i = 1; i <= 12; i++) {
      Section.Finding finding =
          new Section.Finding(
              "F-" + i, "auc-low", "warn", "performance.auc", "", 0.7, "low", "", "d", "3");
      dispositions.add(new Disposition(finding, "waived", "Small book. \u00e4\n" + i));
    }
    DecisionRecord decision =
        new DecisionRecord("review", "t1", "mary", NOW, "approve", "", "", 1, dispositions);
    store.decide("A-1", decision);
    store.decide("A-1", decision);
    DecisionRecord second =
        new DecisionRecord(
            "second-approval", "t2", "abe", NOW.plusSeconds(9), "approve", "", "", 1);
    store.decide("A-1", second);
    assertThat(store.decisions("A-1")).containsExactly(decision, second);
  }

  @Test
  void thePreviousAuditIsTheLastOneOfTheModelThatPeopleDecided() {
    Audit now = audit("A-9", "high");
    store.create(now);
    assertThat(store.previous(now)).isEmpty();
    store.create(earlier(now, "A-1", now.model(), 900, "approved"));
    store.create(earlier(now, "A-2", now.model(), 600, "rejected"));
    store.create(earlier(now, "A-3", now.model(), 300, "withdrawn"));
    store.create(earlier(now, "A-4", "other", 200, "approved"));
    store.create(earlier(now, "A-5", now.model(), -100, "approved"));
    assertThat(store.previous(now)).map(Audit::id).contains("A-2");
  }

  private static Audit earlier(Audit now, String id, String model, long seconds, String state) {
    return new Audit(
        id,
        model,
        model,
        "high",
        "",
        "",
        "rest",
        "sam",
        now.startedAt().minusSeconds(seconds),
        state,
        Optional.empty(),
        Optional.empty(),
        1,
        Optional.empty());
  }

  @Test
  void progressGoesWithTheAudit() {
    store.create(audit("A-1", "high"));
    store.progress("A-1", new AuditStore.Step("explain", "tree-shap", 1, 10));
    store.progress("A-1", new AuditStore.Step("explain", "tree-shap", 5, 10));
    store.progress("A-1", new AuditStore.Step("ingest", "", 1, 1));
    assertThat(store.progress("A-1"))
        .containsExactly(
            new AuditStore.Step("ingest", "", 1, 1),
            new AuditStore.Step("explain", "tree-shap", 5, 10));
    store.end("A-1", "approved");
    assertThat(store.progress("A-1")).isEmpty();
  }

  static Audit audit(String id, String tier) {
    return new Audit(
        id,
        "m",
        "Model",
        tier,
        "yearly",
        "validator",
        "rest",
        "mary",
        NOW,
        "running",
        Optional.empty(),
        Optional.empty(),
        1,
        Optional.empty());
  }

  private static List<Section> sections() {
    Artifact artifact = new Artifact("a.parquet", "0".repeat(64), 12, "application/octet-stream");
    Section.Table table =
        new Section.Table(
            "data.csv",
            "1".repeat(64),
            artifact,
            10,
            9,
            1,
            List.of(new Section.Reject("not a number", 1, List.of("row 3, column age: 'x'"))),
            List.of(new Section.ColumnSummary("age", "numeric", "years", "", 0, "19 to 75")),
            List.of("delimiter ,"));
    Provenance provenance =
        new Provenance(
            "tree-shap",
            "quadrature, exact",
            "Lundberg et al. 2020",
            Map.of("seed", "1"),
            Optional.of(1L),
            "2".repeat(64),
            OutputSpace.RAW,
            9,
            0,
            9,
            Optional.of(1e-12),
            List.of());
    return List.of(
        new Section.Ingested(table, Optional.of(table), artifact, artifact, "xgboost", "3.0.4"),
        new Section.Correlated(
            new Dependence(
                List.of("a", "b"),
                List.of(new Dependence.Pair("a", "b", "spearman", 0.5, Double.NaN, 1, 0.01, 9)),
                new double[] {1.3, Double.NaN},
                List.of(List.of("a", "b")),
                0.5,
                List.of())),
        new Section.Selected(
            Map.of("family", "tree"),
            List.of(new Section.Choice("tree-shap", true, "", "a tree model"))),
        new Section.Explained(
            "pdp-ice",
            Optional.of(provenance),
            List.of(artifact),
            Optional.of(
                new Section.EffectsResult(
                    new Effects(
                        provenance,
                        "pdp",
                        List.of(
                            new Effects.Curve(
                                "age",
                                "bad",
                                List.of(),
                                new double[] {1, 2},
                                new double[] {0.1, 0.2},
                                new int[] {4, 5},
                                new int[0],
                                new double[0][]))))),
            Optional.empty(),
            7),
        new Section.Explained(
            "permutation-importance",
            Optional.of(provenance),
            List.of(),
            Optional.of(
                new Section.ImportanceResult(
                    new Importance(
                        provenance,
                        "increase in log loss",
                        0.5,
                        List.of(new Importance.Item("age", 0.1, 0.05, 0.15))))),
            Optional.empty(),
            7),
        new Section.Explained(
            "tree-shap",
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.of(new Section.Skipped("mary", NOW, "no time", "out of memory")),
            0),
        new Section.Explained(
            "tree-shap-interactions",
            Optional.of(provenance),
            List.of(),
            Optional.of(
                new Section.InteractionsResult(
                    "mean over all 3 classes",
                    OutputSpace.RAW,
                    2,
                    1e-14,
                    0.8,
                    List.of(new Section.PairShare("age", "job", 0.2, 0.1, Double.NaN)),
                    1,
                    List.of(
                        new Section.MatrixRow("age", List.of(0.5, 0.1)),
                        new Section.MatrixRow("job", List.of(0.1, 0.3))))),
            Optional.empty(),
            7),
        new Section.Explained(
            "tree-shap-loss",
            Optional.of(provenance),
            List.of(),
            Optional.of(
                new Section.LossResult(
                    0.6, 0.5, List.of(new Section.LossShare("age", -0.1, 0.2)), 1e-15)),
            Optional.empty(),
            7),
        new Section.Validated(
            Optional.of(
                new Performance(
                    9,
                    List.of(new Performance.Metric("performance.auc", 0.8, 0.7, 0.9)),
                    List.of(),
                    List.of())),
            Optional.of(new Fairness(List.of())),
            List.of(new Section.Fact("performance.auc", "all", 0.8)),
            List.of()),
        new Section.Judged(
            "warn",
            List.of(
                new Section.Finding(
                    "F-01", "R1", "warn", "vif", "age", 11, "high", "", "d1", "1"))),
        new Section.Reported(artifact),
        new Section.Published(artifact, artifact, "approved", NOW));
  }
}
