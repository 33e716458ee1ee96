package io.attest.report.reading;

import io.attest.explain.Effects;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What an effect curve says: which way the answer goes with a feature, and where it stops doing so.
 * Points that hardly any row is behind are not read.
 *
 * @param shape of the curve
 * @param sentence the same in words
 */
public record EffectReading(Shape shape, String sentence) {

  /** The forms that are told apart. */
  public enum Shape {
    /** Fewer than two points that rows are behind. */
    NOTHING,
    /** Too small to matter. */
    FLAT,
    RISING,
    FALLING,
    /** Goes one way, then no further. */
    THEN_FLAT,
    /** Begins flat, then goes one way. */
    FLAT_THEN,
    /** Flat, then one way, then flat. */
    BETWEEN,
    /** All in one step. */
    JUMP,
    VALLEY,
    PEAK,
    /** Up and down without a direction. */
    UNSTEADY,
    /** Named levels: highest and lowest. */
    LEVELS
  }

  /** Less than this share of the rows behind a point: it is not read. */
  private static final double RARE = 0.005;

  /** A range below this share of the largest one of all features hardly matters. */
  private static final double SMALL = 0.05;

  /** So much of the range counts as no change. */
  private static final double LEVEL = 0.1;

  /** A turn must be so large, as a share of the range, to be one. */
  private static final double TURN = 0.25;

  private static final double TINY = 1e-12;

  /** A flat part must be at least so long, as a share of the values read. */
  private static final double LONG = 0.2;

  /** So clearly one way, of {@link Effects.Curve#direction()}. */
  private static final double CLEAR = 0.8;

  /**
   * @param accumulated true if values are differences from the mean, as of {@code ale}
   * @param unit of the feature; may be empty
   * @param largest range of the curve of the feature that matters most, in the same space
   */
  public static EffectReading of(
      Effects.Curve curve, boolean accumulated, Answer answer, String unit, double largest) {
    return new Reader(curve, accumulated, answer, unit).read(largest);
  }

  private record Point(double x, double y, String label) {}

