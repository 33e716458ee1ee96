package io.attest.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.explain.Effects;
import io.attest.explain.effect.AccumulatedPairs;
import io.attest.report.chart.LineChart;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.poi.ss.usermodel.Cell;
import org.apache.poi.ss.usermodel.CellType;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.junit.jupiter.api.Test;

/** Local effects beside partial dependence, and what is said of points off the data. */
class EffectsSheetTest {

  @Test
  void localEffectsStandBesidePartialDependence() throws Exception {
    AuditRecord record = SampleRecords.plain();
    Section.Explained pdp = explained(record, "pdp-ice");
    Effects effects = ((Section.EffectsResult) pdp.result().orElseThrow()).effects();
    List<Effects.Curve> marked =
        effects.curves().stream()
            .map(c -> off(c, c.feature().equals("housing") ? 0.83 : 0))
            .toList();
    List<Effects.Curve> local =
        effects.curves().subList(0, 3).stream().map(c -> off(c, 0)).toList();
    List<Section> sections = new ArrayList<>();
    for (Section section : record.sections()) {
      if (section == pdp) {
        sections.add(with(pdp, "pdp-ice", new Effects(effects.provenance(), "pdp", marked)));
        sections.add(with(pdp, "ale", new Effects(effects.provenance(), Effects.ALE, local)));
      } else if (section instanceof Section.Explained e && e.explainer().equals("pdp-2d")) {
        sections.add(e);
        sections.add(
            new Section.Explained(
                AccumulatedPairs.NAME, e.provenance(), e.files(), e.result(), e.skipped(), 0));
      } else {
        sections.add(section);
      }
    }
    try (XSSFWorkbook workbook = workbook(record, sections)) {
      String texts = texts(workbook, "Effects");
      assertThat(texts)
          .contains("Effects by ale, widest first")
          .contains("On the left by pdp-ice, on the right the same by ale.")
          .contains("Read with care: housing (83 % at for free).")
          .contains("▲ many are not")
          .contains("Largest error");
      // Twelve on the left, and on the right the three that there are.
      assertThat(workbook.getSheet("Effects").getDrawingPatriarch().getCharts()).hasSize(15);
      assertThat(texts(workbook, "Interactions"))
          .contains("Second-order local effects, by ale-2d")
          .contains("Joint partial dependence, by pdp-2d");
    }
  }

  @Test
  void aPointOffTheDataIsARing() {
    Effects.Curve curve =
        off(
            new Effects.Curve(
                "housing",
                "bad",
                List.of("own", "rent", "for free"),
                new double[] {0, 1, 2},
                new double[] {-0.1, 0, 0.1},
                new int[] {7, 8, 9},
                new int[0],
                new double[0][]),
            0.83);
    Effects effects = new Effects(null, Effects.ALE, List.of(curve));
    assertThat(LineChart.of(effects, curve, "").svg())
        .contains("Local effect by housing")
        .containsOnlyOnce("fill=\"none\" stroke=\"var(--")
        .contains("for free, bad 0.1, 9 rows, 83 % off the data");
    assertThat(LineChart.of(curve, "").svg()).contains("Mean prediction by housing");
  }

  /** The curve with errors, and so many rows off the data at its last point. */
  private static Effects.Curve off(Effects.Curve c, double share) {
    double[] error = new double[c.mean().length];
    Arrays.fill(error, 0.01);
    double[] off = new double[c.mean().length];
    off[off.length - 1] = share;
    return new Effects.Curve(
        c.feature(),
        c.output(),
        c.labels(),
        c.grid(),
        c.mean(),
        c.support(),
        error,
        off,
        c.iceRows(),
        c.ice());
  }

  private static Section.Explained explained(AuditRecord record, String name) {
    return record.explained().stream()
        .filter(e -> e.explainer().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Section.Explained with(Section.Explained like, String name, Effects effects) {
    return new Section.Explained(
        name,
        like.provenance(),
        like.files(),
        Optional.of(new Section.EffectsResult(effects)),
        Optional.empty(),
        0);
  }

  private static XSSFWorkbook workbook(AuditRecord like, List<Section> sections) throws Exception {
    AuditRecord record =
        new AuditRecord(
            like.audit(),
            like.spec(),
            sections,
            like.decisions(),
            like.engine(),
            like.installation());
    byte[] template = Files.readAllBytes(Path.of("templates/audit-report.xlsx"));
    byte[] bytes = new AuditWorkbook(new ByteArrayInputStream(template)).bytes(record);
    return new XSSFWorkbook(new ByteArrayInputStream(bytes));
  }

  private static String texts(XSSFWorkbook workbook, String sheet) {
    StringBuilder texts = new StringBuilder();
    for (Row row : workbook.getSheet(sheet)) {
      for (Cell cell : row) {
        if (cell.getCellType() == CellType.STRING) {
          texts.append(cell.getStringCellValue()).append('\n');
        }
      }
    }
    return texts.toString();
  }
}
