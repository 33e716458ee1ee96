package io.attest.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.explain.TestInfluence;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.poi.ss.usermodel.Cell;
import org.apache.poi.ss.usermodel.CellType;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.junit.jupiter.api.Test;

/** Training cases that matter, on the sheet "Influence". */
class InfluenceSheetTest {

  private static Section.InfluenceResult result(boolean retrained, String text) {
    return new Section.InfluenceResult(
        List.of(),
        700,
        List.of(),
        0.021,
        Optional.of(
            new Section.InfluenceOnTests(
                40,
                "loss",
                Optional.of(
                    new TestInfluence.Validation(
                        "the model was trained again", retrained, 30, 0.987, 0.91, 0.01, 0.2)),
                List.of(
                    new Section.TrainingRow(
                        17,
                        "A-18" + text,
                        "bad",
                        "duration: 48; housing: own" + text,
                        0.002,
                        0.021,
                        -0.0012,
                        List.of(new Section.TestChange(3, "B-4", -0.031)))))));
  }

  private static List<String> texts(Section.InfluenceResult result) throws IOException {
    AuditRecord plain = SampleRecords.scorecard();
    List<Section> sections = new ArrayList<>();
    for (Section section : plain.sections()) {
      sections.add(
          section instanceof Section.Explained e && e.explainer().equals("influence")
              ? new Section.Explained(
                  "tree-influence",
                  e.provenance(),
                  e.files(),
                  Optional.of(result),
                  Optional.empty(),
                  1)
              : section);
    }
    AuditRecord record =
        new AuditRecord(
            plain.audit(),
            plain.spec(),
            sections,
            plain.decisions(),
            plain.engine(),
            plain.installation());
    List<String> texts = new ArrayList<>();
    byte[] template = Files.readAllBytes(Path.of("templates/audit-report.xlsx"));
    byte[] bytes = new AuditWorkbook(new ByteArrayInputStream(template)).bytes(record);
    try (XSSFWorkbook workbook = new XSSFWorkbook(new ByteArrayInputStream(bytes))) {
      for (Row row : workbook.getSheet("Influence")) {
        for (Cell cell : row) {
          texts.add(
              cell.getCellType() == CellType.NUMERIC
                  ? Double.toString(cell.getNumericCellValue())
                  : cell.getStringCellValue());
        }
      }
    }
    return texts;
  }

  @Test
  void casesAreTold() throws IOException {
    assertThat(texts(result(true, " \u202Eäß")))
        .anyMatch(t -> t.contains("tree-influence"))
        .anyMatch(t -> t.startsWith("A-18"))
        .anyMatch(t -> t.startsWith("duration: 48; housing: own"))
        .contains("bad", "B-4 (-0.031)", "0.021", "-0.0012", "Audit cases changed most")
        .anyMatch(t -> t.contains("30 training rows were left out one at a time"))
        .noneMatch(t -> t.contains("not a real training"))
        .noneMatch(t -> t.contains("Cook"));
    assertThat(texts(result(false, "")))
        .anyMatch(t -> t.contains("This is not a real training without the row"));
  }
}
