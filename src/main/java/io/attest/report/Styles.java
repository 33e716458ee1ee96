package io.attest.report;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import org.apache.poi.ss.usermodel.HorizontalAlignment;
import org.apache.poi.ss.usermodel.VerticalAlignment;
import org.apache.poi.xssf.usermodel.XSSFCellStyle;
import org.apache.poi.xssf.usermodel.XSSFColor;
import org.apache.poi.xssf.usermodel.XSSFFont;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;

/** The looks that the template gives, each made once: a workbook holds few styles. */
final class Styles {
  private final XSSFWorkbook workbook;
  private final Map<Look, XSSFCellStyle> samples = new EnumMap<>(Look.class);
  private final Map<String, XSSFCellStyle> variants = new HashMap<>();

  Styles(XSSFWorkbook workbook, Template template) {
    this.workbook = workbook;
    for (Look look : Look.values()) {
      samples.put(look, template.cell(look.sample()).getCellStyle());
    }
  }

  XSSFCellStyle of(Look look) {
    return samples.get(look);
  }

  /** The same, marked as text that Excel must never read as a formula. */
  XSSFCellStyle quoted(XSSFCellStyle style) {
    return variants.computeIfAbsent(
        style.getIndex() + " quoted",
        k -> {
          XSSFCellStyle copy = copy(style);
          copy.setQuotePrefixed(true);
          return copy;
        });
  }

  /** The same with another number format. */
  XSSFCellStyle formatted(XSSFCellStyle style, String format) {
    return variants.computeIfAbsent(
        style.getIndex() + " " + format,
        k -> {
          XSSFCellStyle copy = copy(style);
          copy.setDataFormat(workbook.createDataFormat().getFormat(format));
          return copy;
        });
  }

  /** The same, large: for the one line that a reader must see. */
  XSSFCellStyle large(XSSFCellStyle style) {
    return variants.computeIfAbsent(
        style.getIndex() + " large",
        k -> {
          XSSFCellStyle copy = copy(style);
          XSSFFont font = workbook.createFont();
          font.setFontName(style.getFont().getFontName());
          font.setBold(true);
          font.setColor(style.getFont().getXSSFColor());
          font.setFontHeightInPoints((short) 16);
          copy.setFont(font);
          copy.setVerticalAlignment(VerticalAlignment.CENTER);
          return copy;
        });
  }

  /** The same, aligned left. */
  XSSFCellStyle left(XSSFCellStyle style) {
    return aligned(style, HorizontalAlignment.LEFT);
  }

  /** The same, aligned right. */
  XSSFCellStyle right(XSSFCellStyle style) {
    return aligned(style, HorizontalAlignment.RIGHT);
  }

  private XSSFCellStyle aligned(XSSFCellStyle style, HorizontalAlignment alignment) {
    return variants.computeIfAbsent(
        style.getIndex() + " " + alignment,
        k -> {
          XSSFCellStyle copy = copy(style);
          copy.setAlignment(alignment);
          return copy;
        });
  }

  private XSSFCellStyle copy(XSSFCellStyle style) {
    XSSFCellStyle copy = workbook.createCellStyle();
    copy.cloneStyleFrom(style);
    return copy;
  }

  /** The colour of table heads: the template's accent, also used in charts. */
  byte[] accent() {
    return rgb(Look.HEAD, new byte[] {0x1B, 0x4F, 0x72});
  }

  private byte[] rgb(Look look, byte[] otherwise) {
    XSSFColor colour = samples.get(look).getFillForegroundXSSFColor();
    byte[] rgb = colour == null ? null : colour.getRGBWithTint();
    return rgb == null ? otherwise : rgb;
  }
}
