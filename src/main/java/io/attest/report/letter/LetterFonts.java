package io.attest.report.letter;

import io.attest.report.pdf.Fonts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.apache.poi.xwpf.usermodel.XWPFParagraph;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Gives signs that the packed fonts lack a font of the installation: the converter takes one font
 * for each run of a Word file, so runs are cut where the font changes.
 */
final class LetterFonts {
  private static final String W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
  private static final String FAMILY = "attest-font-";
  private static final int PACKED = -1;

  private LetterFonts() {}

  /** The font that a family stands for, if it was given here. */
  static Optional<Fonts.Face> face(String family, Fonts more) {
    return family != null && family.startsWith(FAMILY)
        ? Optional.of(more.faces().get(Integer.parseInt(family.substring(FAMILY.length()))))
        : Optional.empty();
  }

  /** A copy of the letter where such signs name their font. */
  static byte[] marked(byte[] docx, Fonts.Face packed, Fonts more) throws IOException {
    try (XWPFDocument document = new XWPFDocument(new ByteArrayInputStream(docx))) {
      for (XWPFParagraph paragraph : LetterTemplate.everywhere(document)) {
        List<Element> runs = elements(paragraph.getCTP().getDomNode(), "r");
        runs.forEach(run -> cut(run, packed, more));
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      document.write(out);
      return out.toByteArray();
    }
  }

  private static List<Element> elements(Node in, String name) {
    List<Element> found = new ArrayList<>();
    for (Node child = in.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child instanceof Element e && W.equals(e.getNamespaceURI())) {
        if (name.equals(e.getLocalName())) {
          found.add(e);
        } else if (name.equals("r") && "hyperlink".equals(e.getLocalName())) {
          found.addAll(elements(e, name));
        }
      }
    }
    return found;
  }

  /** The tree of POI cannot be asked for the text of an element. */
  private static String text(Element t) {
    StringBuilder text = new StringBuilder();
    for (Node child = t.getFirstChild(); child != null; child = child.getNextSibling()) {
      text.append(child.getNodeValue());
    }
    return text.toString();
  }

  private static int font(int sign, Fonts.Face packed, Fonts more) {
    return packed.has(sign)
        ? PACKED
        : IntStream.range(0, more.faces().size())
            .filter(i -> more.faces().get(i).has(sign))
            .findFirst()
            .orElse(PACKED);
  }

  private static void cut(Element run, Fonts.Face packed, Fonts more) {
    boolean plain =
        elements(run, "t").stream()
            .allMatch(t -> text(t).codePoints().allMatch(c -> font(c, packed, more) < 0));
    if (plain) {
      return;
    }
    Node parent = run.getParentNode();
    for (Node child = run.getFirstChild(); child != null; child = child.getNextSibling()) {
      if (child instanceof Element e && "t".equals(e.getLocalName())) {
        pieces(run, text(e), packed, more);
      } else if (!(child instanceof Element e && "rPr".equals(e.getLocalName()))) {
        Element copy = empty(run);
        copy.appendChild(child.cloneNode(true));
        parent.insertBefore(copy, run);
      }
    }
    parent.removeChild(run);
  }

  private static void pieces(Element run, String text, Fonts.Face packed, Fonts more) {
    int from = 0;
    while (from < text.length()) {
      int font = font(text.codePointAt(from), packed, more);
      int to = from;
      while (to < text.length() && font(text.codePointAt(to), packed, more) == font) {
        to += Character.charCount(text.codePointAt(to));
      }
      Element copy = empty(run);
      Document document = run.getOwnerDocument();
      if (font != PACKED) {
        family(copy, FAMILY + font);
      }
      Element t = document.createElementNS(W, "w:t");
      t.setAttributeNS("http://www.w3.org/XML/1998/namespace", "xml:space", "preserve");
      t.appendChild(document.createTextNode(text.substring(from, to)));
      copy.appendChild(t);
      run.getParentNode().insertBefore(copy, run);
      from = to;
    }
  }

  /** A run that looks alike, with nothing in it. */
  private static Element empty(Element run) {
    Element copy = (Element) run.cloneNode(false);
    elements(run, "rPr").forEach(looks -> copy.appendChild(looks.cloneNode(true)));
    return copy;
  }

  private static void family(Element run, String family) {
    Document document = run.getOwnerDocument();
    Element looks =
        elements(run, "rPr").stream()
            .findFirst()
            .orElseGet(
                () ->
                    (Element)
                        run.insertBefore(
                            document.createElementNS(W, "w:rPr"), run.getFirstChild()));
    elements(looks, "rFonts").forEach(looks::removeChild);
    Element fonts = document.createElementNS(W, "w:rFonts");
    for (String kind : List.of("ascii", "hAnsi", "cs", "eastAsia")) {
      fonts.setAttributeNS(W, "w:" + kind, family);
    }
    looks.insertBefore(fonts, looks.getFirstChild());
  }
}
