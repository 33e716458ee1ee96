package io.attest.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.apache.poi.common.usermodel.HyperlinkType;
import org.apache.poi.ss.usermodel.BorderStyle;
import org.apache.poi.ss.usermodel.FillPatternType;
import org.apache.poi.ss.usermodel.HorizontalAlignment;
import org.apache.poi.ss.usermodel.PaperSize;
import org.apache.poi.ss.usermodel.VerticalAlignment;
import org.apache.poi.ss.util.CellReference;
import org.apache.poi.xssf.usermodel.XSSFCell;
import org.apache.poi.xssf.usermodel.XSSFCellStyle;
import org.apache.poi.xssf.usermodel.XSSFColor;
import org.apache.poi.xssf.usermodel.XSSFFont;
import org.apache.poi.xssf.usermodel.XSSFHyperlink;
import org.apache.poi.xssf.usermodel.XSSFName;
import org.apache.poi.xssf.usermodel.XSSFRow;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;

/**
 * Made {@code templates/audit-report.xlsx}. The file is the template: change it in Excel. This
 * makes a plain one again: {@code mvn test -Dtest=TemplateTest#make
 * -Dattest.template=templates/audit-report.xlsx}.
 */
final class TemplateMaker {
  private static final String FONT = "Arial";
  private static final int ACCENT = 0x1B4F72;
  private static final int INK = 0x1F2933;
  private static final int QUIET = 0x5A6672;
  private static final int LINE = 0xD5DBE1;

  private final XSSFWorkbook workbook = new XSSFWorkbook();
  private String front = "Cover";
  private String header = "Model audit report: &A";
  private final XSSFCellStyle plain;

  private record Plan(String name, String anchor, String purpose, List<Double> widths) {}

  private static final List<Plan> PLANS =
      List.of(
          new Plan(
              "Model",
              "model_start",
              "What the owner declares about the model, and what the business expects of it.",
              List.of(28., 54., 12., 10., 40., 18., 12., 46.)),
          new Plan(
              "Data",
              "data_start",
              "What was read, what was refused and why, and what the columns hold.",
              List.of(12., 36., 14., 12., 14., 14., 46., 46.)),
          new Plan(
              "Dependence",
              "dependence_start",
              "How strongly the columns depend on each other.",
              List.of(28., 28., 19., 10.)),
          new Plan(
              "Methods",
              "methods_start",
              "Which methods of explanation ran, which did not, why, and how.",
              List.of(26., 26., 52., 42., 42., 18., 12., 13., 13., 13.)),
          new Plan(
              "Importance",
              "importance_start",
              "Which features matter most, over all cases.",
              List.of(34., 16., 14., 14., 14., 16., 3.)),
          new Plan(
              "Beeswarm",
              "beeswarm_start",
              "Every case as a point: which values of a feature raise the prediction, and which lower it.",
              List.of(34., 10., 24., 26., 14., 10., 3.)),
          new Plan(
              "Interactions",
              "interactions_start",
              "Which features act together, beyond what each adds alone.",
              List.of(52., 14., 12., 14., 16., 12., 12., 12., 12., 12., 12.)),
          new Plan(
              "Effects",
              "effects_start",
              "How the prediction goes with each feature, everything else as it is in the data.",
              List.of(34., 18., 14., 14., 30., 18., 12., 15., 13., 13., 18.)),
          new Plan(
              "Local",
              "local_start",
              "Single cases: what the model said, and what added to it.",
              List.of(8., 18., 30., 26., 12., 14., 14., 14., 14., 72., 26., 14.)),
          new Plan(
              "Waterfall",
              "waterfall_start",
              "Single cases, step by step from the base value to the prediction.",
              List.of(44., 12., 12., 12., 12., 12., 12., 12., 12., 12., 3.)),
          new Plan(
              "All cases",
              "all_cases_start",
              "Every case that was explained, one row each, with what each feature added.",
              List.of(10., 9., 13., 13., 13.)),
          new Plan(
              "Counterfactuals",
              "counterfactuals_start",
              "What would have had to be different for another decision, case by case.",
              List.of(7., 16., 24., 20., 20., 20., 13., 13., 11., 60.)),
          new Plan(
              "LIME",
              "lime_start",
              "Straight-line accounts of the model near single cases, and how far they may be believed.",
              List.of(42., 18., 26., 24., 13., 13., 13., 13., 16.)),
          new Plan(
              "Rules",
              "rules_start",
              "Conditions under which the model decides the same way.",
              List.of(16., 18., 12., 18., 70., 18., 11., 11., 11., 12.)),
          new Plan(
              "Surrogate",
              "surrogate_start",
              "A small tree and a list of rules that mimic the model, and how well they do.",
              List.of(16., 62., 14., 13., 13., 13., 13.)),
          new Plan(
              "Quality",
              "quality_start",
              "How far each explanation may be believed.",
              List.of(30., 30., 12., 12., 12., 10., 72.)),
          new Plan(
              "Influence",
              "influence_start",
              "Which training rows made the model what it is.",
              List.of(16., 18., 14., 14., 14., 34., 62., 16., 36., 14.)),
          new Plan(
              "Performance",
              "performance_start",
              "How well the predictions fit what happened.",
              List.of(30., 14., 16., 16., 14., 16., 14., 14., 3.)),
          new Plan(
              "Weak spots",
              "weak_spots_start",
              "Where the model is worse than elsewhere.",
              List.of(66., 10., 11., 13., 13., 13., 13., 13., 13., 13., 14., 16.)),
          new Plan(
              "Fairness",
              "fairness_start",
              "How groups of people fare under the decision.",
              List.of(36., 22., 26., 14., 14., 14., 18., 14., 18., 46.)),
          new Plan(
              "Drift",
              "drift_start",
              "What is another than in the baseline: data, scores, performance, explanations.",
              List.of(30., 46., 34., 17., 11., 11., 12., 12., 12., 13., 13., 12., 12., 12.)),
          new Plan(
              "Findings",
              "findings_start",
              "What the domain rules object to, and every fact that they were asked about.",
              List.of(10., 20., 62., 26., 28., 12., 24., 42., 10., 24.)),
          new Plan(
              "Controls",
              "controls_start",
              "What laws, guidance and standards ask for, and what of it this audit shows.",
              List.of(12., 24., 46., 46., 40., 40., 26., 13., 16.)),
          new Plan(
              "Approvals",
              "approvals_start",
              "Who decided what, when, and under which conditions.",
              List.of(28., 30., 22., 18., 56., 46., 10., 24.)),
          new Plan(
              "Reproduce",
              "reproduce_start",
              "What is needed to get the same figures again, and to check that they are the same.",
              List.of(36., 46., 70., 14., 20., 44.)));

