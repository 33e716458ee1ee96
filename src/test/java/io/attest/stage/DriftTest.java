package io.attest.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.EngineRecord;
import io.attest.audit.Section;
import io.attest.data.CategoricalColumn;
import io.attest.data.Column;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.data.Parquet;
import io.attest.data.TextColumn;
import io.attest.explain.Progress;
import io.attest.measure.drift.PredictionChange;
import io.attest.measure.drift.Shift;
import io.attest.model.plugin.Plugins;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The comparison of two audits, the choice of a baseline, and outcomes that come later. */
class DriftTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path folder;
  private AuditStore audits;
  private ArtifactStore artifacts;
  private Snapshots snapshots;
  private JdbcClient jdbc;
  private final Map<String, Map<String, byte[]>> rules = new HashMap<>();

  private final EngineHistory engine =
      new EngineHistory() {
        @Override
        public EngineRecord of(String auditId) {
          throw new UnsupportedOperationException();
        }

        @Override
        public Map<String, byte[]> files(String auditId) {
          if (!rules.containsKey(auditId)) {
            throw new IllegalArgumentException("The engine has no history of " + auditId + ".");
          }
          return rules.get(auditId);
        }

        @Override
        public List<Judgement> judgements(String auditId) {
          return List.of();
        }

        @Override
        public List<String> obstacles(String auditId) {
          return List.of();
        }
      };

  @BeforeEach
  void open() {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Flyway.configure().dataSource(source).load().migrate();
    jdbc = JdbcClient.create(source);
    audits = new AuditStore(jdbc, Clock.systemUTC());
    artifacts = new ArtifactStore(folder.resolve("artifacts"));
    snapshots = new Snapshots(audits, artifacts);
  }

  /** Rows of applicants; {@code older} moves their age. */
  private static Frame rows(int n, long seed, double older, boolean labelled) {
    SplittableRandom random = new SplittableRandom(seed);
    List<String> ids = IntStream.range(0, n).mapToObj(i -> "c" + i).toList();
    double[] age = new double[n];
    int[] home = new int[n];
    int[] outcome = new int[n];
    for (int i = 0; i < n; i++) {
      age[i] = Math.rint(20 + 30 * random.nextDouble() + older);
      home[i] = random.nextInt(3);
      outcome[i] = random.nextDouble() < 1 / (1 + Math.exp(4 - 0.1 * age[i])) ? 1 : 0;
    }
    List<Column> columns = new ArrayList<>();
    columns.add(new TextColumn("id", ids));
    columns.add(new NumericColumn("age", age));
    columns.add(new CategoricalColumn("home", home, List.of("own", "rent", "free")));
    if (labelled) {
      columns.add(
          new CategoricalColumn(
              "class", IntStream.of(outcome).map(o -> 1 - o).toArray(), List.of("bad", "good")));
    }
    return Frame.of(columns);
  }

  private static String yaml(String more) {
    return """
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
        row-id: id
        decision: {threshold: 0.5, favourable: below}
        features:
          - {name: age, type: numeric, meaning: Age}
          - {name: home, type: categorical, meaning: Home, levels: [own, rent, free]}
        protected: [home]
        explain: {seed: 3, background: 50, local: 5, quality: 0}
        """
        + more;
  }

  private static String card(double age, double rent) {
    return """
        format: scorecard
        link: logit
        intercept: -3.5
        coefficients:
          age: %s
          home: {own: 0, rent: %s, free: -0.25}
        """
        .formatted(age, rent);
  }

  private Artifact put(String name, String text) {
    return artifacts.put(name, "x/y", text.getBytes(StandardCharsets.UTF_8));
  }

  private Section.Table table(String name, Frame frame) {
    return new Section.Table(
        name + ".csv",
        "0".repeat(64),
        artifacts.put(name + ".parquet", "x/y", file -> Parquet.write(frame, file)),
        frame.rows(),
        frame.rows(),
        0,
        List.of(),
        List.of(),
        List.of());
  }

  /** An audit up to its explanations; the day is when it began, it took an hour. */
  private void audit(
      String id, int day, String state, Frame rows, Optional<Frame> training, String card) {
    audit(id, day, state, rows, training, card, yaml(""));
  }

  private void audit(
      String id,
      int day,
      String state,
      Frame rows,
      Optional<Frame> training,
      String card,
      String yaml) {
    Instant began = START.plusSeconds(86_400L * day);
    boolean ended = AuditStore.DECIDED.contains(state) || state.equals("withdrawn");
    audits.create(
        new Audit(
            id,
            "card",
            "A scorecard",
            "standard",
            "yearly",
            "",
            "rest",
            "mary",
            began,
            state,
            Optional.empty(),
            Optional.empty(),
            1,
            ended ? Optional.of(began.plusSeconds(3600)) : Optional.empty()));
    rules.put(id, Map.of("bpmn/domain-rules.dmn", new byte[] {1}));
    audits.save(
        id,
        new Section.Ingested(
            table("audit-data", rows),
            training.map(t -> table("training-data", t)),
            put("card.yaml", card),
            put("model.yaml", yaml),
            "scorecard",
            ""));
    audits.save(
        id,
        new Section.Selected(
            Map.of(), List.of(new Section.Choice("linear-shap", true, "", "linear"))));
    new Explain(audits, artifacts, snapshots, Clock.systemUTC())
        .run(new StageTask(id, Map.of("explainer", "linear-shap"), Progress.NONE));
  }

  private Section.Drifted drift(String id) {
    return drift(id, Map.of());
  }

  private Section.Drifted drift(String id, Map<String, Object> variables) {
    new Drift(audits, artifacts, snapshots, engine)
        .run(new StageTask(id, variables, Progress.NONE));
    return audits.require(id, Section.Drifted.class);
  }

  private void validated(String id) {
    Snapshot snapshot = snapshots.load(id);
    Frame frame = snapshot.audit();
    audits.save(
        id,
        new Section.Validated(
            snapshot
                .declared()
                .knownLabels(frame)
                .map(
                    l ->
                        io.attest.measure.Performances.of(
                            snapshot.spec().task(),
                            1,
                            DataShift.responses(snapshot.declared(), frame),
                            l,
                            snapshot.spec().decision())),
            Optional.empty(),
            List.of(),
            List.of()));
  }

  private static Map<String, Double> facts(Section.Drifted drifted) {
    Map<String, Double> facts = new HashMap<>();
    new Facts()
        .drift(drifted)
        .list()
        .forEach(f -> facts.put(f.metric() + " " + f.subject(), f.value()));
    return facts;
  }

  // --- the comparison -------------------------------------------------------------------------

  @Test
  void otherDataUnderTheSameModel() {
    Optional<Frame> training = Optional.of(rows(400, 9, 0, true));
    audit("ATT-1", 0, "approved", rows(600, 1, 0, true), training, card(0.1, 0.5));
    validated("ATT-1");
    audit("ATT-2", 1, "running", rows(500, 2, 12, true), training, card(0.1, 0.5));
    Section.Drifted drifted = drift("ATT-2");

    assertThat(drifted.baseline().orElseThrow().audit()).isEqualTo("ATT-1");
    assertThat(drifted.why()).contains("approved last");
    assertThat(drifted.inputs()).extracting(Shift::name).containsExactly("age", "home");
    assertThat(drifted.inputs())
        .filteredOn(Shift::drifted)
        .extracting(Shift::name)
        .containsExactly("age");
    assertThat(drifted.inputs().get(0).scaled()).isGreaterThan(1);
    assertThat(drifted.scores()).singleElement().matches(Shift::drifted);
    Shift labels = drifted.labels().orElseThrow();
    assertThat(labels.name()).isEqualTo("class = bad");
    assertThat(labels.meanNow()).isGreaterThan(labels.meanThen() + 0.1);
    assertThat(drifted.performance()).isNotEmpty();
    // Same model, same training data: explanations compare as they are.
    assertThat(drifted.attribution().orElseThrow().how()).startsWith("As both audits explained");
    assertThat(drifted.attribution().orElseThrow().features())
        .extracting(f -> f.name())
        .containsExactlyInAnyOrder("age", "home");
    assertThat(drifted.attribution().orElseThrow().features())
        .filteredOn(f -> f.name().equals("age"))
        .allMatch(f -> f.change() > 0 && f.shift().drifted());
    assertThat(drifted.fixedRows()).isEmpty();
    assertThat(drifted.notTested()).singleElement().asString().startsWith("The same rows:");
    assertThat(drifted.changed())
        .filteredOn(c -> !c.same())
        .extracting(Section.Changed::what)
        .containsExactly("Audit data");
    assertThat(facts(drifted))
        .containsKeys(
            "drift.psi age",
            "drift.ks age",
            "drift.wasserstein age",
            "drift.score_psi bad",
            "drift.label_rate class = bad",
            "drift.performance performance.auc",
            "drift.attribution_ndcg linear-shap",
            "drift.attribution_share age",
            "drift.attribution_psi age")
        .containsEntry("drift.inputs inputs", 1.0)
        .doesNotContainKeys("drift.flips baseline's rows", "drift.psi home");
    // A stage may run twice.
    assertThat(drift("ATT-2")).isEqualTo(drifted);
  }

  @Test
  void anotherModelOnTheSameRows() {
    Frame rows = rows(700, 1, 0, true);
    audit("ATT-1", 0, "approved", rows, Optional.empty(), card(0.1, 0.5));
    audit("ATT-2", 1, "running", rows, Optional.empty(), card(0.1, -1.5));
    Section.Drifted drifted = drift("ATT-2");
    assertThat(drifted.inputs()).allMatch(s -> s.psi() == 0);

    PredictionChange change = drifted.fixedRows().orElseThrow();
    Snapshot then = snapshots.load("ATT-1");
    Snapshot now = snapshots.load("ATT-2");
    double[] a = DataShift.responses(then.declared(), rows);
    double[] b = DataShift.responses(now.declared(), rows);
    long flips = IntStream.range(0, 700).filter(i -> a[i] >= 0.5 != b[i] >= 0.5).count();
    assertThat(change.flips()).isEqualTo((int) flips).isPositive();
    assertThat(change.maxAbsolute())
        .isCloseTo(
            IntStream.range(0, 700).mapToDouble(i -> Math.abs(a[i] - b[i])).max().orElseThrow(),
            within(1e-12));
    assertThat(change.groups())
        .filteredOn(g -> g.name().equals("rent"))
        .singleElement()
        .matches(g -> g.flips() == flips);
    assertThat(change.first()).hasSizeLessThanOrEqualTo(20).allMatch(r -> r.id().startsWith("c"));

    Section.Stability stability = drifted.stability().orElseThrow();
    assertThat(stability.rows()).isEqualTo(500);
    assertThat(stability.allRows()).isEqualTo(700);
    assertThat(stability.signs()).isLessThan(1);
    assertThat(drifted.changed())
        .filteredOn(c -> c.what().equals("Model file"))
        .noneMatch(Section.Changed::same);
    assertThat(facts(drifted))
        .containsKeys(
            "drift.flips baseline's rows",
            "drift.prediction_change baseline's rows",
            "drift.explanation_stability linear-shap");
    assertThat(facts(drifted).get("drift.psi age")).isZero();
  }

  /** Without training data the background is of the audited rows, which are others. */
  @Test
  void explanationsThatDoNotCompareAreMadeAgain() {
    audit("ATT-1", 0, "approved", rows(300, 1, 0, false), Optional.empty(), card(0.1, 0.5));
    audit("ATT-2", 1, "running", rows(300, 2, 12, false), Optional.empty(), card(0.1, 0.5));
    Section.Drifted drifted = drift("ATT-2");
    assertThat(drifted.attribution().orElseThrow().how())
        .contains("Explained again")
        .contains("the background rows were others");
    // From the younger people of then, all the older ones of now differ in age.
    assertThat(drifted.attribution().orElseThrow().features())
        .filteredOn(f -> f.name().equals("age"))
        .allMatch(f -> f.now() > 1.3 * f.then());
    assertThat(drifted.notTested())
        .anyMatch(n -> n.startsWith("Outcomes: this audit has no labels yet"))
        .anyMatch(n -> n.startsWith("Performance: this audit has no labels yet"));
    assertThat(drifted.labels()).isEmpty();
  }

  @Test
  void aRowOnlyAndAColumnThatWasNotThere() {
    String onlyAge =
        yaml("").replaceAll("(?m)^  - \\{name: home.*\n", "").replaceAll("(?m)^protected.*\n", "");
    Frame one = rows(1, 1, 0, true);
    audit(
        "ATT-1",
        0,
        "rejected",
        Frame.of(one.columns().stream().filter(c -> !c.name().equals("home")).toList()),
        Optional.empty(),
        "format: scorecard\nlink: logit\nintercept: -3.5\ncoefficients:\n  age: 0.1\n",
        onlyAge);
    audit("ATT-2", 1, "running", one, Optional.empty(), card(0.1, 0.5));
    Section.Drifted drifted = drift("ATT-2");
    assertThat(drifted.why()).contains("decided last");
    assertThat(drifted.inputs()).extracting(Shift::name).containsExactly("age");
    assertThat(drifted.notTested())
        .anyMatch(n -> n.startsWith("Input home: the baseline has no such column"))
        .anyMatch(n -> n.startsWith("The same rows: this model cannot be asked about them"));
    assertThat(facts(drifted)).doesNotContainKey("drift.ks age");
    // And the other way round.
    audit(
        "ATT-3",
        2,
        "running",
        one,
        Optional.empty(),
        "format: scorecard\nlink: logit\nintercept: -3.5\ncoefficients:\n  age: 0.1\n",
        onlyAge);
    assertThat(drift("ATT-3", Map.of("baseline", "ATT-2")).notTested())
        .anyMatch(n -> n.equals("Input home: the model no longer uses it."));
  }

  @Test
  void aBaselineThatIsLostOrChangedIsSaidSo() throws IOException {
    Frame rows = rows(100, 1, 0, true);
    audit("ATT-1", 0, "approved", rows, Optional.empty(), card(0.1, 0.5));
    audit("ATT-2", 1, "running", rows(100, 2, 0, true), Optional.empty(), card(0.1, 0.5));
    rules.remove("ATT-1");
    Artifact contributions = audits.explained("ATT-1").get(0).files().get(0);
    Files.delete(artifacts.path(contributions));
    Section.Drifted drifted = drift("ATT-2");
    assertThat(drifted.inputs()).hasSize(2);
    assertThat(drifted.notTested())
        .anyMatch(n -> n.startsWith("Explanations: The artefact") && n.contains("is not in"))
        .anyMatch(n -> n.startsWith("Rules of ATT-1: The engine has no history"));

    Artifact data = audits.require("ATT-1", Section.Ingested.class).audit().snapshot();
    Files.writeString(artifacts.path(data), "something else");
    Section.Drifted lost = drift("ATT-2");
    assertThat(lost.baseline()).isEmpty();
    assertThat(lost.notTested())
        .singleElement()
        .asString()
        .startsWith("Everything: the baseline ATT-1 is lost.")
        .contains("has changed since it was stored");
    assertThat(facts(lost)).isEmpty();
  }

  // --- the choice -----------------------------------------------------------------------------

  @Test
  void whoeverAsksIsHeardBeforeTheDeclarationAndThatBeforeTheUsual() {
    Frame rows = rows(50, 1, 0, true);
    Optional<Frame> training = Optional.of(rows(60, 3, 0, true));
    audit("ATT-1", 0, "approved-with-conditions", rows, training, card(0.1, 0.5));
    audit("ATT-2", 1, "rejected", rows, training, card(0.1, 0.5));
    audit("ATT-3", 2, "withdrawn", rows, training, card(0.1, 0.5));
    audit("ATT-5", 9, "approved", rows, training, card(0.1, 0.5));
    audit("ATT-4", 3, "running", rows, training, card(0.1, 0.5), yaml("baseline: training\n"));
    assertThat(drift("ATT-4").baseline().orElseThrow().kind()).isEqualTo("training");
    assertThat(drift("ATT-4").why()).contains("as model.yaml says");
    assertThat(drift("ATT-4").notTested()).anyMatch(n -> n.startsWith("Performance: a model does"));
    // What was decided after this audit began is not its baseline.
    assertThat(baseline("ATT-4", "last-approved")).isEqualTo("ATT-1");
    assertThat(baseline("ATT-4", "ATT-3")).isEqualTo("ATT-3");
    assertThat(drift("ATT-4", Map.of("baseline", "none")).baseline()).isEmpty();
    assertThat(drift("ATT-4", Map.of("baseline", "none")).why()).contains("as asked at the start");
    assertThat(drift("ATT-4", Map.of("baseline", "ATT-99")).why())
        .contains("is no audit of this model here");
  }

  private String baseline(String id, String asked) {
    return drift(id, Map.of("baseline", asked)).baseline().orElseThrow().audit();
  }

  @Test
  void aFirstAuditSaysSo() {
    audit("ATT-1", 0, "running", rows(20, 1, 0, true), Optional.empty(), card(0.1, 0.5));
    Section.Drifted drifted = drift("ATT-1");
    assertThat(drifted.baseline()).isEmpty();
    assertThat(drifted.why()).startsWith("No baseline: this is the first audit of the model");
    assertThat(facts(drifted)).isEmpty();
    assertThatThrownBy(() -> Baselines.check(audits, "other", "ATT-1"))
        .hasMessageContaining("is of the model card");
    assertThatThrownBy(() -> Baselines.check(audits, "card", "yesterday"))
        .hasMessageContaining("Name one, or last-approved, training or none.");
  }

  // --- outcomes that come later ---------------------------------------------------------------

  private final List<StartRequest> started = new ArrayList<>();

  private Labels labels() {
    return new Labels(
        audits,
        snapshots,
        new Uploads() {
          @Override
          public String keep(String fileName, InputStream content) throws IOException {
            Files.write(folder.resolve(fileName), content.readAllBytes());
            return "upload:" + fileName;
          }

          @Override
          public Optional<Path> find(String name) {
            return Optional.of(folder.resolve(name.substring("upload:".length())));
          }
        },
        new Audits() {
          @Override
          public String start(StartRequest request) {
            started.add(request);
            return "ATT-2";
          }

          @Override
          public Optional<String> startAlone(StartRequest request) {
            return Optional.of(start(request));
          }

          @Override
          public Optional<String> startedFor(String key) {
            return Optional.empty();
          }

          @Override
          public void cancel(String auditId, String who, String reason) {
            throw new UnsupportedOperationException();
          }
        });
  }

  private Labels.Attached attach(String csv) throws IOException {
    return labels()
        .attach(
            "ATT-1",
            "labels.csv",
            new ByteArrayInputStream(csv.getBytes(StandardCharsets.UTF_8)),
            "mary");
  }

  @Test
  void outcomesBeginAnAuditOfTheSameRowsAndLeaveTheFirstAsItWas() throws IOException {
    Frame rows = rows(40, 1, 0, false);
    audit("ATT-0", 0, "approved", rows(40, 5, 0, true), Optional.empty(), card(0.1, 0.5));
    audit("ATT-1", 1, "approved", rows, Optional.empty(), card(0.1, 0.5));
    drift("ATT-1");
    List<Section> before = audits.sections("ATT-1");
    assertThat(attach("id,class\nc3,bad\nc0,good\nc39,bad\n"))
        .isEqualTo(new Labels.Attached("ATT-2", 3, 40));
    StartRequest wish = started.get(0);
    assertThat(wish.trigger()).isEqualTo("labels");
    assertThat(wish.follows()).contains("ATT-1");
    assertThat(wish.baseline()).contains("ATT-0");
    assertThat(wish.key().orElseThrow()).startsWith("labels:ATT-1:");
    assertThat(wish.reason()).isEqualTo("Outcomes of 3 of the 40 rows of ATT-1 have come");

    // The audit that it begins.
    audits.create(
        new Audit(
            "ATT-2",
            "card",
            "A scorecard",
            "standard",
            wish.reason(),
            "",
            "labels",
            "mary",
            START.plusSeconds(86_400L * 3),
            "running",
            Optional.empty(),
            wish.data(),
            1,
            Optional.empty()));
    rules.put("ATT-2", Map.of());
    Map<String, Object> variables =
        Map.of(
            "model", "card",
            "follows", "ATT-1",
            "baseline", "ATT-0",
            "data", wish.data().orElseThrow(),
            "explainer", "linear-shap");
    StageTask task = new StageTask("ATT-2", variables, Progress.NONE);
    new Ingest(
            audits,
            artifacts,
            null,
            (uri, base, target) -> Files.copy(folder.resolve("labels.csv"), target),
            Plugins.OFF,
            snapshots)
        .run(task);
    Frame labelled = snapshots.load("ATT-2").audit();
    assertThat(labelled.rows()).isEqualTo(40);
    Column outcome = labelled.column("class");
    assertThat(outcome.missing()).isEqualTo(37);
    assertThat(List.of(outcome.text(0), outcome.text(3), outcome.text(39)))
        .containsExactly("good", "bad", "bad");
    assertThat(audits.require("ATT-2", Section.Ingested.class).audit().notes())
        .anyMatch(n -> n.startsWith("The rows of ATT-1, with the outcomes of 3 of 40 rows"));
    assertThat(audits.require("ATT-2", Section.Ingested.class).modelFile())
        .isEqualTo(audits.require("ATT-1", Section.Ingested.class).modelFile());

    audits.save("ATT-2", audits.require("ATT-1", Section.Selected.class));
    new Explain(audits, artifacts, snapshots, Clock.systemUTC()).run(task);
    Section.Explained taken = audits.explained("ATT-2").get(0);
    assertThat(taken.files()).isEqualTo(audits.explained("ATT-1").get(0).files());
    assertThat(taken.provenance().orElseThrow().notes())
        .anyMatch(n -> n.startsWith("Taken over from ATT-1"));
    Section.Drifted drifted = drift("ATT-2", variables);
    assertThat(drifted.labelled()).contains(new Section.Labelled("ATT-1", 3, 40));
    assertThat(drifted.labels()).isPresent();
    assertThat(audits.sections("ATT-1")).isEqualTo(before);
  }

  @Test
  void labelsThatDoNotFitAreRefusedAndNothingBegins() {
    Frame rows = rows(10, 1, 0, false);
    audit("ATT-1", 1, "approved", rows, Optional.empty(), card(0.1, 0.5));
    refused("id,class\nc3,bad\nx7,good\n", "1 of 2 labels are of rows that this audit does not");
    refused("id,class\nc3,bad\nc3,good\n", "id c3 stands twice among the labels");
    refused("id,class\nc3,\n", "id c3 has no outcome");
    refused("id,other\nc3,bad\n", "class");
    refused("id,class\n", "labels.csv: ");
    assertThatThrownBy(
            () -> labels().attach("ATT-9", "labels.csv", InputStream.nullInputStream(), "mary"))
        .hasMessage("There is no audit ATT-9.");
    assertThat(started).isEmpty();
  }

  @Test
  void anOutcomeThatIsKnownIsNotChanged() {
    audit("ATT-1", 1, "approved", rows(10, 1, 0, true), Optional.empty(), card(0.1, 0.5));
    String is = snapshots.load("ATT-1").audit().column("class").text(3);
    refused(
        "id,class\nc3," + (is.equals("bad") ? "good" : "bad") + "\n",
        "Row 4 has the outcome " + is + " already");
  }

  private void refused(String csv, String why) {
    assertThatThrownBy(() -> attach(csv))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }
}
