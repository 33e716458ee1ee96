package io.attest.report.letter;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Date;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.apache.poi.ooxml.POIXMLProperties;
import org.apache.poi.xwpf.usermodel.IBody;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.apache.poi.xwpf.usermodel.XWPFParagraph;
import org.apache.poi.xwpf.usermodel.XWPFRun;
import org.apache.poi.xwpf.usermodel.XWPFTable;
import org.apache.poi.xwpf.usermodel.XWPFTableCell;
import org.apache.poi.xwpf.usermodel.XWPFTableRow;
import org.apache.xmlbeans.XmlCursor;
import org.openxmlformats.schemas.wordprocessingml.x2006.main.CTP;

/**
 * A Word file with placeholders, which people edit in Word: <code>{name}</code> for a text, a
 * paragraph with a list's name is repeated, and what stands between the paragraphs <code>{if part}
 * </code> and <code>{end}</code> is there or not. All other words and all looks are the template's.
 *
 * <p>Same template and same text give the same bytes. What is filled in is text and nothing else:
 * it is never read for placeholders, fields or links.
 */
public final class LetterTemplate {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z]+)}");
  private static final Pattern ANY = Pattern.compile("\\{([^{}]*)}");
  private static final Pattern IF = Pattern.compile("\\s*\\{if ([a-z-]+)}\\s*");
  private static final Pattern END = Pattern.compile("\\s*\\{end}\\s*");

  /** Any day but the first that a zip file knows: that one is written with the time zone. */
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

  private final byte[] template;

  /**
   * @param template a {@code .docx} file
   * @throws IllegalArgumentException if it cannot be read, or names something that no letter has
   */
  public LetterTemplate(byte[] template) {
    this.template = template.clone();
    try (XWPFDocument document = open()) {
      check(document);
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          "The template of the letter cannot be used: "
              + e.getMessage()
              + " Mend templates/decision-letter.docx in Word, or start from the one that comes with"
              + " Attest.",
          e);
    }
  }

  private XWPFDocument open() throws IOException {
    return new XWPFDocument(new ByteArrayInputStream(template));
  }

  /** The placeholders of the template, as they are written. */
  Set<String> placeholders() throws IOException {
    Set<String> found = new TreeSet<>();
    try (XWPFDocument document = open()) {
      for (XWPFParagraph paragraph : everywhere(document)) {
        ANY.matcher(paragraph.getText()).results().forEach(m -> found.add(m.group(1)));
      }
    }
    return found;
  }

  private static void check(XWPFDocument document) {
    Deque<String> open = new ArrayDeque<>();
    for (XWPFParagraph paragraph : everywhere(document)) {
      String text = paragraph.getText();
      Matcher begins = IF.matcher(text);
      if (begins.matches()) {
        known("part", begins.group(1), LetterText.PARTS);
        open.push(begins.group(1));
      } else if (END.matcher(text).matches()) {
        if (open.isEmpty()) {
          throw new IllegalArgumentException("An {end} has no {if ...} before it.");
        }
        open.pop();
      } else {
        Matcher any = ANY.matcher(text);
        while (any.find()) {
          if (!LetterText.LISTS.contains(any.group(1))) {
            known("placeholder", any.group(1), LetterText.FIELDS);
          }
        }
      }
    }
    if (!open.isEmpty()) {
      throw new IllegalArgumentException("The part {if " + open.peek() + "} has no {end}.");
    }
  }

  private static void known(String what, String name, Set<String> names) {
    if (!names.contains(name)) {
      throw new IllegalArgumentException(
          "The "
              + what
              + " {"
              + name
              + "} is none that a letter knows: "
              + new TreeSet<>(names)
              + (what.equals("part") ? "." : " and " + new TreeSet<>(LetterText.LISTS) + "."));
    }
  }

  /**
   * Writes a letter.
   *
   * @param title of the file, for readers of its properties
   * @param day when it was written, for its properties
   */
  public byte[] filled(LetterText text, String title, Instant day) throws IOException {
    try (XWPFDocument document = open()) {
      parts(document, text.parts());
      for (XWPFParagraph paragraph : everywhere(document)) {
        Optional<String> list =
            text.lists().keySet().stream()
                .filter(name -> paragraph.getText().contains("{" + name + "}"))
                .findFirst();
        if (list.isPresent()) {
          repeat(document, paragraph, list.get(), text);
        } else {
          fill(paragraph, text.fields());
        }
      }
      properties(document.getProperties(), title, day);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      document.write(out);
      return timeless(out.toByteArray());
    }
  }

  /** The lines of a letter, in their order; those of its foot are left out. */
  public static List<String> lines(byte[] docx) throws IOException {
    try (XWPFDocument document = new XWPFDocument(new ByteArrayInputStream(docx))) {
      return in(document).stream()
          .map(p -> (p.getNumID() == null ? "" : "\u2022 ") + p.getText())
          .filter(line -> !line.isBlank())
          .toList();
    }
  }

  /** Takes out the parts that are not wanted, and all marks of parts. */
  private static void parts(XWPFDocument document, Set<String> wanted) {
    Deque<Boolean> inside = new ArrayDeque<>();
    List<Integer> gone = new ArrayList<>();
    for (int i = 0; i < document.getBodyElements().size(); i++) {
      boolean mark = false;
      if (document.getBodyElements().get(i) instanceof XWPFParagraph paragraph) {
        Matcher begins = IF.matcher(paragraph.getText());
        if (begins.matches()) {
          inside.push(wanted.contains(begins.group(1)));
          mark = true;
        } else if (END.matcher(paragraph.getText()).matches()) {
          inside.pop();
          mark = true;
        }
      }
      if (mark || inside.contains(false)) {
        gone.add(i);
      }
    }
    for (int i = gone.size() - 1; i >= 0; i--) {
      document.removeBodyElement(gone.get(i));
    }
  }

  private static void repeat(
      XWPFDocument document, XWPFParagraph first, String list, LetterText text) {
    CTP pattern = (CTP) first.getCTP().copy();
    List<String> items = text.lists().get(list);
    if (items.isEmpty()) {
      document.removeBodyElement(document.getPosOfParagraph(first));
      return;
    }
    // From the last to the second: each is put right behind the first.
    for (int i = items.size() - 1; i > 0; i--) {
      CTP next;
      try (XmlCursor behind = first.getCTP().newCursor()) {
        behind.toEndToken();
        behind.toNextToken();
        behind.beginElement(first.getCTP().getDomNode().getLocalName(), NAMESPACE);
        behind.toParent();
        next = (CTP) behind.getObject();
      }
      next.set(pattern);
      fill(new XWPFParagraph(next, document), with(text.fields(), list, items.get(i)));
    }
    fill(first, with(text.fields(), list, items.get(0)));
  }

  private static final String NAMESPACE =
      "http://schemas.openxmlformats.org/wordprocessingml/2006/main";

  private static Map<String, String> with(Map<String, String> fields, String name, String text) {
    Map<String, String> more = new java.util.HashMap<>(fields);
    more.put(name, text);
    return more;
  }

  /** Word cuts a text into runs as it likes: a placeholder may begin in one and end in another. */
  private static void fill(XWPFParagraph paragraph, Map<String, String> fields) {
    List<XWPFRun> runs = paragraph.getRuns();
    StringBuilder whole = new StringBuilder();
    List<Integer> begins = new ArrayList<>();
    for (XWPFRun run : runs) {
      begins.add(whole.length());
      whole.append(run.text());
    }
    String[] texts = new String[runs.size()];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = runs.get(i).text();
    }
    boolean[] changed = new boolean[texts.length];
    List<java.util.regex.MatchResult> found = PLACEHOLDER.matcher(whole).results().toList();
    for (int m = found.size() - 1; m >= 0; m--) {
      int from = found.get(m).start();
      int to = found.get(m).end();
      for (int i = texts.length - 1; i >= 0; i--) {
        int begin = begins.get(i);
        int end = i + 1 < texts.length ? begins.get(i + 1) : whole.length();
        if (end <= from || begin >= to) {
          continue;
        }
        boolean holds = begin <= from;
        int cutFrom = Math.max(from, begin) - begin;
        int cutTo = Math.min(to, end) - begin;
        texts[i] =
            texts[i].substring(0, cutFrom)
                + (holds ? fields.getOrDefault(found.get(m).group(1), "") : "")
                + texts[i].substring(cutTo);
        changed[i] = true;
      }
    }
    for (int i = 0; i < texts.length; i++) {
      if (changed[i]) {
        write(runs.get(i), texts[i]);
      }
    }
  }

  private static void write(XWPFRun run, String text) {
    for (int i = run.getCTR().sizeOfTArray() - 1; i >= 0; i--) {
      run.getCTR().removeT(i);
    }
    String[] lines = text.split("\n", -1);
    for (int i = 0; i < lines.length; i++) {
      if (i > 0) {
        run.addBreak();
      }
      run.setText(lines[i]);
    }
  }

  static List<XWPFParagraph> everywhere(XWPFDocument document) {
    List<XWPFParagraph> all = new ArrayList<>(in(document));
    document.getHeaderList().forEach(h -> all.addAll(in(h)));
    document.getFooterList().forEach(f -> all.addAll(in(f)));
    return all;
  }

  private static List<XWPFParagraph> in(IBody body) {
    List<XWPFParagraph> all = new ArrayList<>(body.getParagraphs());
    for (XWPFTable table : body.getTables()) {
      for (XWPFTableRow row : table.getRows()) {
        for (XWPFTableCell cell : row.getTableCells()) {
          all.addAll(in(cell));
        }
      }
    }
    return all;
  }

  private static void properties(POIXMLProperties properties, String title, Instant day) {
    POIXMLProperties.CoreProperties core = properties.getCoreProperties();
    core.setTitle(io.attest.report.PlainText.of(title));
    core.setCreator("Attest");
    core.setLastModifiedByUser("Attest");
    core.setCreated(Optional.of(Date.from(day)));
    core.setModified(Optional.of(Date.from(day)));
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
