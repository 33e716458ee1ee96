package io.attest.report;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.regex.Pattern;
import org.apache.poi.ss.SpreadsheetVersion;
import org.apache.poi.xssf.usermodel.XSSFCell;
import org.apache.poi.xssf.usermodel.XSSFCellStyle;

/** Writes one value into one cell: typed, harmless, and saying so where there is none. */
final class Cells {
  static final String NONE = "n/a";

  private static final int LONGEST = SpreadsheetVersion.EXCEL2007.getMaxTextLength();
  private static final Pattern ESCAPE = Pattern.compile("_(?=x[0-9A-Fa-f]{4}_)");

  private final Styles styles;

  Cells(Styles styles) {
    this.styles = styles;
  }

  /** Text from anywhere: never a formula, never what a cell cannot hold. */
  void text(XSSFCell cell, String raw, Look look) {
    XSSFCellStyle style = styles.of(look);
    cell.setCellStyle(active(raw) ? styles.quoted(style) : style);
    cell.setCellValue(fit(raw));
  }

  /** As {@link #text}, with a dash where there is none. */
  void textOrDash(XSSFCell cell, String raw, Look look) {
    if (raw == null || raw.isBlank()) {
      text(cell, "–", Look.MUTED);
    } else {
      text(cell, raw, look);
    }
  }

  void mark(XSSFCell cell, Mark mark) {
    text(cell, mark.text(), mark.look());
  }

  void count(XSSFCell cell, long value) {
    cell.setCellStyle(styles.of(Look.COUNT));
    cell.setCellValue(value);
  }

  /** A number in full precision, shown with as many digits as its size deserves. */
  void number(XSSFCell cell, double value, Look look) {
    if (!Double.isFinite(value)) {
      text(cell, Double.isNaN(value) ? NONE : value > 0 ? "infinite" : "-infinite", Look.MUTED);
      cell.setCellStyle(styles.right(cell.getCellStyle()));
      return;
    }
    cell.setCellValue(value);
    XSSFCellStyle style = styles.of(look);
    double size = Math.abs(value);
    if (look == Look.NUMBER && size >= 1e7 || (look != Look.PERCENT && size > 0 && size < 1e-4)) {
      style = styles.formatted(style, look == Look.SIGNED ? "+0.00E+00;-0.00E+00" : "0.00E+00");
    } else if (look == Look.NUMBER && size >= 100 && value == Math.rint(value)) {
      style = styles.formatted(style, "#,##0");
    } else if (look == Look.NUMBER && size >= 1000) {
      style = styles.formatted(style, "#,##0.0");
    }
    cell.setCellStyle(style);
  }

  /** A number from -1 to 1 in a matrix, shown with two decimals. */
  void hundredths(XSSFCell cell, double value) {
    if (Double.isFinite(value)) {
      cell.setCellStyle(styles.formatted(styles.of(Look.NUMBER), "0.00"));
      cell.setCellValue(value);
    } else {
      text(cell, NONE, Look.MUTED);
      cell.setCellStyle(styles.right(cell.getCellStyle()));
    }
  }

  /** A moment, as Excel counts them, in UTC. */
  void date(XSSFCell cell, Instant value) {
    if (value == null) {
      text(cell, NONE, Look.MUTED);
      return;
    }
    cell.setCellStyle(styles.of(Look.DATE));
    cell.setCellValue(LocalDateTime.ofInstant(value, ZoneOffset.UTC));
  }

  /** A formula of ours with the value that we stored, so that a reader can let Excel compare. */
  void formula(XSSFCell cell, String formula, double stored, Look look) {
    cell.setCellStyle(styles.of(look));
    cell.setCellFormula(formula);
    cell.setCellValue(stored);
  }

  /** True for text that a spreadsheet might take for a formula, here or after export to CSV. */
  static boolean active(String raw) {
    if (raw == null || raw.isEmpty()) {
      return false;
    }
    String clean = PlainText.of(raw).stripLeading();
    return "\t\r\n".indexOf(raw.charAt(0)) >= 0
        || (!clean.isEmpty() && "=+-@".indexOf(clean.charAt(0)) >= 0);
  }

  /** The text as a cell can hold it; says where it was cut. */
  static String fit(String raw) {
    // Excel reads _x0041_ as an escaped character: escape the underscore instead.
    String text = ESCAPE.matcher(PlainText.of(raw)).replaceAll("_x005F_");
    if (text.length() <= LONGEST) {
      return text;
    }
    String notice =
        " … [cut here: a cell holds " + LONGEST + " characters, the text has " + raw.length() + "]";
    int end = LONGEST - notice.length();
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end)
        + notice;
  }
}
