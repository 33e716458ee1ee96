package io.attest.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attest.audit.Section;
import io.attest.correlate.Dependence;
import io.attest.explain.Effects;
import io.attest.measure.Performance;
import io.attest.model.OutputSpace;
import io.attest.report.chart.BarChart;
import io.attest.report.chart.HeatMap;
import io.attest.report.chart.LineChart;
import io.attest.report.chart.Waterfall;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class ChartsTest {
  private static final String HOSTILE = "<script>alert('x')</script> & \"quoted\" \u0007\u202Eabc";

  @Test
  void everyChartIsWellFormedTitledAndEscapedWithHostileNames() throws Exception {
    for (int n : new int[] {0, 1, 2, 20, 21, 300}) {
      for (String svg : charts(n, HOSTILE)) {
        Document document = parse(svg);
        assertThat(document.getDocumentElement().getAttribute("role")).isEqualTo("img");
        assertThat(document.getDocumentElement().getAttribute("aria-label")).isNotBlank();
        assertThat(document.getElementsByTagName("title").item(0).getTextContent()).isNotBlank();
        assertThat(document.getElementsByTagName("desc").item(0).getTextContent()).isNotBlank();
        assertThat(document.getElementsByTagName("script").getLength()).isZero();
        assertThat(svg).doesNotContain("\u0007").doesNotContain("\u202E").doesNotContain("NaN");
      }
    }
  }

  @Test
  void whatIsNotDrawnIsCounted() {
    assertThat(bars(300, "f").svg()).contains("and 280 more, not drawn");
    assertThat(bars(20, "f").svg()).doesNotContain("more");
    assertThat(heat(300, "f").svg()).contains("and 280 more columns with weaker links");
    assertThat(levels(50).svg()).contains("and 30 more levels, not drawn");
    assertThat(waterfall(300, "f").svg()).contains("and 288 more features");
  }

  @Test
  void theHeatMapKeepsTheStrongestPair() {
    HeatMap map = heat(300, "f");
    map.values()[250][299] = 0.99;
    map.values()[299][250] = 0.99;
    assertThat(map.svg()).contains(">f250<").contains(">f299<");
  }

  @Test
  void aLongNameIsShortenedAndGivenInFullWhenPointedAt() {
    String name = "customer_account_balance_average_over_the_last_twelve_months_in_euro";
    String svg = new BarChart("t", "a", List.of(new BarChart.Bar(name, 1))).svg();
    assertThat(svg).contains("<title>" + name + "</title>").contains("…");
  }

  @Test
  void figuresDoNotDependOnTheLanguageOfTheMachine() {
    Locale before = Locale.getDefault();
    try {
      List<String> english = charts(20, "f");
      Locale.setDefault(Locale.GERMANY);
      assertThat(charts(20, "f")).isEqualTo(english);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void aValueThatIsNotANumberIsSaidAndNotDrawn() {
    String svg =
        new BarChart("t", "a", List.of(new BarChart.Bar("x", Double.NaN), new BarChart.Bar("y", 2)))
            .svg();
    assertThat(svg).contains("x: not available").contains("y: 2").doesNotContain("NaN");
  }

  @Test
  void aCurveThatDoesNotFitItsPointsIsRefused() {
    assertThatThrownBy(
            () ->
                new LineChart(
                    "t",
                    "x",
                    "y",
                    List.of(),
                    new double[] {1, 2},
                    List.of(new LineChart.Series("s", new double[] {1})),
                    new int[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has 1 values for 2 points");
  }

  @Test
  void theStepsOfAWaterfallEndAtThePrediction() {
    Section.LocalRow row =
        new Section.LocalRow(
            3,
            "A-3",
            "random",
            "good",
            0.4,
            -0.4,
            0,
            List.of(
                new Section.Contribution("age", "33", -0.9),
                new Section.Contribution("duration", "12", 0.2)));
    Section.AttributionResult result =
        new Section.AttributionResult("bad", OutputSpace.RAW, 0.3, List.of(), 0, List.of(row));
    String svg = Waterfall.of(result, row).svg();
    assertThat(svg)
        .contains("Base value 0.3; age = 33: -0.9; duration = 12: +0.2; prediction -0.4.")
        .contains("before the link");
  }

  private static List<String> charts(int n, String name) {
    double[] x = new double[n];
    double[] y = new double[n];
    int[] support = new int[n];
    for (int i = 0; i < n; i++) {
      x[i] = i * 3.7;
      y[i] = i == 5 ? Double.NaN : Math.sin(i / 4.0) / 3 + 0.4;
      support[i] = 100 / (i + 1);
    }
    Effects.Curve curve =
        new Effects.Curve(name, "bad", List.of(), x, y, support, new int[0], new double[0][]);
    List<Performance.Bin> bins = new ArrayList<>();
    for (int i = 0; i < Math.min(n, 10); i++) {
      bins.add(new Performance.Bin(i / 10.0, (i + 1) / 10.0, 50, i / 10.0 + 0.05, i / 11.0 + 0.1));
    }
    return List.of(
        bars(n, name).svg(),
        LineChart.of(curve, "months").svg(),
        levels(n).svg(),
        LineChart.of(bins).svg(),
        heat(n, name).svg(),
        waterfall(n, name).svg());
  }

  private static BarChart bars(int n, String name) {
    List<BarChart.Bar> bars = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      double v = Math.cos(i / 5.0);
      bars.add(new BarChart.Bar(name + i, v, v - 0.1, v + 0.15));
    }
    return new BarChart("Importance of each feature", "increase in log loss", bars);
  }

  private static LineChart levels(int n) {
    List<String> labels = new ArrayList<>();
    double[] y = new double[n];
    int[] support = new int[n];
    for (int i = 0; i < n; i++) {
      labels.add("level number " + i + (i % 3 == 0 ? " with a rather long name" : ""));
      y[i] = Math.cos(i) / 5 + 0.3;
      support[i] = 10 + i * 7 % 60;
    }
    return LineChart.of(
        new Effects.Curve(
            "purpose", "bad", labels, new double[n], y, support, new int[0], new double[0][]),
        "");
  }

  private static HeatMap heat(int n, String name) {
    List<String> columns = new ArrayList<>();
    List<Dependence.Pair> pairs = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      columns.add(name + i);
      for (int j = 0; j < i; j++) {
        double v = (i * 7 + j * 3) % 13 == 0 ? Double.NaN : Math.sin(i * 31.0 + j) * 0.9;
        pairs.add(
            new Dependence.Pair(name + j, name + i, "spearman", v / (1 + i / 9.0), v, 1, 0.1, 10));
      }
    }
    return HeatMap.of(new Dependence(columns, pairs, new double[n], List.of(), 0.7, List.of()));
  }

  private static Waterfall waterfall(int n, String name) {
    List<Waterfall.Step> steps = new ArrayList<>();
    double sum = -0.8;
    for (int i = 0; i < n; i++) {
      double v = Math.cos(i * 2.0) / (i + 1);
      sum += v;
      steps.add(new Waterfall.Step(name + i, "no account", v));
    }
    return new Waterfall("Case A-17", "log-odds of bad", -0.8, steps, sum);
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
        folder != null, "Set -Dattest.look=<folder> to get a page of charts to look at.");
    Files.createDirectories(Path.of(folder));
    for (boolean dark : new boolean[] {false, true}) {
      StringBuilder page = new StringBuilder("<!doctype html><meta charset=utf-8><body style='");
      page.append(dark ? "background:#14181c;color:#e8eaed" : "background:#fff;color:#1b1f23");
      page.append(";columns:2'>");
      charts(21, "feature_").forEach(page::append);
      charts(7, HOSTILE).forEach(page::append);
      Files.writeString(Path.of(folder, dark ? "dark.html" : "light.html"), page);
    }
  }
}
