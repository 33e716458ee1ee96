package io.attest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReasonsCommandTest {
  private static final Path MODELS = Path.of("config/models");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... args) {
    return Cli.run(args, order -> "", new PrintWriter(out), new PrintWriter(err));
  }

  private static Path cases(Path folder, int rows) throws Exception {
    List<String> lines = Files.readAllLines(MODELS.resolve("german-credit/audit.csv"));
    List<String> some = new java.util.ArrayList<>(lines.subList(0, rows + 1));
    String evil = lines.get(1).replaceFirst("^[^,]*", "=cmd|x");
    some.add(evil.replaceFirst(",48,", ",soon,"));
    Path file = folder.resolve("cases.csv");
    Files.write(file, some);
    return file;
  }

  @Test
  void aFileOfCasesGivesAFileOfReasons(@TempDir Path folder) throws Exception {
    Path cases = cases(folder, 3);
    Path csv = folder.resolve("reasons.csv");
    Path xlsx = folder.resolve("reasons.xlsx");
    int code =
        run(
            "reasons",
            "--model",
            MODELS.resolve("german-credit/model.yaml").toString(),
            "--data",
            cases.toString(),
            "--out",
            csv.toString(),
            "--out",
            xlsx.toString());
    assertThat(code).as(err.toString()).isEqualTo(1);
    List<String> lines = Files.readAllLines(csv);
    assertThat(lines).hasSize(5);
    assertThat(lines.get(0))
        .isEqualTo(
            "case,response,decision,reason_1,text_1,reason_2,text_2,reason_3,text_3,reason_4,text_4,"
                + "would_have_changed_it,flags,fault");
    // What is protected has its key and its flag, and no words that could be sent unread.
    assertThat(lines.get(1))
        .startsWith("A0002,0.7122")
        .contains(",unfavourable,R02,Size and length of the credit you asked for: 5951 DM")
        .contains(",R12,,")
        .contains("R12: age is protected")
        .containsPattern("(months|DM) instead of \\d+ (months|DM)");
    assertThat(lines.get(2)).contains(",favourable,").contains(",,,").doesNotContain("instead of");
    assertThat(lines.get(4)).startsWith("'=cmd|x,,,").contains("duration is 'soon'");
    assertThat(err.toString()).contains("4 cases by tree-shap: 1 with a fault, 1 with a flag");
    try (XSSFWorkbook workbook = new XSSFWorkbook(xlsx.toFile())) {
      var sheet = workbook.getSheet("Reasons");
      assertThat(sheet.getLastRowNum()).isEqualTo(4);
      assertThat(sheet.getRow(1).getCell(1).getNumericCellValue()).isBetween(0.71, 0.72);
      assertThat(sheet.getRow(4).getCell(0).getStringCellValue()).isEqualTo("=cmd|x");
      assertThat(sheet.getRow(4).getCell(0).getCellStyle().getQuotePrefixed()).isTrue();
    }
  }

  @Test
  void saysWhatItNeeds() {
    String scorecard = MODELS.resolve("german-scorecard/scorecard.yaml").toString();
    String data = MODELS.resolve("german-scorecard/audit.csv").toString();
    assertThat(run("reasons", "--model", scorecard, "--data", data)).isEqualTo(2);
    assertThat(err.toString()).contains("Give a model.yaml");
  }
}