  private record Reader(
      Effects.Curve curve, boolean accumulated, Answer answer, String unit, List<Point> points) {

    Reader(Effects.Curve curve, boolean accumulated, Answer answer, String unit) {
      this(curve, accumulated, answer, unit, supported(curve, accumulated));
    }

    private static List<Point> supported(Effects.Curve curve, boolean accumulated) {
      int n = curve.mean().length;
      double all = 0;
      for (int s : curve.support()) {
        all += s;
      }
      List<Point> out = new ArrayList<>();
      for (int g = 0; g < n; g++) {
        // The last edge of an accumulated curve ends the bin before it.
        int at = accumulated && !curve.categorical() && g == n - 1 && g > 0 ? g - 1 : g;
        boolean known = curve.support().length == n && all > 0;
        boolean rare = known && curve.support()[at] < Math.max(1, RARE * all);
        if (Double.isFinite(curve.mean()[g]) && !rare) {
          out.add(
              new Point(
                  g < curve.grid().length ? curve.grid()[g] : g,
                  curve.mean()[g],
                  curve.categorical() ? curve.labels().get(g) : ""));
        }
      }
      return out;
    }

    EffectReading read(double largest) {
      if (points.size() < 2) {
        return new EffectReading(
            Shape.NOTHING,
            points.isEmpty()
                ? "Nothing can be said of " + curve.feature() + "."
                : curve.feature() + " has one value only in these rows.");
      }
      double range = range(points);
      if (range == 0
          || (answer.probability() && range < 0.005)
          || (Double.isFinite(largest) && range < SMALL * largest)) {
        return new EffectReading(
            Shape.FLAT,
            range == 0
                ? answer.name() + " does not change with " + curve.feature() + "."
                : curve.feature()
                    + " hardly matters: it moves "
                    + lower(answer.name())
                    + " by "
                    + answer.distance(range)
                    + " at most.");
      }
      return curve.categorical() ? levels() : numbers(range);
    }

    private EffectReading levels() {
      Point high = points.stream().max(Comparator.comparingDouble(Point::y)).orElseThrow();
      Point low = points.stream().min(Comparator.comparingDouble(Point::y)).orElseThrow();
      String what =
          accumulated
              ? answer.name()
                  + " is highest where "
                  + curve.feature()
                  + " is "
                  + high.label()
                  + " and lowest where it is "
                  + low.label()
                  + ": "
                  + answer.distance(high.y() - low.y())
                  + " apart."
              : answer.name()
                  + " is highest where "
                  + curve.feature()
                  + " is "
                  + high.label()
                  + " ("
                  + answer.value(high.y())
                  + ") and lowest where it is "
                  + low.label()
                  + " ("
                  + answer.value(low.y())
                  + ").";
      return new EffectReading(Shape.LEVELS, what);
    }

    private EffectReading numbers(double range) {
      double direction = direction(points);
      if (Math.abs(direction) >= CLEAR) {
        return oneWay(range, direction);
      }
      int low = least(points, 1);
      int high = least(points, -1);
      if (bends(low, range, -1)) {
        return new EffectReading(
            Shape.VALLEY,
            answer.name()
                + " falls with "
                + curve.feature()
                + " up to "
                + at(points.get(low))
                + size(points.get(0), points.get(low))
                + ", then rises again"
                + size(points.get(low), last())
                + ".");
      }
      if (bends(high, range, 1)) {
        return new EffectReading(
            Shape.PEAK,
            answer.name()
                + " rises with "
                + curve.feature()
                + " up to "
                + at(points.get(high))
                + size(points.get(0), points.get(high))
                + ", then falls again"
                + size(points.get(high), last())
                + ".");
      }
      return new EffectReading(
          Shape.UNSTEADY,
          answer.name()
              + " goes up and down with "
              + curve.feature()
              + (Math.abs(direction) < 0.4
                  ? ", without a clear direction"
                  : direction > 0 ? ", more up than down" : ", more down than up")
              + (accumulated
                  ? ": " + answer.distance(range) + " between its highest and lowest."
                  : ": between "
                      + answer.value(points.get(low).y())
                      + " and "
                      + answer.value(points.get(high).y())
                      + "."));
    }

    /** True if the curve turns at a point: clearly one way before it, and the other way after. */
    private boolean bends(int turn, double range, int before) {
      if (turn == 0 || turn == points.size() - 1) {
        return false;
      }
      List<Point> left = points.subList(0, turn + 1);
      List<Point> right = points.subList(turn, points.size());
      return before * direction(left) >= CLEAR
          && -before * direction(right) >= CLEAR
          && range(left) >= TURN * range - TINY
          && range(right) >= TURN * range - TINY;
    }

    private EffectReading oneWay(double range, double direction) {
      int sign = direction > 0 ? 1 : -1;
      int n = points.size();
      double first = points.get(0).y();
      double end = last().y();
      int from = 0;
      while (from + 1 < n && Math.abs(points.get(from + 1).y() - first) <= LEVEL * range + TINY) {
        from++;
      }
      int to = n - 1;
      while (to > 0 && Math.abs(points.get(to - 1).y() - end) <= LEVEL * range + TINY) {
        to--;
      }
      String verb = sign > 0 ? "rises" : "falls";
      String name = answer.name();
      if (to - from == 1 && n > 2) {
        return new EffectReading(
            Shape.JUMP,
            name
                + (sign > 0 ? " jumps up" : " drops")
                + " between "
                + at(points.get(from))
                + " and "
                + at(points.get(to))
                + " of "
                + curve.feature()
                + size(points.get(from), points.get(to))
                + ", and hardly changes elsewhere.");
      }
      boolean early = part(0, from) >= LONG;
      boolean late = part(to, n - 1) >= LONG;
      String with = verb + " with " + curve.feature();
      if (early && late && from < to) {
        return new EffectReading(
            Shape.BETWEEN,
            name
                + " "
                + with
                + " between "
                + at(points.get(from))
                + " and "
                + at(points.get(to))
                + size(points.get(from), points.get(to))
                + ", and stays about the same outside.");
      }
      if (late) {
        return new EffectReading(
            Shape.THEN_FLAT,
            name
                + " "
                + with
                + " up to "
                + at(points.get(to))
                + size(points.get(0), points.get(to))
                + ", then stays about the same.");
      }
      if (early) {
        return new EffectReading(
            Shape.FLAT_THEN,
            name
                + " stays about the same up to "
                + at(points.get(from))
                + " of "
                + curve.feature()
                + ", then "
                + verb
                + size(points.get(from), last())
                + ".");
      }
      return new EffectReading(
          sign > 0 ? Shape.RISING : Shape.FALLING,
          name
              + " "
              + (trembles(sign) ? "mostly " : "")
              + with
              + (accumulated
                  ? size(points.get(0), last())
                  : ": from "
                      + answer.value(first)
                      + " at "
                      + at(points.get(0))
                      + " to "
                      + answer.value(end)
                      + " at "
                      + at(last()))
              + ".");
    }

    /** True if the curve goes back somewhere, if only a little. */
    private boolean trembles(int sign) {
      double back = 0;
      for (int i = 1; i < points.size(); i++) {
        back += Math.max(0, -sign * (points.get(i).y() - points.get(i - 1).y()));
      }
      return back > 0.05 * range(points) + TINY;
    }

    private Point last() {
      return points.get(points.size() - 1);
    }

    /** How much of the values read lies between two points. */
    private double part(int from, int to) {
      double whole = last().x() - points.get(0).x();
      return whole > 0 ? (points.get(to).x() - points.get(from).x()) / whole : 0;
    }

    private String size(Point from, Point to) {
      return accumulated
          ? " (by " + answer.distance(Math.abs(to.y() - from.y())) + ")"
          : " (from " + answer.value(from.y()) + " to " + answer.value(to.y()) + ")";
    }

    private String at(Point point) {
      return Answer.number(point.x()) + (unit.isBlank() ? "" : " " + unit);
    }

    private static int least(List<Point> points, int sign) {
      int best = 0;
      for (int i = 1; i < points.size(); i++) {
        best = sign * points.get(i).y() < sign * points.get(best).y() ? i : best;
      }
      return best;
    }

    private static double range(List<Point> points) {
      return points.get(least(points, -1)).y() - points.get(least(points, 1)).y();
    }

    /**
     * How far the turns of a curve go one way, from -1 to 1. Turns that are small beside its range
     * are the trembling of a model, not its direction.
     */
    private static double direction(List<Point> points) {
      double small = TURN * range(points);
      double up = 0;
      double down = 0;
      double turn = points.get(0).y();
      double far = turn;
      for (Point p : points) {
        boolean on = (p.y() - far) * (far - turn) >= 0;
        if (on) {
          far = p.y();
        } else if (Math.abs(p.y() - far) > small + TINY) {
          up += Math.max(0, far - turn);
          down += Math.max(0, turn - far);
          turn = far;
          far = p.y();
        }
      }
      up += Math.max(0, far - turn);
      down += Math.max(0, turn - far);
      // Rounded, so that a curve and its mirror are read alike.
      return up + down == 0 ? 0 : Math.rint((up - down) / (up + down) * 1e9) / 1e9;
    }
  }

  private static String lower(String name) {
    return name.startsWith("The ") ? "t" + name.substring(1) : name;
  }
}
