package io.attest;

import io.attest.model.Batch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A CSV file of numbers of a reference case; empty is NaN.
 *
 * @param names the header
 * @param rows the numbers, by row
 */
public record CaseTable(List<String> names, double[][] rows) {

  public static CaseTable read(Path file) {
    try {
      List<String> lines = Files.readAllLines(file);
      double[][] rows =
          lines.stream()
              .skip(1)
              .map(
                  line -> {
                    String[] parts = line.split(",", -1);
                    double[] row = new double[parts.length];
                    for (int j = 0; j < row.length; j++) {
                      row[j] = parts[j].isEmpty() ? Double.NaN : Double.parseDouble(parts[j]);
                    }
                    return row;
                  })
              .toArray(double[][]::new);
      return new CaseTable(List.of(lines.get(0).split(",")), rows);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Batch batch() {
    int p = names.size();
    double[] values = new double[rows.length * p];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, values, i * p, p);
    }
    return new Batch(rows.length, p, values);
  }

  public int column(String name) {
    return names.indexOf(name);
  }
}
