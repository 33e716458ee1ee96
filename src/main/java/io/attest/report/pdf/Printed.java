package io.attest.report.pdf;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/** HTML for a setter that knows CSS 2.1: what it does not know is put into words that it does. */
final class Printed {
  private static final String INK = "#1d2528";
  private static final Pattern VARIABLE = Pattern.compile("var\\((--[a-z-]+)(?:,\\s*([^()]+))?\\)");
  private static final Pattern WIDTH = Pattern.compile("[0-9.]+");

  /** Colours of charts on paper. */
  private static final Map<String, String> COLOURS =
      Map.of("--chart-accent", "#2b7a91", "--chart-contrast", "#b4550e");

  private Printed() {}

  static Document of(Document html) {
    Document page = html.clone();
    page.select("details").forEach(Printed::unfold);
    page.select("svg").forEach(Printed::resolve);
    page.select("[tabindex]").removeAttr("tabindex");
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
    // Pixels of a screen are wider than the paper: it keeps its shape, and shrinks.
    String width = svg.attr("width");
    if (WIDTH.matcher(width).matches() && Double.parseDouble(width) > PAPER) {
      double shrink = PAPER / Double.parseDouble(width);
      String height = svg.attr("height");
      svg.attr("width", Double.toString(PAPER));
      if (WIDTH.matcher(height).matches()) {
        double high = Math.rint(Double.parseDouble(height) * shrink * 100) / 100;
        svg.attr("height", Double.toString(high));
      }
    }
  }

  /** CSS pixels (96 to the inch) between the margins of A4. */
  private static final double PAPER = 678;

  private static String colour(String value) {
    return VARIABLE
        .matcher(value.replace("currentColor", INK))
        .replaceAll(
            m ->
                COLOURS.getOrDefault(
                    m.group(1), m.group(2) == null ? INK : m.group(2).strip()));
  }

  private static void bookmarks(Document page) {
    List<Element> headings = page.select("main h2[id]");
    if (headings.isEmpty()) {
      return;
    }
    Element list = page.head().appendElement("bookmarks");
    for (Element heading : headings) {
      list.appendElement("bookmark")
          .attr("name", heading.text())
          .attr("href", "#" + heading.id());
    }
  }
}
