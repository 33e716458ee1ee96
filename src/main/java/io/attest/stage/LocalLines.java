package io.attest.stage;

import io.attest.audit.Section;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.data.ParquetReader;
import io.attest.model.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a report shows of lines near single rows: read from the file that they were written to, so
 * that they are never all in memory. Of several outputs, the one with the largest prediction of a
 * row counts.
 */
final class LocalLines {
  private static final int BLOCK = 8192;

  /** What one row in twenty stays below. */
  private static final double LOW = 0.05;

  private final List<Double> r2 = new ArrayList<>();
  private final Map<Integer, Section.LocalLine> shown = new TreeMap<>();
  private final List<Section.LocalRow> order;
  private double stability;
  private double width;
  private long widths;
  private long rows;

  private LocalLines(List<Section.LocalRow> order) {
    this.order = order;
  }

  /**
   * @param file as {@code Tables} writes lines
   * @param cases the rows to show
   */
  static LocalLines read(Path file, List<Section.LocalRow> cases, Model model) throws IOException {
    LocalLines lines = new LocalLines(cases);
    Map<Integer, Section.LocalRow> wanted =
        cases.stream().collect(Collectors.toMap(Section.LocalRow::row, Function.identity()));
    List<String> features = model.info().featureNames();
    int k = model.info().outputs().size();
    try (ParquetReader blocks = new ParquetReader(file, Math.max(1, BLOCK / k) * k)) {
      for (Optional<Frame> block = blocks.next(); block.isPresent(); block = blocks.next()) {
        lines.add(block.get(), k, features, wanted);
      }
    }
    return lines;
  }

  private static double[] numbers(Frame block, String column) {
    return ((NumericColumn) block.column(column)).values();
  }

  private void add(
      Frame block, int k, List<String> features, Map<Integer, Section.LocalRow> wanted) {
    double[] row = numbers(block, "row");
    double[] prediction = numbers(block, "prediction");
    double[] fit = numbers(block, "r2");
    double[] firm = numbers(block, "stability");
    double[] same = numbers(block, "width_agreement");
    for (int line = 0; line < block.rows(); line += k) {
      int at = line;
      for (int o = 1; o < k; o++) {
        at = prediction[line + o] > prediction[at] ? line + o : at;
      }
      rows++;
      stability += firm[at];
      if (!Double.isNaN(fit[at])) {
        r2.add(fit[at]);
      }
      if (!Double.isNaN(same[at])) {
        width += same[at];
        widths++;
      }
      Section.LocalRow one = wanted.get((int) row[line]);
      if (one != null) {
        shown.put(
            one.row(),
            new Section.LocalLine(one, fit[at], firm[at], coefficients(block, at, features)));
      }
    }
  }

  private static List<Section.Coefficient> coefficients(
      Frame block, int line, List<String> features) {
    return features.stream()
        .map(
            f ->
                new Section.Coefficient(
                    f,
                    numbers(block, "coefficient_" + f)[line],
                    numbers(block, "low_" + f)[line],
                    numbers(block, "high_" + f)[line]))
        .sorted(
            Comparator.comparingDouble((Section.Coefficient c) -> -Math.abs(c.value()))
                .thenComparing(Section.Coefficient::feature))
        .toList();
  }

  Section.LocalSurrogateResult result(Section.AttributionResult contributions) {
    double[] sorted = r2.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return new Section.LocalSurrogateResult(
        contributions.output(),
        contributions.space(),
        quantile(sorted, 0.5),
        quantile(sorted, LOW),
        stability / rows,
        widths == 0 ? Double.NaN : width / widths,
        rows - sorted.length,
        contributions.global(),
        order.stream().map(r -> shown.get(r.row())).toList());
  }

  private static double quantile(double[] sorted, double share) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[Math.min(sorted.length - 1, (int) (share * sorted.length))];
  }
}
