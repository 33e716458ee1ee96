package io.attest.report;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.poi.common.usermodel.HyperlinkType;
import org.apache.poi.ss.usermodel.CellType;
import org.apache.poi.ss.util.CellRangeAddress;
import org.apache.poi.ss.util.CellReference;
import org.apache.poi.xssf.usermodel.XSSFCell;
import org.apache.poi.xssf.usermodel.XSSFHyperlink;
import org.apache.poi.xssf.usermodel.XSSFRow;
import org.apache.poi.xssf.usermodel.XSSFSheet;

/** A sheet that is written from a cell downwards. */
final class Page {
  /** How many characters of a note go on one line. */
  private static final int LINE = 130;

  private final Template template;
  private final Styles styles;
  private final TableNames names;
  private final CaseFiles files;
  private final Cells cells;
  private final XSSFSheet sheet;
  private final Map<Integer, Double> widths = new HashMap<>();
  private Optional<Rest> rest = Optional.empty();
  private int row;
  private int column;

  Page(Template template, Styles styles, TableNames names, CaseFiles files, String anchor) {
    this.template = template;
    this.styles = styles;
    this.names = names;
    this.files = files;
    this.cells = new Cells(styles);
    this.sheet = template.sheet(anchor);
    to(template.at(anchor));
  }

  /** One line of a table of facts. */
  record Fact(String name, Object value) {}

  XSSFSheet sheet() {
    return sheet;
  }

  Cells cells() {
    return cells;
  }

  Template template() {
    return template;
  }

  Styles styles() {
    return styles;
  }

  CaseFiles files() {
    return files;
  }

  /** Writes the rows of {@link #streamed} when everything else of the workbook stands. */
  void later(Rest rows) {
    rest = Optional.of(rows);
  }

  /** What is still to be written, if anything is. */
  Optional<Rest> rest() {
    return rest;
  }

  int row() {
    return row;
  }

  int column() {
    return column;
  }

  /** Goes on at a row. */
  void to(int row) {
    this.row = row;
  }

  /** Goes on at a cell. */
  void to(CellReference at) {
    this.row = at.getRow();
    this.column = at.getCol();
  }

  void skip(int rows) {
    row += rows;
  }

  String tableName(String name) {
    return names.claim(name);
  }

  XSSFRow row(int index) {
    XSSFRow found = sheet.getRow(index);
    return found == null ? sheet.createRow(index) : found;
  }

  XSSFCell cell(int row, int column) {
    XSSFCell found = row(row).getCell(column);
    return found == null ? row(row).createCell(column) : found;
  }

  /** A heading over what follows, with a line of space before it. */
  void heading(String text) {
    skip(1);
    cells.text(cell(row, column), text, Look.HEADING);
    skip(1);
  }

  /** A sentence beneath a heading; a long one is broken into lines. */
  void note(String text) {
    lines(text, Look.NOTE);
  }

  /** A sentence that says why there is nothing. */
  void missing(String text) {
    lines(text, Look.ABSENT);
  }

  private void lines(String text, Look look) {
    for (String line : broken(text)) {
      cells.text(cell(row, column), line, look);
      skip(1);
    }
  }

