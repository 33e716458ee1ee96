package io.attest.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attest.report.pdf.Fonts;
import io.attest.report.pdf.PdfFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signs that the packed fonts lack, with and without a font of the installation that has them. */
class FontsTest {
  static final Path FOLDER = Path.of("src/test/resources/fonts");
  private static final Fonts.Face SANS =
      Fonts.packed("/net/sf/jasperreports/fonts/dejavu/DejaVuSans.ttf");
  private static final Instant DAY = Instant.parse("2026-11-22T09:00:00Z");

  private static byte[] pdf(String text, Fonts fonts) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PdfFile.write(
        Jsoup.parse(
            "<html lang=en><head><title>T</title><style>body{font-family:'Attest Sans'}</style>"
                + "</head><body><p>"
                + text
                + "</p></body></html>"),
        DAY,
        fonts,
        out);
    return out.toByteArray();
  }

  private static String text(byte[] pdf) throws IOException {
    try (PDDocument document = Loader.loadPDF(pdf)) {
      return new PDFTextStripper().getText(document).replaceAll("\\s+", " ");
    }
  }

  @Test
  void whatNoFontHasIsSaidInTheDocument() throws IOException {
    assertThat(text(pdf("Lohn: รายได้", Fonts.NONE)))
        .contains("These signs are in no font of this PDF and stand as boxes: Thai:")
        .contains("(U+0E23)")
        .contains("can add fonts (attest.report.");
    assertThat(text(pdf("Lohn, दर", Fonts.NONE))).contains("Devanagari");
    assertThat(text(pdf("Plain, Ελληνικά, Русский, עברית, العربية, ≤ ✓", Fonts.NONE)))
        .doesNotContain("no font of this PDF", "wrong shapes");
  }

  @Test
  void aFontOfTheInstallationDrawsThemAndThePackedOneTheRest() throws IOException {
    Fonts fonts = Fonts.in(FOLDER);
    byte[] pdf = pdf("Lohn: รายได้ (DM) <b>ไม่ดี</b>", fonts);
    assertThat(text(pdf))
        .contains("Lohn: ", "(DM)", "ราย")
        .doesNotContain("no font of this PDF", "\u25A1");
    try (PDDocument document = Loader.loadPDF(pdf)) {
      List<String> names = new java.util.ArrayList<>();
      for (COSName name : document.getPage(0).getResources().getFontNames()) {
        names.add(document.getPage(0).getResources().getFont(name).getName());
        assertThat(document.getPage(0).getResources().getFont(name).isEmbedded()).isTrue();
      }
      assertThat(names)
          .anyMatch(n -> n.contains("NotoSansThai"))
          .anyMatch(n -> n.contains("DejaVuSans"));
    }
    assertThat(pdf("Lohn: รายได้ (DM) <b>ไม่ดี</b>", fonts)).isEqualTo(pdf);
    // A font that draws nothing changes nothing.
    assertThat(pdf("Lohn", fonts)).isEqualTo(pdf("Lohn", Fonts.NONE));
  }

  @Test
  void mixedDirectionsStandAsTheyAreRead() throws IOException {
    // Seen from left to right: the Latin in brackets, the number, the Hebrew word.
    Document page =
        Jsoup.parse(
            "<html lang=en><head><title>T</title><style>p{font-family:'Attest Sans'}</style></head><body><p></p></body></html>");
    for (String text :
        List.of(
            "\u05E9\u05DB\u05E8 24 (DM)",
            "\u062F\u062E\u0644 \"\u0635\u0627\u0641\u064A\" (\u0631\u064A\u0627\u0644) 24",
            "a \u05E9 1 b",
            " \u05E9 ",
            "1 \u05E9",
            "\u05E9 1")) {
      page.selectFirst("p").appendElement("bdi").appendText(text);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PdfFile.write(page, DAY, Fonts.NONE, out);
    assertThat(text(out.toByteArray()).replaceAll("\\s+", ""))
        .contains("24")
        .contains("(DM)")
        .doesNotContain(")DM(", "24)", "\u25A1");
  }

  @Test
  void aFontThatCannotBeUsedIsRefusedWithItsName(@TempDir Path folder) throws IOException {
    assertThatThrownBy(() -> Fonts.in(folder.resolve("none"))).hasMessageContaining("no folder");
    assertThatThrownBy(() -> Fonts.in(folder)).hasMessageContaining("no .ttf or .otf");
    Files.writeString(folder.resolve("a.ttf"), "no font");
    assertThatThrownBy(() -> Fonts.in(folder)).hasMessageContaining("The font a.ttf cannot be");
    Files.delete(folder.resolve("a.ttf"));
    Files.writeString(folder.resolve("b.ttc"), "x");
    assertThatThrownBy(() -> Fonts.in(folder))
        .hasMessageContaining("b.ttc")
        .hasMessageContaining("collection");
  }

  @Test
  void signsThatAreNeverDrawnAreNotMissing() {
    assertThat(Fonts.NONE.missing("a\u200Bb\u2068c\n\t\u0000", SANS)).isEmpty();
    assertThat(Fonts.NONE.missing("\uD83D\uDE00", SANS)).doesNotContain(0xD83D);
    assertThat(Fonts.named(Set.of(0x65E5))).isEqualTo("Han: 日 (U+65E5)");
  }
}
