package io.attest.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.AuditRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.poi.openxml4j.opc.OPCPackage;
import org.apache.poi.openxml4j.opc.PackagePart;
import org.apache.poi.openxml4j.opc.PackageRelationship;
import org.apache.poi.openxml4j.opc.PackagingURIHelper;
import org.apache.poi.openxml4j.opc.TargetMode;
import org.apache.poi.openxml4j.util.ZipSecureFile;
import org.apache.poi.schemas.ooxml.system.ooxml.TypeSystemHolder;
import org.apache.poi.ss.usermodel.Name;
import org.apache.poi.ss.util.AreaReference;
import org.apache.poi.xssf.usermodel.XSSFCell;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFTable;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.apache.xmlbeans.XmlError;
import org.apache.xmlbeans.XmlObject;
import org.apache.xmlbeans.XmlOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What makes Excel say that a file must be repaired: parts against the schemas of Office Open XML,
 * relations, names and tables.
 */
class PackageTest {

  @TempDir private static Path folder;

  /** Parts by file name ending that the schemas describe. */
  private static final List<String> KNOWN =
      List.of("/worksheets/", "/charts/", "/drawings/", "/tables/", "workbook.xml", "styles.xml");

  @BeforeAll
  static void letRepetitiveFilesIn() {
    ZipSecureFile.setMinInflateRatio(0.001);
  }

  @AfterAll
  static void letThemOut() {
    ZipSecureFile.setMinInflateRatio(0.01);
  }

  private static Path made(String name) throws IOException {
    Path out = folder.resolve(name.replace(' ', '-') + ".xlsx");
    if (Files.exists(out)) {
      return out;
    }
    AuditRecord record;
    CaseFiles files = CaseFiles.NONE;
    switch (name) {
      case "with cases" -> {
        Map.Entry<AuditRecord, CaseFiles> cases =
            AllCasesTest.record(Files.createDirectories(folder.resolve("f")), 700, 15, 1, 300);
        record = cases.getKey();
        files = cases.getValue();
      }
      case "one feature" -> record = SampleRecords.withFeatures(1);
      case "nothing ran" -> record = SampleRecords.nothingRan();
      case "scorecard" -> record = SampleRecords.scorecard();
      default -> record = SampleRecords.hostile("=1+1 _x0041_ <script> ' \" ]]> دخل 'x'!A1");
    }
    try (InputStream template = Files.newInputStream(TemplateTest.TEMPLATE)) {
      new AuditWorkbook(template, files).write(record, out);
    }
    return out;
  }

  @ParameterizedTest
  @ValueSource(strings = {"with cases", "one feature", "nothing ran", "scorecard", "hostile"})
  void everyPartIsAsTheSchemasWantIt(String name) throws Exception {
    try (OPCPackage parts = OPCPackage.open(made(name).toFile())) {
      List<String> wrong = new ArrayList<>();
      Set<String> names = new HashSet<>();
      int checked = 0;
      for (PackagePart part : parts.getParts()) {
        String path = part.getPartName().getName();
        assertThat(names.add(path.toLowerCase(Locale.ROOT))).as(path).isTrue();
        if (KNOWN.stream().anyMatch(path::contains) && path.endsWith(".xml")) {
          checked++;
          wrong.addAll(errors(part));
        }
        if (!part.isRelationshipPart()) {
          for (PackageRelationship relation : part.getRelationships()) {
            assertThat(relation.getTargetMode()).as(path).isEqualTo(TargetMode.INTERNAL);
            assertThat(
                    parts.containPart(PackagingURIHelper.createPartName(relation.getTargetURI())))
                .as("%s needs %s", path, relation.getTargetURI())
                .isTrue();
          }
        }
      }
      assertThat(checked).isGreaterThan(20);
      assertThat(wrong).isEmpty();
    }
  }

