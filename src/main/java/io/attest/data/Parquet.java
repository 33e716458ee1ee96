package io.attest.data;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/**
 * Keeps a table as a Parquet file that any tool can read, and gets the same table back.
 *
 * <p>Numbers are DOUBLE, levels and texts VARCHAR, missing is NULL. What Parquet has no place for
 * (which column is categorical, all its levels and their order) stands in the file's own key {@code
 * attest}. The same table gives the same bytes. The one thing that is lost is the sign of zero.
 */
public final class Parquet {
  /** Where the file says of its columns what Parquet has no place for. */
  static final String KEY = "attest";

  private Parquet() {}

  /**
   * Writes a table; see {@link ParquetWriter} for tables that do not fit in memory. The file is
   * there whole or not at all.
   *
   * @throws IllegalArgumentException if the table has no columns, or two names that differ in case
   *     alone
   * @throws IOException if the file cannot be written
   */
  public static void write(Frame frame, Path file) throws IOException {
    try (ParquetWriter writer = new ParquetWriter(file)) {
      writer.append(frame);
      writer.publish();
    }
  }

  /**
   * Reads a table that Attest wrote; see {@link ParquetReader} for tables that do not fit in
   * memory.
   *
   * @throws UnreadableTable if the file is no such table
   * @throws IOException if the disk fails
   */
  public static Frame read(Path file) throws IOException {
    try (ParquetReader reader = new ParquetReader(file, Integer.MAX_VALUE)) {
      return reader.next().orElseGet(reader::none);
    }
  }

  /**
   * Reads a part of a table that Attest wrote.
   *
   * @throws UnreadableTable if the file is no such table, or has no such column
   * @throws IOException if the disk fails
   */
  public static Frame read(Path file, ParquetReader.Part part) throws IOException {
    try (ParquetReader reader = new ParquetReader(file, Integer.MAX_VALUE, part)) {
      return reader.next().orElseGet(reader::none);
    }
  }

  /** What DuckDB says, without its repetitions and its picture of the statement. */
  static String firstLine(SQLException e) {
    List<String> lines = String.valueOf(e.getMessage()).lines().map(String::strip).toList();
    return lines.stream()
        .filter(line -> line.startsWith("Error: "))
        .map(line -> line.substring("Error: ".length()))
        .findFirst()
        .orElse(lines.isEmpty() ? "" : lines.get(0));
  }
}
