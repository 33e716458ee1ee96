package io.attest.stage.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.Audit;
import io.attest.audit.AuditRecord;
import io.attest.audit.AuditStore;
import io.attest.audit.EngineRecord;
import io.attest.audit.Section;
import io.attest.audit.log.EvidenceLog;
import io.attest.explain.Progress;
import io.attest.model.ModelSpec;
import io.attest.model.ModelSpecReader;
import io.attest.model.plugin.Plugins;
import io.attest.process.rules.DmnRules;
import io.attest.rules.RuleEngine;
import io.attest.stage.Correlate;
import io.attest.stage.Drift;
import io.attest.stage.EngineHistory;
import io.attest.stage.Evidence;
import io.attest.stage.Explain;
import io.attest.stage.Ingest;
import io.attest.stage.Models;
import io.attest.stage.Records;
import io.attest.stage.Snapshots;
import io.attest.stage.Sources;
import io.attest.stage.Stage;
import io.attest.stage.StageTask;
import io.attest.stage.Validate;
import io.attest.stage.Verdict;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A small audit is made by the stages, packed, and run again from the pack. */
class ReproductionTest {
  private static final String ID = "ATT-card-20261122-1";

  @TempDir Path folder;

  private AuditStore audits;
  private ArtifactStore artifacts;
  private Path pack;

  @BeforeEach
  void anAudit() throws Exception {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Flyway.configure().dataSource(source).load().migrate();
    JdbcClient jdbc = JdbcClient.create(source);
    audits = new AuditStore(jdbc, Clock.systemUTC());
    artifacts = new ArtifactStore(folder.resolve("artifacts"));
    Path home = Files.createDirectories(folder.resolve("model"));
    StringBuilder csv = new StringBuilder("id,age,home,class\n");
    for (int i = 0; i < 120; i++) {
      csv.append(
          "c" + i + "," + (20 + i * 7 % 40) + "," + List.of("own", "rent", "free").get(i % 3));
      csv.append("," + (i * 13 % 7 < 3 ? "bad" : "good") + "\n");
    }
    Files.writeString(home.resolve("audit.csv"), csv);
    StringBuilder training = new StringBuilder("id,age,home,class\n");
    for (int i = 0; i < 150; i++) {
      training.append("t" + i + "," + (30 + i * 11 % 45) + ",");
      training.append(List.of("own", "own", "rent", "free").get(i % 4));
      training.append("," + (i * 13 % 7 < 3 ? "bad" : "good") + "\n");
    }
    Files.writeString(home.resolve("training.csv"), training);
    Files.writeString(
        home.resolve("card.yaml"),
        """
        format: scorecard
        link: logit
        intercept: -1.5
        coefficients:
          age: 0.03
          home: {own: 0, rent: 0.5, free: -0.25}
        """);
    Files.writeString(
        home.resolve("model.yaml"),
        """
        id: card
        name: A scorecard
        version: "1"
        owner: Somebody
        purpose: To be tested.
        prohibited-uses: [Anything else]
        tier: standard
        task: binary
        model: {format: scorecard, file: card.yaml}
        target: {column: class, positive: bad}
        data:
          audit: {uri: audit.csv}
          training: {uri: training.csv}
        row-id: id
        decision: {threshold: 0.4, favourable: below}
        features:
          - {name: age, type: numeric, meaning: Age}
          - {name: home, type: categorical, meaning: Home, levels: [own, rent, free]}
        explain: {seed: 3, background: 50, local: 5, quality: 10}
        """);
    ModelSpec spec = ModelSpecReader.read(home.resolve("model.yaml"));
    audits.create(
        new Audit(
            ID,
            "card",
            "A scorecard",
            "standard",
            "yearly",
            "",
            "rest",
            "mary",
            Instant.EPOCH,
            "running",
            Optional.empty(),
            Optional.empty(),
            1,
            Optional.empty()));
    Models models =
        new Models() {
          @Override
          public List<String> ids() {
            return List.of("card");
          }

          @Override
          public ModelSpec spec(String id) {
            return spec;
          }
        };
    Sources local = (uri, base, target) -> Files.copy(base.resolve(uri), target);
    Snapshots snapshots = new Snapshots(audits, artifacts);
    run(
        new Ingest(audits, artifacts, models, local, Plugins.OFF, snapshots),
        Map.of("model", "card"));
    run(new Correlate(audits, snapshots), Map.of());
    audits.save(
        ID,
        new Section.Selected(
            Map.of(),
            List.of(
                new Section.Choice("linear-shap", true, "", "linear"),
                new Section.Choice("pdp-ice", true, "grid=7", "shape"),
                new Section.Choice("kernel-shap", true, "", "sampled"))));
    Explain explain = new Explain(audits, artifacts, snapshots, Clock.systemUTC());
    for (String name : List.of("linear-shap", "pdp-ice", "kernel-shap")) {
      run(explain, Map.of("explainer", name, "reworkParameters", "seed=11"));
    }
    audits.save(ID, Drift.withTraining("The training data.", Optional.empty(), snapshots.load(ID)));
    run(new Validate(audits, snapshots, artifacts), Map.of("reworkParameters", "seed=11"));
    byte[] rules = Files.readAllBytes(Path.of("bpmn/domain-rules.dmn"));
    List<Section.Fact> facts = audits.require(ID, Section.Validated.class).facts();
    List<EngineHistory.Judgement> judgements = new java.util.ArrayList<>();
    RuleEngine.RuleBook book = new DmnRules().open(rules, "domain-rules.dmn");
    for (Section.Fact fact : facts) {
      judgements.add(
          new EngineHistory.Judgement(
              judgements.size(),
              "e" + judgements.size(),
              "1",
              book
                  .ask(
                      new RuleEngine.Question(
                          fact.metric(), fact.subject(), fact.value(), "standard", ""))
                  .stream()
                  .map(RuleEngine.Answer::outputs)
                  .toList()));
    }
    audits.save(ID, Verdict.judge(facts, judgements));

    EngineHistory engine =
        new EngineHistory() {
          @Override
          public EngineRecord of(String auditId) {
            return new EngineRecord(List.of(), List.of(), List.of());
          }

          @Override
          public Map<String, byte[]> files(String auditId) {
            return Map.of("bpmn/domain-rules.dmn", rules);
          }

          @Override
          public List<Judgement> judgements(String auditId) {
            return judgements;
          }

          @Override
          public List<String> obstacles(String auditId) {
            return List.of();
          }

          @Override
          public String parameters(String auditId) {
            return "seed=11";
          }
        };
    EvidenceLog log =
        new EvidenceLog(
            jdbc, new TransactionTemplate(new JdbcTransactionManager(source)), Clock.systemUTC());
    AuditRecord record = new Records(audits, snapshots, engine, log).of(ID);
    Artifact report = artifacts.put("report.xlsx", "x", "no workbook".getBytes());
    pack =
        artifacts.path(
            new Evidence(audits, artifacts, engine, log)
                .pack(record, new Section.Reported(report, Optional.empty(), Optional.empty())));
  }