  private static List<String> errors(PackagePart part) throws Exception {
    List<XmlError> errors = new ArrayList<>();
    try (InputStream in = part.getInputStream()) {
      XmlObject xml =
          TypeSystemHolder.typeSystem.parse(in, null, new XmlOptions().setLoadLineNumbers());
      assertThat(xml.schemaType().isDocumentType())
          .as("%s is of a type that the schemas know", part.getPartName())
          .isTrue();
      xml.validate(new XmlOptions().setErrorListener(errors));
    }
    return errors.stream().map(e -> part.getPartName() + ": " + e).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"with cases", "hostile"})
  void namesAndTablesAreDistinctAndPointAtWhatIsThere(String name) throws Exception {
    try (XSSFWorkbook workbook =
        new XSSFWorkbook(new ByteArrayInputStream(Files.readAllBytes(made(name))))) {
      Set<String> names = new HashSet<>();
      for (Name defined : workbook.getAllNames()) {
        String key = defined.getNameName().toLowerCase(Locale.ROOT) + " " + defined.getSheetIndex();
        assertThat(names.add(key)).as(key).isTrue();
        assertThat(defined.getRefersToFormula()).doesNotContain("#REF!");
        assertThat(workbook.getSheet(defined.getSheetName())).as(key).isNotNull();
      }
      Set<Long> ids = new HashSet<>();
      for (int s = 0; s < workbook.getNumberOfSheets(); s++) {
        XSSFSheet sheet = workbook.getSheetAt(s);
        for (XSSFTable table : sheet.getTables()) {
          assertThat(ids.add(table.getCTTable().getId())).as(table.getName()).isTrue();
          assertThat(names.add(table.getName().toLowerCase(Locale.ROOT) + " -1")).isTrue();
          assertThat(table.getName()).matches("[a-z][a-z0-9_]*");
          AreaReference area = table.getCellReferences();
          for (int c = area.getFirstCell().getCol(); c <= area.getLastCell().getCol(); c++) {
            XSSFCell head = sheet.getRow(area.getFirstCell().getRow()).getCell(c);
            assertThat(head.getStringCellValue())
                .isEqualTo(
                    table
                        .getCTTable()
                        .getTableColumns()
                        .getTableColumnArray(c - area.getFirstCell().getCol())
                        .getName());
          }
          assertThat(sheet.getLastRowNum()).isGreaterThanOrEqualTo(area.getLastCell().getRow());
        }
      }
      Set<Long> pictures = new HashSet<>();
      for (int s = 0; s < workbook.getNumberOfSheets(); s++) {
        pictures.clear();
        var drawing = workbook.getSheetAt(s).getDrawingPatriarch();
        if (drawing != null) {
          for (var anchor : drawing.getCTDrawing().getTwoCellAnchorList()) {
            var named = anchor.getGraphicFrame().getNvGraphicFramePr().getCNvPr();
            assertThat(pictures.add(named.getId())).isTrue();
            assertThat(named.getDescr()).as("alternative text").isNotBlank();
          }
        }
      }
    }
  }

  @Test
  void anotherProgramOpensIt() throws Exception {
    Assumptions.assumeTrue(
        System.getProperty("attest.soffice") != null,
        "Set -Dattest.soffice=soffice to let LibreOffice open a workbook.");
    Map<String, Long> sizes = new TreeMap<>();
    for (String name : List.of("with cases", "hostile")) {
      Path file = made(name);
      Process office =
          new ProcessBuilder(
                  System.getProperty("attest.soffice"),
                  "--headless",
                  "-env:UserInstallation=" + folder.resolve("office").toUri(),
                  "--convert-to",
                  "pdf",
                  "--outdir",
                  folder.toString(),
                  file.toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("office.log").toFile())
              .start();
      assertThat(office.waitFor(3, TimeUnit.MINUTES)).isTrue();
      Path pdf = Path.of(file.toString().replace(".xlsx", ".pdf"));
      sizes.put(name, Files.size(pdf));
    }
    assertThat(sizes.values()).allMatch(s -> s > 10_000);
  }
}
