package io.attest.report.page;

import java.util.List;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Attribute;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/**
 * Makes a page of ours a file of its own: nothing to press, nothing that asks a server, every part
 * unfolded, and a table of contents from its headings.
 */
final class Standalone {
  private static final String NEEDS_A_SERVER =
      "script, noscript, form, button, input, select, textarea, link, iframe, object, embed, base,"
          + " img, template, dialog, [data-standalone=hide]";

  private Standalone() {}

  static Document of(String html) {
    Document page = Jsoup.parse(html);
    page.outputSettings().prettyPrint(false);
    page.select(NEEDS_A_SERVER).remove();
    for (Element e : page.getAllElements()) {
      List<String> names = e.attributes().asList().stream().map(Attribute::getKey).toList();
      names.stream()
          .filter(n -> n.startsWith("on") || n.startsWith("data-") || n.equals("hidden"))
          .forEach(e::removeAttr);
    }
    for (Element link : page.select("a[href]")) {
      if (!link.attr("href").startsWith("#")) {
        link.unwrap();
      }
    }
    page.select("details").forEach(d -> d.attr("open", true));
    contents(page);
    return page;
  }

  private static void contents(Document page) {
    Element place = page.selectFirst("nav.contents");
    List<Element> headings = page.select("main section h2[id]");
    if (place == null) {
      return;
    }
    if (headings.isEmpty()) {
      place.remove();
      return;
    }
    place.appendElement("h2").text("Contents");
    Element list = place.appendElement("ul");
    for (Element heading : headings) {
      list.appendElement("li")
          .appendElement("a")
          .attr("href", "#" + heading.id())
          .text(heading.text());
    }
  }

  /** The file's text; the same for the same document. */
  static String text(Document page) {
    return page.outerHtml() + "\n";
  }
}
