package io.attest.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.data.CategoricalColumn;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.data.Parquet;
import io.attest.data.TextColumn;
import io.attest.explain.Attribution;
import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.Explainers;
import io.attest.explain.NotApplicable;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.RowExplainer;
import io.attest.explain.anchor.AnchorRules;
import io.attest.explain.lime.Lime;
import io.attest.explain.quality.Quality;
import io.attest.explain.shap.LinearShap;
import io.attest.measure.Membership;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.ModelSpec;
import io.attest.model.OutputSpace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The stage with an explainer that gets its rows in blocks. */
class ExplainTest {
  private static final int ROWS = 1003;
  private static final int BLOCK = 100;

  @TempDir Path folder;
  private AuditStore audits;
  private ArtifactStore artifacts;
  private Snapshots snapshots;

  /** Linear SHAP that wants small blocks, and remembers what it was given. */
  private static final class SmallBlocks implements RowExplainer<Attribution> {
    private final List<Integer> blocks = new ArrayList<>();
    private final LinearShap inner = new LinearShap(1);
    private long announced;
    private int auditRows;
    private int backgroundRows;
    private Optional<Integer> trainingRows = Optional.empty();
    private Beside beside = Beside.BACKGROUND;

    @Override
    public String name() {
      return "linear-shap";
    }

    @Override
    public Beside beside(Model model, Parameters parameters) {
      return beside;
    }

    @Override
    public Prepared<Attribution> prepare(Request request, long rows, Progress progress) {
      announced = rows;
      auditRows = request.audit().size();
      backgroundRows = request.background().size();
      trainingRows = request.training().map(Dataset::size);
      Dataset some = new Dataset(new Batch(1, 2, new double[2]), Optional.empty());
      Prepared<Attribution> prepared =
          inner.prepare(
              backgroundRows > 0
                  ? request
                  : new Request(
                      request.model(),
                      request.audit(),
                      some,
                      request.training(),
                      request.parameters(),
                      request.seed()),
              rows,
              progress);
      return new Prepared<>() {
        @Override
        public int block() {
          return BLOCK;
        }

        @Override
        public Attribution explain(Batch rows, Progress progress) {
          blocks.add(rows.rows());
          return prepared.explain(rows, progress);
        }
      };
    }
  }

  /** Rows that the quality is measured on: the blocks of that are not those of the explanation. */
  private int quality;

  private final SmallBlocks explainer = new SmallBlocks();

  private static Frame rows(int n, boolean labelled) {
    Random random = new Random(11);
    List<String> ids = IntStream.range(0, n).mapToObj(i -> i % 7 == 0 ? "" : "c" + i).toList();
    int[] outcome = random.ints(n, 0, 2).toArray();
    if (!labelled) {
      outcome[n - 1] = CategoricalColumn.MISSING;
    }
    return Frame.of(
        List.of(
            new TextColumn("id", ids),
            // Few different values, so that there are ties among the errors.
            new NumericColumn("age", random.ints(n, 20, 60).mapToDouble(i -> i).toArray()),
            new CategoricalColumn(
                "home", random.ints(n, 0, 3).toArray(), List.of("own", "rent", "free")),
            new CategoricalColumn("class", outcome, List.of("good", "bad"))));
  }

  @BeforeEach
  void open() {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Flyway.configure().dataSource(source).load().migrate();
    audits = new AuditStore(JdbcClient.create(source), Clock.systemUTC());
    artifacts = new ArtifactStore(folder.resolve("artifacts"));
    snapshots = new Snapshots(audits, artifacts);
  }

