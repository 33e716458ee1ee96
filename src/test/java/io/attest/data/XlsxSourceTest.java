package io.attest.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.poi.ss.usermodel.CellStyle;
import org.apache.poi.ss.usermodel.FormulaError;
import org.apache.poi.ss.usermodel.Row;
import org.apache.poi.ss.usermodel.Sheet;
import org.apache.poi.ss.util.CellRangeAddress;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class XlsxSourceTest {
  private static final List<Field> WANTED =
      List.of(
          Field.numeric("age"),
          Field.categorical("job", List.of("none", "clerk", "3")),
          Field.text("since"));

  @TempDir Path folder;

  private Path workbook(Consumer<XSSFWorkbook> fill) throws IOException {
    Path file = folder.resolve("people.xlsx");
    try (XSSFWorkbook workbook = new XSSFWorkbook();
        OutputStream out = Files.newOutputStream(file)) {
      fill.accept(workbook);
      workbook.write(out);
    }
    return file;
  }

  private static Row row(Sheet sheet, int index, Object... cells) {
    Row row = sheet.createRow(index);
    for (int j = 0; j < cells.length; j++) {
      if (cells[j] instanceof Number n) {
        row.createCell(j).setCellValue(n.doubleValue());
      } else if (cells[j] instanceof String s) {
        row.createCell(j).setCellValue(s);
      } else if (cells[j] instanceof Boolean b) {
        row.createCell(j).setCellValue(b);
      }
    }
    return row;
  }

  private static TableRead read(Path file, Optional<String> sheet) {
    ReadOptions options =
        new ReadOptions(Optional.empty(), Optional.empty(), Optional.empty(), List.of(), sheet);
    return TableReader.read(file, Format.XLSX, options, WANTED, List.of("age", "job"));
  }

  @Test
  void readsStoredValues() throws IOException {
    Path file =
        workbook(
            w -> {
              Sheet sheet = w.createSheet("People");
              CellStyle day = w.createCellStyle();
              day.setDataFormat(w.createDataFormat().getFormat("dd/mm/yyyy"));
              CellStyle twoDigits = w.createCellStyle();
              twoDigits.setDataFormat(w.createDataFormat().getFormat("0.00"));
              row(sheet, 2, "age", "job", "since", "more");
              Row first = row(sheet, 3, 41.23456789, "clerk", null, 1);
              first.getCell(0).setCellStyle(twoDigits);
              first.createCell(2).setCellValue(LocalDate.of(2020, 2, 29));
              first.getCell(2).setCellStyle(day);
              Row second = row(sheet, 5, null, 3);
              second.createCell(0).setCellFormula("40+2");
              w.getCreationHelper().createFormulaEvaluator().evaluateAll();
              second.createCell(2).setCellValue(LocalDateTime.of(2020, 3, 1, 12, 30));
              second.getCell(2).setCellStyle(day);
              row(sheet, 6, "17", null, "word");
              row(sheet, 7, true, "none", 12.5);
            });
    TableRead read = read(file, Optional.empty());
    assertThat(read.rejects()).isEmpty();
    assertThat(((NumericColumn) read.frame().column("age")).values())
        .containsExactly(41.23456789, 42, 17, 1);
    assertThat(((CategoricalColumn) read.frame().column("job")).codes())
        .containsExactly(1, 2, -1, 0);
    assertThat(((TextColumn) read.frame().column("since")).values())
        .containsExactly("2020-02-29", "2020-03-01T12:30", "word", "12.5");
    assertThat(read.notes())
        .anyMatch(n -> n.startsWith("1 numbers of column age are stored as text"))
        .anyMatch(n -> n.startsWith("1 values of column age are true or false"))
        .contains("Columns not used: more.");
  }

  @Test
  void rejectsErrorsDatesAndFormulasWithoutValueByTheirRowInExcel() throws IOException {
    Path file =
        workbook(
            w -> {
              Sheet sheet = w.createSheet("People");
              CellStyle day = w.createCellStyle();
              day.setDataFormat((short) 14);
              row(sheet, 0, "age", "job");
              row(sheet, 1).createCell(0).setCellErrorValue(FormulaError.NA.getCode());
              row(sheet, 2).createCell(0).setCellFormula("A1");
              row(sheet, 3, LocalDate.EPOCH).createCell(0).setCellValue(LocalDate.of(2020, 1, 1));
              sheet.getRow(3).getCell(0).setCellStyle(day);
              row(sheet, 4, 1, "none", "too wide");
              row(sheet, 5, 5, "none");
            });
    TableRead read = read(file, Optional.empty());
    assertThat(read.kept()).isOne();
    assertThat(read.rejects())
        .extracting(r -> r.examples().get(0).line() + " " + r.column() + " " + r.reason())
        .containsExactly(
            "2 age is an error in the workbook",
            "3 age is a formula without a stored value; save the file in Excel",
            "4 age is a date where a number is declared",
            "5  has more cells than there are column names (2)");
  }

  @Test
  void readsTheNamedSheetAndSaysWhichItTookOtherwise() throws IOException {
    Path file =
        workbook(
            w -> {
              row(w.createSheet("Readme"), 0, "age", "job");
              Sheet sheet = w.createSheet("Data 2024");
              row(sheet, 0, "age", "job");
              row(sheet, 1, 7, "none").setZeroHeight(true);
              row(sheet, 2, 8, "none");
              sheet.addMergedRegion(new CellRangeAddress(5, 6, 0, 1));
            });
    TableRead named = read(file, Optional.of("Data 2024"));
    assertThat(named.kept()).isEqualTo(2);
    assertThat(named.notes())
        .anyMatch(n -> n.contains("1 row is hidden"))
        .anyMatch(n -> n.contains("merged"));
    TableRead first = read(file, Optional.empty());
    assertThat(first.rows()).isZero();
    assertThat(first.notes())
        .contains("The workbook has 2 sheets (Readme, Data 2024); the first one was read.");
    assertThatThrownBy(() -> read(file, Optional.of("Data 2023")))
        .isInstanceOf(UnreadableTable.class)
        .hasMessageContaining("no sheet Data 2023. Maybe you meant Data 2024.");
  }

  @Test
  void tellsBrokenFiles() throws IOException {
    Path file = workbook(w -> row(w.createSheet("People"), 0, "age", "job"));
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {4, 100, whole.length / 2, whole.length - 10}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> read(file, Optional.empty()))
          .as("cut at %s", length)
          .isInstanceOf(UnreadableTable.class)
          .hasMessageContaining("people.xlsx");
    }
    Files.writeString(file, "age,job\n1,none\n");
    assertThatThrownBy(() -> read(file, Optional.empty())).isInstanceOf(UnreadableTable.class);
    Files.write(file, new byte[] {(byte) 0xd0, (byte) 0xcf, 0x11, (byte) 0xe0, 0, 0});
    assertThatThrownBy(() -> read(file, Optional.empty())).hasMessageContaining("password");
    Path empty = workbook(w -> w.createSheet("Nothing"));
    assertThatThrownBy(() -> read(empty, Optional.empty())).isInstanceOf(UnreadableTable.class);
  }
}
