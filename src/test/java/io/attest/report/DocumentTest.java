package io.attest.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.AuditRecord;
import io.attest.report.page.AuditDocument;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TimeZone;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.documentinterchange.logicalstructure.PDStructureElement;
import org.apache.pdfbox.pdmodel.documentinterchange.logicalstructure.PDStructureNode;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.interactive.documentnavigation.outline.PDOutlineItem;
import org.apache.pdfbox.text.PDFTextStripper;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The report as one HTML file and as PDF. */
class DocumentTest {
  private static final Path TEMPLATES = Path.of("templates");

  private static AuditDocument document() {
    return new AuditDocument(name -> Files.newInputStream(TEMPLATES.resolve(name)));
  }

  private static String html(AuditRecord record) throws IOException {
    return document().html(record);
  }

  private static byte[] pdf(AuditRecord record) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    document().pdf(record, out);
    return out.toByteArray();
  }

  static List<AuditRecord> records() {
    return List.of(
        SampleRecords.plain(),
        SampleRecords.scorecard(),
        SampleRecords.withFeatures(1),
        SampleRecords.withFeatures(300),
        SampleRecords.longNames(),
        SampleRecords.manyClasses(),
        SampleRecords.nothingRan(),
        SampleRecords.allSkipped(),
        SampleRecords.hostile("<script>alert(1)</script>\" onclick=\"x"),
        SampleRecords.hostile("دخل شهري \"صافي\" & <b>'\n\u202E \u0000 \uD83D"));
  }

  @ParameterizedTest
  @MethodSource("records")
  void thePageNeedsNothingButItself(AuditRecord record) throws IOException {
    String html = html(record);
    assertThat(html.getBytes(StandardCharsets.UTF_8).length).isLessThan(2_000_000);
    assertThat(html.toLowerCase(Locale.ROOT)).doesNotContain("<script", "@import", "url(");
    Document page = Jsoup.parse(html);
    assertThat(page.select("html").attr("lang")).isEqualTo("en");
    assertThat(page.title()).contains(record.audit().id());
    assertThat(page.select("[src], link, form, input, button, [data-events], [onclick]")).isEmpty();
    List<String> ids = page.select("[id]").eachAttr("id");
    assertThat(ids).doesNotHaveDuplicates();
    assertThat(page.select("a[href]"))
        .allMatch(a -> a.attr("href").startsWith("#") && ids.contains(a.attr("href").substring(1)));
    assertThat(page.select("nav.contents a")).hasSameSizeAs(page.select("main section h2[id]"));
    assertThat(page.select("details")).allMatch(d -> d.hasAttr("open"));
  }

  @Test
  void everySectionOfTheAuditPageIsInTheDocument() throws IOException {
    String document = Files.readString(TEMPLATES.resolve("pages/document.html"));
    try (var files = Files.list(TEMPLATES.resolve("pages/audit"))) {
      List<String> sections =
          files
              .map(f -> f.getFileName().toString().replace(".html", ""))
              .filter(s -> Files.isRegularFile(TEMPLATES.resolve("pages/audit/" + s + ".html")))
              // The document has a list of files without links; conditions, withdrawals
              // and holds come after it is sealed.
              .filter(s -> !Set.of("downloads", "conditions", "withdrawn", "hold").contains(s))
              .filter(s -> !document.contains("~{audit/" + s + " :: section}"))
              .toList();
      assertThat(sections).as("Sections that document.html leaves out").isEmpty();
    }
  }

  @Test
  void theSameRecordGivesTheSameBytesWhereverAndWhenever() throws Exception {
    String html = html(SampleRecords.withFeatures(3));
    byte[] pdf = pdf(SampleRecords.withFeatures(3));
    Locale locale = Locale.getDefault();
    TimeZone zone = TimeZone.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
      TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
      Thread.sleep(1100);
      assertThat(html(SampleRecords.withFeatures(3))).isEqualTo(html);
      assertThat(pdf(SampleRecords.withFeatures(3))).isEqualTo(pdf);
    } finally {
      Locale.setDefault(locale);
      TimeZone.setDefault(zone);
    }
  }

  @Test
  void thePdfIsTaggedWithTitleLanguageBookmarksAndNumberedPages() throws IOException {
    AuditRecord record = SampleRecords.withFeatures(3);
    try (PDDocument pdf = Loader.loadPDF(pdf(record))) {
      var catalog = pdf.getDocumentCatalog();
      assertThat(catalog.getMarkInfo().isMarked()).isTrue();
      assertThat(catalog.getLanguage()).isEqualTo("en");
      assertThat(catalog.getViewerPreferences().displayDocTitle()).isTrue();
      assertThat(pdf.getDocumentInformation().getTitle()).contains(record.audit().id());
      assertThat(pdf.getDocumentInformation().getCreationDate().toInstant())
          .isEqualTo(record.latest());
      assertThat(new String(catalog.getMetadata().toByteArray(), StandardCharsets.UTF_8))
          .contains("<pdfuaid:part>1</pdfuaid:part>");
      List<String> bookmarks = new ArrayList<>();
      for (PDOutlineItem item : catalog.getDocumentOutline().children()) {
        bookmarks.add(item.getTitle());
      }
      List<String> headings =
          Jsoup.parse(html(record)).select("main h2[id]").stream().map(Element::text).toList();
      assertThat(bookmarks).isEqualTo(headings).contains("Findings", "Importance", "Files");
      int pages = pdf.getNumberOfPages();
      PDFTextStripper text = new PDFTextStripper();
      for (int p = 1; p <= pages; p++) {
        text.setStartPage(p);
        text.setEndPage(p);
        assertThat(text.getText(pdf))
            .contains("page " + p + " of " + pages)
            .contains(record.audit().id());
        for (COSName name : pdf.getPage(p - 1).getResources().getFontNames()) {
          PDFont font = pdf.getPage(p - 1).getResources().getFont(name);
          assertThat(font.isEmbedded()).as(font.getName()).isTrue();
        }
      }
      List<PDStructureElement> figures = new ArrayList<>();
      figures(catalog.getStructureTreeRoot(), figures);
      assertThat(figures).isNotEmpty().allMatch(f -> !f.getAlternateDescription().isBlank());
    }
  }

  @Test
  void aChartOfThePdfStandsOnThePageOfItsHeading() throws IOException {
    try (PDDocument pdf = Loader.loadPDF(pdf(SampleRecords.withFeatures(20)))) {
      List<PDStructureElement> figures = new ArrayList<>();
      figures(pdf.getDocumentCatalog().getStructureTreeRoot(), figures);
      PDFTextStripper text = new PDFTextStripper();
      int cases = 0;
      for (PDStructureElement figure : figures) {
        String about = figure.getAlternateDescription();
        if (!about.startsWith("Case ")) {
          continue;
        }
        int page = pdf.getPages().indexOf(figure.getPage()) + 1;
        text.setStartPage(page);
        text.setEndPage(page);
        String id = about.substring("Case ".length(), about.indexOf(':'));
        assertThat(text.getText(pdf)).containsPattern("(?m)^Case .*answer.*" + id + "\\b");
        cases++;
      }
      assertThat(cases).isGreaterThan(2);
    }
  }

  private static void figures(PDStructureNode node, List<PDStructureElement> found) {
    for (Object kid : node.getKids()) {
      if (kid instanceof PDStructureElement e) {
        if ("Figure".equals(e.getStructureType())) {
          found.add(e);
        }
        figures(e, found);
      }
    }
  }

  @Test
  void textFromRightToLeftKeepsItsOrderAndHostileTextStaysText() throws IOException {
    try (PDDocument pdf = Loader.loadPDF(pdf(SampleRecords.hostile("דירה <script>x</script>")))) {
      String text = new PDFTextStripper().getText(pdf);
      assertThat(text).contains("דירה").contains("<script>x</script>");
    }
    try (PDDocument pdf = Loader.loadPDF(pdf(SampleRecords.nothingRan()))) {
      assertThat(new PDFTextStripper().getText(pdf)).contains("the audit has only begun");
    }
  }
}
