package io.attest.report;

import java.util.List;
import org.apache.poi.ss.usermodel.ConditionalFormattingThreshold.RangeType;
import org.apache.poi.ss.util.CellRangeAddress;
import org.apache.poi.xssf.usermodel.XSSFColor;
import org.apache.poi.xssf.usermodel.XSSFColorScaleFormatting;
import org.apache.poi.xssf.usermodel.XSSFConditionalFormattingRule;
import org.apache.poi.xssf.usermodel.XSSFSheetConditionalFormatting;

/**
 * Shades cells by their numbers, as Excel does with a colour scale.
 *
 * @param points from the lowest to the highest
 */
record ColourScale(List<Point> points) {
  static final int ORANGE = 0xF4A65E;
  static final int WHITE = 0xFFFFFF;
  static final int BLUE = 0x6FA8D6;

  /** Where the scale has a colour: at a number, or at the least or greatest of the cells. */
  record Point(RangeType type, double number, int rgb) {

    static Point at(double number, int rgb) {
      return new Point(RangeType.NUMBER, number, rgb);
    }

    static Point least(int rgb) {
      return new Point(RangeType.MIN, Double.NaN, rgb);
    }

    static Point greatest(int rgb) {
      return new Point(RangeType.MAX, Double.NaN, rgb);
    }
  }

  static ColourScale of(Point... points) {
    return new ColourScale(List.of(points));
  }

  void shade(Page page, CellRangeAddress... areas) {
    XSSFSheetConditionalFormatting formatting = page.sheet().getSheetConditionalFormatting();
    XSSFConditionalFormattingRule rule = formatting.createConditionalFormattingColorScaleRule();
    XSSFColorScaleFormatting scale = rule.getColorScaleFormatting();
    scale.setNumControlPoints(points.size());
    for (int i = 0; i < points.size(); i++) {
      Point point = points.get(i);
      scale.getThresholds()[i].setRangeType(point.type());
      if (point.type() == RangeType.NUMBER) {
        scale.getThresholds()[i].setValue(point.number());
      }
    }
    scale.setColors(points.stream().map(p -> colour(p.rgb())).toArray(XSSFColor[]::new));
    formatting.addConditionalFormatting(areas, rule);
  }

  private static XSSFColor colour(int rgb) {
    return new XSSFColor(new byte[] {-1, (byte) (rgb >> 16), (byte) (rgb >> 8), (byte) rgb}, null);
  }
}