  private static List<String> broken(String text) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : PlainText.of(text).split("\\s+")) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > LINE) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  <T> TableWriter<T> table(String name, List<T> rows) {
    return new TableWriter<>(this, name, rows);
  }

  /**
   * The head of a table whose rows come {@link #later}.
   *
   * @return where the rows will stand
   */
  Area streamed(String name, List<String> columns, int rows) {
    TableWriter<Object> table = new TableWriter<>(this, name, List.of());
    columns.forEach(c -> table.column(c, (cell, item) -> {}));
    return table.headOf(rows);
  }

  /** Prints nothing below or right of a cell. */
  void print(int lastRow, int lastColumn) {
    sheet
        .getWorkbook()
        .setPrintArea(sheet.getWorkbook().getSheetIndex(sheet), 0, lastColumn, 0, lastRow);
  }

  /** A table of names and values; the values keep their types. */
  void facts(String name, List<Fact> facts) {
    table(name, facts)
        .text("Field", Fact::name)
        .column("Value", (cell, fact) -> put(cell, fact.value()))
        .write("Nothing is known.");
  }

  private void put(XSSFCell cell, Object value) {
    if (value instanceof Mark mark) {
      cells.mark(cell, mark);
    } else if (value instanceof Instant instant) {
      cells.date(cell, instant);
    } else if (value instanceof Long || value instanceof Integer) {
      cells.count(cell, ((Number) value).longValue());
    } else if (value instanceof Double number) {
      cells.number(cell, number, Look.NUMBER);
    } else {
      cells.textOrDash(cell, String.valueOf(value), Look.WRAP);
    }
    // In a column of mixed values all stand on the left, where the eye reads them.
    if (value instanceof Number || value instanceof Instant) {
      cell.setCellStyle(styles.left(cell.getCellStyle()));
    }
  }

  /**
   * Makes a row high enough for its broken lines: not every program does so by itself. Widths of
   * letters are guessed, on the safe side.
   */
  void grow(XSSFRow row, int from, int to) {
    double height = row.getHeightInPoints();
    for (int c = from; c < to; c++) {
      XSSFCell cell = row.getCell(c);
      if (broken(cell, c)) {
        double size = cell.getCellStyle().getFont().getFontHeightInPoints();
        String text = cell.getStringCellValue();
        // Words are narrow; what has no space is mostly a hash, in a wide font, and heads are bold.
        boolean bold = cell.getCellStyle().getFont().getBold();
        double letter = bold || text.indexOf(' ') < 0 ? 8.6 : 11.2;
        double perLine = width(c) * letter / size - 1.5;
        int lines = lines(text, (int) Math.max(4, perLine));
        height = Math.max(height, Math.min(400, 3 + lines * size * 1.25));
      }
    }
    if (height > row.getHeightInPoints()) {
      row.setHeightInPoints((float) height);
    }
  }

  /** True if the cell needs several lines; asks the style last, because that is slow. */
  private boolean broken(XSSFCell cell, int column) {
    if (cell.getCellType() != CellType.STRING) {
      return false;
    }
    String text = cell.getStringCellValue();
    return (text.length() > width(column) * 0.6 || text.indexOf('\n') >= 0)
        && cell.getCellStyle().getWrapText();
  }

  private double width(int column) {
    return widths.computeIfAbsent(column, c -> sheet.getColumnWidth(c) / 256.0);
  }

  private static int lines(String text, int perLine) {
    int lines = 0;
    for (String paragraph : text.split("\n", -1)) {
      int used = 0;
      lines++;
      for (String word : paragraph.split(" ")) {
        if (used > 0 && used + 1 + word.length() > perLine) {
          lines++;
          used = 0;
        }
        used += (used > 0 ? 1 : 0) + word.length();
        while (used > perLine) {
          lines++;
          used -= perLine;
        }
      }
    }
    return lines;
  }

  /** Begins a new page when printed. */
  void pageBreak() {
    if (row > 0) {
      sheet.setRowBreak(row - 1);
    }
  }

  /** A cell that leads to another cell of the workbook. */
  void link(XSSFCell from, String text, String anchor) {
    CellReference to = template.at(anchor);
    XSSFHyperlink link =
        sheet.getWorkbook().getCreationHelper().createHyperlink(HyperlinkType.DOCUMENT);
    link.setAddress("'" + to.getSheetName().replace("'", "''") + "'!A1");
    cells.text(from, text, Look.LINK);
    from.setHyperlink(link);
  }

  /** Keeps everything above {@code row} and left of {@code column} in sight, and on every page. */
  void freeze(int column, int row) {
    sheet.createFreezePane(column, row);
    sheet.setRepeatingRows(new CellRangeAddress(0, row - 1, -1, -1));
  }

  /** Keeps the head of a table in sight: for a sheet with one main table. */
  void freeze(Area area) {
    freeze(0, area.first());
  }
}
