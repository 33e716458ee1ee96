package io.attest.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.Withdrawal;
import io.attest.report.pdf.Fonts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.poi.ss.usermodel.CellType;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.junit.jupiter.api.Test;

class WithdrawnNoteTest {
  private static final Withdrawal WITHDRAWAL =
      new Withdrawal(
          "ATT-m-1",
          "withdrawn-after-publication",
          "approved",
          Instant.parse("2026-11-22T09:00:00Z"),
          "abe",
          Optional.of("rolf"),
          "=cmd|x <script>alert(1)</script>",
          Optional.of("ATT-m-2"),
          List.of());

  private static final String HEADING = "Withdrawn on 2026-11-22 09:00 UTC by abe and rolf.";

  @Test
  void aWorkbookGetsAFirstSheetAndKeepsTheOthers() throws IOException {
    ByteArrayOutputStream original = new ByteArrayOutputStream();
    try (XSSFWorkbook workbook = new XSSFWorkbook()) {
      workbook.createSheet("Cover").createRow(3).createCell(2).setCellValue(42);
      workbook.createSheet("Withdrawn");
      workbook.write(original);
    }
    byte[] marked = WithdrawnNote.workbook(original.toByteArray(), WITHDRAWAL);
    try (XSSFWorkbook workbook = new XSSFWorkbook(new ByteArrayInputStream(marked))) {
      assertThat(workbook.getActiveSheetIndex()).isZero();
      var first = workbook.getSheetAt(0);
      assertThat(first.getSheetName()).isEqualTo("Withdrawn report");
      assertThat(first.getRow(0).getCell(0).getStringCellValue()).startsWith(HEADING);
      assertThat(first.getRow(2).getCell(0).getCellType()).isEqualTo(CellType.STRING);
      assertThat(first.getRow(2).getCell(0).getStringCellValue()).startsWith("Why: =cmd|x");
      assertThat(first.getRow(3).getCell(0).getStringCellValue())
          .isEqualTo("Superseded by ATT-m-2.");
      assertThat(workbook.getSheet("Cover").getRow(3).getCell(2).getNumericCellValue())
          .isEqualTo(42);
    }
  }

  @Test
  void aPageGetsABoxAtItsTopWithTextAsText() {
    String page =
        "<!DOCTYPE html><html><head></head><BODY class=\"x\"><h1>Audit</h1></body></html>";
    String marked =
        new String(
            WithdrawnNote.page(page.getBytes(StandardCharsets.UTF_8), WITHDRAWAL),
            StandardCharsets.UTF_8);
    assertThat(marked.indexOf(HEADING)).isBetween(1, marked.indexOf("<h1>Audit"));
    assertThat(marked).contains("&lt;script&gt;").doesNotContain("<script>");
  }

  @Test
  void aPdfGetsAFirstPage() throws IOException {
    ByteArrayOutputStream original = new ByteArrayOutputStream();
    try (PDDocument document = new PDDocument()) {
      document.addPage(new PDPage());
      document.addPage(new PDPage());
      document.save(original);
    }
    try (PDDocument marked =
        Loader.loadPDF(WithdrawnNote.pdf(original.toByteArray(), WITHDRAWAL, Fonts.NONE))) {
      assertThat(marked.getNumberOfPages()).isEqualTo(3);
      assertThat(new PDFTextStripper().getText(marked).replaceAll("\\s+", " "))
          .contains(HEADING, "Superseded by ATT-m-2.");
    }
  }
}
