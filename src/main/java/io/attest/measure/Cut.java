package io.attest.measure;

import io.attest.data.CategoricalColumn;
import io.attest.data.Column;
import io.attest.data.NumericColumn;
import io.attest.model.Feature;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A column cut into parts: each level, or ranges of a number between its quartiles (each number
 * alone where there are at most four), and what is missing.
 *
 * @param codes the part of each row
 * @param parts in words: {@code below 26}, {@code own}, {@code missing}
 */
record Cut(String column, int[] codes, List<String> parts) {
  private static final int RANGES = 4;

  static Cut of(Column column) {
    return column instanceof NumericColumn numeric
        ? numbers(numeric)
        : levels((CategoricalColumn) Proxies.levelled(column));
  }

  private static Cut levels(CategoricalColumn column) {
    List<String> parts = new ArrayList<>(column.levels());
    int missing = parts.size();
    int[] codes = Arrays.stream(column.codes()).map(c -> c < 0 ? missing : c).toArray();
    parts.add("missing");
    return new Cut(column.name(), codes, parts);
  }

  private static Cut numbers(NumericColumn column) {
    double[] sorted =
        Arrays.stream(column.values()).filter(v -> !Double.isNaN(v)).sorted().toArray();
    double[] distinct = Arrays.stream(sorted).distinct().limit(RANGES + 1L).toArray();
    boolean few = distinct.length <= RANGES;
    double[] starts =
        few
            ? distinct
            : java.util.stream.IntStream.range(0, RANGES)
                .mapToDouble(q -> sorted[(int) ((long) q * sorted.length / RANGES)])
                .distinct()
                .toArray();
    List<String> parts = new ArrayList<>();
    for (int b = 0; b < starts.length; b++) {
      parts.add(
          few
              ? text(starts[b])
              : b == 0
                  ? starts.length == 1 ? "known" : "below " + text(starts[1])
                  : b == starts.length - 1
                      ? text(starts[b]) + " and more"
                      : text(starts[b]) + " to below " + text(starts[b + 1]));
    }
    int missing = parts.size();
    parts.add("missing");
    int[] codes = new int[column.size()];
    for (int i = 0; i < codes.length; i++) {
      double v = column.values()[i];
      int b = missing;
      if (!Double.isNaN(v)) {
        int at = Arrays.binarySearch(starts, v + 0.0);
        b = Math.max(0, at >= 0 ? at : -at - 2);
      }
      codes[i] = b;
    }
    return new Cut(column.name(), codes, parts);
  }

  private static String text(double v) {
    return Double.isInfinite(v)
        ? Double.toString(v)
        : new BigDecimal(v).round(new MathContext(6)).stripTrailingZeros().toPlainString();
  }

  /** How a tree sees the column; levels of a text are what it holds. */
  static Feature feature(Column column) {
    return column instanceof NumericColumn
        ? Feature.numeric(column.name())
        : new Feature(column.name(), ((CategoricalColumn) Proxies.levelled(column)).levels());
  }

  String words(int part) {
    return column + ": " + parts.get(part);
  }
}