  /** Of {@code templates/inventory.xlsx}. */
  private static final List<Plan> INVENTORY =
      List.of(
          new Plan(
              "Models",
              "inventory_models",
              "Every model of this installation, and how it stands.",
              List.of(
                  24., 34., 11., 11., 24., 13., 24., 24., 40., 11., 11., 9., 17., 17., 11., 11.,
                  13., 9., 9., 11., 50.)),
          new Plan(
              "Quality",
              "inventory_quality",
              "Each model in each dimension of quality, against its target.",
              List.of(24., 26., 18., 9., 9., 13., 30., 30., 12., 12., 60., 40.)),
          new Plan(
              "Findings",
              "inventory_findings",
              "Findings of the last judged audit of each model that nobody waived or disputed.",
              List.of(24., 13., 10., 62., 28., 28., 12., 22., 40.)),
          new Plan(
              "Audits",
              "inventory_audits",
              "Every audit of these models, newest first.",
              List.of(24., 34., 17., 17., 15., 31., 30., 12., 11., 11., 20., 46.)),
          new Plan(
              "Declared",
              "inventory_declared",
              "What the owners declare: purpose, prohibited uses, data, and what is expected.",
              List.of(24., 30., 100.)));

  TemplateMaker() {
    XSSFFont base = workbook.getFontAt(0);
    base.setFontName(FONT);
    base.setFontHeightInPoints((short) 10);
    base.setColor(colour(INK));
    plain = style(10, false, INK);
    plain.setVerticalAlignment(VerticalAlignment.TOP);
  }

  static void make(Path out) throws IOException {
    TemplateMaker maker = new TemplateMaker();
    maker.cover();
    PLANS.forEach(maker::sheet);
    maker.samples();
    var core = maker.workbook.getProperties().getCoreProperties();
    core.setCreator("Attest");
    core.setTitle("Template of the audit workbook");
    core.setCreated(Optional.of(Date.from(Instant.EPOCH)));
    core.setModified(Optional.of(Date.from(Instant.EPOCH)));
    try (OutputStream to = Files.newOutputStream(out)) {
      maker.workbook.write(to);
    }
    maker.workbook.close();
  }

