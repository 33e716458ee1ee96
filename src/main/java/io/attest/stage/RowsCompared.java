package io.attest.stage;

import io.attest.audit.Artifact;
import io.attest.audit.Attributions;
import io.attest.audit.Section;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.data.ParquetReader;
import io.attest.explain.quality.RowAgreement;
import io.attest.measure.Membership;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Whether two methods say the same of the same rows: means over all rows, from the files that hold
 * their contributions, block by block. Of several outputs, a row's most likely one is compared.
 *
 * @param methods {@code main ~ other}
 * @param features mean share of the most important features that both have
 * @param signs mean share that both have with the same sign
 * @param gaps by protected attribute the largest difference between two of its groups in {@code
 *     features}; groups large enough to judge
 */
record RowsCompared(String methods, double features, double signs, Map<String, Double> gaps) {
  private static final int BLOCK = 4096;

  /** Contributions of one method, in a file. */
  private record Told(String explainer, Path file, String prefix, List<String> features) {}

  /**
   * Compares the main attribution with each other method that gives contributions of the same
   * features.
   *
   * @param groups by protected attribute
   */
  static List<RowsCompared> of(
      List<Section.Explained> explained,
      Function<Artifact, Path> files,
      int outputs,
      Map<String, Membership> groups) {
    List<Told> all = new ArrayList<>();
    for (Section.Explained one : Attributions.of(explained)) {
      List<Section.GlobalShare> global =
          ((Section.AttributionResult) one.result().orElseThrow()).global();
      told(one, global, "phi_", files).ifPresent(all::add);
    }
    for (Section.Explained one : explained) {
      if (one.result().orElse(null) instanceof Section.LocalSurrogateResult lines) {
        told(one, lines.global(), "contribution_", files).ifPresent(all::add);
      }
    }
    List<RowsCompared> compared = new ArrayList<>();
    for (int other = 1; other < all.size(); other++) {
      if (all.get(other).features().equals(all.get(0).features())) {
        compared.add(compare(all.get(0), all.get(other), outputs, groups));
      }
    }
    return compared;
  }

  private static Optional<Told> told(
      Section.Explained one,
      List<Section.GlobalShare> global,
      String prefix,
      Function<Artifact, Path> files) {
    return one.files().stream()
        .findFirst()
        .map(
            file ->
                new Told(
                    one.explainer(),
                    files.apply(file),
                    prefix,
                    global.stream().map(Section.GlobalShare::feature).sorted().toList()));
  }

  private static RowsCompared compare(
      Told main, Told other, int outputs, Map<String, Membership> groups) {
    Map<String, Sums> sums = new TreeMap<>();
    groups.forEach((name, membership) -> sums.put(name, new Sums(membership)));
    double features = 0;
    double signs = 0;
    int rows = 0;
    int lines = Math.max(1, BLOCK / outputs) * outputs;
    try (ParquetReader one = new ParquetReader(main.file(), lines);
        ParquetReader two = new ParquetReader(other.file(), lines)) {
      Optional<Frame> a = one.next();
      Optional<Frame> b = two.next();
      while (a.isPresent() && b.isPresent()) {
        double[] prediction = ((NumericColumn) a.get().column("prediction")).values();
        double[][] first = contributions(a.get(), main);
        double[][] second = contributions(b.get(), other);
        for (int line = 0; line < prediction.length; line += outputs) {
          int at = line;
          for (int o = 1; o < outputs; o++) {
            at = prediction[line + o] > prediction[at] ? line + o : at;
          }
          RowAgreement agreement = RowAgreement.of(row(first, at), row(second, at));
          features += agreement.features();
          signs += agreement.signs();
          for (Sums of : sums.values()) {
            of.add(rows, agreement.features());
          }
          rows++;
        }
        a = one.next();
        b = two.next();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot read the contributions of " + main.explainer() + " or " + other.explainer() + ".",
          e);
    }
    Map<String, Double> gaps = new LinkedHashMap<>();
    sums.forEach((name, of) -> gaps.put(name, of.gap()));
    return new RowsCompared(
        main.explainer() + " ~ " + other.explainer(), features / rows, signs / rows, gaps);
  }

  private static double[][] contributions(Frame block, Told told) {
    return told.features().stream()
        .map(f -> ((NumericColumn) block.column(told.prefix() + f)).values())
        .toArray(double[][]::new);
  }

  private static double[] row(double[][] columns, int line) {
    double[] row = new double[columns.length];
    for (int j = 0; j < row.length; j++) {
      row[j] = columns[j][line];
    }
    return row;
  }

  /** Sums of the groups of one attribute. */
  private static final class Sums {
    private final Membership membership;
    private final double[] sum;
    private final int[] rows;

    Sums(Membership membership) {
      this.membership = membership;
      sum = new double[membership.groups().size()];
      rows = new int[sum.length];
    }

    void add(int row, double agreement) {
      int g = membership.of()[row];
      if (g >= 0) {
        sum[g] += agreement;
        rows[g]++;
      }
    }

    /** NaN with fewer than two groups that are large enough to judge. */
    double gap() {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      int judged = 0;
      for (int g = 0; g < sum.length; g++) {
        if (!Membership.small(rows[g], membership.of().length)) {
          double mean = sum[g] / rows[g];
          low = Math.min(low, mean);
          high = Math.max(high, mean);
          judged++;
        }
      }
      return judged < 2 ? Double.NaN : high - low;
    }
  }
}
