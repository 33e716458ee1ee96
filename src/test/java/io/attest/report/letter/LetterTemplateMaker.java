package io.attest.report.letter;

import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.poi.xwpf.model.XWPFHeaderFooterPolicy;
import org.apache.poi.xwpf.usermodel.ParagraphAlignment;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.apache.poi.xwpf.usermodel.XWPFParagraph;
import org.apache.poi.xwpf.usermodel.XWPFRun;
import org.apache.poi.xwpf.usermodel.XWPFStyle;
import org.apache.poi.xwpf.usermodel.XWPFStyles;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.CTAbstractNum;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.CTFonts;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.CTLvl;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.CTPageMar;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.CTPageSz;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.CTSectPr;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.CTStyle;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.STNumberFormat;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.STStyleType;

/** Makes the plain template of a letter; from then on people edit it in Word. */
final class LetterTemplateMaker {
  private static final String FONT = "Arial";
  private static final String INK = "1F2933";
  private static final String ACCENT = "1F4E79";

  private final XWPFDocument document = new XWPFDocument();
  private BigInteger numbers;
  private BigInteger dots;

  private LetterTemplateMaker() {}

  static void make(Path file) throws IOException {
    LetterTemplateMaker maker = new LetterTemplateMaker();
    maker.frame();
    maker.text();
    try (OutputStream out = Files.newOutputStream(file)) {
      maker.document.write(out);
    }
    maker.document.close();
  }

  private void frame() {
    XWPFStyles styles = document.createStyles();
    CTFonts fonts = CTFonts.Factory.newInstance();
    fonts.setAscii(FONT);
    fonts.setHAnsi(FONT);
    fonts.setCs(FONT);
    styles.setDefaultFonts(fonts);
    styles.setSpellingLanguage("en-GB");
    heading(styles);
    CTSectPr section = document.getDocument().getBody().addNewSectPr();
    CTPageSz size = section.addNewPgSz();
    size.setW(BigInteger.valueOf(11906));
    size.setH(BigInteger.valueOf(16838));
    CTPageMar margin = section.addNewPgMar();
    margin.setTop(BigInteger.valueOf(1418));
    margin.setBottom(BigInteger.valueOf(1418));
    margin.setLeft(BigInteger.valueOf(1418));
    margin.setRight(BigInteger.valueOf(1418));
    margin.setFooter(BigInteger.valueOf(600));
    XWPFParagraph foot =
        document
            .createFooter(org.apache.poi.wp.usermodel.HeaderFooterType.DEFAULT)
            .createParagraph();
    foot.setAlignment(ParagraphAlignment.LEFT);
    run(foot, "{reference}", 8, false, "52606D");
    new XWPFHeaderFooterPolicy(document);
    numbers = list(0, STNumberFormat.DECIMAL, "%1.");
    dots = list(1, STNumberFormat.BULLET, "\u2022");
  }

  private static void heading(XWPFStyles styles) {
    CTStyle style = CTStyle.Factory.newInstance();
    style.setStyleId("Heading1");
    style.setType(STStyleType.PARAGRAPH);
    style.addNewName().setVal("heading 1");
    style.addNewQFormat();
    style.addNewPPr().addNewOutlineLvl().setVal(BigInteger.ZERO);
    style.getPPr().addNewKeepNext();
    styles.addStyle(new XWPFStyle(style));
  }

  private BigInteger list(int id, STNumberFormat.Enum format, String text) {
    CTAbstractNum numbering = CTAbstractNum.Factory.newInstance();
    numbering.setAbstractNumId(BigInteger.valueOf(id));
    CTLvl level = numbering.addNewLvl();
    level.setIlvl(BigInteger.ZERO);
    level.addNewStart().setVal(BigInteger.ONE);
    level.addNewNumFmt().setVal(format);
    level.addNewLvlText().setVal(text);
    level.addNewPPr().addNewInd().setLeft(BigInteger.valueOf(425));
    level.getPPr().getInd().setHanging(BigInteger.valueOf(425));
    var made =
        document.getNumbering() == null ? document.createNumbering() : document.getNumbering();
    BigInteger kept =
        made.addAbstractNum(new org.apache.poi.xwpf.usermodel.XWPFAbstractNum(numbering));
    return made.addNum(kept);
  }

