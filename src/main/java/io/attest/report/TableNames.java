package io.attest.report;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import org.apache.poi.ss.usermodel.Name;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFTable;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;

/** Gives each Excel table a name of its own in the workbook, distinct from the named cells. */
final class TableNames {
  private final Set<String> taken = new HashSet<>();

  TableNames(XSSFWorkbook workbook) {
    for (Name name : workbook.getAllNames()) {
      taken.add(name.getNameName().toLowerCase(Locale.ROOT));
    }
    for (int i = 0; i < workbook.getNumberOfSheets(); i++) {
      XSSFSheet sheet = workbook.getSheetAt(i);
      for (XSSFTable table : sheet.getTables()) {
        taken.add(table.getName().toLowerCase(Locale.ROOT));
      }
    }
  }

  /** The wanted name, or the same with a number. Letters, digits and underscores only. */
  String claim(String wanted) {
    String name = "t_" + wanted.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
    String free = name;
    for (int i = 2; !taken.add(free); i++) {
      free = name + "_" + i;
    }
    return free;
  }
}
