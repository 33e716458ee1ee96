package io.attest.report;

import io.attest.audit.AuditRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.poi.ooxml.POIXMLProperties;
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
          new InteractionsSheet(),
          new EffectsSheet(),
          new LocalSheet(),
          new CounterfactualsSheet(),
          new LimeSheet(),
          new RulesSheet(),
          new SurrogateSheet(),
          new QualitySheet(),
          new InfluenceSheet(),
          new PerformanceSheet(),
          new FairnessSheet(),
          new FindingsSheet(),
          new ControlsSheet(),
          new ApprovalsSheet(),
          new ReproduceSheet());

  /** Any day but the first that a zip file knows: that one is written with the time zone. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

  private final byte[] template;

  /**
   * @param template an {@code .xlsx} file with the named cells of {@code docs/report.md}; read to
   *     its end, not closed
   */
  public AuditWorkbook(InputStream template) throws IOException {
    this.template = template.readAllBytes();
  }

  /**
   * Writes the workbook: to a temporary name first, so that {@code out} is there whole or not at
   * all.
   *
   * @throws IllegalArgumentException if the template lacks named cells, listing them
   */
  public void write(AuditRecord record, Path out) throws IOException {
    byte[] bytes = bytes(record);
    Path folder = out.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path temporary = folder.resolve("." + UUID.randomUUID() + ".tmp");
    try {
      Files.write(temporary, bytes);
      Files.move(
          temporary, out, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** The workbook as bytes; for {@link #write} and for tests. */
  byte[] bytes(AuditRecord record) throws IOException {
    try (XSSFWorkbook workbook = new XSSFWorkbook(new ByteArrayInputStream(template))) {
      Template named = new Template(workbook);
      named.require(names());
      Styles styles = new Styles(workbook, named);
      TableNames tables = new TableNames(workbook);
      CoverSheet cover = new CoverSheet(SHEETS);
      List<Sheet> all = new ArrayList<>(List.of(cover));
      all.addAll(SHEETS);
      for (Sheet sheet : all) {
        Page page = new Page(named, styles, tables, sheet.anchor());
        sheet.fill(record, page);
        page.sheet().getHeader().setRight(PlainText.of(record.audit().id()).replace("&", "&&"));
      }
      workbook.setActiveSheet(workbook.getSheetIndex(named.sheet(cover.anchor())));
      named.removeSamples();
      properties(workbook.getProperties(), record);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      workbook.write(out);
      return timeless(out.toByteArray());
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
  private static byte[] timeless(byte[] zip) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(zip.length);
    try (ZipInputStream from = new ZipInputStream(new ByteArrayInputStream(zip));
        ZipOutputStream to = new ZipOutputStream(out)) {
      for (ZipEntry entry; (entry = from.getNextEntry()) != null; ) {
        ZipEntry same = new ZipEntry(entry.getName());
        same.setTimeLocal(NO_TIME);
        to.putNextEntry(same);
        from.transferTo(to);
        to.closeEntry();
      }
    }
    return out.toByteArray();
  }
}
