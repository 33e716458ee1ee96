package io.attest.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.namespace.QName;
import org.apache.poi.ss.usermodel.CellType;
import org.apache.poi.ss.util.CellAddress;
import org.apache.poi.ss.util.CellRangeAddress;
import org.apache.poi.util.Units;
import org.apache.poi.xddf.usermodel.PresetLineDash;
import org.apache.poi.xddf.usermodel.XDDFColor;
import org.apache.poi.xddf.usermodel.XDDFLineProperties;
import org.apache.poi.xddf.usermodel.XDDFNoFillProperties;
import org.apache.poi.xddf.usermodel.XDDFPresetLineDash;
import org.apache.poi.xddf.usermodel.XDDFShapeProperties;
import org.apache.poi.xddf.usermodel.XDDFSolidFillProperties;
import org.apache.poi.xddf.usermodel.chart.AxisCrossBetween;
import org.apache.poi.xddf.usermodel.chart.AxisCrosses;
import org.apache.poi.xddf.usermodel.chart.AxisOrientation;
import org.apache.poi.xddf.usermodel.chart.AxisPosition;
import org.apache.poi.xddf.usermodel.chart.AxisTickLabelPosition;
import org.apache.poi.xddf.usermodel.chart.AxisTickMark;
import org.apache.poi.xddf.usermodel.chart.BarDirection;
import org.apache.poi.xddf.usermodel.chart.ChartTypes;
import org.apache.poi.xddf.usermodel.chart.LegendPosition;
import org.apache.poi.xddf.usermodel.chart.MarkerStyle;
import org.apache.poi.xddf.usermodel.chart.ScatterStyle;
import org.apache.poi.xddf.usermodel.chart.XDDFBarChartData;
import org.apache.poi.xddf.usermodel.chart.XDDFCategoryDataSource;
import org.apache.poi.xddf.usermodel.chart.XDDFChartAxis;
import org.apache.poi.xddf.usermodel.chart.XDDFChartData;
import org.apache.poi.xddf.usermodel.chart.XDDFDataSourcesFactory;
import org.apache.poi.xddf.usermodel.chart.XDDFScatterChartData;
import org.apache.poi.xddf.usermodel.chart.XDDFValueAxis;
import org.apache.poi.xssf.usermodel.XSSFCell;
import org.apache.poi.xssf.usermodel.XSSFChart;
import org.apache.poi.xssf.usermodel.XSSFClientAnchor;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.xmlbeans.XmlCursor;

/**
 * Charts of Excel, drawn from cells of the workbook. Fill, line and visibility of everything are
 * said in so many words, because programs disagree on what an unsaid one means.
 */
final class NativeChart {
  private static final byte[] GREY = {(byte) 0x7F, (byte) 0x88, (byte) 0x91};
  private static final byte[] FAINT = {(byte) 0xE1, (byte) 0xE5, (byte) 0xE9};

  /**
   * Where a chart stands, in pixels from the left edge of a column and the top edge of a row.
   *
   * @param x from the left edge of column {@code column}
   */
  record Place(int column, int row, int x, int width, int height) {}

  /** How many characters a title or a label has at most. */
  private static final int LONGEST = 100;

  private final Page page;

  NativeChart(Page page) {
    this.page = page;
  }

  /** Horizontal bars, the first at the top. */
  void bars(
      Place place, String title, String axis, CellRangeAddress names, CellRangeAddress values) {
    XSSFChart chart = chart(place, title, axis + " by name; the table beside holds the figures");
    XDDFChartAxis category = chart.createCategoryAxis(AxisPosition.LEFT);
    category.setOrientation(AxisOrientation.MAX_MIN);
    // With the first bar at the top, "max" is at the bottom: that is where the numbers belong.
    bars(chart, category, AxisPosition.BOTTOM, AxisCrosses.MAX, axis, BarDirection.BAR)
        .accept(names, values);
  }

  /** A series and what it is called. */
  record Named(String name, CellRangeAddress values) {}

