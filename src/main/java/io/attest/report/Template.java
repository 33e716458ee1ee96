package io.attest.report;

import java.util.List;
import org.apache.poi.ss.util.CellReference;
import org.apache.poi.xssf.usermodel.XSSFCell;
import org.apache.poi.xssf.usermodel.XSSFName;
import org.apache.poi.xssf.usermodel.XSSFRow;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;

/** Finds the named cells of a template. */
final class Template {
  private final XSSFWorkbook workbook;

  Template(XSSFWorkbook workbook) {
    this.workbook = workbook;
  }

  /**
   * Checks that every name is there, and names one cell.
   *
   * @throws IllegalArgumentException listing all that are not
   */
  void require(List<String> names) {
    List<String> missing = names.stream().filter(n -> find(n) == null).toList();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "The template of the workbook lacks the named cells "
              + String.join(", ", missing)
              + ". Maybe a sheet or a name was deleted: name a cell again (in Excel: Formulas, Name"
              + " Manager), or start from the template that comes with Attest.");
    }
  }

  CellReference at(String name) {
    return find(name);
  }

  XSSFSheet sheet(String name) {
    return workbook.getSheet(find(name).getSheetName());
  }

  XSSFCell cell(String name) {
    CellReference at = find(name);
    XSSFSheet sheet = workbook.getSheet(at.getSheetName());
    XSSFRow row =
        sheet.getRow(at.getRow()) == null
            ? sheet.createRow(at.getRow())
            : sheet.getRow(at.getRow());
    XSSFCell cell = row.getCell(at.getCol());
    return cell == null ? row.createCell(at.getCol()) : cell;
  }

  /** Takes the sheet of samples out: a reader has no use for it. */
  void removeSamples() {
    int sheet = workbook.getSheetIndex(sheet(Look.TEXT.sample()));
    for (Look look : Look.values()) {
      workbook.removeName(workbook.getName(look.sample()));
    }
    workbook.removeSheetAt(sheet);
  }

  private CellReference find(String name) {
    XSSFName found = workbook.getName(name);
    if (found == null) {
      return null;
    }
    String formula = found.getRefersToFormula();
    if (formula == null || formula.contains("#REF!") || formula.contains(":")) {
      return null;
    }
    CellReference at = new CellReference(formula);
    return at.getSheetName() == null || workbook.getSheet(at.getSheetName()) == null ? null : at;
  }
}
