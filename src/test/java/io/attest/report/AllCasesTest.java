package io.attest.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.data.Column;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.data.ParquetWriter;
import io.attest.explain.Draws;
import io.attest.explain.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.poi.ss.usermodel.CellType;
import org.apache.poi.xssf.usermodel.XSSFRow;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFTable;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sheets that read the files of an audit: every case, and the beeswarm. */
class AllCasesTest {
  private static final int BLOCK = 2000;

  @TempDir private Path folder;

  /** A record with {@code rows} cases of {@code features} features in files, and where they lie. */
  static Map.Entry<AuditRecord, CaseFiles> record(
      Path folder, int rows, int features, int outputs, int most) throws IOException {
    AuditRecord record = SampleRecords.withFeatures(features);
    Path contributions = folder.resolve("contributions.parquet");
    Path values = folder.resolve("values.parquet");
    try (ParquetWriter phi = new ParquetWriter(contributions);
        ParquetWriter data = new ParquetWriter(values)) {
      Draws draws = new Draws(3, "cases");
      for (int first = 0; first < rows; first += BLOCK) {
        int n = Math.min(BLOCK, rows - first);
        double[][] x = new double[features][n];
        double[][] c = new double[5 + features][n * outputs];
        for (int i = 0; i < n; i++) {
          for (int j = 0; j < features; j++) {
            x[j][i] = draws.normal();
          }
          for (int o = 0; o < outputs; o++) {
            int line = i * outputs + o;
            c[0][line] = first + i;
            c[1][line] = o;
            c[2][line] = -1;
            c[3][line] = -1;
            for (int j = 0; j < features; j++) {
              c[5 + j][line] = (x[j][i] + o) / (j + 1);
              c[3][line] += c[5 + j][line];
            }
          }
        }
        List<Column> columns = new ArrayList<>();
        List<Column> cells = new ArrayList<>();
        List<String> names = List.of("row", "output", "base_value", "prediction", "residual");
        for (int k = 0; k < names.size(); k++) {
          columns.add(new NumericColumn(names.get(k), c[k]));
        }
        for (int j = 0; j < features; j++) {
          columns.add(new NumericColumn("phi_feature_" + (j + 1), c[5 + j]));
          cells.add(new NumericColumn("feature_" + (j + 1), x[j]));
        }
        phi.append(new Frame(columns, n * outputs));
        data.append(new Frame(cells, n));
      }
      phi.publish();
      data.publish();
    }
    String main = Explanations.main(record).orElseThrow().explainer();
    Artifact file = artifact("contributions.parquet", contributions);
    List<Section> sections = new ArrayList<>();
    String snapshot = "";
    for (Section s : record.sections()) {
      if (s instanceof Section.Ingested i) {
        snapshot = i.audit().snapshot().sha256();
      }
      sections.add(
          s instanceof Section.Explained e && e.explainer().equals(main)
              ? new Section.Explained(
                  main,
                  e.provenance().map(p -> counting(p, rows)),
                  List.of(file),
                  e.result(),
                  Optional.empty(),
                  0)
              : s);
    }
    String data = snapshot;
    return Map.entry(
        new AuditRecord(
            record.audit(),
            record.spec(),
            sections,
            record.decisions(),
            record.engine(),
            record.installation()),
        new CaseFiles(
            a ->
                a.sha256().equals(file.sha256())
                    ? Optional.of(contributions)
                    : a.sha256().equals(data) ? Optional.of(values) : Optional.empty(),
            most));
  }

  private static Provenance counting(Provenance p, int rows) {
    return new Provenance(
        p.method(),
        p.engine(),
        p.reference(),
        p.parameters(),
        p.seed(),
        p.modelSha256(),
        p.space(),
        rows,
        p.backgroundRows(),
        p.modelRows(),
        p.error(),
        p.notes());
  }

  private static Artifact artifact(String name, Path file) throws IOException {
    return new Artifact(name, ArtifactStore.sha256(file), Files.size(file), "parquet");
  }

  private Path made(int rows, int features, int outputs, int most) throws IOException {
    var made = record(folder, rows, features, outputs, most);
    Path out = folder.resolve("report.xlsx");
    try (var template = Files.newInputStream(TemplateTest.TEMPLATE)) {
      new AuditWorkbook(template, made.getValue()).write(made.getKey(), out);
    }
    return out;
  }