  private static void run(Stage stage, Map<String, Object> variables) {
    stage.run(new StageTask(ID, new HashMap<>(variables), Progress.NONE));
  }

  private static Reproduction.Result reproduce(Path pack) throws Exception {
    return new Reproduction(
            new Reproduction.Settings(1e-9, 1e-12, false, Plugins.OFF), new DmnRules(), line -> {})
        .run(pack);
  }

  @Test
  void everyNumberIsFoundAgain() throws Exception {
    Reproduction.Result result = reproduce(pack);
    assertThat(result.lines())
        .extracting(Reproduction.Line::what)
        .containsExactly(
            "correlate",
            "kernel-shap",
            "linear-shap",
            "pdp-ice",
            "drift",
            "facts",
            "fairness",
            "notes",
            "performance",
            "thresholds",
            "weakSpots",
            "findings");
    assertThat(result.lines())
        .allSatisfy(
            l -> assertThat(l.outcome()).as(l.toString()).isEqualTo(Reproduction.Outcome.SAME));
    assertThat(result.reproduced()).isTrue();
    assertThat(result.versions()).isEmpty();
    assertThat(result.numbers()).isGreaterThan(1000);
    assertThat(result.largest()).isZero();
  }

  /** Somebody changes one number and makes every hash fit: only running it again can tell. */
  @Test
  void aForgedNumberIsFound() throws Exception {
    Reproduction.Result result =
        reproduce(
            forged(
                text -> {
                  // The first metric, after its name.
                  int value =
                      text.indexOf("\"value\" : ", text.indexOf("\"performance.auc\"")) + 10;
                  return text.substring(0, value)
                      + "0.91"
                      + text.substring(text.indexOf(',', value));
                }));
    assertThat(result.reproduced()).isFalse();
    assertThat(result.lines())
        .filteredOn(l -> l.outcome() == Reproduction.Outcome.DIFFERENT)
        .extracting(Reproduction.Line::what)
        .contains("performance");
    assertThat(result.lines())
        .filteredOn(l -> l.what().equals("performance"))
        .first()
        .satisfies(l -> assertThat(l.why()).contains("metrics[0].value", "0.91 then"));
  }

