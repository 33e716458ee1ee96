package io.attest.model.remote;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Answers that were given before, by row, up to a size in bytes; those not asked for longest go
 * first. Thread-safe.
 */
final class Memory {
  /** What the objects around the numbers of a row take, about. */
  private static final long AROUND = 160;

  /** A row as a key: alike if every value is, to the bit. */
  record Row(double[] values) {

    @Override
    public boolean equals(Object other) {
      return other instanceof Row row && Arrays.equals(values, row.values);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(values);
    }
  }

  private final long most;
  private final Map<Row, double[]> answers = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  Memory(long most) {
    this.most = most;
  }

  /** The answer for a row, or null. */
  synchronized double[] get(Row row) {
    return answers.get(row);
  }

  synchronized void put(Row row, double[] answer) {
    long size = size(row, answer);
    if (size > most || answers.put(row, answer) != null) {
      return;
    }
    bytes += size;
    var oldest = answers.entrySet().iterator();
    while (bytes > most) {
      Map.Entry<Row, double[]> entry = oldest.next();
      bytes -= size(entry.getKey(), entry.getValue());
      oldest.remove();
    }
  }

  synchronized long bytes() {
    return bytes;
  }

  private static long size(Row row, double[] answer) {
    return AROUND + 8L * (row.values().length + answer.length);
  }
}
