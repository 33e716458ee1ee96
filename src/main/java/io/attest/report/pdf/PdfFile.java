package io.attest.report.pdf;

import com.openhtmltopdf.outputdevice.helper.BaseRendererBuilder.FSFontUseCase;
import com.openhtmltopdf.outputdevice.helper.BaseRendererBuilder.FontStyle;
import com.openhtmltopdf.outputdevice.helper.ExternalResourceControlPriority;
import com.openhtmltopdf.pdfboxout.PdfBoxRenderer;
import com.openhtmltopdf.pdfboxout.PdfRendererBuilder;
import com.openhtmltopdf.svgsupport.BatikSVGDrawer;
import com.openhtmltopdf.util.XRLog;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.GregorianCalendar;
import java.util.List;
import java.util.Set;
import java.util.TimeZone;
import java.util.zip.CRC32;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.jsoup.helper.W3CDom;
import org.jsoup.nodes.Document;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets HTML as PDF.
 *
 * <p>The style sheet inside the HTML decides how it looks; {@code Attest Sans} and {@code Attest
 * Mono} are fonts that are always there: DejaVu, for Latin, Greek, Cyrillic, Hebrew, Arabic,
 * Armenian and Georgian. A sign that they lack is drawn by the first font of the installation that
 * has it; one that none has becomes a box, and the end of the document and the log name it. Nothing
 * else is loaded from anywhere. The file is tagged (PDF/UA) and has a bookmark for each heading
 * {@code h2} and {@code h3} with an {@code id}.
 */
public final class PdfFile {

  /** What stands for a letter that no font has. */
  private static final String BOX = "\u25A1";

  private static final String FONTS = "/net/sf/jasperreports/fonts/dejavu/";

  private record Face(String file, String family, int weight, FontStyle style) {}

  private static final List<Face> FACES =
      List.of(
          new Face("DejaVuSans.ttf", "Attest Sans", 400, FontStyle.NORMAL),
          new Face("DejaVuSans-Bold.ttf", "Attest Sans", 700, FontStyle.NORMAL),
          new Face("DejaVuSansMono.ttf", "Attest Mono", 400, FontStyle.NORMAL));

  private static final Logger LOG = LoggerFactory.getLogger(PdfFile.class);

  static {
    // It tells of every link and every property that it skips; what matters is thrown.
    XRLog.setLoggingEnabled(false);
  }

  private PdfFile() {}

  /**
   * Writes a PDF.
   *
   * @param html with a title, a language, and its style inside; not changed
   * @param at the time that the file says it was made at
   * @param more fonts of the installation
   * @param out not closed
   * @throws IOException if it cannot be written or set
   */
  public static void write(Document html, Instant at, Fonts more, OutputStream out)
      throws IOException {
    Document page = Printed.of(html);
    lacking(page, more);
    Path fonts = Files.createTempDirectory("attest-fonts");
    try (BatikSVGDrawer charts = new BatikSVGDrawer()) {
      PdfRendererBuilder builder = new PdfRendererBuilder();
      builder.usePdfVersion(1.7f);
      builder.usePdfUaAccessibility(true);
      builder.withProducer("Attest");
      builder.useReplacementText(BOX);
      builder.useSVGDrawer(charts);
      builder.useUnicodeBidiSplitter(Directions::new);
      builder.useUnicodeBidiReorderer(new Shapes());
      for (ExternalResourceControlPriority when : ExternalResourceControlPriority.values()) {
        builder.useExternalResourceAccessControl((uri, type) -> false, when);
      }
      for (Face face : FACES) {
        builder.useFont(
            unpacked(fonts, face.file()).toFile(),
            face.family(),
            face.weight(),
            face.style(),
            true,
            EnumSet.of(FSFontUseCase.DOCUMENT, FSFontUseCase.SVG));
      }
      for (Fonts.Face face : more.faces()) {
        builder.useFont(
            face.file().toFile(),
            face.name(),
            400,
            FontStyle.NORMAL,
            true,
            EnumSet.of(FSFontUseCase.FALLBACK_FINAL, FSFontUseCase.SVG));
      }
      builder.withW3cDocument(new W3CDom().fromJsoup(page), null);
      try (PdfBoxRenderer renderer = builder.buildPdfRenderer()) {
        renderer.layout();
        try (PDDocument pdf = renderer.createPDFKeepOpen()) {
          timed(pdf, at);
          pdf.setDocumentId(id(page));
          pdf.save(out);
        }
      }
    } finally {
      for (Face face : FACES) {
        Files.deleteIfExists(fonts.resolve(face.file()));
      }
      Files.delete(fonts);
    }
  }

  /** Says in the document, and in the log, which signs it cannot show. */
  private static void lacking(Document page, Fonts more) {
    String text = page.text() + page.select("[aria-label]").eachAttr("aria-label");
    Set<Integer> missing = more.missing(text, Packed.SANS);
    List<String> misshaped = Fonts.misshaped(text);
    if (missing.isEmpty() && misshaped.isEmpty()) {
      return;
    }
    String said =
        (missing.isEmpty()
                ? ""
                : "These signs are in no font of this PDF and stand as boxes: "
                    + Fonts.named(missing)
                    + ". ")
            + (misshaped.isEmpty()
                ? ""
                : "Letters of these scripts may have wrong shapes or places: "
                    + String.join(", ", misshaped)
                    + ". ");
    page.body()
        .appendElement("p")
        .addClass("note warn")
        .text(
            said
                + "The web page and the workbook show them right. Whoever runs Attest can add fonts"
                + " (attest.report.fonts).");
    LOG.warn("{}: {}", page.title(), said);
  }

  /** Read when it is first needed. */
  private static final class Packed {
    private static final Fonts.Face SANS = Fonts.packed(FONTS + "DejaVuSans.ttf");
  }

  private static Path unpacked(Path folder, String font) throws IOException {
    Path file = folder.resolve(font);
    try (InputStream in = PdfFile.class.getResourceAsStream(FONTS + font)) {
      if (in == null) {
        throw new IOException("The font " + font + " is not in the program. Maybe a jar is gone.");
      }
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
    return file;
  }

  /** The same text gives the same number. */
  private static long id(Document page) {
    CRC32 sum = new CRC32();
    sum.update(page.outerHtml().getBytes(StandardCharsets.UTF_8));
    return sum.getValue();
  }

  /** The library writes when it ran; that would differ from run to run. */
  private static void timed(PDDocument pdf, Instant at) {
    GregorianCalendar then = GregorianCalendar.from(at.atZone(ZoneOffset.UTC));
    then.setTimeZone(TimeZone.getTimeZone("UTC"));
    pdf.getDocumentInformation().setCreationDate(then);
    pdf.getDocumentInformation().setModificationDate(then);
  }
}
