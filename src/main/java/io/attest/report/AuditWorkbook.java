package io.attest.report;

import io.attest.audit.AuditRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.zip.Zip64Mode;
import org.apache.poi.ooxml.POIXMLProperties;
import org.apache.poi.xssf.streaming.SXSSFWorkbook;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;

/**
 * Writes the governance workbook of an audit.
 *
 * <p>The same record and the same template give the same bytes. Nothing of the record can become a
 * formula, and what is left out is counted where it would have stood.
 */
public final class AuditWorkbook {

  /** The sheets after the cover, in the order of the contents. */
  private static final List<Sheet> SHEETS =
      List.of(
          new ModelSheet(),
          new DataSheet(),
          new DependenceSheet(),
          new MethodsSheet(),
          new ImportanceSheet(),
          new BeeswarmSheet(),
          new InteractionsSheet(),
          new EffectsSheet(),
          new LocalSheet(),
          new WaterfallSheet(),
          new AllCasesSheet(),
          new CounterfactualsSheet(),
          new LimeSheet(),
          new RulesSheet(),
          new SurrogateSheet(),
          new QualitySheet(),
          new InfluenceSheet(),
          new PerformanceSheet(),
          new WeakSpotsSheet(),
          new FairnessSheet(),
          new DriftSheet(),
          new FindingsSheet(),
          new ControlsSheet(),
          new ApprovalsSheet(),
          new ReproduceSheet());

  /** Any day but the first that a zip file knows: that one is written with the time zone. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

  /** How many rows of a long sheet are kept in memory. */
  private static final int WINDOW = 100;

  private final byte[] template;
  private final CaseFiles files;

  /**
   * @param template an {@code .xlsx} file with the named cells of {@code docs/report.md}; read to
   *     its end, not closed
   */
  public AuditWorkbook(InputStream template) throws IOException {
    this(template, CaseFiles.NONE);
  }

  /**
   * @param template as above
   * @param files where the sheets of single cases find them
   */
  public AuditWorkbook(InputStream template, CaseFiles files) throws IOException {
    this.template = template.readAllBytes();
    this.files = files;
  }

  /**
   * Writes the workbook: to a temporary name first, so that {@code out} is there whole or not at
   * all.
   *
   * @throws IllegalArgumentException if the template lacks named cells, listing them
   */
  public void write(AuditRecord record, Path out) throws IOException {
    Path folder = out.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path packed = folder.resolve("." + UUID.randomUUID() + ".tmp");
    Path temporary = folder.resolve("." + UUID.randomUUID() + ".tmp");
    try {
      pack(record, packed);
      timeless(packed, temporary);
      Files.move(
          temporary, out, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(packed);
      Files.deleteIfExists(temporary);
    }
  }

  /** The workbook as bytes; for tests, whose workbooks are small. */
  byte[] bytes(AuditRecord record) throws IOException {
    Path file = Files.createTempFile("attest", ".xlsx");
    try {
      write(record, file);
      return Files.readAllBytes(file);
    } finally {
      Files.delete(file);
    }
  }

  /** Long sheets go to the disk row by row, so that memory does not grow with the cases. */
  private void pack(AuditRecord record, Path file) throws IOException {
    try (XSSFWorkbook workbook = new XSSFWorkbook(new ByteArrayInputStream(template))) {
      Template named = new Template(workbook);
      named.require(names());
      Styles styles = new Styles(workbook, named);
      TableNames tables = new TableNames(workbook);
      CoverSheet cover = new CoverSheet(SHEETS);
      List<Sheet> all = new ArrayList<>(List.of(cover));
      all.addAll(SHEETS);
      List<Page> pages = new ArrayList<>();
      for (Sheet sheet : all) {
        Page page = new Page(named, styles, tables, files, sheet.anchor());
        sheet.fill(record, page);
        page.sheet().getHeader().setRight(PlainText.of(record.audit().id()).replace("&", "&&"));
        pages.add(page);
      }
      workbook.setActiveSheet(workbook.getSheetIndex(named.sheet(cover.anchor())));
      named.removeSamples();
      properties(workbook.getProperties(), record);
      try (SXSSFWorkbook streamed = new SXSSFWorkbook(workbook, WINDOW, true);
          OutputStream out = Files.newOutputStream(file)) {
        for (Page page : pages) {
          if (page.rest().isPresent()) {
            page.rest().get().write(streamed.getSheet(page.sheet().getSheetName()));
          }
        }
        streamed.setZip64Mode(Zip64Mode.AsNeeded);
        streamed.write(out);
      }
    }
  }

  /** Every name that a template must have. */
  static List<String> names() {
    List<String> names = new ArrayList<>(new CoverSheet(SHEETS).anchors());
    SHEETS.forEach(s -> names.addAll(s.anchors()));
    for (Look look : Look.values()) {
      names.add(look.sample());
    }
    return names;
  }

  private static void properties(POIXMLProperties properties, AuditRecord record) {
    POIXMLProperties.CoreProperties core = properties.getCoreProperties();
    core.setTitle(PlainText.of("Audit of " + record.spec().name() + ", " + record.audit().id()));
    core.setSubjectProperty("Audit of a machine-learning model");
    core.setKeywords(PlainText.of(record.audit().id() + ", " + record.spec().id()));
    core.setCreator("Attest");
    core.setLastModifiedByUser("Attest");
    core.setCreated(Optional.of(Date.from(record.audit().startedAt())));
    core.setModified(Optional.of(Date.from(record.latest())));
    core.getUnderlyingProperties().setLanguageProperty("en");
  }

  /** The same package without the moment it was packed at. */
  static void timeless(Path packed, Path same) throws IOException {
    try (ZipFile from = new ZipFile(packed.toFile());
        ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(same))) {
      for (ZipEntry entry : Collections.list(from.entries())) {
        ZipEntry without = new ZipEntry(entry.getName());
        without.setTimeLocal(NO_TIME);
        to.putNextEntry(without);
        try (InputStream part = from.getInputStream(entry)) {
          part.transferTo(to);
        }
        to.closeEntry();
      }
    }
  }
}