  static void makeInventory(Path out) throws IOException {
    TemplateMaker maker = new TemplateMaker();
    maker.front = "Models";
    maker.header = "Inventory of models: &A";
    INVENTORY.forEach(maker::sheet);
    maker.samples();
    var core = maker.workbook.getProperties().getCoreProperties();
    core.setCreator("Attest");
    core.setTitle("Template of the inventory of models");
    core.setCreated(Optional.of(Date.from(Instant.EPOCH)));
    core.setModified(Optional.of(Date.from(Instant.EPOCH)));
    try (OutputStream to = Files.newOutputStream(out)) {
      maker.workbook.write(to);
    }
    maker.workbook.close();
  }

  private void cover() {
    XSSFSheet sheet = prepared("Cover", List.of(3., 28., 50., 3., 18., 76.));
    put(sheet, 1, 1, "MODEL AUDIT REPORT", style(10, true, QUIET));
    name("cover_model", sheet, 2, 1);
    sheet.createRow(2).setHeightInPoints(30);
    name("cover_verdict", sheet, 4, 1);
    sheet.createRow(4).setHeightInPoints(34);
    name("cover_findings", sheet, 5, 1);
    sheet.createRow(5).setHeightInPoints(22);
    name("cover_state", sheet, 6, 1);
    sheet.createRow(6).setHeightInPoints(18);
    put(sheet, 8, 1, "This audit", style(13, true, ACCENT));
    name("cover_start", sheet, 9, 1);
    put(sheet, 8, 4, "Contents", style(13, true, ACCENT));
    name("cover_contents", sheet, 9, 4);
    sheet.setFitToPage(true);
    sheet.getPrintSetup().setFitHeight((short) 1);
  }

  private void sheet(Plan plan) {
    XSSFSheet sheet = prepared(plan.name(), plan.widths());
    put(sheet, 0, 0, plan.name(), style(18, true, ACCENT));
    sheet.getRow(0).setHeightInPoints(30);
    put(sheet, 1, 0, plan.purpose(), style(10, false, QUIET));
    if (!plan.name().equals(front)) {
      XSSFCell back =
          put(sheet, 2, 0, front.equals("Cover") ? "← Contents" : "← " + front, linked());
      XSSFHyperlink link = workbook.getCreationHelper().createHyperlink(HyperlinkType.DOCUMENT);
      link.setAddress("'" + front + "'!A1");
      back.setHyperlink(link);
    }
    name(plan.anchor(), sheet, 4, 0);
  }

  private XSSFSheet prepared(String name, List<Double> widths) {
    XSSFSheet sheet = workbook.createSheet(name);
    sheet.setDisplayGridlines(false);
    sheet.setZoom(100);
    sheet.setDefaultRowHeightInPoints(15);
    for (int c = 0; c < widths.size(); c++) {
      sheet.setColumnWidth(c, (int) Math.round(widths.get(c) * 256));
    }
    sheet.getPrintSetup().setPaperSize(PaperSize.A4_PAPER);
    sheet.getPrintSetup().setLandscape(true);
    sheet.setFitToPage(true);
    sheet.getPrintSetup().setFitWidth((short) 1);
    sheet.getPrintSetup().setFitHeight((short) 0);
    sheet.setMargin(org.apache.poi.ss.usermodel.PageMargin.LEFT, 0.4);
    sheet.setMargin(org.apache.poi.ss.usermodel.PageMargin.RIGHT, 0.4);
    sheet.getHeader().setLeft(header);
    sheet.getFooter().setRight("Page &P of &N");
    return sheet;
  }

  /** One cell of each look: their formats are the formats of the report. */
  private void samples() {
    XSSFSheet sheet = workbook.createSheet("Styles");
    sheet.setColumnWidth(0, 30 * 256);
    sheet.setColumnWidth(1, 60 * 256);
    put(sheet, 0, 0, "Looks", style(18, true, ACCENT));
    put(
        sheet,
        1,
        0,
        "Format a cell of column B, and everything of that kind looks like it. This sheet is not in the report.",
        style(10, false, QUIET));
    int row = 3;
    for (Look look : Look.values()) {
      put(sheet, row, 0, look.sample(), plain);
      put(sheet, row, 1, "Sample", look(look));
      name(look.sample(), sheet, row, 1);
      row++;
    }
  }

