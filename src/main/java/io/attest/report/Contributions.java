package io.attest.report;

import io.attest.audit.Artifact;
import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.data.Column;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.data.ParquetReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The contributions of every case under the main attribution, read from its file block by block:
 * never all of them are in memory. Of several outputs, that with the largest prediction of a case
 * counts, as in the cases that the record shows.
 */
final class Contributions implements AutoCloseable {
  private static final int BLOCK = 4096;
  private static final String PREFIX = "phi_";

  /**
   * One case.
   *
   * @param row index in the audited rows, from 0
   * @param output index of the output, from 0
   * @param values one for each feature, in the order of {@link #features}
   */
  record Line(
      long row, int output, double base, double prediction, double residual, double[] values) {}

  private final ParquetReader blocks;
  private final List<String> features = new ArrayList<>();
  private Frame block;
  private double[][] numbers = {};
  private int at;

  private Contributions(Path file) throws IOException {
    blocks = new ParquetReader(file, BLOCK);
    block = blocks.none();
    for (Column column : block.columns()) {
      if (column.name().startsWith(PREFIX)) {
        features.add(column.name().substring(PREFIX.length()));
      }
    }
  }

  /** The file with all contributions of the main attribution. */
  static Optional<Artifact> file(AuditRecord record) {
    return Explanations.main(record).flatMap(e -> e.files().stream().findFirst());
  }

  /**
   * Opens the file.
   *
   * @return empty if there is no attribution, or its file cannot be read here
   */
  static Optional<Contributions> open(AuditRecord record, CaseFiles files) throws IOException {
    Optional<Path> path = file(record).flatMap(files.find());
    return path.isEmpty() ? Optional.empty() : Optional.of(new Contributions(path.get()));
  }

  List<String> features() {
    return List.copyOf(features);
  }

  /** How many cases the main attribution explained. */
  static long cases(AuditRecord record) {
    return Explanations.main(record)
        .flatMap(Section.Explained::provenance)
        .map(p -> p.rows())
        .orElse(0L);
  }

  /** The next case; empty after the last. */
  Optional<Line> next() throws IOException {
    if (!there()) {
      return Optional.empty();
    }
    double row = numbers[0][at];
    Line best = line();
    at++;
    while (there() && numbers[0][at] == row) {
      if (numbers[3][at] > best.prediction()) {
        best = line();
      }
      at++;
    }
    return Optional.of(best);
  }

  private boolean there() throws IOException {
    while (at >= block.rows()) {
      Optional<Frame> next = blocks.next();
      if (next.isEmpty()) {
        return false;
      }
      block = next.get();
      at = 0;
      List<double[]> columns = new ArrayList<>();
      for (String name : List.of("row", "output", "base_value", "prediction", "residual")) {
        columns.add(((NumericColumn) block.column(name)).values());
      }
      for (String feature : features) {
        columns.add(((NumericColumn) block.column(PREFIX + feature)).values());
      }
      numbers = columns.toArray(double[][]::new);
    }
    return true;
  }

  private Line line() {
    double[] values = new double[features.size()];
    for (int j = 0; j < values.length; j++) {
      values[j] = numbers[5 + j][at];
    }
    return new Line(
        (long) numbers[0][at],
        (int) numbers[1][at],
        numbers[2][at],
        numbers[3][at],
        numbers[4][at],
        values);
  }

  @Override
  public void close() throws IOException {
    blocks.close();
  }
}
