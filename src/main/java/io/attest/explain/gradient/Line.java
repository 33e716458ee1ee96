package io.attest.explain.gradient;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The way from a baseline to a case, cut into pieces, with what each feature added on each.
 *
 * <p>A piece is cut in two where the integral over it may be wrong. The two halves together are far
 * better than the piece, so their difference from it is a safe figure of their error.
 */
final class Line {
  private final double[] from;
  private final double[] to;
  private final double[] valueFrom;
  private final double[] valueTo;
  private final double allowed;
  private List<Piece> pieces = new ArrayList<>();
  private int points;

  /**
   * Part of the way, as shares of it.
   *
   * @param start outputs at its start
   * @param end outputs at its end
   * @param added features x outputs: what each feature added here
   * @param error how far a number of {@code added} may be off
   */
  record Piece(
      double from, double to, double[] start, double[] end, double[] added, double error) {}

  /**
   * @param valueFrom outputs at the baseline
   * @param valueTo outputs at the case
   * @param tolerance what the contributions may be off, for outputs of 1 or less; of a larger
   *     output it is that share
   */
  Line(double[] from, double[] to, double[] valueFrom, double[] valueTo, double tolerance) {
    this.from = from;
    this.to = to;
    this.valueFrom = valueFrom;
    this.valueTo = valueTo;
    double scale = 1;
    for (double value : valueTo) {
      scale = Math.max(scale, Math.abs(value));
    }
    this.allowed = tolerance * scale;
  }

  double[] valueFrom() {
    return valueFrom;
  }

  double[] valueTo() {
    return valueTo;
  }

  /** Writes the case that lies a share of the way from the baseline. */
  void at(double share, double[] out, int place) {
    for (int j = 0; j < from.length; j++) {
      out[place + j] = from[j] + share * (to[j] - from[j]);
    }
  }

  /** How far a feature moves on the whole way. */
  double distance(int feature) {
    return to[feature] - from[feature];
  }

  Piece piece(int index) {
    return pieces.get(index);
  }

  /** How many points were asked for. */
  int points() {
    return points;
  }

  double[] from() {
    return from;
  }

  double[] to() {
    return to;
  }

  /**
   * Adds the next of the pieces to begin with.
   *
   * @param cost how many points it took
   */
  void begin(Piece piece, int cost) {
    // Where the model goes straight, a piece whose sum is right is right.
    pieces.add(with(piece, gap(piece.added, piece.start, piece.end)));
    points += cost;
  }

  /** Indices of all pieces. */
  List<Integer> all() {
    return IntStream.range(0, pieces.size()).boxed().toList();
  }

  /** Indices of the pieces to cut; none if the contributions are as good as asked for. */
  List<Integer> doubtful() {
    double error = 0;
    for (Piece piece : pieces) {
      error += piece.error;
    }
    List<Integer> out = new ArrayList<>();
    boolean gap = gap() > allowed;
    if (error > allowed || gap) {
      for (int i = 0; i < pieces.size(); i++) {
        // Where the errors look small but the sum is off, no piece is to be trusted.
        if (error <= allowed || pieces.get(i).error * pieces.size() > allowed) {
          out.add(i);
        }
      }
    }
    return out;
  }

  /** True if the sum of the contributions is further off than was asked for. */
  boolean unfinished() {
    return !doubtful().isEmpty();
  }

  /**
   * Puts pairs of halves in the place of pieces.
   *
   * @param cut indices, ascending
   * @param halves two for each
   * @param cost how many points they took
   */
  void replace(List<Integer> cut, List<Piece> halves, int cost) {
    points += cost;
    List<Piece> next = new ArrayList<>(pieces.size() + cut.size());
    int c = 0;
    for (int i = 0; i < pieces.size(); i++) {
      if (c < cut.size() && cut.get(c) == i) {
        Piece left = halves.get(2 * c);
        Piece right = halves.get(2 * c + 1);
        double error = difference(pieces.get(i), left, right) / 2;
        next.add(with(left, error));
        next.add(with(right, error));
        c++;
      } else {
        next.add(pieces.get(i));
      }
    }
    pieces = next;
  }

  private static Piece with(Piece p, double error) {
    return new Piece(p.from, p.to, p.start, p.end, p.added, error);
  }

  private static double difference(Piece whole, Piece left, Piece right) {
    double most = 0;
    for (int i = 0; i < whole.added.length; i++) {
      most = Math.max(most, Math.abs(whole.added[i] - left.added[i] - right.added[i]));
    }
    return most;
  }

  /** What each feature added on the whole way: features x outputs. */
  double[] added() {
    double[] sum = new double[from.length * valueTo.length];
    for (Piece piece : pieces) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += piece.added[i];
      }
    }
    return sum;
  }

  /** The largest difference between the sum of contributions and the way of an output. */
  double gap() {
    return gap(added(), valueFrom, valueTo);
  }

  private static double gap(double[] added, double[] start, double[] end) {
    int k = start.length;
    double worst = 0;
    for (int o = 0; o < k; o++) {
      double sum = 0;
      for (int i = o; i < added.length; i += k) {
        sum += added[i];
      }
      worst = Math.max(worst, Math.abs(sum - (end[o] - start[o])));
    }
    return worst;
  }
}
