package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.data.CategoricalColumn;
import io.attest.data.Column;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.data.ParquetReader;
import io.attest.explain.Draws;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Points of a beeswarm (Lundberg et al. 2020): one for each case and feature, beside its
 * contribution, high enough above its line that points do not lie on each other.
 *
 * @param features drawn, largest contributions first
 * @param points in the order of {@link Value}, then of the features, then of the rows
 * @param cases how many cases the points are of
 * @param all how many there are
 */
record Swarm(List<String> features, List<Point> points, int cases, long all) {
  static final int MOST_FEATURES = 12;
  static final int MOST_CASES = 400;
  private static final long SEED = 1;
  private static final int BINS = 80;

  /** Half of the height that one feature may take. */
  private static final double REACH = 0.4;

  /** Where a value stands among those of its feature. */
  enum Value {
    LOW("lowest third of the values"),
    MIDDLE("middle third"),
    HIGH("highest third"),
    OTHER("a level, or missing");

    private final String words;

    Value(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  /**
   * One point.
   *
   * @param feature its index
   * @param row index in the audited rows
   * @param text the value of the feature, in words
   * @param height on the scale where the first feature is at the number of features, the last at 1
   */
  record Point(int feature, long row, String text, Value value, double x, double height) {}

  /** Distance between the marks of the axis: 1, 2 or 5 times a power of ten. */
  double step() {
    double width = points.stream().mapToDouble(Point::x).max().orElse(0);
    width = Math.max(0, width) - Math.min(0, least());
    if (!(width > 0)) {
      return 1;
    }
    double power = Math.pow(10, Math.floor(Math.log10(width / 4)));
    double times = width / 4 / power;
    return power * (times >= 5 ? 5 : times >= 2 ? 2 : 1);
  }

  private double least() {
    return points.stream().mapToDouble(Point::x).min().orElse(0);
  }

  /** Where the axis begins. */
  double left() {
    return Math.floor(Math.min(0, least()) / step() - 0.2) * step();
  }

  /** Where the axis ends. */
  double right() {
    double most = points.stream().mapToDouble(Point::x).max().orElse(0);
    return Math.ceil(Math.max(0, most) / step() + 0.2) * step();
  }

  /**
   * Draws a seeded sample of the cases.
   *
   * @return empty if there is no attribution, or its file cannot be read here
   */
  static Optional<Swarm> of(AuditRecord record, CaseFiles files) throws IOException {
    try (Contributions cases = Contributions.open(record, files).orElse(null)) {
      if (cases == null) {
        return Optional.empty();
      }
      List<String> named = cases.features();
      List<String> features =
          Explanations.attributions(record).get(0).result().global().stream()
              .map(Section.GlobalShare::feature)
              .filter(named::contains)
              .distinct()
              .limit(MOST_FEATURES)
              .toList();
      int all = Math.toIntExact(Contributions.cases(record));
      int[] drawn = new Draws(SEED, "beeswarm").sample(all, Math.min(all, MOST_CASES));
      List<Contributions.Line> lines = new ArrayList<>();
      int seen = 0;
      for (var line = cases.next();
          line.isPresent() && lines.size() < drawn.length;
          line = cases.next()) {
        if (drawn[lines.size()] == seen++) {
          lines.add(line.get());
        }
      }
      return Optional.of(arranged(record, files, features, named, lines, all));
    }
  }

  private static Swarm arranged(
      AuditRecord record,
      CaseFiles files,
      List<String> features,
      List<String> named,
      List<Contributions.Line> lines,
      int all)
      throws IOException {
    long[] rows = lines.stream().mapToLong(Contributions.Line::row).toArray();
    Map<String, Cell[]> values = values(record, files, features, rows);
    List<Point> points = new ArrayList<>();
    double[] range = range(lines, features, named);
    for (int f = 0; f < features.size(); f++) {
      int column = named.indexOf(features.get(f));
      double[] x = lines.stream().mapToDouble(l -> l.values()[column]).toArray();
      double[] heights = heights(x, range);
      Cell[] cells = values.getOrDefault(features.get(f), new Cell[0]);
      Value[] thirds = thirds(cells, x.length);
      for (int i = 0; i < x.length; i++) {
        if (Double.isFinite(x[i])) {
          points.add(
              new Point(
                  f,
                  rows[i],
                  i < cells.length ? cells[i].text() : "",
                  thirds[i],
                  x[i],
                  features.size() - f + heights[i]));
        }
      }
    }
    points.sort(
        Comparator.comparing(Point::value)
            .thenComparingInt(Point::feature)
            .thenComparingLong(Point::row));
    return new Swarm(features, points, lines.size(), all);
  }

  /** A value of a feature; the number is NaN where it has none. */
  private record Cell(double number, String text) {}

  /** The values of the drawn rows, from the audited rows as they were kept. */
  private static Map<String, Cell[]> values(
      AuditRecord record, CaseFiles files, List<String> features, long[] rows) throws IOException {
    Map<String, Cell[]> out = new HashMap<>();
    Optional<Path> path =
        record
            .section(Section.Ingested.class)
            .flatMap(i -> files.find().apply(i.audit().snapshot()));
    if (path.isEmpty()) {
      return out;
    }
    try (ParquetReader blocks = new ParquetReader(path.get(), 4096)) {
      long first = 0;
      int at = 0;
      for (Optional<Frame> block = blocks.next();
          block.isPresent() && at < rows.length;
          block = blocks.next()) {
        Frame frame = block.get();
        for (; at < rows.length && rows[at] < first + frame.rows(); at++) {
          for (String feature : features) {
            Optional<Column> column = frame.find(feature);
            if (column.isPresent()) {
              out.computeIfAbsent(feature, f -> new Cell[rows.length])[at] =
                  cell(column.get(), (int) (rows[at] - first));
            }
          }
        }
        first += frame.rows();
      }
    }
    return out;
  }

  private static Cell cell(Column column, int row) {
    if (column instanceof NumericColumn numeric) {
      double value = numeric.values()[row];
      return new Cell(value, Double.isNaN(value) ? "missing" : Figures.text(value));
    }
    if (column instanceof CategoricalColumn levels) {
      return new Cell(Double.NaN, levels.isMissing(row) ? "missing" : levels.text(row));
    }
    return new Cell(Double.NaN, "");
  }

  private static Value[] thirds(Cell[] cells, int n) {
    Value[] out = new Value[n];
    Arrays.fill(out, Value.OTHER);
    double[] sorted =
        Arrays.stream(cells)
            .filter(c -> c != null && Double.isFinite(c.number()))
            .mapToDouble(Cell::number)
            .sorted()
            .toArray();
    if (sorted.length == 0) {
      return out;
    }
    double low = sorted[sorted.length / 3];
    double high = sorted[2 * sorted.length / 3];
    for (int i = 0; i < cells.length; i++) {
      if (cells[i] != null && Double.isFinite(cells[i].number())) {
        double v = cells[i].number();
        out[i] = v < low ? Value.LOW : v > high ? Value.HIGH : Value.MIDDLE;
      }
    }
    // Of two values, say 0 and 1, neither is in the middle.
    if (sorted[0] == low && high == sorted[sorted.length - 1] && sorted[0] < high) {
      for (int i = 0; i < cells.length; i++) {
        if (out[i] == Value.MIDDLE) {
          out[i] = cells[i].number() <= (low + high) / 2 ? Value.LOW : Value.HIGH;
        }
      }
    }
    return out;
  }

  private static double[] range(
      List<Contributions.Line> lines, List<String> features, List<String> named) {
    double[] all =
        features.stream()
            .mapToInt(named::indexOf)
            .boxed()
            .flatMap(j -> lines.stream().map(l -> l.values()[j]))
            .mapToDouble(Double::doubleValue)
            .filter(Double::isFinite)
            .toArray();
    return new double[] {Arrays.stream(all).min().orElse(0), Arrays.stream(all).max().orElse(0)};
  }

  /** Points that fall into one bin are stacked around the line: one, one above, one below. */
  private static double[] heights(double[] x, double[] range) {
    int[] bin = new int[x.length];
    int[] count = new int[BINS + 1];
    int[] level = new int[x.length];
    double width = range[1] - range[0];
    int most = 1;
    for (int i = 0; i < x.length; i++) {
      if (Double.isFinite(x[i])) {
        bin[i] = width > 0 ? (int) ((x[i] - range[0]) / width * BINS) : 0;
        level[i] = count[bin[i]]++;
        most = Math.max(most, count[bin[i]]);
      }
    }
    double step = Math.min(0.08, 2 * REACH / most);
    double[] out = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int ring = (level[i] + 1) / 2;
      out[i] = (level[i] % 2 == 0 ? ring : -ring) * step;
    }
    return out;
  }
}
