package io.attest.report.pdf;

import com.ibm.icu.text.Bidi;
import com.ibm.icu.text.BidiRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.TextNode;

/** HTML for a setter that knows CSS 2.1: what it does not know is put into words that it does. */
final class Printed {
  private static final String INK = "#1d2528";
  private static final Pattern VARIABLE = Pattern.compile("var\\((--[a-z-]+)(?:,\\s*([^()]+))?\\)");
  private static final Pattern NUMBER = Pattern.compile("[0-9]+(\\.[0-9]+)?");

  /** CSS pixels (96 to the inch) between the margins of A4, across and down. */
  private static final double PAPER = 678;

  private static final double PAGE = 900;

  /** So high that three charts of curves go on a page. */
  private static final double THIRD = 285;

  /** Height by width up to which a chart is a picture, not a list. */
  private static final double WIDE = 0.62;

  /** So many paragraphs stand above a chart at most and still go with it. */
  private static final int ABOVE = 6;

  /** Colours of charts on paper. */
  private static final Map<String, String> COLOURS =
      Map.of("--chart-accent", "#2b7a91", "--chart-contrast", "#b4550e");

  private Printed() {}

  static Document of(Document html) {
    Document page = html.clone();
    page.select("style[media=screen]").remove();
    page.select("details").forEach(Printed::unfold);
    page.select("svg").forEach(Printed::resolve);
    // A reader that speaks wants a title for each link.
    page.select("a[href]").forEach(a -> a.attr("title", a.text()));
    page.select("[tabindex]").removeAttr("tabindex");
    page.select("bdi").forEach(Printed::ordered);
    page.select("div.figure:has(svg)").forEach(Printed::together);
    bookmarks(page);
    return page;
  }

  /** What can be folded is a block with a line above. */
  private static void unfold(Element details) {
    details.tagName("div").addClass("opened").removeAttr("open");
    for (Element summary : details.select("> summary")) {
      summary.tagName("p").addClass("summary");
    }
  }

  /**
   * A chart with what is said above it, up to the heading, is one block: the setter breaks between
   * paragraphs, and a heading whose chart is overleaf stands under the wrong chart. Where the
   * heading is the first of its part, that of the part above comes along.
   */
  private static void together(Element figure) {
    List<Element> above = above(figure);
    if (above.isEmpty()) {
      return;
    }
    Element block = new Element("div").addClass("together");
    Element first = above.get(0);
    for (Element e = first; !e.is("h2, section") && e.elementSiblingIndex() == 0; e = e.parent()) {
      above.addAll(0, above(e.parent()));
    }
    first.before(block);
    above.forEach(block::appendChild);
    block.appendChild(figure);
  }

  /** From the heading that it stands under; none if something else is between them. */
  private static List<Element> above(Element element) {
    List<Element> found = new ArrayList<>();
    for (Element e = element.previousElementSibling();
        e != null && found.size() < ABOVE;
        e = e.previousElementSibling()) {
      found.add(0, e);
      if (e.is("h2, h3, p.summary")) {
        return found;
      }
      if (!e.is("p")) {
        break;
      }
    }
    return new ArrayList<>();
  }

  private static void resolve(Element svg) {
    for (Element e : svg.getAllElements()) {
      e.attributes()
          .forEach(
              a -> {
                String value = a.getValue();
                if (value.contains("currentColor") || value.contains("var(")) {
                  a.setValue(colour(value));
                }
              });
    }
    svg.attr("font-family", "Attest Sans");
    svg.attr("alt", svg.attr("aria-label"));
    shrink(svg);
  }

  /** Keeps the shape. What is longer than it is wide, or a list of bars, keeps its size as well. */
  private static void shrink(Element svg) {
    if (!NUMBER.matcher(svg.attr("width")).matches()
        || !NUMBER.matcher(svg.attr("height")).matches()) {
      return;
    }
    double width = Double.parseDouble(svg.attr("width"));
    double height = Double.parseDouble(svg.attr("height"));
    double factor = Math.min(1, PAPER / width);
    if (height * factor > THIRD && height <= WIDE * width) {
      factor = THIRD / height;
    }
    if (height * factor > PAGE) {
      factor = PAGE / height;
    }
    svg.removeAttr("width").removeAttr("height");
    svg.attr(
        "style",
        "width: " + tenths(width * factor) + "px; height: " + tenths(height * factor) + "px");
  }

  private static String tenths(double pixels) {
    return Double.toString(Math.rint(pixels * 10) / 10);
  }

  private static String colour(String value) {
    return VARIABLE
        .matcher(value.replace("currentColor", INK))
        .replaceAll(
            m -> COLOURS.getOrDefault(m.group(1), m.group(2) == null ? INK : m.group(2).strip()));
  }

  /**
   * The setter turns each run of right-to-left text, but leaves runs of a text where they were
   * written: where directions are mixed, the runs are put into the order in which they are seen.
   */
  private static void ordered(Element bdi) {
    if (bdi.childNodeSize() != 1 || !(bdi.childNode(0) instanceof TextNode)) {
      return;
    }
    String text = bdi.wholeText();
    Bidi bidi = new Bidi(text, Bidi.DIRECTION_DEFAULT_LEFT_TO_RIGHT);
    if (!bidi.isMixed()) {
      return;
    }
    bdi.tagName("span").empty();
    for (int i = 0; i < bidi.countRuns(); i++) {
      BidiRun run = bidi.getVisualRun(i);
      String piece = text.substring(run.getStart(), run.getLimit());
      String seen = run.isEvenRun() ? piece : new StringBuilder(piece).reverse().toString();
      // Spaces at the edge of a run would be lost, so they stand beside it.
      if (seen.startsWith(" ")) {
        bdi.appendText(" ");
      }
      if (!piece.isBlank()) {
        bdi.appendElement("bdi")
            .attr("dir", run.isEvenRun() ? "ltr" : "rtl")
            .appendText(piece.strip());
        if (seen.endsWith(" ")) {
          bdi.appendText(" ");
        }
      }
    }
  }

  private static void bookmarks(Document page) {
    List<Element> headings = page.select("main h2[id]");
    if (headings.isEmpty()) {
      return;
    }
    Element list = page.head().appendElement("bookmarks");
    for (Element heading : headings) {
      list.appendElement("bookmark").attr("name", heading.text()).attr("href", "#" + heading.id());
    }
  }
}
