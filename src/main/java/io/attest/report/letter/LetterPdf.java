package io.attest.report.letter;

import com.lowagie.text.Font;
import com.lowagie.text.pdf.BaseFont;
import com.lowagie.text.pdf.PdfDate;
import com.lowagie.text.pdf.PdfName;
import com.lowagie.text.pdf.PdfString;
import com.lowagie.text.pdf.PdfWriter;
import fr.opensagres.poi.xwpf.converter.pdf.PdfConverter;
import fr.opensagres.poi.xwpf.converter.pdf.PdfOptions;
import io.attest.report.pdf.Fonts;
import java.awt.Color;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.text.Bidi;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.GregorianCalendar;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.poi.xwpf.extractor.XWPFWordExtractor;
import org.apache.poi.xwpf.usermodel.XWPFDocument;

/**
 * A Word letter as PDF, with fonts of its own in it (Liberation, which have the widths of Arial and
 * Times New Roman): it looks alike on every machine, and same letter gives same bytes. A sign that
 * they lack is drawn by the first font of the installation that has it.
 */
public final class LetterPdf {
  private static final String FOLDER = "/liberation/Liberation";

  /** What the library draws from the clock and from chance, in places of fixed length. */
  private static final Pattern ID = Pattern.compile("/ID ?\\[<([0-9a-f]{32})><([0-9a-f]{32})>]");

  private static final Pattern SUBSET = Pattern.compile("/([A-Z]{6})\\+(?=[A-Za-z])");

  private LetterPdf() {}

  /**
   * Converts.
   *
   * @param docx the letter
   * @param day when it was written, for the properties of the file
   * @param more fonts of the installation
   * @throws IllegalArgumentException if the letter has signs that no font here can show, naming
   *     them (a letter with holes would be worse than none), or that the converter would put into
   *     wrong places; or something that cannot be converted
   */
  public static byte[] of(byte[] docx, String title, Instant day, Fonts more) throws IOException {
    Map<String, BaseFont> fonts = new HashMap<>();
    Fonts.Face packed = Fonts.packed(FOLDER + "Sans-Regular.ttf");
    boolean mixed = shown(docx, packed, more);
    try (XWPFDocument document =
        new XWPFDocument(
            new ByteArrayInputStream(mixed ? LetterFonts.marked(docx, packed, more) : docx))) {
      PdfOptions options = PdfOptions.create();
      options.fontProvider(
          (family, encoding, size, style, color) ->
              new Font(
                  LetterFonts.face(family, more)
                      .map(face -> fonts.computeIfAbsent(face.name(), n -> added(face)))
                      .orElseGet(() -> font(fonts, family, style)),
                  size,
                  lines(style),
                  colour(color)));
      options.setConfiguration(writer -> properties(writer, title, day));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try {
        PdfConverter.getInstance().convert(document, out, options);
      } catch (RuntimeException | LinkageError e) {
        // People edit the template, and the converter does not know all that Word can do.
        throw new IllegalArgumentException(
            "The template has something that cannot be turned into a PDF here ("
                + e
                + "). Make the PDF from the Word file in Word, or make the template plainer.",
            e);
      }
      return timeless(out.toByteArray());
    }
  }

  /** The font is bold or italic itself; an undefined style has every bit set. */
  private static int lines(int style) {
    return style < 0 ? Font.NORMAL : style & ~Font.BOLDITALIC;
  }

  private static Color colour(Color given) {
    return given == null ? Color.BLACK : given;
  }

  /** Whether it takes more than the packed fonts. */
  private static boolean shown(byte[] docx, Fonts.Face packed, Fonts more) throws IOException {
    String text;
    try (XWPFWordExtractor words =
        new XWPFWordExtractor(new XWPFDocument(new ByteArrayInputStream(docx)))) {
      text = words.getText();
    }
    Set<Integer> missing = more.missing(text, packed);
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          "The PDF cannot show these signs of the letter: "
              + Fonts.named(missing)
              + ". Whoever runs Attest can add fonts (attest.report.fonts). The Word file has them:"
              + " make the PDF from it in Word.");
    }
    List<String> misplaced = new ArrayList<>(Fonts.misshaped(text));
    if (Bidi.requiresBidi(text.toCharArray(), 0, text.length())) {
      misplaced.add("scripts from right to left");
    }
    if (!misplaced.isEmpty()) {
      throw new IllegalArgumentException(
          "The PDF would have letters in wrong shapes or places ("
              + String.join(", ", misplaced)
              + "). The Word file has them right: make the PDF from it in Word.");
    }
    return text.codePoints().anyMatch(c -> !packed.has(c) && more.of(c).isPresent());
  }

  private static BaseFont added(Fonts.Face face) {
    try {
      return BaseFont.createFont(face.file().toString(), BaseFont.IDENTITY_H, BaseFont.EMBEDDED);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("The font " + face.name() + " cannot be read.", e);
    }
  }

  private static BaseFont font(Map<String, BaseFont> fonts, String family, int style) {
    String name = family == null ? "" : family.toLowerCase(Locale.ROOT);
    String kind =
        name.contains("mono") || name.contains("courier") || name.contains("consolas")
            ? "Mono"
            : name.contains("times")
                    || name.contains("serif") && !name.contains("sans")
                    || name.contains("cambria")
                    || name.contains("georgia")
                ? "Serif"
                : "Sans";
    boolean bold = style > 0 && (style & Font.BOLD) != 0;
    boolean italic = style > 0 && (style & Font.ITALIC) != 0;
    String file =
        kind
            + "-"
            + (bold && italic ? "BoldItalic" : bold ? "Bold" : italic ? "Italic" : "Regular");
    return fonts.computeIfAbsent(file, LetterPdf::load);
  }

  private static BaseFont load(String name) {
    String file = FOLDER + name + ".ttf";
    try (InputStream in = BaseFont.class.getResourceAsStream(file)) {
      return BaseFont.createFont(
          file, BaseFont.IDENTITY_H, BaseFont.EMBEDDED, false, in.readAllBytes(), null);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("The font " + name + " cannot be read.", e);
    }
  }

  private static void properties(PdfWriter writer, String title, Instant day) {
    PdfDate date =
        new PdfDate(GregorianCalendar.from(ZonedDateTime.ofInstant(day, ZoneOffset.UTC)));
    writer.getInfo().put(PdfName.CREATIONDATE, date);
    writer.getInfo().put(PdfName.MODDATE, date);
    writer
        .getInfo()
        .put(PdfName.TITLE, new PdfString(title, com.lowagie.text.pdf.PdfObject.TEXT_UNICODE));
    writer.getInfo().put(PdfName.PRODUCER, new PdfString("Attest"));
  }

  private static byte[] timeless(byte[] pdf) {
    // One byte is one sign in this encoding, so that places in the text are places in the file.
    StringBuilder text = new StringBuilder(new String(pdf, StandardCharsets.ISO_8859_1));
    Matcher id = ID.matcher(text);
    while (id.find()) {
      text.replace(id.start(1), id.end(1), "0".repeat(32));
      text.replace(id.start(2), id.end(2), "0".repeat(32));
    }
    Matcher subset = SUBSET.matcher(text);
    while (subset.find()) {
      text.replace(subset.start(1), subset.end(1), "ATTEST");
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
