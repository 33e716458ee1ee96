package io.attest.report.chart;

import io.attest.report.PlainText;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Writes SVG: numbers without locale, every text escaped, no identifiers that could clash. */
final class Svg {
  static final String ACCENT = "var(--chart-accent, #3a7ca5)";
  static final String CONTRAST = "var(--chart-contrast, #c05f14)";
  static final String INK = "currentColor";
  static final double FONT = 13;

  private final StringBuilder out = new StringBuilder(4096);

  Svg(double width, double height, String title, String description) {
    String w = at(width);
    String h = at(height);
    out.append(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" role=\"img\" aria-label=\"")
        .append(escape(title))
        .append("\" viewBox=\"0 0 " + w + " " + h + "\" width=\"" + w + "\" height=\"" + h + "\"")
        .append(" font-family=\"system-ui, sans-serif\" font-size=\"13\" fill=\"currentColor\">")
        .append("\n<title>" + escape(title) + "</title>")
        .append("\n<desc>" + escape(description) + "</desc>");
  }

  /** Opens a group that shows {@code tip} when pointed at. */
  Svg open(String tip) {
    out.append("\n<g><title>").append(escape(tip)).append("</title>");
    return this;
  }

  Svg shut() {
    out.append("</g>");
    return this;
  }

  Svg rect(double x, double y, double width, double height, String fill, double opacity) {
    out.append("\n<rect x=\"" + at(x) + "\" y=\"" + at(y) + "\" width=\"" + at(width))
        .append("\" height=\"" + at(height) + "\" fill=\"" + fill + "\"");
    if (opacity < 1) {
      out.append(" fill-opacity=\"" + at(opacity) + "\"");
    }
    out.append("/>");
    return this;
  }

  Svg line(double x1, double y1, double x2, double y2, String stroke, double width, String dash) {
    out.append("\n<line x1=\"" + at(x1) + "\" y1=\"" + at(y1) + "\" x2=\"" + at(x2) + "\" y2=\"")
        .append(at(y2) + "\" stroke=\"" + stroke + "\" stroke-width=\"" + at(width) + "\"");
    if (!dash.isEmpty()) {
      out.append(" stroke-dasharray=\"" + dash + "\"");
    }
    out.append("/>");
    return this;
  }

  /** A faint line of a grid. */
  Svg grid(double x1, double y1, double x2, double y2) {
    out.append("\n<line x1=\"" + at(x1) + "\" y1=\"" + at(y1) + "\" x2=\"" + at(x2) + "\" y2=\"")
        .append(at(y2) + "\" stroke=\"currentColor\" stroke-opacity=\"0.18\"/>");
    return this;
  }

  /** A polyline; a point that is not finite breaks it. */
  Svg path(double[] x, double[] y, String stroke, double width, String dash) {
    return path(x, y, stroke, width, dash, 1);
  }

  Svg path(double[] x, double[] y, String stroke, double width, String dash, double opacity) {
    StringBuilder d = new StringBuilder();
    boolean pen = false;
    for (int i = 0; i < x.length; i++) {
      if (Double.isFinite(x[i]) && Double.isFinite(y[i])) {
        d.append(pen ? "L" : "M").append(at(x[i])).append(' ').append(at(y[i]));
        pen = true;
      } else {
        pen = false;
      }
    }
    out.append("\n<path d=\"" + d + "\" fill=\"none\" stroke=\"" + stroke + "\" stroke-width=\"")
        .append(at(width) + "\" stroke-linejoin=\"round\"");
    if (opacity < 1) {
      out.append(" stroke-opacity=\"" + at(opacity) + "\"");
    }
    if (!dash.isEmpty()) {
      out.append(" stroke-dasharray=\"" + dash + "\"");
    }
    out.append("/>");
    return this;
  }