  @Test
  void everyCaseIsARowAndAddsUp() throws IOException {
    try (XSSFWorkbook workbook = new XSSFWorkbook(Files.newInputStream(made(5000, 4, 1, 9000)))) {
      XSSFSheet sheet = workbook.getSheet("All cases");
      XSSFTable table = sheet.getTables().get(0);
      assertThat(table.getRowCount()).isEqualTo(5001);
      assertThat(text(sheet)).contains("All 5000 cases.", "contributions.parquet, SHA-256");
      for (int i = 0; i < 5000; i++) {
        XSSFRow row = sheet.getRow(table.getStartRowIndex() + 1 + i);
        double sum = row.getCell(2).getNumericCellValue() + row.getCell(4).getNumericCellValue();
        for (int j = 0; j < 4; j++) {
          sum += row.getCell(5 + j).getNumericCellValue();
        }
        assertThat(row.getCell(0).getNumericCellValue()).isEqualTo(i);
        assertThat(sum).isCloseTo(row.getCell(3).getNumericCellValue(), within());
      }
      assertThat(sheet.getSheetConditionalFormatting().getNumConditionalFormattings()).isOne();
      assertThat(sheet.getPaneInformation().getHorizontalSplitPosition())
          .isEqualTo((short) (table.getStartRowIndex() + 1));
    }
  }

  @Test
  void aCutIsSaidWithTheFileThatHoldsTheRest() throws IOException {
    try (XSSFWorkbook workbook = new XSSFWorkbook(Files.newInputStream(made(3000, 2, 3, 100)))) {
      XSSFSheet sheet = workbook.getSheet("All cases");
      assertThat(sheet.getTables().get(0).getRowCount()).isEqualTo(101);
      assertThat(text(sheet))
          .contains("The first 100 cases of 3000; 2900 cases left out here.")
          .containsPattern("contributions.parquet, SHA-256 [0-9a-f]{64}");
      // Of three outputs the last has the largest prediction.
      int first = sheet.getTables().get(0).getStartRowIndex() + 1;
      assertThat(sheet.getRow(first).getCell(1).getNumericCellValue()).isEqualTo(2);
      assertThat(sheet.getRow(first + 99).getCell(0).getNumericCellValue()).isEqualTo(99);
      XSSFSheet swarm = workbook.getSheet("Beeswarm");
      assertThat(text(swarm)).contains("A seeded sample of 400 cases of 3000");
      assertThat(swarm.getDrawingPatriarch().getCharts()).hasSize(1);
      assertThat(swarm.getTables().get(1).getRowCount()).isEqualTo(801);
    }
  }

  /**
   * 100,000 cases of 20 features; with {@code -Dattest.many} and {@code -Xmx512m}, it shows that
   * memory does not grow with the cases.
   */
  @Test
  void manyCasesFitIntoLittleMemory() throws IOException {
    Assumptions.assumeTrue(System.getProperty("attest.many") != null, "Set -Dattest.many=100000.");
    int rows = Integer.getInteger("attest.many");
    long start = System.nanoTime();
    Path out = made(rows, 20, 1, rows);
    System.out.printf(
        "%,d cases x 20: %.1f s with making the files, %,d bytes, heap at most %,d MB%n",
        rows,
        (System.nanoTime() - start) / 1e9,
        Files.size(out),
        Runtime.getRuntime().maxMemory() >> 20);
    Path kept = Path.of(System.getProperty("java.io.tmpdir"), "attest-many.xlsx");
    Files.copy(out, kept, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThat(out).isNotEmptyFile();
  }

  private static String text(XSSFSheet sheet) {
    StringBuilder out = new StringBuilder();
    for (int r = 0; r < 30 && r <= sheet.getLastRowNum(); r++) {
      XSSFRow row = sheet.getRow(r);
      if (row != null
          && row.getCell(0) != null
          && row.getCell(0).getCellType() == CellType.STRING) {
        out.append(row.getCell(0).getStringCellValue()).append(' ');
      }
    }
    return out.toString();
  }

  private static org.assertj.core.data.Offset<Double> within() {
    return org.assertj.core.data.Offset.offset(1e-9);
  }
}
