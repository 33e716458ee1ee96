package io.attest.report;

import java.util.Optional;
import org.apache.poi.xddf.usermodel.chart.AxisCrosses;
import org.apache.poi.xddf.usermodel.chart.AxisOrientation;
import org.apache.poi.xddf.usermodel.chart.AxisPosition;
import org.apache.poi.xddf.usermodel.chart.AxisTickLabelPosition;
import org.apache.poi.xddf.usermodel.chart.BarDirection;
import org.apache.poi.xddf.usermodel.chart.BarGrouping;
import org.apache.poi.xddf.usermodel.chart.ChartTypes;
import org.apache.poi.xddf.usermodel.chart.XDDFBarChartData;
import org.apache.poi.xddf.usermodel.chart.XDDFChartAxis;
import org.apache.poi.xddf.usermodel.chart.XDDFChartData;
import org.apache.poi.xddf.usermodel.chart.XDDFDataSourcesFactory;
import org.apache.poi.xddf.usermodel.chart.XDDFValueAxis;
import org.apache.poi.xssf.usermodel.XSSFChart;

/** A waterfall as stacked bars of Excel: a bar that is not seen, and the step behind it. */
final class WaterfallChart {
  private static final byte[] UP = {0x3A, 0x7C, (byte) 0xA5};
  private static final byte[] DOWN = {(byte) 0xC0, 0x5F, 0x14};
  private static final byte[] WHOLE = {0x4C, 0x5A, 0x60};

  private enum Bar {
    BEFORE("before the bar", Optional.empty()),
    RAISES_ABOVE("raises", Optional.of(UP)),
    RAISES_BELOW("raises, below 0", Optional.of(UP)),
    LOWERS_ABOVE("lowers", Optional.of(DOWN)),
    LOWERS_BELOW("lowers, below 0", Optional.of(DOWN)),
    WHOLE_BAR("base value and prediction", Optional.of(WHOLE));

    private final String words;
    private final Optional<byte[]> colour;

    Bar(String words, Optional<byte[]> colour) {
      this.words = words;
      this.colour = colour;
    }
  }

  private final Page page;

  WaterfallChart(Page page) {
    this.page = page;
  }

  /**
   * @param first the column of the area where those begin that the bars are drawn from
   */
  void draw(NativeChart.Place place, String title, String axis, Area area, int first) {
    NativeChart charts = new NativeChart(page);
    XSSFChart chart =
        charts.chart(place, title, axis + ", step by step; the table beside holds the figures");
    XDDFChartAxis steps = chart.createCategoryAxis(AxisPosition.LEFT);
    steps.setOrientation(AxisOrientation.MAX_MIN);
    NativeChart.quiet(steps, false);
    steps.setTickLabelPosition(AxisTickLabelPosition.LOW);
    XDDFValueAxis value = chart.createValueAxis(AxisPosition.BOTTOM);
    NativeChart.quiet(value, true);
    value.setTitle(NativeChart.shortened(axis + ": blue raises, orange lowers"));
    NativeChart.small(value);
    value.setCrosses(AxisCrosses.MAX);
    XDDFBarChartData data = (XDDFBarChartData) chart.createData(ChartTypes.BAR, steps, value);
    data.setBarDirection(BarDirection.BAR);
    data.setBarGrouping(BarGrouping.STACKED);
    data.setOverlap((byte) 100);
    data.setGapWidth(35);
    data.setVaryColors(false);
    for (Bar bar : Bar.values()) {
      XDDFChartData.Series series =
          data.addSeries(
              charts.names(area.column(0)),
              XDDFDataSourcesFactory.fromNumericCellRange(
                  page.sheet(), area.column(first + bar.ordinal())));
      series.setTitle(bar.words, null);
      series.setFillProperties(
          bar.colour.isPresent() ? NativeChart.fill(bar.colour.get()) : NativeChart.noFill());
      series.setLineProperties(NativeChart.noLine());
    }
    chart.plot(data);
    NativeChart.english(chart);
  }
}
