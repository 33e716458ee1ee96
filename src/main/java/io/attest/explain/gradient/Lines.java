package io.attest.explain.gradient;

import io.attest.explain.gradient.Line.Piece;
import io.attest.explain.tree.Quadrature;
import io.attest.model.Batch;
import io.attest.model.DifferentiableModel;
import io.attest.model.Link;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.List;

/**
 * Integrates the gradient along many lines at once: some points on each piece (Gauss and Legendre),
 * and pieces are cut until the contributions are good enough or a line has had as many points as it
 * may.
 *
 * <p>If the model says where it bends, pieces begin and end there. In raw space one point is then
 * exact.
 */
final class Lines {
  private static final Quadrature CURVED = Quadrature.exactFor(15);
  private static final Quadrature STRAIGHT = Quadrature.exactFor(7);

  /** Numbers in the gradients of one batch. */
  private static final int NUMBERS = 1 << 18;

  private final DifferentiableModel model;
  private final OutputSpace space;
  private final int most;
  private final boolean straight;
  private final Quadrature rule;

  /** A part of a line that is to be integrated. */
  private record Part(Line line, double from, double to, double[] start, double[] end) {}

  /**
   * @param most points on one line
   */
  Lines(DifferentiableModel model, OutputSpace space, int most) {
    this.model = model;
    this.space = space;
    this.most = most;
    double[] nowhere = new double[model.info().features().size()];
    this.straight = model.bends(nowhere, nowhere).isPresent();
    boolean raw = space == OutputSpace.RAW || model.info().link() == Link.IDENTITY;
    this.rule = !straight ? CURVED : raw ? Quadrature.HALF : STRAIGHT;
  }

  /** How many points a whole line may need at least: it is cut once, to see what that changes. */
  static int fewest() {
    return 3 * CURVED.size();
  }

  /**
   * Integrates along all lines.
   *
   * @return how many rows the model was asked about
   */
  long integrate(List<Line> lines) {
    long asked = begin(lines);
    List<Line> open = lines;
    // What one piece alone says of a curve is worth nothing until its halves say the same.
    boolean look = !straight;
    while (!open.isEmpty()) {
      List<List<Integer>> cuts = new ArrayList<>();
      List<Line> going = new ArrayList<>();
      for (Line line : open) {
        List<Integer> cut = look ? line.all() : line.doubtful();
        if (!cut.isEmpty() && (look || line.points() + 2 * cut.size() * rule.size() <= most)) {
          going.add(line);
          cuts.add(cut);
          asked += cut.size() * (2L * rule.size() + 1);
        }
      }
      cut(going, cuts);
      open = going;
      look = false;
    }
    return asked;
  }

  private long begin(List<Line> lines) {
    List<Line> ofBend = new ArrayList<>();
    List<Double> bends = new ArrayList<>();
    for (Line line : lines) {
      for (double bend : model.bends(line.from(), line.to()).orElse(new double[0])) {
        ofBend.add(line);
        bends.add(bend);
      }
    }
    double[] at = bends.stream().mapToDouble(Double::doubleValue).toArray();
    double[][] values = values(ofBend, at);
    List<Part> parts = new ArrayList<>();
    int b = 0;
    for (Line line : lines) {
      double from = 0;
      double[] start = line.valueFrom();
      for (; b < at.length && ofBend.get(b) == line; b++) {
        parts.add(new Part(line, from, at[b], start, values[b]));
        from = at[b];
        start = values[b];
      }
      parts.add(new Part(line, from, 1, start, line.valueTo()));
    }
    List<Piece> pieces = pieces(parts);
    for (int i = 0; i < parts.size(); i++) {
      parts.get(i).line.begin(pieces.get(i), rule.size());
    }
    return at.length + (long) parts.size() * rule.size();
  }

  private void cut(List<Line> lines, List<List<Integer>> cuts) {
    List<Line> ofCut = new ArrayList<>();
    List<Piece> pieces = new ArrayList<>();
    for (int l = 0; l < lines.size(); l++) {
      for (int index : cuts.get(l)) {
        ofCut.add(lines.get(l));
        pieces.add(lines.get(l).piece(index));
      }
    }
    double[] at = pieces.stream().mapToDouble(p -> (p.from() + p.to()) / 2).toArray();
    double[][] values = values(ofCut, at);
    List<Part> parts = new ArrayList<>();
    for (int c = 0; c < at.length; c++) {
      Piece piece = pieces.get(c);
      parts.add(new Part(ofCut.get(c), piece.from(), at[c], piece.start(), values[c]));
      parts.add(new Part(ofCut.get(c), at[c], piece.to(), values[c], piece.end()));
    }
    List<Piece> halves = pieces(parts);
    int done = 0;
    for (int l = 0; l < lines.size(); l++) {
      int count = 2 * cuts.get(l).size();
      int cost = count * rule.size();
      lines.get(l).replace(cuts.get(l), halves.subList(done, done + count), cost);
      done += count;
    }
  }

  /** The outputs at one place of each line. */
  private double[][] values(List<Line> lines, double[] at) {
    int p = model.info().features().size();
    int k = model.info().outputs().size();
    double[] rows = new double[at.length * p];
    for (int c = 0; c < at.length; c++) {
      lines.get(c).at(at[c], rows, c * p);
    }
    double[] found = model.predict(new Batch(at.length, p, rows), space);
    double[][] out = new double[at.length][k];
    for (int c = 0; c < at.length; c++) {
      System.arraycopy(found, c * k, out[c], 0, k);
    }
    return out;
  }

  private List<Piece> pieces(List<Part> parts) {
    int p = model.info().features().size();
    int k = model.info().outputs().size();
    int block = Math.max(1, NUMBERS / (rule.size() * p * k));
    List<Piece> out = new ArrayList<>();
    for (int from = 0; from < parts.size(); from += block) {
      List<Part> some = parts.subList(from, Math.min(parts.size(), from + block));
      int n = some.size() * rule.size();
      double[] rows = new double[n * p];
      for (int i = 0; i < n; i++) {
        Part part = some.get(i / rule.size());
        double share = part.from + rule.node(i % rule.size()) * (part.to - part.from);
        part.line.at(share, rows, i * p);
      }
      double[] gradients = model.gradients(new Batch(n, p, rows), space);
      for (int i = 0; i < some.size(); i++) {
        out.add(piece(some.get(i), gradients, i * rule.size() * k * p));
      }
    }
    return out;
  }

  /**
   * @param at where the gradients of its points begin: points x outputs x features
   */
  private Piece piece(Part part, double[] gradients, int at) {
    int p = model.info().features().size();
    int k = model.info().outputs().size();
    double[] added = new double[p * k];
    double width = part.to - part.from;
    for (int i = 0; i < rule.size(); i++) {
      double weight = rule.weight(i) * width;
      for (int o = 0; o < k; o++) {
        for (int j = 0; j < p; j++) {
          added[j * k + o] += weight * gradients[at + (i * k + o) * p + j] * part.line.distance(j);
        }
      }
    }
    return new Piece(part.from, part.to, part.start, part.end, added, 0);
  }
}