  /** Many small marks of one form at once: {@code form} is drawn from each place on. */
  Svg marks(double[] x, double[] y, String form, String fill) {
    StringBuilder d = new StringBuilder();
    for (int i = 0; i < x.length; i++) {
      if (Double.isFinite(x[i]) && Double.isFinite(y[i])) {
        d.append('M').append(one(x[i])).append(' ').append(one(y[i])).append(form);
      }
    }
    if (d.isEmpty()) {
      return this;
    }
    out.append("\n<path d=\"" + d + "\" fill=\"" + fill + "\" fill-opacity=\"0.75\"/>");
    return this;
  }

  /** A coordinate to the tenth, which is enough for a mark among many. */
  private static String one(double v) {
    return at(Math.rint(v * 10) / 10);
  }

  Svg dot(double x, double y, double radius, String fill) {
    out.append("\n<circle cx=\"" + at(x) + "\" cy=\"" + at(y) + "\" r=\"" + at(radius))
        .append("\" fill=\"" + fill + "\"/>");
    return this;
  }

  /** A dot that is not filled. */
  Svg ring(double x, double y, double radius, String stroke) {
    out.append("\n<circle cx=\"" + at(x) + "\" cy=\"" + at(y) + "\" r=\"" + at(radius))
        .append("\" fill=\"none\" stroke=\"" + stroke + "\" stroke-width=\"2\"/>");
    return this;
  }

  /** Text; {@code anchor} is start, middle or end. */
  Svg text(double x, double y, String anchor, String text) {
    return text(x, y, anchor, text, "");
  }

  /** Text that takes at most {@code width}: shortened, with the whole text when pointed at. */
  Svg label(double x, double y, String anchor, String text, double width) {
    String plain = PlainText.of(text).replace('\n', ' ');
    String shown = shorten(plain, width);
    if (shown.equals(plain)) {
      return text(x, y, anchor, shown);
    }
    open(plain);
    text(x, y, anchor, shown);
    return shut();
  }

  /** Text with more attributes, which must be ours: they are not escaped. */
  Svg text(double x, double y, String anchor, String text, String attributes) {
    out.append("\n<text x=\"" + at(x) + "\" y=\"" + at(y) + "\" text-anchor=\"" + anchor + "\"")
        .append(attributes.isEmpty() ? "" : " " + attributes)
        .append(">" + escape(text) + "</text>");
    return this;
  }

  String close() {
    return out.append("\n</svg>\n").toString();
  }

  /** A coordinate. */
  static String at(double v) {
    if (!Double.isFinite(v)) {
      throw new IllegalStateException("A chart has a coordinate that is not a number.");
    }
    return new BigDecimal(v)
        .setScale(2, RoundingMode.HALF_EVEN)
        .stripTrailingZeros()
        .toPlainString()
        .replaceFirst("^-0$", "0");
  }

  static String escape(String raw) {
    StringBuilder out = new StringBuilder();
    PlainText.of(raw)
        .codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(c);
              }
            });
    return out.toString();
  }

  /**
   * Takes out the middle, because names that are long mostly begin alike. Widths are guessed: there
   * is no font here.
   */
  static String shorten(String text, double width) {
    if (width(text) <= width) {
      return text;
    }
    int[] points = text.codePoints().toArray();
    int head = 0;
    int tail = 0;
    double used = FONT;
    while (head + tail < points.length) {
      boolean front = head <= tail;
      double next = width(front ? points[head] : points[points.length - 1 - tail]);
      if (used + next > width) {
        break;
      }
      used += next;
      if (front) {
        head++;
      } else {
        tail++;
      }
    }
    return new String(points, 0, head) + "…" + new String(points, points.length - tail, tail);
  }

  static double width(String text) {
    return text.codePoints().mapToDouble(Svg::width).sum();
  }

  private static double width(int c) {
    if (c > 0x2E80) {
      return FONT;
    }
    if ("iljtfrI.,:;|!'()[] ".indexOf(c) >= 0) {
      return FONT * 0.4;
    }
    return Character.isUpperCase(c) || c == 'm' || c == 'w' || c == '_' ? FONT * 0.78 : FONT * 0.62;
  }
}
