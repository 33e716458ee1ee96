package io.attest.report.letter;

import com.fasterxml.jackson.core.io.NumberOutput;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.attest.report.PlainText;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.poi.ss.usermodel.Cell;
import org.apache.poi.ss.usermodel.CellStyle;
import org.apache.poi.ss.usermodel.Font;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.ss.util.CellRangeAddress;
import org.apache.poi.xssf.streaming.SXSSFSheet;
import org.apache.poi.xssf.streaming.SXSSFWorkbook;

/** The reasons of many cases as a table: one row a case, in the order of the cases. */
public final class ReasonsTable {
  private ReasonsTable() {}

  /**
   * One case.
   *
   * @param id its name, or the number of its row
   * @param response of the model; NaN where the case has a fault
   * @param decision {@code favourable}, {@code unfavourable}, or empty
   * @param reasons the principal ones, at most four
   * @param change what would have changed an unfavourable outcome, or why that is not known
   * @param fault why the case could not be explained; empty if it was
   */
  public record Line(
      String id,
      double response,
      String decision,
      List<FoundReason> reasons,
      String change,
      String fault) {

    /** A case that could not be read. */
    public static Line faulty(String id, String fault) {
      return new Line(id, Double.NaN, "", List.of(), "", fault);
    }

    /** What a person has to decide, in words. */
    public String flags() {
      return reasons.stream()
          .filter(r -> !r.plain())
          .map(r -> r.key() + ": " + r.note())
          .collect(Collectors.joining(" "));
    }
  }

  /** The names of the columns. */
  public static List<String> columns() {
    List<String> names = new ArrayList<>(List.of("case", "response", "decision"));
    for (int i = 1; i <= Reasons.PRINCIPAL; i++) {
      names.add("reason_" + i);
      names.add("text_" + i);
    }
    names.addAll(List.of("would_have_changed_it", "flags", "fault"));
    return names;
  }

  /**
   * The texts of a row, in the order of the columns, without the response. A reason that a person
   * has to decide has its key and no words, so that nobody sends them unread. What a spreadsheet
   * would take for a formula has an apostrophe before it.
   */
  public static List<String> texts(Line line) {
    List<String> texts = new ArrayList<>(List.of(harmless(line.id()), line.decision()));
    for (int i = 0; i < Reasons.PRINCIPAL; i++) {
      boolean there = i < line.reasons().size();
      texts.add(there ? harmless(line.reasons().get(i).key()) : "");
      texts.add(
          there && line.reasons().get(i).plain() ? harmless(line.reasons().get(i).text()) : "");
    }
    texts.add(harmless(line.change()));
    texts.add(harmless(line.flags()));
    texts.add(harmless(line.fault()));
    return texts;
  }

  private static String harmless(String text) {
    String plain = PlainText.of(text).replace('\n', ' ');
    return !plain.isEmpty() && "=+-@".indexOf(plain.charAt(0)) >= 0 ? "'" + plain : plain;
  }

  /** Writes the table as CSV in UTF-8: comma, line feed, quotes where they are needed. */
  public static void csv(List<Line> lines, OutputStream out) throws IOException {
    CsvWriter csv =
        CsvWriter.builder()
            .lineDelimiter(LineDelimiter.LF)
            .build(new OutputStreamWriter(out, StandardCharsets.UTF_8));
    csv.writeRecord(columns());
    for (Line line : lines) {
      List<String> cells = new ArrayList<>(texts(line));
      cells.add(
          1, Double.isNaN(line.response()) ? "" : NumberOutput.toString(line.response(), true));
      csv.writeRecord(cells);
    }
    csv.flush();
  }

  /** Writes the table as a workbook. */
  public static void workbook(List<Line> lines, Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      workbook(lines, out);
    }
  }

  /** The same, to a stream that is not closed. */
  public static void workbook(List<Line> lines, OutputStream out) throws IOException {
    try (SXSSFWorkbook workbook = new SXSSFWorkbook(100)) {
      workbook
          .getXSSFWorkbook()
          .getProperties()
          .getCoreProperties()
          .setCreated(Optional.of(new Date(0)));
      SXSSFSheet sheet = workbook.createSheet("Reasons");
      CellStyle head = workbook.createCellStyle();
      Font bold = workbook.createFont();
      bold.setBold(true);
      head.setFont(bold);
      CellStyle text = workbook.createCellStyle();
      text.setQuotePrefixed(true);
      List<String> columns = columns();
      Row names = sheet.createRow(0);
      for (int j = 0; j < columns.size(); j++) {
        Cell cell = names.createCell(j);
        cell.setCellValue(columns.get(j));
        cell.setCellStyle(head);
        sheet.setColumnWidth(
            j, (columns.get(j).matches("text_.*|would.*|flags|fault") ? 44 : 13) * 256);
      }
      for (int i = 0; i < lines.size(); i++) {
        Row row = sheet.createRow(i + 1);
        List<String> texts = texts(lines.get(i));
        for (int j = 0; j < columns.size(); j++) {
          if (j == 1) {
            if (Double.isFinite(lines.get(i).response())) {
              row.createCell(j).setCellValue(lines.get(i).response());
            }
          } else {
            String value = texts.get(j == 0 ? 0 : j - 1);
            if (!value.isEmpty()) {
              Cell cell = row.createCell(j);
              cell.setCellValue(value.startsWith("'") ? value.substring(1) : value);
              cell.setCellStyle(text);
            }
          }
        }
      }
      sheet.createFreezePane(1, 1);
      sheet.setAutoFilter(new CellRangeAddress(0, lines.size(), 0, columns.size() - 1));
      workbook.write(out);
    }
  }
}