  /** Horizontal bars in pairs, the first pair at the top: what was in grey, what is in colour. */
  void pairs(
      Place place, String title, String axis, CellRangeAddress names, Named then, Named now) {
    XSSFChart chart = chart(place, title, axis + " by name; the table beside holds the figures");
    chart.getOrAddLegend().setPosition(LegendPosition.BOTTOM);
    XDDFChartAxis category = chart.createCategoryAxis(AxisPosition.LEFT);
    category.setOrientation(AxisOrientation.MAX_MIN);
    quiet(category, false);
    category.setTickLabelPosition(AxisTickLabelPosition.LOW);
    XDDFValueAxis value = chart.createValueAxis(AxisPosition.BOTTOM);
    quiet(value, true);
    value.setTitle(shortened(axis));
    small(value);
    value.setCrosses(AxisCrosses.MAX);
    value.setCrossBetween(AxisCrossBetween.BETWEEN);
    value.setMinimum(0);
    XDDFBarChartData data = (XDDFBarChartData) chart.createData(ChartTypes.BAR, category, value);
    data.setBarDirection(BarDirection.BAR);
    data.setGapWidth(60);
    data.setVaryColors(false);
    for (Named named : List.of(then, now)) {
      byte[] colour = named == then ? GREY : page.styles().accent();
      XDDFChartData.Series series =
          data.addSeries(
              names(names),
              XDDFDataSourcesFactory.fromNumericCellRange(page.sheet(), named.values()));
      series.setTitle(shortened(named.name()), null);
      series.setFillProperties(fill(colour));
      series.setLineProperties(line(colour, 0.5, Optional.empty()));
    }
    chart.plot(data);
    english(chart);
  }

  /** Upright bars. */
  void columns(
      Place place, String title, String axis, CellRangeAddress names, CellRangeAddress values) {
    XSSFChart chart = chart(place, title, axis + " by level; the table below holds the figures");
    XDDFChartAxis category = chart.createCategoryAxis(AxisPosition.BOTTOM);
    bars(chart, category, AxisPosition.LEFT, AxisCrosses.AUTO_ZERO, axis, BarDirection.COL)
        .accept(names, values);
  }

  private java.util.function.BiConsumer<CellRangeAddress, CellRangeAddress> bars(
      XSSFChart chart,
      XDDFChartAxis category,
      AxisPosition position,
      AxisCrosses crosses,
      String title,
      BarDirection direction) {
    quiet(category, false);
    category.setTickLabelPosition(AxisTickLabelPosition.LOW);
    XDDFValueAxis value = chart.createValueAxis(position);
    quiet(value, true);
    value.setTitle(shortened(title));
    small(value);
    value.setCrosses(crosses);
    value.setCrossBetween(AxisCrossBetween.BETWEEN);
    return (names, values) -> {
      XDDFBarChartData data = (XDDFBarChartData) chart.createData(ChartTypes.BAR, category, value);
      data.setBarDirection(direction);
      data.setGapWidth(45);
      data.setVaryColors(false);
      XDDFChartData.Series series =
          data.addSeries(
              names(names), XDDFDataSourcesFactory.fromNumericCellRange(page.sheet(), values));
      series.setTitle(shortened(title), null);
      series.setFillProperties(fill(page.styles().accent()));
      series.setLineProperties(line(page.styles().accent(), 0.5, Optional.empty()));
      chart.plot(data);
      // A bar is read by its length: it must begin at zero.
      if (positive(values)) {
        value.setMinimum(0);
      }
      english(chart);
    };
  }

  /** The cells of a range, with long texts cut in the copy that a chart keeps of them. */
  XDDFCategoryDataSource names(CellRangeAddress range) {
    List<String> names = new ArrayList<>();
    for (CellAddress at : range) {
      names.add(shortened(page.cell(at.getRow(), at.getColumn()).getStringCellValue()));
    }
    return XDDFDataSourcesFactory.fromArray(
        names.toArray(String[]::new), range.formatAsString(page.sheet().getSheetName(), true));
  }

  static String shortened(String text) {
    String plain = PlainText.of(text).replace('\n', ' ');
    return plain.codePointCount(0, plain.length()) <= LONGEST
        ? plain
        : plain.substring(0, plain.offsetByCodePoints(0, LONGEST)) + "…";
  }

