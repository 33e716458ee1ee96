package io.attest.report.letter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attest.report.pdf.Fonts;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.poi.xwpf.extractor.XWPFWordExtractor;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The letter from its real template. */
class LetterTest {
  private static final Path TEMPLATE = Path.of("templates/decision-letter.docx");
  private static final Instant DAY = Instant.parse("2026-11-22T09:00:00Z");

  private static LetterTemplate template() throws Exception {
    return new LetterTemplate(Files.readAllBytes(TEMPLATE));
  }

  private static Map<String, String> fields() {
    Map<String, String> fields = new TreeMap<>();
    fields.put("recipient", "Erika Beispiel\nMusterweg 3\n12345 Musterstadt");
    fields.put("date", "22 November 2026");
    fields.put("reference", "DEC-german-credit-20261122-1");
    fields.put("case", "A-0017");
    fields.put("received", "10 November 2026");
    fields.put("model", "Retail credit, probability of default");
    fields.put("version", "1.2.0");
    fields.put("owner", "Retail credit risk");
    fields.put("purpose", "Says how likely an applicant is not to repay a consumer credit.");
    fields.put("audit", "ATT-german-credit-20261101-1");
    fields.put("audited", "3 November 2026");
    fields.put("information", "State of the current account; How long the credit is to run");
    return fields;
  }

  private static LetterText unfavourable() {
    return new LetterText(
        fields(),
        Map.of(
            "reason",
            List.of(
                "State of your current account with us: overdrawn",
                "Size and length of the credit you asked for: 5943 DM over 24 months"),
            "change",
            List.of("duration 24 -> 12 months", "checking_status overdrawn -> no account"),
            "right",
            List.of("You can ask that a person looks at it. (GDPR, Article 22(3))")),
        Set.of("unfavourable", "reasons", "changes", "rights"));
  }

  private static String words(byte[] docx) throws Exception {
    try (XWPFWordExtractor words =
        new XWPFWordExtractor(new XWPFDocument(new ByteArrayInputStream(docx)))) {
      return words.getText();
    }
  }

  @Test
  void everyPlaceholderOfTheTemplateIsKnownAndEachIsThere() throws Exception {
    Set<String> known = new HashSet<>(LetterText.FIELDS);
    known.addAll(LetterText.LISTS);
    LetterText.PARTS.forEach(part -> known.add("if " + part));
    known.add("end");
    assertThat(template().placeholders()).isEqualTo(known);
  }

  @Test
  void saysWhatItShouldToSomebodyRefused() throws Exception {
    byte[] docx = template().filled(unfavourable(), "Letter", DAY);
    golden("letter-unfavourable.txt", words(docx));
    if (System.getProperty("attest.letters") != null) {
      Path folder = Files.createDirectories(Path.of(System.getProperty("attest.letters")));
      Files.write(folder.resolve("letter.docx"), docx);
      Files.write(folder.resolve("letter.pdf"), LetterPdf.of(docx, "Letter", DAY, Fonts.NONE));
    }
  }

  @Test
  void saysWhatSupportedAFavourableDecision() throws Exception {
    LetterText text =
        new LetterText(
            fields(),
            Map.of(
                "reason", List.of("Savings that you hold with us: 1000 DM or more"),
                "change", List.of(),
                "right", List.of("You can ask which data of yours we hold. (GDPR, Article 15)")),
            Set.of("favourable", "reasons", "rights"));
    golden("letter-favourable.txt", words(template().filled(text, "Letter", DAY)));
  }

  @Test
  void sameLetterSameBytes() throws Exception {
    byte[] docx = template().filled(unfavourable(), "Letter", DAY);
    byte[] pdf = LetterPdf.of(docx, "Letter", DAY, Fonts.NONE);
    Thread.sleep(1100);
    assertThat(template().filled(unfavourable(), "Letter", DAY)).isEqualTo(docx);
    assertThat(LetterPdf.of(docx, "Letter", DAY, Fonts.NONE)).isEqualTo(pdf);
  }

  @Test
  void textFromOutsideStaysText() throws Exception {
    Map<String, String> fields = fields();
    fields.put("recipient", "<w:br/> {reason} =cmd|' /C calc'!A0 \u202Etcejer\u0007 & \"x\"");
    LetterText text =
        new LetterText(
            fields,
            Map.of(
                "reason", List.of("{recipient} <script>alert(1)</script>"),
                "change", List.of("{if favourable}"),
                "right", List.of("{end}")),
            Set.of("unfavourable", "reasons", "changes", "rights"));
    String words = words(template().filled(text, "<x>&", DAY));
    assertThat(words)
        .contains("<w:br/> {reason} =cmd|' /C calc'!A0 tcejer & \"x\"")
        .contains("{recipient} <script>alert(1)</script>")
        .contains("{if favourable}")
        .doesNotContain("\u202E", "\u0007");
  }

