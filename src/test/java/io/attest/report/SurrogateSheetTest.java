package io.attest.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.explain.Provenance;
import io.attest.explain.Surrogate;
import io.attest.model.OutputSpace;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.poi.ss.usermodel.Cell;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.junit.jupiter.api.Test;

class SurrogateSheetTest {

  private static Surrogate surrogate(String method, boolean tree, int outputs, double fidelity) {
    double[] value = new double[outputs];
    value[outputs - 1] = 0.75;
    Surrogate.Condition condition =
        new Surrogate.Condition("duration", Double.NEGATIVE_INFINITY, 16, List.of(), true);
    List<Surrogate.Node> nodes =
        List.of(
            new Surrogate.Node(0, -1, 1, 2, Optional.of(condition), value, 100, 1, 0.61),
            new Surrogate.Node(1, 0, -1, -1, Optional.empty(), value, 30, 0.3, 0),
            new Surrogate.Node(2, 0, -1, -1, Optional.empty(), value, 70, 0.7, 0));
    List<String> names = outputs == 1 ? List.of("bad") : List.of("a", "b", "c");
    return new Surrogate(
        new Provenance(
            method,
            "CART",
            "Breiman 1984",
            Map.of("gate", "0.9"),
            Optional.of(1L),
            "0".repeat(64),
            OutputSpace.RESPONSE,
            100,
            0,
            100,
            Optional.of(0.1),
            List.of("It must not be read as what the model does.")),
        names,
        tree ? nodes : List.of(),
        List.of(
            new Surrogate.Rule(1, List.of(condition), value, 30, 0.3, 0.05, 0.9),
            new Surrogate.Rule(2, List.of(), value, 70, 0.7, 0.1, Double.NaN)),
        List.of(new Surrogate.Fidelity(names.get(0), 0.71, fidelity, 0.14, Double.NaN, Double.NaN)),
        List.of(new Surrogate.Stability("first split", "duration", 0.4, 15, 17)));
  }

  /** Every text of the sheet. */
  private static List<String> sheet(Surrogate... surrogates) throws IOException {
    AuditRecord plain = SampleRecords.plain();
    List<Section> sections = new ArrayList<>(plain.sections());
    for (Surrogate s : surrogates) {
      sections.add(
          new Section.Explained(
              s.provenance().method(),
              Optional.of(s.provenance()),
              List.of(),
              Optional.of(new Section.SurrogateResult(s)),
              Optional.empty(),
              5));
    }
    AuditRecord record =
        new AuditRecord(
            plain.audit(),
            plain.spec(),
            sections,
            plain.decisions(),
            plain.engine(),
            plain.installation());
    byte[] bytes = new AuditWorkbook(Files.newInputStream(TemplateTest.TEMPLATE)).bytes(record);
    List<String> texts = new ArrayList<>();
    try (XSSFWorkbook workbook = new XSSFWorkbook(new ByteArrayInputStream(bytes))) {
      for (Row row : workbook.getSheet("Surrogate")) {
        for (Cell cell : row) {
          texts.add(cell.toString());
        }
      }
    }
    return texts;
  }

  @Test
  void aTreeIsReadLineByLineWithItsFidelity() throws IOException {
    List<String> texts = sheet(surrogate("surrogate-tree", true, 1, 0.62));
    assertThat(texts)
        .contains("Tree by surrogate-tree", "The tree", "first split", "0.61", "0.62")
        .contains("It must not be read as what the model does.")
        .doesNotContain("The rules, in order", "Alike, kept back");
    String indent = "\u00A0\u00A0\u00A0\u00A0";
    assertThat(texts)
        .anySatisfy(t -> assertThat(t).startsWith("duration < 16").endsWith("or missing?"))
        .contains(indent + "yes: leaf", indent + "no: leaf");
  }

  @Test
  void rulesAreInTheirOrderAndOfSeveralClassesTheLikeliestIsNamed() throws IOException {
    List<String> texts =
        sheet(
            surrogate("surrogate-tree", true, 1, 0.95),
            surrogate("surrogate-rules", false, 3, Double.NaN));
    assertThat(texts).contains("Rules by surrogate-rules", "otherwise", "c 0.75");
    assertThat(texts.indexOf("otherwise")).isGreaterThan(texts.indexOf("The rules, in order"));
  }

  @Test
  void theCoverSaysWhetherItStandsForTheModel() {
    assertThat(summary(0.62))
        .isEqualTo("A small tree explains 62 % of the model: too little to stand for it.");
    assertThat(summary(0.93)).isEqualTo("A small tree explains 93 % of the model.");
    assertThat(summary(-0.14))
        .isEqualTo("A small tree explains 0 % of the model: too little to stand for it.");
    assertThat(summary(Double.NaN)).contains("nobody knows how well");
  }

  private static String summary(double fidelity) {
    AuditRecord plain = SampleRecords.plain();
    Surrogate s = surrogate("surrogate-tree", true, 1, fidelity);
    return new SurrogateSheet()
        .summary(
            new AuditRecord(
                plain.audit(),
                plain.spec(),
                List.of(
                    new Section.Explained(
                        "surrogate-tree",
                        Optional.of(s.provenance()),
                        List.of(),
                        Optional.of(new Section.SurrogateResult(s)),
                        Optional.empty(),
                        5)),
                plain.decisions(),
                plain.engine(),
                plain.installation()));
  }
}
