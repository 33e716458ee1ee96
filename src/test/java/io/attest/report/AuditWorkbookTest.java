package io.attest.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.poi.common.usermodel.HyperlinkType;
import org.apache.poi.openxml4j.util.ZipSecureFile;
import org.apache.poi.ss.usermodel.Cell;
import org.apache.poi.ss.usermodel.CellType;
import org.apache.poi.ss.usermodel.CellValue;
import org.apache.poi.ss.usermodel.DateUtil;
import org.apache.poi.ss.usermodel.FillPatternType;
import org.apache.poi.ss.usermodel.FormulaEvaluator;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.xssf.usermodel.XSSFCell;
import org.apache.poi.xssf.usermodel.XSSFChart;
import org.apache.poi.xssf.usermodel.XSSFColor;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFTable;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.apache.xmlbeans.SchemaTypeLoaderException;
import org.apache.xmlbeans.XmlError;
import org.apache.xmlbeans.XmlObject;
import org.apache.xmlbeans.XmlOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuditWorkbookTest {
  private static final List<String> SHEETS =
      List.of(
          "Cover",
          "Model",
          "Data",
          "Dependence",
          "Methods",
          "Importance",
          "Beeswarm",
          "Interactions",
          "Effects",
          "Local",
          "Waterfall",
          "All cases",
          "Counterfactuals",
          "LIME",
          "Rules",
          "Surrogate",
          "Quality",
          "Influence",
          "Performance",
          "Weak spots",
          "Fairness",
          "Drift",
          "Findings",
          "Controls",
          "Approvals",
          "Reproduce");

  static Map<String, AuditRecord> records() {
    Map<String, AuditRecord> out = new TreeMap<>();
    out.put("plain", SampleRecords.plain());
    out.put("scorecard", SampleRecords.scorecard());
    out.put("one feature", SampleRecords.withFeatures(1));
    out.put("300 features", SampleRecords.withFeatures(300));
    out.put("long names", SampleRecords.longNames());
    out.put("50 classes", SampleRecords.manyClasses());
    out.put("nothing ran", SampleRecords.nothingRan());
    out.put("all skipped", SampleRecords.allSkipped());
    out.put("no findings", SampleRecords.noFindings());
    out.put("right to left", SampleRecords.hostile("دخل شهري \"صافي\" & <b>'\n\u202E"));
    out.put("empty texts", SampleRecords.hostile(" "));
    out.put(
        "escape", SampleRecords.hostile("_x0041_ _x000a_ ]]> &amp; \uD83D \uD83D\uDE00 \u0000"));
    out.put("very long", SampleRecords.hostile("long \u00e4 ".repeat(6000)));
    return out;
  }

  /** Each workbook is made once: they are only looked at. */
  private static final Map<String, byte[]> MADE = new ConcurrentHashMap<>();

  private static byte[] made(String name) {
    return MADE.computeIfAbsent(
        name,
        n -> {
          try {
            return bytes(records().get(n));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  static List<String> names() {
    return List.copyOf(records().keySet());
  }

  /**
   * A text that is repeated a thousand times packs so well that the reader takes it for an attack.
   */
  @BeforeAll
  static void letRepetitiveFilesIn() {
    ZipSecureFile.setMinInflateRatio(0.001);
  }

  @AfterAll
  static void letThemOut() {
    ZipSecureFile.setMinInflateRatio(0.01);
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyRecordGivesAWorkbookThatAProgramCanOpen(String name) throws Exception {
    byte[] bytes = made(name);
    wellFormed(bytes);
    try (XSSFWorkbook workbook = read(bytes)) {
      List<String> sheets = new ArrayList<>();
      workbook.forEach(s -> sheets.add(s.getSheetName()));
      assertThat(sheets).isEqualTo(SHEETS);
      valid(workbook.getStylesSource().getCTStylesheet());
      Set<String> tables = new HashSet<>();
      for (String sheetName : SHEETS) {
        XSSFSheet sheet = workbook.getSheet(sheetName);
        assertThat(sheet.getNumMergedRegions()).as("merged cells on %s", sheetName).isZero();
        assertThat(sheet.getPrintSetup().getLandscape()).isTrue();
        assertThat(sheet.getFitToPage()).isTrue();
        valid(sheet.getCTWorksheet());
        for (XSSFTable table : sheet.getTables()) {
          check(sheet, table, tables);
        }
        if (sheet.getDrawingPatriarch() != null) {
          for (XSSFChart chart : sheet.getDrawingPatriarch().getCharts()) {
            valid(chart.getCTChartSpace());
          }
          valid(sheet.getDrawingPatriarch().getCTDrawing());
        }
      }
    }
  }

  private static void check(XSSFSheet sheet, XSSFTable table, Set<String> names)
      throws IOException {
    assertThat(names.add(table.getName().toLowerCase(Locale.ROOT))).as(table.getName()).isTrue();
    assertThat(table.getDisplayName()).isEqualTo(table.getName());
    assertThat(table.getRowCount()).isGreaterThan(1);
    assertThat(table.getCTTable().getAutoFilter().getRef()).isEqualTo(table.getCTTable().getRef());
    Set<String> heads = new HashSet<>();
    for (int c = table.getStartColIndex(); c <= table.getEndColIndex(); c++) {
      String head = sheet.getRow(table.getStartRowIndex()).getCell(c).getStringCellValue();
      assertThat(head).isNotBlank().hasSizeLessThan(256).doesNotContain("\n");
      assertThat(heads.add(head.toLowerCase(Locale.ROOT))).as("head %s", head).isTrue();
      assertThat(table.getColumns().get(c - table.getStartColIndex()).getName()).isEqualTo(head);
    }
    for (XSSFTable other : sheet.getTables()) {
      boolean apart =
          other == table
              || other.getEndRowIndex() < table.getStartRowIndex()
              || other.getStartRowIndex() > table.getEndRowIndex()
              || other.getEndColIndex() < table.getStartColIndex()
              || other.getStartColIndex() > table.getEndColIndex();
      assertThat(apart).as("%s and %s overlap", table.getName(), other.getName()).isTrue();
    }

    for (int r = table.getStartRowIndex() + 1; r <= table.getEndRowIndex(); r++) {
      for (int c = table.getStartColIndex(); c <= table.getEndColIndex(); c++) {
        Cell cell = sheet.getRow(r).getCell(c);
        assertThat(cell.getCellType())
            .as("%s is empty", cell.getAddress())
            .isNotEqualTo(CellType.BLANK);
      }
    }
  }

  /** As strict as the part of the schema is that comes with the library. */
  private static void valid(XmlObject xml) {
    List<XmlError> errors = new ArrayList<>();
    try {
      xml.validate(new XmlOptions().setErrorListener(errors));
    } catch (SchemaTypeLoaderException e) {
      // The library's small schema lacks a type: what it knows has been checked up to there.
      assertThat(e).hasMessageContaining("Could not locate compiled schema resource");
    }
    assertThat(errors).isEmpty();
  }

  private static void wellFormed(byte[] bytes) throws Exception {
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry entry; (entry = zip.getNextEntry()) != null; ) {
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(zip.readAllBytes()));
        assertThat(entry.getTimeLocal()).isEqualTo(LocalDateTime.of(1980, 2, 1, 0, 0));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"=1+1", "+1", "-1", "@SUM(1)", "\t=1+1", "\r=1+1", " =1+1", "\u202E=1+1", "\n-1"})
  void textFromOutsideNeverBecomesAFormula(String hostile) throws Exception {
    try (XSSFWorkbook workbook = read(bytes(SampleRecords.hostile(hostile)))) {
      int marked = 0;
      for (Cell cell : cells(workbook)) {
        if (cell.getCellType() == CellType.FORMULA) {
          assertThat(cell.getCellFormula()).matches("F\\d+\\+SUMIFS\\([$A-Z0-9:,]+\\)");
        } else if (cell.getCellType() == CellType.STRING) {
          String text = cell.getStringCellValue();
          assertThat(text.codePoints().noneMatch(c -> c < ' ' && c != '\n')).isTrue();
          assertThat(text).doesNotContain("\u202E");
          if (!text.isBlank() && "=+-@".indexOf(text.strip().charAt(0)) >= 0) {
            assertThat(cell.getCellStyle().getQuotePrefixed()).as(text).isTrue();
            marked++;
          }
        }
      }
      assertThat(marked).isGreaterThan(50);
      for (String name : SHEETS) {
        workbook
            .getSheet(name)
            .getHyperlinkList()
            .forEach(l -> assertThat(l.getType()).isEqualTo(HyperlinkType.DOCUMENT));
      }
    }
  }

  @Test
  void theSameRecordGivesTheSameBytesWhereverAndWhenever() throws Exception {
    byte[] first = made("plain");
    Locale locale = Locale.getDefault();
    TimeZone zone = TimeZone.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
      // Files and properties count time in seconds or pairs of them.
      Thread.sleep(2100);
      assertThat(Arrays.equals(bytes(SampleRecords.plain()), first)).isTrue();
    } finally {
      Locale.setDefault(locale);
      TimeZone.setDefault(zone);
    }
    assertThat(Arrays.equals(bytes(SampleRecords.undecided()), first)).isFalse();
  }

  @Test
  void thePropertiesTellTheAuditAndItsOwnTimes() throws Exception {
    try (XSSFWorkbook workbook = read(made("plain"))) {
      var core = workbook.getProperties().getCoreProperties();
      assertThat(core.getTitle()).contains("ATT-german-credit-20261122-1");
      assertThat(core.getCreated().toInstant()).isEqualTo(SampleRecords.START);
      assertThat(core.getModified().toInstant()).isEqualTo(Instant.parse("2026-11-22T11:30:00Z"));
      assertThat(core.getUnderlyingProperties().getLanguageProperty()).contains("en");
    }
  }

  @Test
  void theSumsOfTheCasesAreRecomputedByExcelToWhatIsStored() throws Exception {
    try (XSSFWorkbook workbook = read(made("plain"))) {
      FormulaEvaluator evaluator = workbook.getCreationHelper().createFormulaEvaluator();
      int checked = 0;
      for (Cell cell : cells(workbook)) {
        if (cell.getCellType() == CellType.FORMULA) {
          double stored = cell.getNumericCellValue();
          CellValue again = evaluator.evaluate(cell);
          assertThat(again.getNumberValue()).isCloseTo(stored, within(1e-12));
          double prediction = cell.getRow().getCell(6).getNumericCellValue();
          double difference = cell.getRow().getCell(8).getNumericCellValue();
          assertThat(prediction - stored).isCloseTo(difference, within(1e-12));
          checked++;
        }
      }
      assertThat(checked).isEqualTo(18);
    }
  }

  @Test
  void theCoverSaysInWordsWhatMattersMost() throws Exception {
    try (XSSFWorkbook workbook = read(made("plain"))) {
      assertThat(named(workbook, "cover_verdict"))
          .isEqualTo("✕ Block: at least one finding stands against approval");
      assertThat(named(workbook, "cover_findings"))
          .isEqualTo("3 findings: 1 blocks, 1 warns, 1 informs.");
      assertThat(named(workbook, "cover_state")).isEqualTo("✓ Approved with conditions");
      assertThat(workbook.getActiveSheetIndex()).isZero();
    }
    try (XSSFWorkbook workbook = read(made("nothing ran"))) {
      assertThat(named(workbook, "cover_verdict")).startsWith("? No verdict yet");
    }
  }

  @Test
  void whatWasNotTestedIsSaidWithWhoAndWhy() throws Exception {
    try (XSSFWorkbook workbook = read(made("plain"))) {
      assertThat(texts(workbook, "Methods"))
          .anyMatch(t -> t.equals("▲ Not tested"))
          .anyMatch(t -> t.contains("r.tanaka") && t.contains("Error: IllegalArgumentException"))
          .anyMatch(t -> t.equals("– Refused"));
      assertThat(texts(workbook, "Influence"))
          .anyMatch(t -> t.startsWith("Not tested: influence failed and was skipped by r.tanaka"));
    }
    try (XSSFWorkbook workbook = read(bytes(SampleRecords.undecided()))) {
      assertThat(texts(workbook, "Approvals")).contains("No decision yet.");
    }
  }

  @Test
  void cutListsSayHowMuchIsLeftOutAndWhereItIs() throws Exception {
    try (XSSFWorkbook workbook = read(made("300 features"))) {
      assertThat(String.join(" ", texts(workbook, "Dependence")))
          .contains("260 columns with weaker links left out of the map")
          .contains("The first 2000 of 44850 rows; 42850 rows left out.");
      assertThat(String.join(" ", texts(workbook, "Importance"))).contains("feature_300");
      assertThat(String.join(" ", texts(workbook, "Effects")))
          .contains("The 24 widest of 300 curves are drawn.");
    }
  }

  @Test
  void ofManyCasesTheContributionsOfWholeOnesAreShownAndSummed() throws Exception {
    AuditRecord record = SampleRecords.withFeatures(20);
    List<Section> sections = new ArrayList<>();
    for (Section s : record.sections()) {
      if (s instanceof Section.Explained e
          && e.result().orElse(null) instanceof Section.AttributionResult r) {
        List<Section.LocalRow> rows = new ArrayList<>();
        for (int i = 0; i < 1010; i++) {
          rows.add(r.local().get(i % r.local().size()));
        }
        sections.add(
            new Section.Explained(
                e.explainer(),
                e.provenance(),
                e.files(),
                Optional.of(
                    new Section.AttributionResult(
                        r.output(),
                        r.space(),
                        r.baseValue(),
                        r.global(),
                        r.relativeResidual(),
                        rows)),
                e.skipped(),
                0));
      } else {
        sections.add(s);
      }
    }
    AuditRecord many =
        new AuditRecord(
            record.audit(),
            record.spec(),
            sections,
            record.decisions(),
            record.engine(),
            record.installation());
    try (XSSFWorkbook workbook = read(bytes(many))) {
      assertThat(String.join(" ", texts(workbook, "Local")))
          .contains("Of the first 1000 cases; 10 cases left out here.");
      XSSFTable cases = workbook.getSheet("Local").getTables().get(0);
      XSSFSheet local = workbook.getSheet("Local");
      int first = cases.getStartRowIndex() + 1;
      assertThat(local.getRow(first + 999).getCell(7).getCellType()).isEqualTo(CellType.FORMULA);
      assertThat(local.getRow(first + 1000).getCell(7).getCellType()).isEqualTo(CellType.NUMERIC);
    }
  }

  @Test
  void numbersAndDatesAreNotText() throws Exception {
    try (XSSFWorkbook workbook = read(made("plain"))) {
      XSSFSheet approvals = workbook.getSheet("Approvals");
      XSSFTable table = approvals.getTables().get(0);
      XSSFCell when = approvals.getRow(table.getStartRowIndex() + 2).getCell(3);
      assertThat(DateUtil.isCellDateFormatted(when)).isTrue();
      assertThat(when.getLocalDateTimeCellValue()).isEqualTo("2026-11-22T11:00:00");
      assertThat(texts(workbook, "Methods")).contains("9007199254740993");
    }
  }

  @Test
  void chartsAreNativeAndSayWhatTheyShow() throws Exception {
    try (XSSFWorkbook workbook = read(made("plain"))) {
      assertThat(charts(workbook, "Importance")).isEqualTo(2);
      assertThat(charts(workbook, "Effects")).isEqualTo(20);
      // Calibration; caught and false alarms; cost.
      assertThat(charts(workbook, "Performance")).isEqualTo(3);
      assertThat(charts(workbook, "Weak spots")).isEqualTo(1);
      // Impact ratios, and what drives each of the five gaps.
      assertThat(charts(workbook, "Fairness")).isEqualTo(6);
      assertThat(charts(workbook, "Drift")).isEqualTo(1);
    }
    String drawings = part(made("plain"), "xl/drawings/drawing1.xml");
    assertThat(drawings).contains("descr=\"Chart: What moves the predictions.");
  }

  private static int charts(XSSFWorkbook workbook, String sheet) {
    return workbook.getSheet(sheet).getDrawingPatriarch().getCharts().size();
  }

  @Test
  void aTemplateWithoutANamedCellIsRefusedByName() throws Exception {
    byte[] broken =
        changed(
            w -> {
              w.removeName(w.getName("fairness_start"));
              w.removeName(w.getName("style_head"));
            });
    assertThatThrownBy(() -> bytes(broken, SampleRecords.plain()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("fairness_start, style_head")
        .hasMessageContaining("Name Manager");
  }

  @Test
  void aTemplateWhoseSheetWasDeletedIsRefusedByTheNameOfItsCell() throws Exception {
    byte[] broken = changed(w -> w.removeSheetAt(w.getSheetIndex("Influence")));
    assertThatThrownBy(() -> bytes(broken, SampleRecords.plain()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("influence_start");
  }

  @Test
  void aChangedTemplateIsHonoured() throws Exception {
    byte[] own =
        changed(
            w -> {
              w.setSheetName(w.getSheetIndex("Findings"), "Feststellungen & mehr");
              w.getSheet("Cover").getRow(1).getCell(1).setCellValue("BANK AG");
              w.createSheet("How to read").createRow(0).createCell(0).setCellValue("Like this.");
              XSSFCell head = w.getSheet("Styles").getRow(3 + Look.HEAD.ordinal()).getCell(1);
              head.getCellStyle().setFillPattern(FillPatternType.SOLID_FOREGROUND);
              head.getCellStyle()
                  .setFillForegroundColor(new XSSFColor(new byte[] {(byte) 0x99, 0, 0x11}, null));
            });
    byte[] bytes = bytes(own, SampleRecords.plain());
    try (XSSFWorkbook workbook = read(bytes)) {
      assertThat(workbook.getSheet("Cover").getRow(1).getCell(1).getStringCellValue())
          .isEqualTo("BANK AG");
      assertThat(workbook.getSheet("How to read")).isNotNull();
      assertThat(workbook.getSheet("Styles")).isNull();
      assertThat(texts(workbook, "Feststellungen & mehr")).contains("F-01");
      assertThat(workbook.getSheet("Cover").getHyperlinkList())
          .anyMatch(l -> l.getAddress().equals("'Feststellungen & mehr'!A1"));
      XSSFTable table = workbook.getSheet("Model").getTables().get(0);
      XSSFCell head =
          workbook
              .getSheet("Model")
              .getRow(table.getStartRowIndex())
              .getCell(table.getStartColIndex());
      assertThat(head.getCellStyle().getFillForegroundXSSFColor().getARGBHex()).endsWith("990011");
    }
    assertThat(part(bytes, "xl/charts/chart1.xml")).contains("990011");
  }

  @Test
  void anInstallationArrangesSheetsItsOwnWay() throws Exception {
    byte[] own =
        changed(
            w -> {
              w.setSheetOrder("Findings", 1);
              w.setSheetOrder("Beeswarm", 2);
              w.setSheetName(w.getSheetIndex("All cases"), "Alle F\u00e4lle");
              w.createSheet("House rules").createRow(0).createCell(0).setCellValue("Ours.");
              w.setSheetOrder("House rules", 3);
              w.getSheet("Importance").getRow(0).getCell(0).setCellValue("Wichtigkeit");
              w.getSheet("Model").setColumnWidth(0, 40 * 256);
            });
    try (XSSFWorkbook workbook = read(bytes(own, SampleRecords.plain()))) {
      List<String> names = new ArrayList<>();
      workbook.forEach(s -> names.add(s.getSheetName()));
      assertThat(names.subList(0, 5))
          .containsExactly("Cover", "Findings", "Beeswarm", "House rules", "Model");
      assertThat(names).contains("Alle F\u00e4lle").doesNotContain("All cases", "Styles");
      assertThat(texts(workbook, "Findings")).contains("F-01");
      assertThat(texts(workbook, "House rules")).containsExactly("Ours.");
      assertThat(texts(workbook, "Importance")).contains("Wichtigkeit");
      assertThat(workbook.getSheet("Model").getColumnWidth(0)).isEqualTo(40 * 256);
      assertThat(workbook.getSheet("Cover").getHyperlinkList())
          .anyMatch(l -> l.getAddress().equals("'Alle F\u00e4lle'!A1"));
    }
  }

  @Test
  void theFileIsThereWholeOrNotAtAll(@TempDir Path folder) throws Exception {
    Path out = folder.resolve("deep/report.xlsx");
    workbook(template()).write(SampleRecords.plain(), out);
    assertThat(Arrays.equals(Files.readAllBytes(out), made("plain"))).isTrue();
    assertThat(out.getParent()).isDirectoryContaining(p -> p.equals(out));
    Path refused = folder.resolve("refused/report.xlsx");
    byte[] broken = changed(w -> w.removeName(w.getName("data_start")));
    assertThatThrownBy(() -> workbook(broken).write(SampleRecords.plain(), refused))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(refused).doesNotExist();
    try (var files = Files.list(out.getParent())) {
      assertThat(files).containsExactly(out);
    }
  }

  /** {@code -Dattest.golden=write} writes the expected cells anew: look at the difference. */
  @Test
  void theCellsAreThoseThatWereLookedAt() throws Exception {
    Path expected = Path.of("src/test/resources/io/attest/report/cells.txt");
    StringBuilder cells = new StringBuilder();
    try (XSSFWorkbook workbook = read(bytes(SampleRecords.withFeatures(2)))) {
      for (Cell cell : cells(workbook)) {
        String value =
            switch (cell.getCellType()) {
              case STRING -> "'" + cell.getStringCellValue().replace("\n", "\\n");
              case NUMERIC -> Double.toString(cell.getNumericCellValue());
              case FORMULA -> "=" + cell.getCellFormula() + " " + cell.getNumericCellValue();
              default -> "";
            };
        if (!value.isEmpty()) {
          cells.append(cell.getSheet().getSheetName()).append('!').append(cell.getAddress());
          cells.append(' ').append(value).append('\n');
        }
      }
    }
    if ("write".equals(System.getProperty("attest.golden"))) {
      Files.createDirectories(expected.getParent());
      Files.writeString(expected, cells);
    }
    assertThat(cells.toString().lines()).containsExactlyElementsOf(Files.readAllLines(expected));
  }

  @Test
  void aRecordWithoutTrainingRowsLabelsOrDecisionSaysSo() throws Exception {
    AuditRecord plain = SampleRecords.plain();
    List<Section> sections = new ArrayList<>();
    for (Section s : plain.sections()) {
      if (s instanceof Section.Ingested i) {
        sections.add(
            new Section.Ingested(
                i.audit(), Optional.empty(), i.modelFile(), i.modelYaml(), i.format(), ""));
      } else if (s instanceof Section.Validated v) {
        sections.add(
            new Section.Validated(Optional.empty(), Optional.empty(), v.facts(), v.notes()));
      } else {
        sections.add(s);
      }
    }
    AuditRecord bare =
        new AuditRecord(
            plain.audit(),
            plain.spec(),
            sections,
            plain.decisions(),
            plain.engine(),
            plain.installation());
    try (XSSFWorkbook workbook = read(bytes(bare))) {
      assertThat(texts(workbook, "Data"))
          .anyMatch(t -> t.startsWith("Training rows: not available"));
      assertThat(texts(workbook, "Performance"))
          .anyMatch(t -> t.startsWith("Not tested: the audit rows"));
      assertThat(texts(workbook, "Fairness")).anyMatch(t -> t.startsWith("Not tested"));
    }
  }

  private static org.assertj.core.data.Offset<Double> within(double offset) {
    return org.assertj.core.data.Offset.offset(offset);
  }

  private static String named(XSSFWorkbook workbook, String name) {
    return new Template(workbook).cell(name).getStringCellValue();
  }

  private static List<Cell> cells(XSSFWorkbook workbook) {
    List<Cell> cells = new ArrayList<>();
    workbook.forEach(s -> s.forEach((Row r) -> r.forEach(cells::add)));
    return cells;
  }

  private static List<String> texts(XSSFWorkbook workbook, String sheet) {
    List<String> texts = new ArrayList<>();
    for (Row row : workbook.getSheet(sheet)) {
      for (Cell cell : row) {
        if (cell.getCellType() == CellType.STRING) {
          texts.add(cell.getStringCellValue());
        }
      }
    }
    return texts;
  }

  private static String part(byte[] bytes, String name) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry entry; (entry = zip.getNextEntry()) != null; ) {
        if (entry.getName().equals(name)) {
          return new String(zip.readAllBytes(), StandardCharsets.UTF_8);
        }
      }
    }
    throw new IllegalStateException("There is no part " + name + ".");
  }

  private static byte[] template() throws IOException {
    return Files.readAllBytes(TemplateTest.TEMPLATE);
  }

  private static byte[] changed(Consumer<XSSFWorkbook> change) throws IOException {
    try (XSSFWorkbook workbook = read(template())) {
      change.accept(workbook);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      workbook.write(out);
      return out.toByteArray();
    }
  }

  private static XSSFWorkbook read(byte[] bytes) throws IOException {
    return new XSSFWorkbook(new ByteArrayInputStream(bytes));
  }

  private static AuditWorkbook workbook(byte[] template) throws IOException {
    return new AuditWorkbook(new ByteArrayInputStream(template));
  }

  private static byte[] bytes(AuditRecord record) throws IOException {
    return bytes(template(), record);
  }

  private static byte[] bytes(byte[] template, AuditRecord record) throws IOException {
    return workbook(template).bytes(record);
  }
}