  @Test
  void aPlaceholderMayBeCutIntoRuns() throws Exception {
    try (XWPFDocument document = new XWPFDocument()) {
      var paragraph = document.createParagraph();
      for (String piece : List.of("To {re", "cip", "ient}, of {date", "}!")) {
        paragraph.createRun().setText(piece);
      }
      var out = new java.io.ByteArrayOutputStream();
      document.write(out);
      Map<String, String> fields = fields();
      fields.put("recipient", "A\nB");
      assertThat(
              words(
                  new LetterTemplate(out.toByteArray())
                      .filled(
                          new LetterText(fields, unfavourable().lists(), Set.of()), "Letter", DAY)))
          .isEqualTo("To A\nB, of 22 November 2026!\n");
    }
  }

  @Test
  void aTemplateThatAsksForSomethingUnknownIsRefused() throws Exception {
    for (String wrong : List.of("Dear {nmae}", "{if maybe}", "{end}", "{if rights}")) {
      try (XWPFDocument document = new XWPFDocument()) {
        document.createParagraph().createRun().setText(wrong);
        var out = new java.io.ByteArrayOutputStream();
        document.write(out);
        assertThatThrownBy(() -> new LetterTemplate(out.toByteArray()))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("templates/decision-letter.docx");
      }
    }
  }

  @Test
  void thePdfRefusesToLeaveSignsOut() throws Exception {
    Map<String, String> fields = fields();
    fields.put("recipient", "\u0645\u062D\u0645\u062F");
    byte[] docx =
        template()
            .filled(
                new LetterText(fields, unfavourable().lists(), unfavourable().parts()),
                "Letter",
                DAY);
    assertThatThrownBy(() -> LetterPdf.of(docx, "Letter", DAY, Fonts.NONE))
        .hasMessageContaining("U+0645")
        .hasMessageContaining("Word");
  }

  @Test
  void aFontOfTheInstallationDrawsWhatThePackedOneLacks() throws Exception {
    Fonts fonts = Fonts.in(Path.of("src/test/resources/fonts"));
    byte[] docx = to("Erika \u0E23\u0E32\u0E22 (DM)\n\u0E44\u0E14 12345");
    assertThatThrownBy(() -> LetterPdf.of(docx, "Letter", DAY, Fonts.NONE))
        .hasMessageContaining("Thai: ")
        .hasMessageContaining("attest.report.fonts");
    byte[] pdf = LetterPdf.of(docx, "Letter", DAY, fonts);
    assertThat(LetterPdf.of(docx, "Letter", DAY, fonts)).isEqualTo(pdf);
    try (PDDocument document = Loader.loadPDF(pdf)) {
      assertThat(new PDFTextStripper().getText(document))
          .contains("Erika \u0E23\u0E32\u0E22 (DM)", "\u0E44\u0E14 12345");
    }
  }

  @Test
  void thePdfRefusesToPutLettersIntoWrongPlaces() throws Exception {
    assertThatThrownBy(() -> LetterPdf.of(to("\u05E9\u05DB\u05E8"), "Letter", DAY, Fonts.NONE))
        .hasMessageContaining("right to left")
        .hasMessageContaining("in Word");
  }

  private static byte[] to(String recipient) throws Exception {
    Map<String, String> fields = fields();
    fields.put("recipient", recipient);
    return template()
        .filled(
            new LetterText(fields, unfavourable().lists(), unfavourable().parts()), "Letter", DAY);
  }

  private static void golden(String name, String text) throws Exception {
    Path file = Path.of("src/test/resources/io/attest/report/letter").resolve(name);
    if ("write".equals(System.getProperty("attest.golden"))) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    }
    assertThat(text).isEqualTo(Files.readString(file));
  }

  /** Makes a plain template again. */
  @Test
  void make() throws Exception {
    String file = System.getProperty("attest.letter-template");
    Assumptions.assumeTrue(file != null, "Set -Dattest.letter-template=<file> to make one.");
    LetterTemplateMaker.make(Path.of(file));
    assertThat(Path.of(file)).isNotEmptyFile();
  }
}
