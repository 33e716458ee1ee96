package io.attest.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.ArtifactStore;
import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.EngineRecord;
import io.attest.audit.Section;
import io.attest.explain.Progress;
import io.attest.model.ModelSpec;
import io.attest.model.ModelSpecReader;
import io.attest.model.plugin.Plugins;
import io.attest.process.rules.DmnRules;
import io.attest.rules.RuleEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The scorecard is audited on its three dated data sets, one after the other, each compared with
 * the one before; docs/sample.md says what comes out.
 */
class DatedAuditsTest {
  private static final Path MODEL = Path.of("config/models/german-scorecard");
  private static final List<String> MONTHS = List.of("2026-03", "2026-06", "2026-09");
  private static final byte[] RULES = read(Path.of("bpmn/domain-rules.dmn"));

  @TempDir Path folder;

  private AuditStore audits;
  private ArtifactStore artifacts;
  private Snapshots snapshots;
  private final ModelSpec spec = ModelSpecReader.read(MODEL.resolve("model.yaml"));

  @BeforeEach
  void open() {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Flyway.configure().dataSource(source).load().migrate();
    audits = new AuditStore(JdbcClient.create(source), Clock.systemUTC());
    artifacts = new ArtifactStore(folder.resolve("artifacts"));
    snapshots = new Snapshots(audits, artifacts);
  }

  @Test
  void theGapGrowsUntilTheThirdAuditIsBlocked() {
    MONTHS.forEach(this::audit);

    assertThat(fact("2026-03", "fairness.impact_ratio", "age: under 25")).isBetween(0.80, 0.90);
    assertThat(fact("2026-06", "fairness.impact_ratio", "age: under 25")).isBetween(0.65, 0.75);
    assertThat(fact("2026-09", "fairness.impact_ratio", "age: under 25")).isBetween(0.38, 0.45);

    assertThat(audits.require("2026-03", Section.Drifted.class).baseline().orElseThrow().kind())
        .isEqualTo("training");
    assertThat(audits.require("2026-09", Section.Drifted.class).baseline().orElseThrow().audit())
        .isEqualTo("2026-06");
    assertThat(fact("2026-06", "drift.inputs", "inputs")).isZero();
    assertThat(fact("2026-09", "drift.inputs", "inputs")).isEqualTo(4);
    assertThat(fact("2026-06", "drift.score_psi", "bad")).isLessThan(0.1);
    assertThat(fact("2026-09", "drift.score_psi", "bad")).isBetween(0.1, 0.25);
    // The model tells good from bad as well as ever: it is the gap that stops it.
    assertThat(fact("2026-09", "drift.performance", "performance.auc")).isLessThan(0.02);
  }

  @ParameterizedTest
  @CsvSource({"standard, impact-ratio-low", "high, impact-ratio-low-high"})
  void onlyTheThirdAuditIsBlocked(String tier, String rule) {
    MONTHS.forEach(this::audit);
    assertThat(blocks("2026-03", tier)).isEmpty();
    assertThat(blocks("2026-06", tier)).isEmpty();
    assertThat(blocks("2026-09", tier)).contains(rule + " age: under 25");
  }

  private List<Section.Fact> facts(String audit) {
    return audits.require(audit, Section.Validated.class).facts();
  }

  private double fact(String audit, String metric, String subject) {
    return facts(audit).stream()
        .filter(f -> f.metric().equals(metric) && f.subject().equals(subject))
        .mapToDouble(Section.Fact::value)
        .findFirst()
        .orElseThrow(() -> new AssertionError(audit + " has no fact " + metric + " " + subject));
  }

  /** The stages of an audit that bear on the story, with the engine left out. */
  private void audit(String month) {
    Instant began = Instant.parse(month + "-30T09:00:00Z");
    audits.create(
        new Audit(
            month,
            spec.id(),
            spec.name(),
            spec.tier(),
            "quarterly",
            "",
            "schedule",
            "attest",
            began,
            "approved",
            Optional.empty(),
            Optional.empty(),
            1,
            Optional.of(began.plusSeconds(3600))));
    Sources local = (uri, base, target) -> Files.copy(base.resolve(uri), target);
    run(
        month,
        new Ingest(audits, artifacts, new One(spec), local, Plugins.OFF, snapshots),
        Map.of("model", spec.id(), "data", month + ".csv"));
    run(month, new Correlate(audits, snapshots), Map.of());
    audits.save(
        month,
        new Section.Selected(
            Map.of(), List.of(new Section.Choice("linear-shap", true, "", "linear"))));
    run(
        month,
        new Explain(audits, artifacts, snapshots, Clock.systemUTC()),
        Map.of("explainer", "linear-shap"));
    run(month, new Drift(audits, artifacts, snapshots, new SameRules()), Map.of());
    run(month, new Validate(audits, snapshots, artifacts), Map.of());
  }

  private static void run(String audit, Stage stage, Map<String, Object> variables) {
    stage.run(new StageTask(audit, new HashMap<>(variables), Progress.NONE));
  }

  /** Rule and subject of each finding that blocks a model of this tier. */
  private List<String> blocks(String audit, String tier) {
    RuleEngine.RuleBook book = new DmnRules().open(RULES, "domain-rules.dmn");
    List<String> found = new ArrayList<>();
    for (Section.Fact fact : facts(audit)) {
      book
          .ask(new RuleEngine.Question(fact.metric(), fact.subject(), fact.value(), tier, ""))
          .stream()
          .filter(answer -> answer.outputs().get("severity").equals("block"))
          .forEach(answer -> found.add(answer.outputs().get("rule") + " " + fact.subject()));
    }
    return found;
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All audits were judged by the table of this version. */
  private static final class SameRules implements EngineHistory {

    @Override
    public EngineRecord of(String auditId) {
      return new EngineRecord(List.of(), List.of(), List.of());
    }

    @Override
    public Map<String, byte[]> files(String auditId) {
      return Map.of("bpmn/domain-rules.dmn", RULES);
    }

    @Override
    public List<Judgement> judgements(String auditId) {
      return List.of();
    }

    @Override
    public List<String> obstacles(String auditId) {
      return List.of();
    }
  }

  private record One(ModelSpec spec) implements Models {

    @Override
    public List<String> ids() {
      return List.of(spec.id());
    }

    @Override
    public ModelSpec spec(String id) {
      return spec;
    }
  }
}
