package io.attest.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.data.Field;
import io.attest.data.Format;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.data.Parquet;
import io.attest.data.ReadOptions;
import io.attest.data.TableReader;
import io.attest.explain.Explainers;
import io.attest.explain.Progress;
import io.attest.model.ModelSpec;
import io.attest.model.ModelSpecReader;
import io.attest.model.OutputSpace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The stage with every explainer of trees, on the sample model. */
class ExplainTreesTest {
  private static final Path CREDIT = Path.of("config/models/german-credit");
  private static final int ROWS = 60;

  @TempDir Path folder;
  private AuditStore audits;
  private ArtifactStore artifacts;
  private Snapshots snapshots;
  private Frame audit;

  @BeforeEach
  void freeze() throws IOException {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Flyway.configure().dataSource(source).load().migrate();
    audits = new AuditStore(JdbcClient.create(source), Clock.systemUTC());
    artifacts = new ArtifactStore(folder.resolve("artifacts"));
    snapshots = new Snapshots(audits, artifacts);
    ModelSpec spec = ModelSpecReader.read(CREDIT.resolve("model.yaml"));
    List<Field> fields = new ArrayList<>(spec.fields());
    fields.add(Field.categorical("class", List.of("good", "bad")));
    audit =
        TableReader.read(
                CREDIT.resolve("audit.csv"),
                Format.CSV,
                ReadOptions.of(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    List.of(),
                    Optional.empty()),
                fields,
                List.of())
            .frame()
            .select(IntStream.range(0, ROWS).toArray());
    audits.create(
        new Audit(
            "A-1",
            "credit",
            "Credit",
            "high",
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
    audits.save(
        "A-1",
        new Section.Ingested(
            new Section.Table(
                "audit.csv",
                "0".repeat(64),
                artifacts.put("audit.parquet", "x/y", file -> Parquet.write(audit, file)),
                ROWS,
                ROWS,
                0,
                List.of(),
                List.of(),
                List.of()),
            Optional.empty(),
            file("model.json"),
            file("model.yaml"),
            "xgboost",
            ""));
  }

  private Artifact file(String name) throws IOException {
    return artifacts.put(name, "x/y", Files.readAllBytes(CREDIT.resolve(name)));
  }

  private Section.Explained explained(String explainer, String parameters) {
    audits.save(
        "A-1",
        new Section.Selected(
            Map.of(), List.of(new Section.Choice(explainer, true, parameters, "test"))));
    new Explain(audits, artifacts, snapshots, Explainers.all(2), Clock.systemUTC())
        .run(new StageTask("A-1", Map.of("explainer", explainer), Progress.NONE));
    return audits.explained("A-1").stream()
        .filter(e -> e.explainer().equals(explainer))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void interactionsAreFoldedAndKeptWhole() throws IOException {
    Section.Explained found = explained("tree-shap-interactions", "");
    Section.InteractionsResult result = (Section.InteractionsResult) found.result().orElseThrow();
    assertThat(found.files())
        .extracting(Artifact::name)
        .containsExactly("tree-shap-interactions.parquet");
    Frame kept = Parquet.read(artifacts.path(found.files().get(0)));
    assertThat(kept.rows()).isEqualTo(ROWS * 17);
    assertThat(result.features()).isEqualTo(17);
    assertThat(result.allPairs()).isEqualTo(136);
    assertThat(result.pairs()).hasSize(20);
    assertThat(result.pairs())
        .isSortedAccordingTo((a, b) -> Double.compare(b.meanAbsolute(), a.meanAbsolute()));
    assertThat(result.matrix()).hasSize(10).allMatch(r -> r.values().size() == 10);
    assertThat(result.mainShare()).isBetween(0.2, 1.0);
    assertThat(result.relativeResidual()).isLessThan(1e-6);
    // The first pair's figure, by the file.
    Section.PairShare first = result.pairs().get(0);
    double[] i = numbers(kept, "i");
    double[] j = numbers(kept, "j_" + first.second());
    int index = snapshots.load("A-1").model().info().featureNames().indexOf(first.first());
    double sum = 0;
    double signed = 0;
    for (int line = 0; line < kept.rows(); line++) {
      if (i[line] == index) {
        sum += Math.abs(2 * j[line]);
        signed += 2 * j[line];
      }
    }
    assertThat(first.meanAbsolute()).isPositive().isCloseTo(sum / ROWS, within(1e-12));
    assertThat(first.mean()).isCloseTo(signed / ROWS, within(1e-12));
    assertThat(found.provenance().orElseThrow().rows()).isEqualTo(ROWS);
  }

  private static double[] numbers(Frame frame, String column) {
    return ((NumericColumn) frame.column(column)).values();
  }

  @Test
  void lossesAddUpToTheMeanLoss() {
    Section.Explained found = explained("tree-shap-loss", "response=rescaled");
    Section.LossResult result = (Section.LossResult) found.result().orElseThrow();
    Snapshot snapshot = snapshots.load("A-1");
    double[] response =
        snapshot.model().predict(snapshot.declared().batch(audit), OutputSpace.RESPONSE);
    double[] labels = snapshot.declared().labels(audit).orElseThrow();
    double loss = 0;
    for (int i = 0; i < ROWS; i++) {
      loss -= Math.log(labels[i] == 1 ? response[i] : 1 - response[i]) / ROWS;
    }
    assertThat(result.loss()).isCloseTo(loss, within(1e-9));
    assertThat(result.features()).hasSize(17);
    assertThat(result.features().stream().mapToDouble(Section.LossShare::mean).sum())
        .isCloseTo(result.loss() - result.base(), within(1e-12));
  }

  /** A group is no column: its case shows the values of its members. */
  @Test
  void groupsShowTheValuesOfTheirMembers() {
    for (String explainer : List.of("tree-shap", "tree-shap-interventional")) {
      Section.Explained found = explained(explainer, "groups=loan = duration + credit_amount");
      Section.AttributionResult result = (Section.AttributionResult) found.result().orElseThrow();
      assertThat(result.global())
          .hasSize(16)
          .extracting(Section.GlobalShare::feature)
          .contains("loan")
          .doesNotContain("duration", "credit_amount");
      assertThat(result.local()).isNotEmpty();
      for (Section.LocalRow row : result.local()) {
        assertThat(row.contributions())
            .filteredOn(c -> c.feature().equals("loan"))
            .singleElement()
            .extracting(Section.Contribution::value)
            .isEqualTo(
                audit.column("duration").text(row.row())
                    + ", "
                    + audit.column("credit_amount").text(row.row()));
      }
    }
  }

  /** The response has a base value, contributions and cases as the raw output has. */
  @Test
  void responsesAreShownInTheirOwnSpace() {
    Section.AttributionResult result =
        (Section.AttributionResult)
            explained("tree-shap-interventional", "output=response").result().orElseThrow();
    assertThat(result.space()).isEqualTo(OutputSpace.RESPONSE);
    assertThat(result.baseValue()).isBetween(0.1, 0.9);
    for (Section.LocalRow row : result.local()) {
      assertThat(row.prediction()).isCloseTo(row.response(), within(1e-12));
      double sum =
          row.contributions().stream().mapToDouble(Section.Contribution::contribution).sum();
      assertThat(result.baseValue() + sum).isCloseTo(row.prediction(), within(1e-9));
    }
  }

  @Test
  void banzhafValuesPromiseNoSum() {
    Section.Explained found = explained("tree-banzhaf", "");
    assertThat(found.provenance().orElseThrow().error()).isEmpty();
    assertThat(found.result().orElseThrow()).isInstanceOf(Section.AttributionResult.class);
  }
}