  private void text() {
    line("Your institution", 14, true, ACCENT, 0);
    line("Department, street, place, telephone: put in your own", 9, false, "52606D", 480);
    line("{recipient}", 10, false, INK, 480);
    line("Date: {date}", 10, false, INK, 0);
    line("Our reference: {reference}", 10, false, INK, 0);
    line("Your case: {case}", 10, false, INK, 360);
    line("Why your case was decided as it was", 12, true, INK, 240);
    body("Dear Sir or Madam,");
    body(
        "You asked us why your case {case} was decided as it was. We received your request on"
            + " {received}. This letter answers it.");

    head("The decision");
    mark("{if unfavourable}");
    body(
        "The assessment of your case was not favourable. A statistical model took part in it. It adds"
            + " up what we know of a case; the points below are those that counted most against you,"
            + " the strongest first.");
    mark("{end}");
    mark("{if favourable}");
    body(
        "The assessment of your case was favourable. A statistical model took part in it. It adds up"
            + " what we know of a case; the points below are those that supported it most, the"
            + " strongest first.");
    mark("{end}");
    mark("{if reasons}");
    listed("{reason}", numbers);
    mark("{end}");
    mark("{if no-reasons}");
    body(
        "No single point stood out: the result is near to what the model says of cases in general."
            + " Please ask us if you would like to talk about it.");
    mark("{end}");

    mark("{if unfavourable}");
    head("What would have changed the result");
    mark("{if changes}");
    body(
        "With these changes, and everything else as it was, the assessment would have been"
            + " favourable. Each line is one possibility. They describe the model; they are no"
            + " promise for a new request.");
    listed("{change}", dots);
    mark("{end}");
    mark("{if no-changes}");
    body(
        "We looked for changes that you could have made and that would have turned the result, and"
            + " found none within reach.");
    mark("{end}");
    mark("{end}");

    head("How the assessment was made");
    body(
        "The model is called \u201c{model}\u201d, version {version}; {owner} is responsible for it. {purpose}");
    body("It uses this information: {information}.");
    body(
        "The points in this letter were worked out for your case by a method that shares out the result"
            + " of the model among what it knows of a case, and a person checked them. The model and the method were"
            + " audited before ({audit}, decided on {audited}).");

    mark("{if rights}");
    head("Your rights");
    listed("{right}", dots);
    mark("{end}");

    body(
        "If anything is unclear, or if something here is wrong, please write to us and give our reference.");
    body("Yours faithfully,");
    line("Your institution", 10, false, INK, 0);
  }

  private void head(String text) {
    XWPFParagraph p = line(text, 11, true, ACCENT, 80);
    p.setStyle("Heading1");
    p.setSpacingBefore(200);
    p.setKeepNext(true);
  }

  private void body(String text) {
    line(text, 10, false, INK, 120).setSpacingBetween(1.15);
  }

  private void mark(String text) {
    line(text, 8, false, "9AA5B1", 0);
  }

  private void listed(String text, BigInteger list) {
    XWPFParagraph p = line(text, 10, false, INK, 80);
    p.setNumID(list);
    p.setIndentationLeft(425);
    p.setIndentationHanging(425);
    p.setSpacingBetween(1.15);
  }

  private XWPFParagraph line(String text, int size, boolean bold, String ink, int after) {
    XWPFParagraph p = document.createParagraph();
    p.setSpacingAfter(after);
    run(p, text, size, bold, ink);
    return p;
  }

  private static void run(XWPFParagraph p, String text, int size, boolean bold, String ink) {
    XWPFRun run = p.createRun();
    run.setText(text);
    run.setFontFamily(FONT);
    run.setFontSize(size);
    run.setBold(bold);
    run.setColor(ink);
  }
}
