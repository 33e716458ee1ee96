package io.attest.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.explain.Surrogate;
import io.attest.report.chart.TreeDrawing;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class TreeDrawingTest {
  private static final String HOSTILE = "<script>alert('x')</script> & \"quoted\" \u0007\u202Eabc";
  private static final UnaryOperator<String> MONTHS =
      feature -> feature.equals("duration") ? "months" : "";

  /** A full tree of this depth; leaves at the right have larger values. */
  private static List<Surrogate.Node> tree(int depth, String name, double... base) {
    List<Surrogate.Node> nodes = new ArrayList<>();
    grow(nodes, depth, -1, name, 1, base);
    return nodes;
  }

  private static int grow(
      List<Surrogate.Node> nodes, int depth, int parent, String name, double share, double[] base) {
    int id = nodes.size();
    nodes.add(null);
    double[] value = base.clone();
    value[id % value.length] += 0.037 * id;
    Surrogate.Condition split =
        depth % 2 == 0
            ? new Surrogate.Condition(
                name,
                Double.NEGATIVE_INFINITY,
                Double.POSITIVE_INFINITY,
                List.of("radio or television", "used car", name),
                true)
            : new Surrogate.Condition("duration", Double.NEGATIVE_INFINITY, 16.5, List.of(), false);
    int yes = depth == 0 ? -1 : grow(nodes, depth - 1, id, name, share * 0.4, base);
    int no = depth == 0 ? -1 : grow(nodes, depth - 1, id, name, share * 0.6, base);
    nodes.set(
        id,
        new Surrogate.Node(
            id,
            parent,
            yes,
            no,
            depth == 0 ? Optional.empty() : Optional.of(split),
            value,
            Math.round(1000 * share),
            share,
            0.1));
    return id;
  }

  private static String svg(int depth, String name, double... base) {
    List<String> outputs = base.length == 1 ? List.of("bad") : List.of("a", name, "c");
    return new TreeDrawing("A small tree", outputs, tree(depth, name, base), MONTHS).svg();
  }

  @Test
  void everyTreeIsWellFormedTitledAndEscapedWithHostileNames() throws Exception {
    List<String> all = new ArrayList<>();
    for (int depth : new int[] {0, 1, 3, 6}) {
      all.add(svg(depth, HOSTILE, 0.1));
      all.add(svg(depth, HOSTILE, 0.1, 0.2, 0.3));
    }
    all.add(new TreeDrawing("t", List.of("bad"), List.of(), MONTHS).svg());
    for (String svg : all) {
      Document document = parse(svg);
      assertThat(document.getDocumentElement().getAttribute("role")).isEqualTo("img");
      assertThat(document.getDocumentElement().getAttribute("aria-label")).isNotBlank();
      assertThat(document.getElementsByTagName("desc").item(0).getTextContent()).isNotBlank();
      assertThat(document.getElementsByTagName("script").getLength()).isZero();
      assertThat(svg).doesNotContain("\u0007").doesNotContain("\u202E").doesNotContain("NaN");
    }
    assertThat(all.get(all.size() - 1)).contains("There is nothing to show");
  }

  @Test
  void whatIsTrueGoesToTheLeftAndBoxesDoNotOverlap() throws Exception {
    List<Surrogate.Node> nodes = tree(3, "purpose", 0.1);
    Document document = parse(new TreeDrawing("t", List.of("bad"), nodes, MONTHS).svg());
    NodeList rects = document.getElementsByTagName("rect");
    assertThat(rects.getLength()).isEqualTo(nodes.size());
    double right = Double.parseDouble(document.getDocumentElement().getAttribute("width"));
    double bottom = Double.parseDouble(document.getDocumentElement().getAttribute("height"));
    List<double[]> boxes = new ArrayList<>();
    for (int i = 0; i < rects.getLength(); i++) {
      Element rect = (Element) rects.item(i);
      double x = number(rect, "x");
      double y = number(rect, "y");
      boxes.add(new double[] {x, y, x + number(rect, "width"), y + number(rect, "height")});
      assertThat(x).isNotNegative();
      assertThat(boxes.get(i)[2]).isLessThanOrEqualTo(right);
      assertThat(boxes.get(i)[3]).isLessThanOrEqualTo(bottom);
    }
    for (Surrogate.Node node : nodes) {
      if (node.split().isPresent()) {
        double[] own = boxes.get(node.id());
        assertThat(middle(boxes.get(node.yes()))).isLessThan(middle(own));
        assertThat(middle(boxes.get(node.no()))).isGreaterThan(middle(own));
        assertThat(boxes.get(node.yes())[1]).isGreaterThan(own[3]);
      }
      for (int other = 0; other < node.id(); other++) {
        double[] a = boxes.get(other);
        double[] b = boxes.get(node.id());
        assertThat(a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]).isFalse();
      }
    }
  }

  private static double middle(double[] box) {
    return (box[0] + box[2]) / 2;
  }

  private static double number(Element element, String name) {
    return Double.parseDouble(element.getAttribute(name));
  }

  @Test
  void conditionsHaveUnitsAndLongOnesAreShortenedAndGivenInFullWhenPointedAt() {
    String svg = svg(2, "purpose", 0.25);
    assertThat(svg)
        .contains(">&lt; 16.5 months<")
        .contains("duration &lt; 16.5 months: ")
        .contains("…")
        .contains("is radio or television or used car or purpose or missing</title>")
        .contains(">yes<")
        .contains(">no<")
        .contains("not duration &lt; 16.5 months");
  }

  @Test
  void ofSeveralOutputsTheLargestIsNamed() {
    assertThat(svg(0, "gamma", 0.1, 0.7, 0.2)).contains(">gamma 0.7<").contains(">100 %<");
  }

  @Test
  void whatIsDeeperThanIsDrawnIsSaid() {
    assertThat(svg(5, "f", 0.1)).contains("more below");
    assertThat(svg(4, "f", 0.1)).doesNotContain("more below");
  }

  @Test
  void figuresDoNotDependOnTheLanguageOfTheMachine() {
    Locale before = Locale.getDefault();
    try {
      String english = svg(3, "f", 0.1);
      Locale.setDefault(Locale.GERMANY);
      assertThat(svg(3, "f", 0.1)).isEqualTo(english);
    } finally {
      Locale.setDefault(before);
    }
  }

  private static Document parse(String svg) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(false);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
  }

  /** Writes pictures to look at: {@code -Dattest.look=<folder>}. */
  @Test
  void look() throws Exception {
    String folder = System.getProperty("attest.look");
    org.junit.jupiter.api.Assumptions.assumeTrue(
        folder != null, "Set -Dattest.look=<folder> to get trees to look at.");
    Files.createDirectories(Path.of(folder));
    Files.writeString(Path.of(folder, "tree-3.svg"), svg(3, "purpose", 0.1));
    Files.writeString(Path.of(folder, "tree-6.svg"), svg(6, "purpose", 0.1));
    Files.writeString(Path.of(folder, "tree-1.svg"), svg(1, HOSTILE, 0.1, 0.2, 0.3));
  }
}
