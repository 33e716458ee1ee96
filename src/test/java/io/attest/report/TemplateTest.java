package io.attest.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class TemplateTest {
  static final Path TEMPLATE = Path.of("templates/audit-report.xlsx");

  @Test
  void theTemplateHasEveryNamedCellAndNoOther() throws Exception {
    try (XSSFWorkbook workbook = new XSSFWorkbook(Files.newInputStream(TEMPLATE))) {
      new Template(workbook).require(AuditWorkbook.names());
      var there = new HashSet<String>();
      workbook.getAllNames().forEach(n -> there.add(n.getNameName()));
      assertThat(there).containsExactlyInAnyOrderElementsOf(AuditWorkbook.names());
    }
  }

  @Test
  void theTemplateOfTheInventoryHasEveryNamedCellAndNoOther() throws Exception {
    try (XSSFWorkbook workbook =
        new XSSFWorkbook(Files.newInputStream(Path.of("templates/inventory.xlsx")))) {
      var there = new HashSet<String>();
      workbook.getAllNames().forEach(n -> there.add(n.getNameName()));
      assertThat(there).containsExactlyInAnyOrderElementsOf(InventoryWorkbook.names());
    }
  }

  /** Makes a plain template again. */
  @Test
  void make() throws Exception {
    String file = System.getProperty("attest.template");
    Assumptions.assumeTrue(file != null, "Set -Dattest.template=<file> to make a plain template.");
    if (file.endsWith("inventory.xlsx")) {
      TemplateMaker.makeInventory(Path.of(file));
    } else {
      TemplateMaker.make(Path.of(file));
    }
    assertThat(Path.of(file)).isNotEmptyFile();
  }
}