  private boolean positive(CellRangeAddress values) {
    for (CellAddress at : values) {
      XSSFCell cell = page.cell(at.getRow(), at.getColumn());
      if (cell.getCellType() == CellType.NUMERIC && cell.getNumericCellValue() < 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * A curve over numbers and, on a scale of its own, how many rows stand behind each point.
   *
   * @param second what the second curve shows: a count of rows, or what the first should be
   * @param ownScale true if the second curve has the scale on the right for itself
   */
  void curve(
      Place place,
      String title,
      String xAxis,
      String yAxis,
      String second,
      boolean ownScale,
      CellRangeAddress x,
      CellRangeAddress y,
      CellRangeAddress ySecond) {
    XSSFChart chart =
        chart(
            place,
            title,
            yAxis + " by " + xAxis + ", and " + second + "; the table holds the figures");
    chart.getOrAddLegend().setPosition(LegendPosition.BOTTOM);
    XDDFValueAxis bottom = chart.createValueAxis(AxisPosition.BOTTOM);
    XDDFValueAxis left = chart.createValueAxis(AxisPosition.LEFT);
    quiet(bottom, false);
    quiet(left, true);
    bottom.setTitle(shortened(xAxis));
    small(bottom);
    left.setTitle(shortened(yAxis));
    small(left);
    left.setCrosses(AxisCrosses.MIN);
    bottom.setCrosses(AxisCrosses.MIN);
    XDDFScatterChartData data = scatter(chart, bottom, left);
    series(data, x, y, yAxis, page.styles().accent(), 2.25, true);
    if (!ownScale) {
      series(data, x, ySecond, second, GREY, 1.25, false);
    }
    chart.plot(data);
    if (ownScale) {
      XDDFValueAxis hidden = chart.createValueAxis(AxisPosition.BOTTOM);
      quiet(hidden, false);
      hidden.setVisible(false);
      XDDFValueAxis right = chart.createValueAxis(AxisPosition.RIGHT);
      quiet(right, false);
      right.setMinimum(0);
      right.setTitle(shortened(second));
      small(right);
      hidden.crossAxis(right);
      right.crossAxis(hidden);
      right.setCrosses(AxisCrosses.MAX);
      XDDFScatterChartData rows = scatter(chart, hidden, right);
      series(rows, x, ySecond, second, GREY, 1.25, false);
      // The second group of series must go on counting where the first one stopped.
      chart.plot(rows);
      chart.getCTChart().getPlotArea().getScatterChartArray(1).getSerArray(0).getIdx().setVal(1);
      chart.getCTChart().getPlotArea().getScatterChartArray(1).getSerArray(0).getOrder().setVal(1);
    }
    english(chart);
  }

  static XDDFScatterChartData scatter(XSSFChart chart, XDDFValueAxis across, XDDFValueAxis up) {
    XDDFScatterChartData data =
        (XDDFScatterChartData) chart.createData(ChartTypes.SCATTER, across, up);
    data.setStyle(ScatterStyle.LINE_MARKER);
    data.setVaryColors(false);
    return data;
  }

  private void series(
      XDDFScatterChartData data,
      CellRangeAddress x,
      CellRangeAddress y,
      String title,
      byte[] colour,
      double width,
      boolean main) {
    XDDFScatterChartData.Series series =
        (XDDFScatterChartData.Series)
            data.addSeries(
                XDDFDataSourcesFactory.fromNumericCellRange(page.sheet(), x),
                XDDFDataSourcesFactory.fromNumericCellRange(page.sheet(), y));
    series.setTitle(shortened(title), null);
    series.setSmooth(false);
    series.setMarkerStyle(main ? MarkerStyle.CIRCLE : MarkerStyle.NONE);
    XDDFShapeProperties properties = new XDDFShapeProperties();
    properties.setLineProperties(
        line(colour, width, main ? Optional.empty() : Optional.of(PresetLineDash.DASH)));
    series.setShapeProperties(properties);
    if (main) {
      var marker = series.getCTScatterSer().getMarker().addNewSpPr();
      marker.addNewSolidFill().addNewSrgbClr().setVal(colour);
      marker.addNewLn().addNewNoFill();
    }
  }

  XSSFChart chart(Place place, String title, String description) {
    XSSFSheet sheet = page.sheet();
    XSSFChart chart = sheet.createDrawingPatriarch().createChart(anchor(sheet, place));
    String plain = shortened(title);
    chart.setTitleText(plain);
    chart.setTitleOverlay(false);
    chart
        .getFormattedTitle()
        .getParagraph(0)
        .getTextRuns()
        .forEach(
            r -> {
              r.setFontSize(11.0);
              r.setBold(true);
            });
    XDDFShapeProperties box = chart.getOrAddShapeProperties();
    box.setFillProperties(fill(new byte[] {-1, -1, -1}));
    box.setLineProperties(line(FAINT, 0.75, Optional.empty()));
    var named =
        chart.getGraphicFrame().getCTGraphicalObjectFrame().getNvGraphicFramePr().getCNvPr();
    named.setDescr("Chart: " + plain + ". " + shortened(description) + ".");
    named.setTitle(plain);
    return chart;
  }

  /** Says the language of every text: the library would write that of the machine. */
  static void english(XSSFChart chart) {
    try (XmlCursor cursor = chart.getCTChartSpace().newCursor()) {
      while (cursor.toNextToken() != XmlCursor.TokenType.NONE) {
        if (cursor.isStart() && cursor.getName().getLocalPart().equals("rPr")) {
          cursor.setAttributeText(new QName("lang"), "en");
        }
      }
    }
  }

  static void quiet(XDDFChartAxis axis, boolean grid) {
    // Some programs hide an axis that does not say it is shown.
    axis.setVisible(true);
    axis.setMajorTickMark(AxisTickMark.NONE);
    axis.setMinorTickMark(AxisTickMark.NONE);
    axis.getOrAddShapeProperties().setLineProperties(line(GREY, 0.75, Optional.empty()));
    axis.getOrAddTextProperties().setFontSize(9.0);
    axis.setNumberFormat("General");
    if (grid) {
      axis.getOrAddMajorGridProperties().setLineProperties(line(FAINT, 0.75, Optional.empty()));
    }
  }

  static void small(XDDFValueAxis axis) {
    axis.getOrAddTextProperties().setFontSize(9.0);
  }

  static XDDFSolidFillProperties fill(byte[] rgb) {
    return new XDDFSolidFillProperties(XDDFColor.from(rgb));
  }

  static XDDFNoFillProperties noFill() {
    return new XDDFNoFillProperties();
  }

  static XDDFLineProperties noLine() {
    return new XDDFLineProperties(noFill());
  }

  private static XDDFLineProperties line(byte[] rgb, double points, Optional<PresetLineDash> dash) {
    XDDFLineProperties line = new XDDFLineProperties(fill(rgb));
    line.setWidth(points);
    dash.ifPresent(d -> line.setPresetDash(new XDDFPresetLineDash(d)));
    return line;
  }

  /** Walks over columns and rows until the pixels are used up. */
  private static XSSFClientAnchor anchor(XSSFSheet sheet, Place p) {
    int c1 = p.column();
    int x1 = p.x();
    while (x1 >= width(sheet, c1)) {
      x1 -= width(sheet, c1++);
    }
    int c2 = c1;
    int x2 = x1 + p.width();
    while (x2 >= width(sheet, c2)) {
      x2 -= width(sheet, c2++);
    }
    int rowHeight = Math.round(sheet.getDefaultRowHeightInPoints() * 96 / 72);
    int rows = p.height() / rowHeight;
    return new XSSFClientAnchor(
        x1 * Units.EMU_PER_PIXEL,
        0,
        x2 * Units.EMU_PER_PIXEL,
        (p.height() - rows * rowHeight) * Units.EMU_PER_PIXEL,
        c1,
        p.row(),
        c2,
        p.row() + rows);
  }

  private static int width(XSSFSheet sheet, int column) {
    return Math.max(1, Math.round(sheet.getColumnWidthInPixels(column)));
  }

  /** Rows of ordinary height that a chart of so many pixels covers. */
  static int rows(XSSFSheet sheet, int height) {
    return (int) Math.ceil(height / (sheet.getDefaultRowHeightInPoints() * 96 / 72)) + 1;
  }
}
