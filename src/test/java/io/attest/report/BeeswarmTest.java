package io.attest.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.report.chart.BarChart;
import io.attest.report.chart.Beeswarm;
import io.attest.report.chart.Chart;
import io.attest.report.chart.HeatMap;
import io.attest.report.chart.LineChart;
import io.attest.report.chart.Waterfall;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BeeswarmTest {
  private static final String HOSTILE = "</script><script>alert('x')</script>&\u202Eabc\u2028";

  private static Beeswarm swarm(int features, int rows) {
    List<Beeswarm.Feature> lines = new ArrayList<>();
    for (int f = 0; f < features; f++) {
      List<Beeswarm.Point> points = new ArrayList<>();
      for (int i = 0; i < rows; i++) {
        points.add(
            new Beeswarm.Point(
                Math.sin(i * 3.0 + f), f == 0 ? Double.NaN : i / (double) rows, HOSTILE));
      }
      lines.add(new Beeswarm.Feature(HOSTILE + f, points));
    }
    return new Beeswarm("t" + HOSTILE, "added", lines, rows, rows * 8L, 300);
  }

  @Test
  void eachFormStandsForAPartOfTheValues() {
    String svg = swarm(2, 90).svg();
    // 30 low, 31 middle, 29 high of the second feature, 90 without an order of the first, and one
    // of each in the legend.
    assertThat(svg.split("m-3.2-2.4h6.4", -1)).hasSize(1 + 30 + 1);
    assertThat(svg.split("m-2-2h4v4", -1)).hasSize(1 + 90 + 1);
    assertThat(svg).contains("low value", "high value").doesNotContain("<script", "\u202E");
  }

  @Test
  void pointsDoNotLeaveTheRoomOfTheirFeature() throws Exception {
    List<Beeswarm.Point> same = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      same.add(new Beeswarm.Point(1, i / 500.0, ""));
    }
    Beeswarm swarm = new Beeswarm("t", "a", List.of(new Beeswarm.Feature("f", same)), 500, 500, 1);
    JsonNode points =
        new ObjectMapper().readTree(swarm.json().orElseThrow()).at("/features/0/points");
    assertThat(points).hasSize(500);
    points.forEach(p -> assertThat(p.get(1).asDouble()).isBetween(-0.45, 0.45));
    assertThat(swarm.cut()).isEmpty();
  }

  @Test
  void moreFeaturesThanCanBeReadAreRefused() {
    assertThatThrownBy(() -> swarm(16, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at most 15");
    assertThat(swarm(0, 0).svg()).contains("nothing to show");
  }

  @Test
  void noDataEndsTheScriptAroundIt() throws Exception {
    double[] nan = {Double.NaN, 1e-7, 123456.789};
    List<Chart> charts =
        List.of(
            swarm(3, 4),
            new BarChart(HOSTILE, HOSTILE, List.of(new BarChart.Bar(HOSTILE, Double.NaN))),
            new HeatMap(HOSTILE, List.of(HOSTILE, "b"), new double[][] {{1, Double.NaN}, {0.5, 1}}),
            new Waterfall(HOSTILE, HOSTILE, 0, List.of(new Waterfall.Step(HOSTILE, HOSTILE, 1)), 1),
            new LineChart(
                HOSTILE,
                HOSTILE,
                HOSTILE,
                List.of(),
                nan,
                List.of(new LineChart.Series(HOSTILE, nan)),
                new int[] {1, 2, 3}));
    for (Chart chart : charts) {
      String json = chart.json().orElseThrow();
      assertThat(json).doesNotContain("<", ">", "&", "'", "\u202E", "\u2028").doesNotContain("NaN");
      assertThat(new ObjectMapper().readTree(json).get("kind").asText()).isNotBlank();
    }
    JsonNode lines = new ObjectMapper().readTree(charts.get(4).json().orElseThrow());
    assertThat(lines.at("/x/0").isNull()).isTrue();
    assertThat(lines.at("/x/2").asDouble()).isEqualTo(123457);
  }
}
