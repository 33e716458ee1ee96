package io.attest.report;

import io.attest.audit.Withdrawal;
import io.attest.report.pdf.Fonts;
import io.attest.report.pdf.PdfFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.multipdf.PDFMergerUtility;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.poi.openxml4j.exceptions.InvalidFormatException;
import org.apache.poi.openxml4j.opc.OPCPackage;
import org.apache.poi.openxml4j.opc.PackagePart;
import org.apache.poi.openxml4j.opc.PackageRelationship;
import org.apache.poi.openxml4j.opc.PackageRelationshipTypes;
import org.apache.poi.ss.usermodel.CellStyle;
import org.apache.poi.ss.usermodel.Font;
import org.apache.poi.ss.usermodel.IndexedColors;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Entities;

/**
 * Marks copies of a report that no longer stands, so that nobody who downloads one takes it for one
 * that does. What was signed and sealed is not touched: the copy says where it is.
 */
public final class WithdrawnNote {
  private static final Pattern BODY = Pattern.compile("<body[^>]*>", Pattern.CASE_INSENSITIVE);
  private static final String STYLE =
      "margin:0;padding:1rem;border:4px solid #8a1c1c;background:#fff;color:#111;"
          + "font:bold 1.1rem/1.5 sans-serif";

  private WithdrawnNote() {}

  /** What the mark says, a line each; the first is the heading. */
  public static List<String> lines(Withdrawal withdrawal) {
    List<String> lines = new ArrayList<>();
    lines.add(
        withdrawal.inShort()
            + " on "
            + Words.at(withdrawal.at())
            + " by "
            + Words.inline(withdrawal.by())
            + ". This report no longer stands.");
    lines.add("Audit: " + withdrawal.auditId());
    lines.add("Why: " + PlainText.of(withdrawal.reason()));
    withdrawal.supersededBy().ifPresent(other -> lines.add("Superseded by " + other + "."));
    lines.add(
        "This is a marked copy. The report as it was signed lies unchanged in the evidence pack of"
            + " the audit.");
    return lines;
  }

  /**
   * A copy of a workbook with a first sheet that says so. A signature of the original is left out:
   * it would not fit the copy.
   *
   * @param original an xlsx file
   */
  public static byte[] workbook(byte[] original, Withdrawal withdrawal) throws IOException {
    try (OPCPackage file = OPCPackage.open(new ByteArrayInputStream(original))) {
      unsigned(file);
      try (XSSFWorkbook workbook = new XSSFWorkbook(file)) {
        String name = withdrawal.inShort();
        XSSFSheet sheet =
            workbook.createSheet(workbook.getSheet(name) == null ? name : name + " report");
        workbook.setSheetOrder(sheet.getSheetName(), 0);
        for (int i = 0; i < workbook.getNumberOfSheets(); i++) {
          workbook.getSheetAt(i).setSelected(i == 0);
        }
        workbook.setActiveSheet(0);
        workbook.setFirstVisibleTab(0);
        sheet.setTabColor(
            new org.apache.poi.xssf.usermodel.XSSFColor(
                new byte[] {(byte) 0x8a, 0x1c, 0x1c}, null));
        sheet.setDisplayGridlines(false);
        sheet.setColumnWidth(0, 100 * 256);
        List<String> lines = lines(withdrawal);
        for (int i = 0; i < lines.size(); i++) {
          var cell = sheet.createRow(i).createCell(0);
          cell.setCellValue(lines.get(i));
          cell.setCellStyle(style(workbook, i == 0));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        workbook.write(out);
        return out.toByteArray();
      }
    } catch (InvalidFormatException e) {
      throw new IOException("The workbook of " + withdrawal.auditId() + " cannot be read.", e);
    }
  }

  private static CellStyle style(XSSFWorkbook workbook, boolean heading) {
    Font font = workbook.createFont();
    font.setBold(heading);
    font.setFontHeightInPoints((short) (heading ? 16 : 11));
    font.setColor(heading ? IndexedColors.DARK_RED.getIndex() : IndexedColors.BLACK.getIndex());
    CellStyle style = workbook.createCellStyle();
    style.setFont(font);
    style.setWrapText(true);
    return style;
  }

  private static void unsigned(OPCPackage file) throws InvalidFormatException {
    for (PackageRelationship signature :
        file.getRelationshipsByType(PackageRelationshipTypes.DIGITAL_SIGNATURE_ORIGIN)) {
      PackagePart origin = file.getPart(signature);
      file.removeRelationship(signature.getId());
      if (origin != null) {
        file.deletePartRecursive(origin.getPartName());
      }
    }
  }

  /** A copy of a page with a box at its top that says so. */
  public static byte[] page(byte[] original, Withdrawal withdrawal) {
    String html = new String(original, StandardCharsets.UTF_8);
    Matcher body = BODY.matcher(html);
    int at = body.find() ? body.end() : 0;
    return (html.substring(0, at) + box(withdrawal) + html.substring(at))
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String box(Withdrawal withdrawal) {
    StringBuilder box = new StringBuilder("<div role=\"note\" style=\"" + STYLE + "\">");
    lines(withdrawal)
        .forEach(line -> box.append("<p>").append(Entities.escape(line)).append("</p>"));
    return box.append("</div>").toString();
  }

  /** A copy of a PDF with a first page that says so. */
  public static byte[] pdf(byte[] original, Withdrawal withdrawal, Fonts fonts) throws IOException {
    ByteArrayOutputStream first = new ByteArrayOutputStream();
    PdfFile.write(
        Jsoup.parse(
            "<!DOCTYPE html><html lang=\"en\"><head><title>"
                + Entities.escape(lines(withdrawal).get(0))
                + "</title><style>body{font-family:'Attest Sans'}</style></head><body>"
                + box(withdrawal).replace("sans-serif", "'Attest Sans'")
                + "</body></html>"),
        withdrawal.at(),
        fonts,
        first);
    try (PDDocument note = Loader.loadPDF(first.toByteArray());
        PDDocument report = Loader.loadPDF(original)) {
      new PDFMergerUtility().appendDocument(note, report);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      note.save(out);
      return out.toByteArray();
    }
  }
}