  private XSSFCellStyle look(Look look) {
    return switch (look) {
      case TITLE -> style(20, true, ACCENT);
      case HEADING -> style(13, true, ACCENT);
      case NOTE -> style(9, false, QUIET);
      case HEAD -> head();
      case HEAD_TURNED -> {
        XSSFCellStyle s = head();
        s.setRotation((short) 90);
        s.setAlignment(HorizontalAlignment.CENTER);
        s.setIndention((short) 0);
        s.setWrapText(false);
        yield s;
      }
      case TEXT -> indented(lined(style(10, false, INK)));
      case WRAP -> indented(wrapped(lined(style(10, false, INK))));
      case COUNT -> number("#,##0");
      case NUMBER -> number("0.0000");
      case SIGNED -> number("+0.0000;-0.0000;0.0000");
      case PERCENT -> number("0.0%");
      case DATE -> {
        XSSFCellStyle s = number("yyyy-mm-dd hh:mm");
        s.setAlignment(HorizontalAlignment.LEFT);
        yield s;
      }
      case HASH -> {
        XSSFCellStyle s = wrapped(lined(style(8, false, INK)));
        s.getFont().setFontName("Courier New");
        yield indented(s);
      }
      case LINK -> indented(lined(linked()));
      case MUTED -> {
        XSSFCellStyle s = style(10, false, QUIET);
        s.getFont().setItalic(true);
        yield indented(lined(s));
      }
      case ABSENT -> {
        XSSFCellStyle s = style(10, false, QUIET);
        s.getFont().setItalic(true);
        yield s;
      }
      case PASS -> band(0x145A32, 0xDDF3E4);
      case WARN -> band(0x6B4E00, 0xFFF1CC);
      case BLOCK -> band(0x8A1C12, 0xFBDAD7);
      case UNKNOWN -> band(0x37424D, 0xE8ECF0);
    };
  }

  private XSSFCellStyle head() {
    XSSFCellStyle s = filled(style(10, true, 0xFFFFFF), ACCENT);
    s.setWrapText(true);
    s.setVerticalAlignment(VerticalAlignment.BOTTOM);
    return indented(s);
  }

  private XSSFCellStyle number(String format) {
    XSSFCellStyle s = lined(style(10, false, INK));
    s.setDataFormat(workbook.createDataFormat().getFormat(format));
    s.setAlignment(HorizontalAlignment.RIGHT);
    s.setIndention((short) 1);
    return s;
  }

  private XSSFCellStyle band(int ink, int fill) {
    return indented(lined(filled(style(10, true, ink), fill)));
  }

  private XSSFCellStyle linked() {
    XSSFCellStyle s = style(10, false, ACCENT);
    s.getFont().setUnderline(XSSFFont.U_SINGLE);
    return s;
  }

  private XSSFCellStyle filled(XSSFCellStyle s, int fill) {
    s.setFillPattern(FillPatternType.SOLID_FOREGROUND);
    s.setFillForegroundColor(colour(fill));
    return s;
  }

  private static XSSFCellStyle indented(XSSFCellStyle s) {
    s.setAlignment(HorizontalAlignment.LEFT);
    s.setIndention((short) 1);
    return s;
  }

  private static XSSFCellStyle wrapped(XSSFCellStyle s) {
    s.setWrapText(true);
    return s;
  }

  private static XSSFCellStyle lined(XSSFCellStyle s) {
    s.setBorderBottom(BorderStyle.THIN);
    s.setBottomBorderColor(colour(LINE));
    s.setVerticalAlignment(VerticalAlignment.TOP);
    return s;
  }

  private XSSFCellStyle style(int size, boolean bold, int ink) {
    XSSFFont font = workbook.createFont();
    font.setFontName(FONT);
    font.setFontHeightInPoints((short) size);
    font.setBold(bold);
    font.setColor(colour(ink));
    XSSFCellStyle s = workbook.createCellStyle();
    s.setFont(font);
    s.setVerticalAlignment(VerticalAlignment.CENTER);
    s.setAlignment(HorizontalAlignment.LEFT);
    return s;
  }

  private static XSSFColor colour(int rgb) {
    return new XSSFColor(new byte[] {-1, (byte) (rgb >> 16), (byte) (rgb >> 8), (byte) rgb}, null);
  }

  private static XSSFCell put(
      XSSFSheet sheet, int row, int column, String text, XSSFCellStyle style) {
    XSSFRow r = sheet.getRow(row) == null ? sheet.createRow(row) : sheet.getRow(row);
    XSSFCell cell = r.createCell(column);
    cell.setCellValue(text);
    cell.setCellStyle(style);
    return cell;
  }

  private void name(String name, XSSFSheet sheet, int row, int column) {
    XSSFName n = workbook.createName();
    n.setNameName(name);
    n.setRefersToFormula(
        new CellReference(sheet.getSheetName(), row, column, true, true).formatAsString());
  }
}
