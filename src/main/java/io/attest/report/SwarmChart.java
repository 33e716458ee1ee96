package io.attest.report;

import java.util.List;
import org.apache.poi.ss.util.CellReference;
import org.apache.poi.xddf.usermodel.XDDFShapeProperties;
import org.apache.poi.xddf.usermodel.chart.AxisCrosses;
import org.apache.poi.xddf.usermodel.chart.AxisPosition;
import org.apache.poi.xddf.usermodel.chart.AxisTickLabelPosition;
import org.apache.poi.xddf.usermodel.chart.LayoutMode;
import org.apache.poi.xddf.usermodel.chart.LegendPosition;
import org.apache.poi.xddf.usermodel.chart.MarkerStyle;
import org.apache.poi.xddf.usermodel.chart.XDDFDataSourcesFactory;
import org.apache.poi.xddf.usermodel.chart.XDDFManualLayout;
import org.apache.poi.xddf.usermodel.chart.XDDFScatterChartData;
import org.apache.poi.xddf.usermodel.chart.XDDFValueAxis;
import org.apache.poi.xssf.usermodel.XSSFChart;
import org.openxmlformats.schemas.drawingml.x2006.chart.CTDLbls;
import org.openxmlformats.schemas.drawingml.x2006.chart.CTScatterSer;
import org.openxmlformats.schemas.drawingml.x2006.chart.STDLblPos;

/** A beeswarm as a scatter chart of Excel, with the names of the features as labels of points. */
final class SwarmChart {
  private static final byte[] BLUE = {0x2B, 0x6C, (byte) 0xB0};
  private static final byte[] GREY = {(byte) 0x8A, (byte) 0x94, (byte) 0x9E};
  private static final byte[] ORANGE = {(byte) 0xC0, 0x5F, 0x14};
  private static final byte[] GREEN = {0x4F, (byte) 0x8A, 0x4F};

  /** The part of the chart that names of features take. */
  private static final double NAMES = 0.26;

  private final Page page;
  private final NativeChart charts;

  SwarmChart(Page page) {
    this.page = page;
    this.charts = new NativeChart(page);
  }

  /**
   * @param lines where the features stand: name, height of the line, where its label is
   * @param points where the points stand
   */
  void draw(
      NativeChart.Place place, String title, String axis, Swarm swarm, Area lines, Area points) {
    XSSFChart chart =
        charts.chart(
            place,
            title,
            axis + " of single cases, a line of points for each feature; the table holds them");
    XDDFValueAxis across = chart.createValueAxis(AxisPosition.BOTTOM);
    XDDFValueAxis up = chart.createValueAxis(AxisPosition.LEFT);
    NativeChart.quiet(across, true);
    NativeChart.quiet(up, false);
    across.setTitle(NativeChart.shortened(axis));
    NativeChart.small(across);
    up.setMinimum(0.4);
    up.setMaximum(swarm.features().size() + 0.6);
    up.setTickLabelPosition(AxisTickLabelPosition.NONE);
    up.setCrosses(AxisCrosses.AUTO_ZERO);
    XDDFScatterChartData data = NativeChart.scatter(chart, across, up);
    for (Swarm.Value value : Swarm.Value.values()) {
      int from = first(swarm.points(), value);
      int to = from;
      while (to < swarm.points().size() && swarm.points().get(to).value() == value) {
        to++;
      }
      if (to > from) {
        points(data, points.part(from, to), value);
      }
    }
    int shown = data.getSeriesCount();
    across.setMinimum(swarm.left());
    across.setMaximum(swarm.right());
    across.setMajorUnit(swarm.step());
    for (int f = 0; f < swarm.features().size(); f++) {
      name(data, swarm.features().get(f), lines.part(f, f + 1));
    }
    chart.plot(data);
    var legend = chart.getOrAddLegend();
    legend.setPosition(LegendPosition.BOTTOM);
    for (int s = shown; s < data.getSeriesCount(); s++) {
      var entry = legend.addEntry();
      entry.setIndex(s);
      entry.setDelete(true);
    }
    room(chart);
    NativeChart.english(chart);
  }

  private static int first(List<Swarm.Point> points, Swarm.Value value) {
    int at = 0;
    while (at < points.size() && points.get(at).value() != value) {
      at++;
    }
    return at;
  }

  private void points(XDDFScatterChartData data, Area rows, Swarm.Value value) {
    XDDFScatterChartData.Series series =
        (XDDFScatterChartData.Series)
            data.addSeries(
                XDDFDataSourcesFactory.fromNumericCellRange(page.sheet(), rows.column(4)),
                XDDFDataSourcesFactory.fromNumericCellRange(page.sheet(), rows.column(5)));
    series.setTitle(value.words(), null);
    series.setSmooth(false);
    invisible(series);
    series.setMarkerStyle(
        switch (value) {
          case LOW -> MarkerStyle.CIRCLE;
          case MIDDLE -> MarkerStyle.DIAMOND;
          case HIGH -> MarkerStyle.TRIANGLE;
          case OTHER -> MarkerStyle.SQUARE;
        });
    series.setMarkerSize((short) 4);
    byte[] colour =
        switch (value) {
          case LOW -> BLUE;
          case MIDDLE -> GREY;
          case HIGH -> ORANGE;
          case OTHER -> GREEN;
        };
    var marker = series.getCTScatterSer().getMarker().addNewSpPr();
    marker.addNewSolidFill().addNewSrgbClr().setVal(colour);
    marker.addNewLn().addNewNoFill();
  }

  /** A point that is not seen on the left edge, with the name of a feature as its label. */
  private void name(XDDFScatterChartData data, String feature, Area line) {
    XDDFScatterChartData.Series series =
        (XDDFScatterChartData.Series)
            data.addSeries(
                XDDFDataSourcesFactory.fromNumericCellRange(page.sheet(), line.column(2)),
                XDDFDataSourcesFactory.fromNumericCellRange(page.sheet(), line.column(1)));
    series.setTitle(
        NativeChart.shortened(feature),
        new CellReference(page.sheet().getSheetName(), line.first(), line.left(), true, true));
    series.setSmooth(false);
    invisible(series);
    series.setMarkerStyle(MarkerStyle.NONE);
    CTScatterSer raw = series.getCTScatterSer();
    CTDLbls labels = raw.isSetDLbls() ? raw.getDLbls() : raw.addNewDLbls();
    labels.addNewDLblPos().setVal(STDLblPos.L);
    labels.addNewShowLegendKey().setVal(false);
    labels.addNewShowVal().setVal(false);
    labels.addNewShowCatName().setVal(false);
    labels.addNewShowSerName().setVal(true);
    labels.addNewShowPercent().setVal(false);
    labels.addNewShowBubbleSize().setVal(false);
  }

  private static void invisible(XDDFScatterChartData.Series series) {
    XDDFShapeProperties properties = new XDDFShapeProperties();
    properties.setLineProperties(NativeChart.noLine());
    series.setShapeProperties(properties);
  }

  private static void room(XSSFChart chart) {
    var plot = chart.getCTChart().getPlotArea();
    XDDFManualLayout layout =
        new XDDFManualLayout(plot.isSetLayout() ? plot.getLayout() : plot.addNewLayout());
    layout.setTarget(org.apache.poi.xddf.usermodel.chart.LayoutTarget.INNER);
    layout.setXMode(LayoutMode.EDGE);
    layout.setYMode(LayoutMode.EDGE);
    layout.setX(NAMES);
    layout.setY(0.09);
    layout.setWidthRatio(1 - NAMES - 0.03);
    layout.setHeightRatio(0.74);
  }
}
