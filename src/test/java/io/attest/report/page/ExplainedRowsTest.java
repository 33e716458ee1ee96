package io.attest.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.Section;
import io.attest.data.CategoricalColumn;
import io.attest.data.Column;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.data.Parquet;
import io.attest.data.TextColumn;
import io.attest.model.OutputSpace;
import io.attest.report.chart.Beeswarm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainedRowsTest {
  @TempDir Path folder;

  private ArtifactStore store() {
    return new ArtifactStore(folder);
  }

  private static Artifact parquet(ArtifactStore store, String name, Frame frame) {
    return store.put(name, "application/vnd.apache.parquet", file -> Parquet.write(frame, file));
  }

  /** Feature j of row i has the value i and adds i + j / 1000 to each output. */
  private static Frame contributions(int rows, int features, int outputs) {
    int n = rows * outputs;
    double[] row = new double[n];
    double[] prediction = new double[n];
    double[][] phi = new double[features][n];
    for (int line = 0; line < n; line++) {
      row[line] = line / outputs;
      // The last output is always the highest.
      prediction[line] = line % outputs;
      for (int j = 0; j < features; j++) {
        phi[j][line] = line / outputs + j / 1000.0 + 10_000.0 * (line % outputs);
      }
    }
    List<Column> columns = new ArrayList<>();
    columns.add(new NumericColumn("row", row));
    columns.add(new NumericColumn("prediction", prediction));
    for (int j = 0; j < features; j++) {
      columns.add(new NumericColumn("phi_f" + j, phi[j]));
    }
    return new Frame(columns, n);
  }

  private static Frame values(int rows, int features) {
    List<Column> columns = new ArrayList<>();
    for (int j = 0; j < features; j++) {
      double[] v = new double[rows];
      int[] codes = new int[rows];
      for (int i = 0; i < rows; i++) {
        v[i] = j == 2 && i == 0 ? Double.NaN : i;
        codes[i] = i % 2;
      }
      columns.add(
          j == 1
              ? new CategoricalColumn("f1", codes, List.of("own", "rent"))
              : new NumericColumn("f" + j, v));
    }
    return new Frame(columns, rows);
  }

  private static ExplainedRows.Swarm swarm(
      ArtifactStore store, int rows, int features, int outputs) {
    List<Section.ColumnSummary> columns = new ArrayList<>();
    List<Section.GlobalShare> global = new ArrayList<>();
    for (int j = 0; j < features; j++) {
      columns.add(new Section.ColumnSummary("f" + j, "numeric", j == 0 ? "years" : "", "", 0, ""));
      global.add(new Section.GlobalShare("f" + j, 1, Optional.empty(), 0.1, 1));
    }
    // The order of importance is not that of the columns.
    Collections.swap(global, 0, features - 1);
    Artifact snapshot = parquet(store, "audit.parquet", values(rows, features));
    Section.Explained explained =
        new Section.Explained(
            "tree-shap",
            Optional.empty(),
            List.of(parquet(store, "tree-shap.parquet", contributions(rows, features, outputs))),
            Optional.of(
                new Section.AttributionResult("bad", OutputSpace.RAW, 0, global, 0, List.of())),
            Optional.empty(),
            1);
    return new ExplainedRows(store)
        .swarm(
            explained,
            new Section.Table("s", "0", snapshot, rows, rows, 0, List.of(), columns, List.of()));
  }

  @Test
  void everyPointHasItsContributionItsPlaceAndItsValue() {
    Beeswarm swarm = swarm(store(), 5, 3, 1).chart().orElseThrow();
    assertThat(swarm.rows()).isEqualTo(5);
    assertThat(swarm.cut()).isEmpty();
    assertThat(swarm.features())
        .extracting(Beeswarm.Feature::name)
        .containsExactly("f2", "f1", "f0");
    Beeswarm.Feature f0 = swarm.features().get(2);
    assertThat(f0.points())
        .extracting(Beeswarm.Point::contribution)
        .containsExactly(0., 1., 2., 3., 4.);
    assertThat(f0.points()).extracting(Beeswarm.Point::level).containsExactly(0., .25, .5, .75, 1.);
    assertThat(f0.points().get(3).value()).isEqualTo("3 years");
    assertThat(swarm.features().get(1).points().get(0))
        .isEqualTo(new Beeswarm.Point(0.001, Double.NaN, "own"));
    assertThat(swarm.features().get(0).points().get(0).value()).isEqualTo("missing");
  }

  @Test
  void manyRowsFeaturesAndOutputsAreCutAndTheCutIsSaid() {
    ExplainedRows.Swarm read = swarm(store(), 1000, 30, 7);
    Beeswarm swarm = read.chart().orElseThrow();
    assertThat(swarm.features()).hasSize(Beeswarm.MOST);
    assertThat(swarm.features().stream().mapToInt(f -> f.points().size()).sum())
        .isLessThanOrEqualTo(Beeswarm.POINTS);
    assertThat(swarm.rows()).isEqualTo(125);
    assertThat(swarm.cut())
        .isEqualTo("125 rows of 1000, evenly spaced; the 15 most important of 30 features");
    assertThat(read.output()).contains("highest");
    // Row 8 of output 6, beside its own value.
    Beeswarm.Feature f5 =
        swarm.features().stream().filter(f -> f.name().equals("f5")).findFirst().orElseThrow();
    assertThat(f5.points().get(1).contribution()).isEqualTo(60_008.005);
    assertThat(f5.points().get(1).value()).isEqualTo("8");
  }

  @Test
  void aFileThatCannotBeReadIsSaid() {
    ArtifactStore store = store();
    Artifact broken = store.put("x.parquet", "x", "PAR1".getBytes(StandardCharsets.UTF_8));
    Section.Explained explained =
        new Section.Explained(
            "tree-shap",
            Optional.empty(),
            List.of(broken),
            Optional.of(
                new Section.AttributionResult("bad", OutputSpace.RAW, 0, List.of(), 0, List.of())),
            Optional.empty(),
            1);
    ExplainedRows.Swarm read =
        new ExplainedRows(store)
            .swarm(
                explained,
                new Section.Table("s", "0", broken, 1, 1, 0, List.of(), List.of(), List.of()));
    assertThat(read.chart()).isEmpty();
    assertThat(read.missing()).contains("cannot be read from x.parquet");
  }

  @Test
  void theValuesOfARowAreToldInWords() {
    ArtifactStore store = store();
    Section.Table table =
        new Section.Table(
            "s",
            "0",
            parquet(store, "training.parquet", values(9, 3)),
            9,
            9,
            0,
            List.of(),
            List.of(
                new Section.ColumnSummary("f0", "numeric", "years", "", 0, ""),
                new Section.ColumnSummary("f1", "categorical", "", "", 0, ""),
                new Section.ColumnSummary("f2", "numeric", "", "", 0, "")),
            List.of());
    assertThat(new ExplainedRows(store).values(table, List.of(7, 0, 99), List.of("f0", "f1")))
        .containsOnly(Map.entry(7, "f0: 7 years; f1: rent"), Map.entry(0, "f0: 0 years; f1: own"));
    assertThat(new ExplainedRows(store).values(table, List.of(), List.of("f0"))).isEmpty();
  }

  @Test
  void individualCurvesAreReadByFeatureAndOutput() {
    Frame frame =
        Frame.of(
            List.of(
                new TextColumn("feature", List.of("age", "age", "age", "age")),
                new TextColumn("output", List.of("bad", "bad", "bad", "bad")),
                new NumericColumn("row", new double[] {3, 3, 8, 8}),
                new NumericColumn("grid", new double[] {20, 30, 20, 30}),
                new NumericColumn("value", new double[] {.1, .2, .3, .4})));
    ArtifactStore store = store();
    Section.Explained explained =
        new Section.Explained(
            "pdp-ice",
            Optional.empty(),
            List.of(parquet(store, "pdp-ice-individual.parquet", frame)),
            Optional.empty(),
            Optional.empty(),
            1);
    Map<String, List<double[]>> curves = new ExplainedRows(store).individual(explained);
    assertThat(curves.get(ExplainedRows.curve("age", "bad")))
        .containsExactly(new double[] {.1, .2}, new double[] {.3, .4});
  }

  @Test
  void curvesAndValuesThatAreTooLargeForAPageAreSaidWithWhatToDo() {
    Artifact large = new Artifact("ice-individual.parquet", "a".repeat(64), 4_000_001, "x/y");
    Section.Explained explained =
        new Section.Explained(
            "ice", Optional.empty(), List.of(large), Optional.empty(), Optional.empty(), 1);
    ExplainedRows rows = new ExplainedRows(store());
    assertThat(rows.individual(explained)).isEmpty();
    assertThat(rows.individualMissing(explained))
        .contains("ice-individual.parquet has 5 MB")
        .contains("set ice of ice lower");
    Section.Table table =
        new Section.Table("t.csv", "", large, 1, 1, 0, List.of(), List.of(), List.of());
    assertThat(rows.values(table, List.of(0), List.of("age"))).isEmpty();
    assertThat(rows.valuesMissing(table)).contains("5 MB");
    Section.Explained torn =
        new Section.Explained(
            "ice",
            Optional.empty(),
            List.of(new Artifact("ice-individual.parquet", "b".repeat(64), 10, "x/y")),
            Optional.empty(),
            Optional.empty(),
            1);
    assertThat(rows.individualMissing(torn)).contains("cannot be read");
    Section.Explained none =
        new Section.Explained(
            "ale", Optional.empty(), List.of(), Optional.empty(), Optional.empty(), 1);
    assertThat(rows.individualMissing(none)).isEmpty();
  }
}