  /** Drift, its facts and what is found by them are changed so that they fit each other. */
  @Test
  void driftIsMeasuredAgainAgainstTheTrainingDataInThePack() throws Exception {
    double psi = audits.require(ID, Section.Drifted.class).inputs().get(0).psi();
    assertThat(psi).isGreaterThan(0.05);
    Reproduction.Result result =
        reproduce(forged(text -> text.replace(Double.toString(psi), "0.0125")));
    assertThat(result.reproduced()).isFalse();
    assertThat(result.lines())
        .filteredOn(l -> l.what().equals("drift"))
        .singleElement()
        .satisfies(
            l -> {
              assertThat(l.outcome()).isEqualTo(Reproduction.Outcome.DIFFERENT);
              assertThat(l.why()).contains("inputs[0].psi", "0.0125 then");
            });
  }

  @Test
  void driftAgainstAnotherAuditIsSaidNotToBeReproduced() throws Exception {
    Reproduction.Result result =
        reproduce(
            forged(
                text ->
                    text.replaceAll(
                        "\"kind\" : \"training\",(\\s+)\"audit\" : \"\"",
                        "\"kind\" : \"audit\",$1\"audit\" : \"ATT-card-20261001-1\"")));
    assertThat(result.missing()).containsExactly("drift");
    assertThat(result.reproduced()).isFalse();
    assertThat(result.lines())
        .filteredOn(l -> l.what().equals("drift"))
        .singleElement()
        .satisfies(l -> assertThat(l.why()).contains("ATT-card-20261001-1", "not in this pack"));
  }

  private Path forged(UnaryOperator<String> change) throws Exception {
    Path forged = Files.copy(pack, folder.resolve("forged.zip"));
    try (FileSystem zip = FileSystems.newFileSystem(forged)) {
      Path record = zip.getPath("record.json");
      String text = Files.readString(record);
      String changed = change.apply(text);
      assertThat(changed).isNotEqualTo(text);
      Files.writeString(record, changed);
      Path manifest = zip.getPath("manifest.json");
      Files.writeString(
          manifest,
          Files.readString(manifest)
              .replace(
                  ArtifactStore.sha256(text.getBytes()),
                  ArtifactStore.sha256(Files.readAllBytes(record))));
    }
    assertThat(EvidenceCheck.of(forged).intact()).isTrue();
    return forged;
  }

  @Test
  void aPackThatIsNotAsItWasIsNotRun() throws Exception {
    Path changed = Files.copy(pack, folder.resolve("changed.zip"));
    try (FileSystem zip = FileSystems.newFileSystem(changed)) {
      Files.writeString(zip.getPath("model/card.yaml"), "format: scorecard\n");
    }
    assertThatThrownBy(() -> reproduce(changed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("model/card.yaml is changed")
        .hasMessageContaining("Nothing is run");
  }

  @Test
  void numbersAreComparedByTheirSize() {
    Numbers numbers = new Numbers(1e-12);
    numbers.number("a", 1e-14, -1e-14);
    numbers.number("b", Double.NaN, Double.NaN);
    numbers.number("c", 1000, 1000.001);
    assertThat(numbers.compared()).isEqualTo(3);
    assertThat(numbers.largest()).isBetween(0.99e-6, 1.01e-6);
    assertThat(numbers.where()).startsWith("c: 1000.0 then");
    numbers.number("d", 1, Double.NaN);
    assertThat(numbers.largest()).isInfinite();
  }
}
