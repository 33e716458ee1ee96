package io.attest.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.audit.Section.CounterfactualCase;
import io.attest.audit.Section.OtherValues;
import io.attest.explain.Counterfactuals.Change;
import io.attest.explain.Counterfactuals.Quality;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.poi.ss.usermodel.Cell;
import org.apache.poi.ss.usermodel.CellType;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFTable;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.junit.jupiter.api.Test;

class CounterfactualsSheetTest {

  private static AuditRecord record() {
    AuditRecord plain = SampleRecords.plain();
    List<Section> sections = new ArrayList<>(plain.sections());
    sections.add(
        new Section.Explained(
            "counterfactuals",
            plain.explained().get(0).provenance(),
            List.of(),
            Optional.of(
                new Section.CounterfactualsResult(
                    new Quality(2, 1, 1, 1, 0.5, 0.75, 0.8, 0),
                    List.of(
                        new CounterfactualCase(
                            16,
                            "=1+1",
                            "0.61",
                            "below 0.5",
                            false,
                            0,
                            "",
                            List.of(),
                            List.of(
                                new OtherValues(
                                    "0.42",
                                    1,
                                    0.5,
                                    "If housing were 'own' instead of 'rent'.",
                                    List.of(new Change("housing", "rent", "own", 0, 1, 1))),
                                new OtherValues(
                                    "0.44",
                                    0.9,
                                    1,
                                    "If two.",
                                    List.of(
                                        new Change("duration", "36", "30", 36, 30, 0.5),
                                        new Change(
                                            "credit_amount", "900", "700", 900, 700, 0.4))))),
                        new CounterfactualCase(
                            40,
                            "c41",
                            "0.90",
                            "below 0.5",
                            false,
                            Double.NaN,
                            "Proved: no alternative keeps the rules.",
                            List.of("age"),
                            List.of())))),
            Optional.empty(),
            12));
    return new AuditRecord(
        plain.audit(),
        plain.spec(),
        sections,
        plain.decisions(),
        plain.engine(),
        plain.installation());
  }

  private static XSSFSheet sheet() throws IOException {
    byte[] template = Files.readAllBytes(TemplateTest.TEMPLATE);
    byte[] made = new AuditWorkbook(new ByteArrayInputStream(template)).bytes(record());
    return new XSSFWorkbook(new ByteArrayInputStream(made)).getSheet("Counterfactuals");
  }

  @Test
  void aCaseStandsAboveItsAlternativesAndWhatChangesIsMarked() throws IOException {
    XSSFSheet sheet = sheet();
    List<XSSFTable> tables =
        sheet.getTables().stream()
            .sorted(Comparator.comparingInt(XSSFTable::getStartRowIndex))
            .toList();
    assertThat(tables).hasSize(2);
    XSSFTable cases = tables.get(0);
    assertThat(texts(sheet.getRow(cases.getStartRowIndex() + 2)))
        .contains("c41", "Proved: no alternative keeps the rules.", "n/a");
    XSSFTable drawn = tables.get(1);
    int top = drawn.getStartRowIndex();
    assertThat(texts(sheet.getRow(top)))
        .containsExactly("No.", "The model says", "housing", "duration", "credit_amount");
    assertThat(texts(sheet.getRow(top + 1))).containsExactly("Now", "0.61", "rent", "36", "900");
    assertThat(texts(sheet.getRow(top + 2))).containsExactly("1", "0.42", "→ own", "36", "900");
    assertThat(texts(sheet.getRow(top + 3))).containsExactly("2", "0.44", "rent", "→ 30", "→ 700");
    for (Row row : sheet) {
      assertThat(row).allMatch(cell -> cell.getCellType() != CellType.FORMULA);
    }
    assertThat(new CounterfactualsSheet().summary(record()))
        .isEqualTo("For 1 of 2 cases other values would have changed the answer.");
  }

  private static List<String> texts(Row row) {
    List<String> out = new ArrayList<>();
    for (Cell cell : row) {
      String text =
          switch (cell.getCellType()) {
            case STRING -> cell.getStringCellValue();
            case NUMERIC -> Double.toString(cell.getNumericCellValue());
            default -> "";
          };
      if (!text.isEmpty()) {
        out.add(text);
      }
    }
    return out;
  }
}
