package io.attest.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.explain.quality.Quality;
import io.attest.model.OutputSpace;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.poi.ss.usermodel.Cell;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.junit.jupiter.api.Test;

/** The sheets of lines near cases, of rules, and of the quality of explanations. */
class TrustSheetsTest {

  private static AuditRecord with(Section.Explained... more) {
    AuditRecord plain = SampleRecords.plain();
    List<Section> sections = new ArrayList<>(plain.sections());
    sections.addAll(List.of(more));
    return new AuditRecord(
        plain.audit(),
        plain.spec(),
        sections,
        plain.decisions(),
        plain.engine(),
        plain.installation());
  }

  private static List<String> sheet(String name, AuditRecord record) throws IOException {
    byte[] bytes = new AuditWorkbook(Files.newInputStream(TemplateTest.TEMPLATE)).bytes(record);
    List<String> texts = new ArrayList<>();
    try (XSSFWorkbook workbook = new XSSFWorkbook(new ByteArrayInputStream(bytes))) {
      for (Row row : workbook.getSheet(name)) {
        for (Cell cell : row) {
          texts.add(cell.toString());
        }
      }
    }
    return texts;
  }

  private static Section.Explained explained(String name, Section.Result result) {
    return new Section.Explained(
        name, Optional.empty(), List.of(), Optional.of(result), Optional.empty(), 5);
  }

  private static Section.Explained lime() {
    Section.AttributionResult main =
        Explanations.attributions(SampleRecords.plain()).get(0).result();
    Section.LocalRow row = main.local().get(0);
    return explained(
        "lime",
        new Section.LocalSurrogateResult(
            "bad",
            OutputSpace.RESPONSE,
            0.44,
            0.31,
            0.81,
            0.998,
            2,
            List.of(),
            List.of(
                new Section.LocalLine(
                    row,
                    0.4375,
                    0.75,
                    row.contributions().stream()
                        .map(c -> new Section.Coefficient(c.feature(), 0.125, 0.0625, 0.1875))
                        .toList()))));
  }

  @Test
  void linesStandBesideTheMainAttribution() throws IOException {
    List<String> texts = sheet("LIME", with(lime()));
    String main = Explanations.attributions(SampleRecords.plain()).get(0).explainer();
    assertThat(texts)
        .contains("0.44", "0.31", "81 %", "0.4375", "0.125", "0.0625", "0.1875", "By " + main)
        .contains("Agreement", "Coefficients");
    // The contributions were taken from the main attribution, so that all agree.
    assertThat(texts.subList(texts.indexOf("Agreement"), texts.indexOf("Coefficients")))
        .contains("1.0");
    assertThat(new LimeSheet().summary(with(lime())))
        .isEqualTo("Near a typical case a straight line explains 44 % of the model.");
  }

  @Test
  void rulesThatWereNotReachedSaySo() throws IOException {
    AuditRecord record =
        with(
            explained(
                "anchors",
                new Section.AnchorsResult(
                    0.95,
                    0.9,
                    0.5,
                    List.of(
                        new Section.AnchorRule(
                            3,
                            "APP-4",
                            "good",
                            "bad < 0.1667",
                            0.05,
                            "duration <= 24 and savings = none",
                            0.984375,
                            0.96875,
                            0.9921875,
                            0.125,
                            true),
                        new Section.AnchorRule(
                            4,
                            "5",
                            "",
                            "bad >= 0.1667",
                            0.17,
                            "any case",
                            0.8,
                            0.75,
                            0.85,
                            1,
                            false)))));
    assertThat(sheet("Rules", record))
        .contains("Rules by anchors", "APP-4", "duration <= 24 and savings = none", "0.984375")
        .contains("✓ Reached", "▲ Not reached", "Precision 95 %");
    assertThat(new RulesSheet().summary(record))
        .isEqualTo("1 of 2 cases have a rule that is enough for the answer.");
  }

  @Test
  void qualityIsShownWithWhatItSays() throws IOException {
    Section.Explained measured =
        lime()
            .with(
                new Quality(
                    List.of(
                        new Quality.Figure("faithfulness", 0.875, 0.75, 0.9375, 25, "1 is best"),
                        new Quality.Figure("gap_important", 1.5, 1.25, 1.75, 25, "larger")),
                    25,
                    1000,
                    List.of("Stability was measured on fewer rows.")));
    assertThat(sheet("Quality", with(measured)))
        .contains("Faithfulness", "0.875", "0.9375", "1 is best", "Gap important")
        .contains("Stability was measured on fewer rows.", "Methods against each other");
    assertThat(new QualitySheet().summary(with(measured)))
        .isEqualTo("1 method measured; the least faithful is lime (0.875).");
  }

  @Test
  void sheetsWithoutResultsSayWhy() throws IOException {
    assertThat(sheet("Quality", SampleRecords.plain()))
        .contains("Not available: no method of this audit gives figures of quality.");
    assertThat(sheet("Rules", SampleRecords.plain()))
        .contains("Not available: no method of this audit gives rules.");
  }
}