  private StageTask frozen(Frame audit, Optional<Frame> training, Progress progress) {
    String yaml =
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
        row-id: id
        decision: {threshold: 0.4, favourable: below}
        features:
          - {name: age, type: numeric, meaning: Age}
          - {name: home, type: categorical, meaning: Home, levels: [own, rent, free]}
        explain: {seed: 3, background: 50, local: 30, quality: %d}
        """
            .formatted(quality);
    String card =
        """
        format: scorecard
        link: logit
        intercept: -1.5
        coefficients:
          age: 0.03
          home: {own: 0, rent: 0.5, free: -0.25}
        """;
    audits.create(
        new Audit(
            "A-1",
            "card",
            "A scorecard",
            "standard",
            "yearly",
            "validator",
            "rest",
            "mary",
            Instant.EPOCH,
            "running",
            Optional.empty(),
            Optional.empty(),
            1,
            Optional.empty()));
    Artifact snapshot =
        artifacts.put("audit-data.parquet", "x/y", file -> Parquet.write(audit, file));
    audits.save(
        "A-1",
        new Section.Ingested(
            new Section.Table(
                "audit.csv",
                "0".repeat(64),
                snapshot,
                audit.rows(),
                audit.rows(),
                0,
                List.of(),
                List.of(),
                List.of()),
            training.map(
                t ->
                    new Section.Table(
                        "training.csv",
                        "1".repeat(64),
                        artifacts.put(
                            "training-data.parquet", "x/y", file -> Parquet.write(t, file)),
                        t.rows(),
                        t.rows(),
                        0,
                        List.of(),
                        List.of(),
                        List.of())),
            artifacts.put(
                "card.yaml", "x/y", card.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
            artifacts.put(
                "model.yaml", "x/y", yaml.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
            "scorecard",
            ""));
    audits.save(
        "A-1",
        new Section.Selected(
            Map.of(), List.of(new Section.Choice("linear-shap", true, "", "linear"))));
    return new StageTask("A-1", Map.of("explainer", "linear-shap"), progress);
  }

  private Section.Explained explained(Frame audit, Progress progress) {
    return explained(audit, Optional.empty(), progress);
  }

  private Section.Explained explained(Frame audit, Optional<Frame> training, Progress progress) {
    return explained(explainer, frozen(audit, training, progress));
  }

  private Section.Explained explained(Explainer<?> explainer, StageTask task) {
    new Explain(
            audits,
            artifacts,
            snapshots,
            new Explainers(Map.of("linear-shap", explainer)),
            Clock.fixed(Instant.EPOCH, ZoneOffset.UTC))
        .run(task);
    return audits.explained("A-1").get(0);
  }

  @Test
  void aMethodThatDoesNotFitIsLeftOutWithItsReason() {
    Explainer<Attribution> unfit =
        new Explainer<>() {
          @Override
          public String name() {
            return "linear-shap";
          }

          @Override
          public Attribution explain(Request request, Progress progress) {
            throw new NotApplicable("The leaves are not those of the training rows.");
          }
        };
    Section.Explained found =
        explained(unfit, frozen(rows(9, true), Optional.empty(), Progress.NONE));
    assertThat(found.result()).isEmpty();
    assertThat(found.files()).isEmpty();
    assertThat(found.skipped())
        .contains(
            new Section.Skipped(
                "", Instant.EPOCH, "The leaves are not those of the training rows.", ""));
    assertThat(found.skipped().get().unfit()).isTrue();
    assertThat(new Facts().explanations(List.of(found), snapshots.load("A-1").spec()).list())
        .as("nothing failed, so no rule need object")
        .isEmpty();
  }

  @Test
  void rowsComeInBlocksOfTheSizeAskedForAndResultsAreThoseOfTheWhole() throws Exception {
    Frame audit = rows(ROWS, true);
    List<long[]> told = new ArrayList<>();
    Section.Explained found =
        explained(
            audit,
            new Progress() {
              @Override
              public void report(long done, long total) {
                told.add(new long[] {done, total});
              }

              @Override
              public boolean cancelled() {
                return false;
              }
            });
    assertThat(explainer.blocks).hasSize(11).endsWith(BLOCK, 3).allMatch(n -> n <= BLOCK);
    assertThat(explainer.announced).isEqualTo(ROWS);
    assertThat(explainer.auditRows).isZero();
    assertThat(explainer.backgroundRows).isEqualTo(50);
    assertThat(told).isSortedAccordingTo(Comparator.comparingLong(t -> t[0]));
    assertThat(told).allMatch(t -> t[1] == ROWS);
    assertThat(told.get(told.size() - 1)[0]).isEqualTo(ROWS);

    Snapshot snapshot = snapshots.load("A-1");
    Batch batch = snapshot.declared().batch(audit);
    StageTask task = new StageTask("A-1", Map.of(), Progress.NONE);
    AuditSettings settings = AuditSettings.of(snapshot.spec().explain(), task);
    Attribution whole =
        new LinearShap()
            .explain(
                new Request(
                    snapshot.model(),
                    snapshot.declared().dataset(audit),
                    Explain.background(snapshot.declared().dataset(audit), settings),
                    Optional.empty(),
                    settings.explainer("linear-shap", Parameters.NONE),
                    settings.seed()),
                Progress.NONE);
    assertThat(found.files()).extracting(Artifact::name).containsExactly("linear-shap.parquet");
    Frame kept = Parquet.read(artifacts.path(found.files().get(0)));
    assertThat(kept.rows()).isEqualTo(ROWS);
    for (int i : new int[] {0, 99, 100, 1002}) {
      assertThat(((NumericColumn) kept.column("row")).values()[i]).isEqualTo(i);
      assertThat(((NumericColumn) kept.column("phi_age")).values()[i])
          .isEqualTo(whole.value(i, 0, 0) + 0.0);
    }
    Section.AttributionResult result = (Section.AttributionResult) found.result().orElseThrow();
    assertThat(result.space()).isEqualTo(OutputSpace.RAW);
    assertThat(result.global())
        .allSatisfy(
            g -> {
              int j = whole.features().indexOf(g.feature());
              assertThat(g.meanAbsolute())
                  .isCloseTo(whole.meanAbsolute(0)[j], org.assertj.core.data.Offset.offset(1e-12))
                  .isBetween(g.low(), g.high());
            });
    assertThat(found.provenance().orElseThrow().rows()).isEqualTo(ROWS);

    assertThat(result.local().stream().map(r -> r.row() + " " + r.why()))
        .containsExactlyElementsOf(picks(snapshot, batch, audit, settings));
    assertThat(result.local())
        .allSatisfy(
            r -> {
              assertThat(r.id()).isEqualTo(r.row() % 7 == 0 ? "" + (r.row() + 1) : "c" + r.row());
              assertThat(r.label()).isEqualTo(audit.column("class").text(r.row()));
              for (Section.Contribution c : r.contributions()) {
                assertThat(c.value()).isEqualTo(audit.column(c.feature()).text(r.row()));
                assertThat(c.contribution())
                    .isEqualTo(whole.value(r.row(), whole.features().indexOf(c.feature()), 0));
              }
            });
  }

  /** By sorting all rows, as the definition says. */
  private static List<String> picks(
      Snapshot snapshot, Batch batch, Frame audit, AuditSettings settings) {
    Model model = snapshot.model();
    double[] response = model.predict(batch, OutputSpace.RESPONSE);
    Map<Integer, String> picked = new LinkedHashMap<>();
    int each = settings.local() / 3;
    snapshot
        .declared()
        .labels(audit)
        .ifPresent(
            l ->
                IntStream.range(0, audit.rows())
                    .boxed()
                    .sorted(
                        Comparator.comparingDouble((Integer i) -> -Math.abs(l[i] - response[i]))
                            .thenComparing(i -> i))
                    .limit(each)
                    .forEach(i -> picked.putIfAbsent(i, "worst error")));
    IntStream.range(0, audit.rows())
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer i) -> Math.abs(response[i] - 0.4))
                .thenComparing(i -> i))
        .limit(each)
        .forEach(i -> picked.putIfAbsent(i, "borderline"));
    SplittableRandom random = new SplittableRandom(settings.seed());
    while (picked.size() < Math.min(audit.rows(), settings.local())) {
      picked.putIfAbsent(random.nextInt(audit.rows()), "random");
    }
    return picked.entrySet().stream().map(e -> e.getKey() + " " + e.getValue()).toList();
  }

  @Test
  void picksAreTheDefinedOnesWhateverTheRowsAndLabels() {
    for (boolean labelled : new boolean[] {true, false}) {
      for (int n : new int[] {1, 20, 31, 250}) {
        open();
        Frame audit = rows(n, labelled);
        Section.AttributionResult result =
            (Section.AttributionResult) explained(audit, Progress.NONE).result().orElseThrow();
        Snapshot snapshot = snapshots.load("A-1");
        AuditSettings settings =
            AuditSettings.of(
                snapshot.spec().explain(), new StageTask("A-1", Map.of(), Progress.NONE));
        assertThat(result.local().stream().map(r -> r.row() + " " + r.why()))
            .as(n + " rows, labels " + labelled)
            .containsExactlyElementsOf(
                picks(snapshot, snapshot.declared().batch(audit), audit, settings));
      }
    }
  }

  /** Trees without covers have their training rows counted, or else the background. */
  @Test
  void trainingRowsAreGivenToThoseWhoAskForThem() {
    explainer.beside = RowExplainer.Beside.TRAINING_OR_BACKGROUND;
    explained(rows(ROWS, true), Optional.of(rows(77, false)), Progress.NONE);
    assertThat(explainer.trainingRows).contains(77);
    assertThat(explainer.backgroundRows).isZero();
    open();
    explained(rows(ROWS, true), Progress.NONE);
    assertThat(explainer.trainingRows).isEmpty();
    assertThat(explainer.backgroundRows).isEqualTo(50);
    open();
    explainer.beside = RowExplainer.Beside.NOTHING;
    explained(rows(ROWS, true), Optional.of(rows(77, false)), Progress.NONE);
    assertThat(explainer.trainingRows).isEmpty();
    assertThat(explainer.backgroundRows).isZero();
  }

  @Test
  void cancellingEndsAfterABlockAndLeavesNothing() throws Exception {
    Progress cancelled =
        new Progress() {
          @Override
          public void report(long done, long total) {}

          @Override
          public boolean cancelled() {
            return explainer.blocks.size() >= 2;
          }
        };
    assertThatThrownBy(() -> explained(rows(ROWS, true), cancelled))
        .isInstanceOf(CancellationException.class);
    assertThat(explainer.blocks).hasSize(2);
    assertThat(audits.explained("A-1")).isEmpty();
    try (var left = Files.list(folder.resolve("artifacts/tmp"))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void aFaultInALaterBlockSaysWhereTheBlockBegins() {
    Frame audit = rows(ROWS, true);
    ((NumericColumn) audit.column("age")).values()[205] = Double.NaN;
    assertThatThrownBy(() -> explained(audit, Progress.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Counted from row 201 on: Row 6, feature age");
  }

  private Section.Explained found(Explainer<?> other, Frame audit) {
    StageTask task = frozen(audit, Optional.empty(), Progress.NONE);
    audits.save(
        "A-1",
        new Section.Selected(
            Map.of(),
            List.of(new Section.Choice(other.name(), true, parameters(other), "as a test"))));
    new Explain(
            audits,
            artifacts,
            snapshots,
            new Explainers(Map.of(other.name(), other)),
            Clock.systemUTC())
        .run(new StageTask(task.auditId(), Map.of("explainer", other.name()), task.progress()));
    return audits.explained("A-1").stream()
        .filter(e -> e.explainer().equals(other.name()))
        .findFirst()
        .orElseThrow();
  }

  private static String parameters(Explainer<?> other) {
    return other instanceof Lime
        ? "samples=200"
        : other instanceof AnchorRules ? "rows=4; budget=10000" : "";
  }

  @Test
  void theQualityOfAnAttributionIsKeptWithIt() {
    quality = 8;
    Section.Explained found = found(new LinearShap(1), rows(200, true));
    Quality measured = found.quality().orElseThrow();
    assertThat(measured.rows()).isEqualTo(8);
    assertThat(measured.figure("stability").orElseThrow().value()).isEqualTo(1);
    assertThat(measured.figure("sensitivity")).as("ages are whole numbers").isEmpty();
    assertThat(measured.notes())
        .hasSize(2)
        .anyMatch(n -> n.contains("fewer than three features"))
        .contains("Sensitivity was not measured: no number can move by so little.");
    assertThat(new Facts().explanations(List.of(found), snapshots.load("A-1").spec()).list())
        .contains(new Section.Fact("explanation.stability", "linear-shap", 1))
        .extracting(Section.Fact::metric)
        .doesNotContain("explanation.sensitivity");
    quality = 0;
    open();
    assertThat(found(new LinearShap(1), rows(200, true)).quality()).isEmpty();
  }

  @Test
  void linesAreWrittenAndShownForTheSameCasesAsAttributions() throws Exception {
    quality = 4;
    Frame audit = rows(150, true);
    Section.Explained shap = found(new LinearShap(1), audit);
    Section.Explained lime = found(new Lime(2), audit);
    Section.LocalSurrogateResult result =
        (Section.LocalSurrogateResult) lime.result().orElseThrow();
    assertThat(result.r2()).isBetween(0.6, 1.0);
    assertThat(result.r2Low()).isLessThanOrEqualTo(result.r2());
    assertThat(result.stability()).isBetween(0.5, 1.0);
    assertThat(result.level()).isZero();
    assertThat(result.global()).hasSize(2);
    assertThat(result.local().stream().map(l -> l.row().row()).sorted().toList())
        .isEqualTo(
            ((Section.AttributionResult) shap.result().orElseThrow())
                .local().stream().map(Section.LocalRow::row).sorted().toList());
    assertThat(result.local())
        .allSatisfy(
            l ->
                assertThat(l.coefficients())
                    .hasSize(2)
                    .allSatisfy(c -> assertThat(c.value()).isBetween(c.low(), c.high())));
    assertThat(lime.quality().orElseThrow().figure("additivity")).isEmpty();
    Frame kept = Parquet.read(artifacts.path(lime.files().get(0)));
    assertThat(kept.rows()).isEqualTo(150);
    List<Section.Explained> both = List.of(lime, shap);
    List<RowsCompared> compared =
        RowsCompared.of(
            both,
            artifacts::path,
            1,
            Map.of(
                "home",
                Membership.of(audit.column("home"), new ModelSpec.Protected("home", List.of()))));
    assertThat(compared)
        .singleElement()
        .satisfies(
            c -> {
              assertThat(c.methods()).isEqualTo("linear-shap ~ lime");
              assertThat(c.features()).isBetween(0.7, 1.0);
              assertThat(c.signs()).isBetween(0.5, c.features());
              assertThat(c.gaps()).containsOnlyKeys("home");
              assertThat(c.gaps().get("home")).isBetween(0.0, 0.5);
            });
    assertThat(
            new Facts()
                .explanations(both, snapshots.load("A-1").spec())
                .agreement(both, new ArrayList<>())
                .rows(compared)
                .list())
        .extracting(f -> f.metric() + " " + f.subject())
        .contains(
            "lime.r2 lime",
            "explanation.top_agreement linear-shap ~ lime",
            "explanation.sign_agreement linear-shap ~ lime",
            "explanation.subgroup_gap linear-shap ~ lime, home");
  }

  @Test
  void rulesAreKeptWithTheCaseTheyAreOf() {
    Section.Explained found = found(new AnchorRules(2), rows(150, true));
    Section.AnchorsResult result = (Section.AnchorsResult) found.result().orElseThrow();
    assertThat(result.rules()).hasSize(4);
    assertThat(result.wanted()).isEqualTo(0.95);
    assertThat(result.rules())
        .allSatisfy(
            r -> {
              assertThat(r.id()).isEqualTo(r.row() % 7 == 0 ? "" + (r.row() + 1) : "c" + r.row());
              assertThat(r.label()).isIn("good", "bad");
              // The threshold of the declaration, not one half.
              assertThat(r.answer()).endsWith(" 0.4");
            });
    assertThat(new Facts().explanations(List.of(found), snapshots.load("A-1").spec()).list())
        .extracting(Section.Fact::metric)
        .containsExactly("anchors.precision", "anchors.reached");
  }
}
