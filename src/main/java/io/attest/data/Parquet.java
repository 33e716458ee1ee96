package io.attest.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * Keeps a table as a Parquet file that any tool can read, and gets the same table back.
 *
 * <p>Numbers are DOUBLE, levels and texts VARCHAR, missing is NULL. What Parquet has no place for
 * (which column is categorical, all its levels and their order) stands in the file's own key {@code
 * attest}. The same table gives the same bytes. The one thing that is lost is the sign of zero.
 */
public final class Parquet {
  private static final String KEY = "attest";
  private static final ObjectMapper JSON = new ObjectMapper();

  private Parquet() {}

  /**
   * Writes a table; the file is there whole or not at all.
   *
   * @throws IllegalArgumentException if the table has no columns, or two names that differ in case
   *     alone
   * @throws IOException if the file cannot be written
   */
  public static void write(Frame frame, Path file) throws IOException {
    Path target = file.toAbsolutePath();
    check(frame);
    Files.createDirectories(target.getParent());
    Path temporary = Files.createTempFile(target.getParent(), ".parquet-", ".tmp");
    try {
      try (Duck duck = new Duck(target)) {
        append(duck, frame);
        duck.run(
            "COPY t TO "
                + Duck.text(temporary.toString())
                + " (FORMAT parquet, COMPRESSION zstd, KV_METADATA {"
                + KEY
                + ": "
                + Duck.text(describe(frame))
                + "})");
      } catch (SQLException e) {
        throw new IOException("Cannot write " + file + ": " + firstLine(e), e);
      }
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void check(Frame frame) {
    if (frame.columns().isEmpty()) {
      throw new IllegalArgumentException("A table without columns cannot be kept as Parquet.");
    }
    Set<String> names = new HashSet<>();
    for (Column column : frame.columns()) {
      if (!names.add(column.name().toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException(
            "Two columns are named "
                + column.name()
                + " but for upper and lower case; Parquet tools cannot tell them apart. Rename one.");
      }
    }
  }

  private static void append(Duck duck, Frame frame) throws SQLException {
    List<String> types = new ArrayList<>();
    for (Column column : frame.columns()) {
      types.add(
          Duck.name(column.name()) + (column instanceof NumericColumn ? " DOUBLE" : " VARCHAR"));
    }
    duck.run("CREATE TABLE t (" + String.join(", ", types) + ")");
    try (DuckDBAppender rows =
        duck.connection().createAppender(DuckDBConnection.DEFAULT_SCHEMA, "t")) {
      for (int i = 0; i < frame.rows(); i++) {
        rows.beginRow();
        for (Column column : frame.columns()) {
          if (column.isMissing(i)) {
            rows.appendNull();
          } else if (column instanceof NumericColumn numeric) {
            // DuckDB's dictionaries take 0 and -0 for one value; adding 0 makes them one.
            rows.append(numeric.values()[i] + 0.0);
          } else {
            rows.append(column.text(i));
          }
        }
        rows.endRow();
      }
    }
  }

  private static String describe(Frame frame) {
    ArrayNode columns = JSON.createArrayNode();
    for (Column column : frame.columns()) {
      ObjectNode one = columns.addObject().put("name", column.name());
      if (column instanceof CategoricalColumn categorical) {
        ArrayNode levels = one.put("type", "categorical").putArray("levels");
        categorical.levels().forEach(levels::add);
      } else {
        one.put("type", column instanceof NumericColumn ? "numeric" : "text");
      }
    }
    return columns.toString();
  }

  /**
   * Reads a table that {@link #write} wrote.
   *
   * @throws UnreadableTable if the file is no such table
   * @throws IOException if the disk fails
   */
  public static Frame read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new UnreadableTable(file + ": there is no such file.");
    }
    try (Duck duck = new Duck(file)) {
      JsonNode columns = description(duck, file);
      int rows = rows(duck, file);
      List<Filling> filling = new ArrayList<>();
      for (JsonNode column : columns) {
        filling.add(Filling.of(column, rows));
      }
      try (Statement statement = duck.connection().createStatement();
          ResultSet values =
              statement.executeQuery("SELECT * FROM read_parquet(" + Duck.file(file) + ")")) {
        ResultSetMetaData found = values.getMetaData();
        for (int j = 0; j < Math.max(filling.size(), found.getColumnCount()); j++) {
          if (j >= Math.min(filling.size(), found.getColumnCount())
              || !filling.get(j).name().equals(found.getColumnName(j + 1))) {
            throw new IllegalArgumentException("column " + (j + 1) + " is not the one described");
          }
        }
        for (int i = 0; values.next(); i++) {
          for (int j = 0; j < filling.size(); j++) {
            filling.get(j).put(i, values, j + 1);
          }
        }
      }
      return new Frame(filling.stream().map(Filling::column).toList(), rows);
    } catch (SQLException e) {
      throw new UnreadableTable(
          file + ": this is not a Parquet file that can be read (" + firstLine(e) + ").", e);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new UnreadableTable(
          file + ": what the Parquet file says of its columns is damaged (" + e.getMessage() + ").",
          e);
    }
  }

  private static JsonNode description(Duck duck, Path file) throws SQLException, IOException {
    try (Statement statement = duck.connection().createStatement();
        ResultSet keys =
            statement.executeQuery(
                "SELECT value FROM parquet_kv_metadata("
                    + Duck.file(file)
                    + ") WHERE decode(key) = "
                    + Duck.text(KEY))) {
      if (!keys.next()) {
        throw new UnreadableTable(
            file + ": this Parquet file was not written by Attest; read it as a source of data.");
      }
      java.sql.Blob value = keys.getBlob(1);
      return JSON.readTree(
          new String(value.getBytes(1, (int) value.length()), StandardCharsets.UTF_8));
    }
  }

  private static int rows(Duck duck, Path file) throws SQLException {
    try (Statement statement = duck.connection().createStatement();
        ResultSet count =
            statement.executeQuery("SELECT count(*) FROM read_parquet(" + Duck.file(file) + ")")) {
      count.next();
      return count.getInt(1);
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

  /** A column that is being filled from its column of the result. */
  private sealed interface Filling {
    void put(int row, ResultSet values, int j) throws SQLException;

    Column column();

    String name();

    static Filling of(JsonNode column, int rows) {
      String name = column.path("name").asText();
      return switch (column.path("type").asText()) {
        case "numeric" -> new Numbers(new NumericColumn(name, new double[rows]));
        case "categorical" -> {
          List<String> levels = new ArrayList<>();
          column.path("levels").forEach(level -> levels.add(level.asText()));
          Map<String, Integer> codes = new HashMap<>();
          levels.forEach(level -> codes.put(level, codes.size()));
          yield new Levels(new CategoricalColumn(name, new int[rows], levels), codes);
        }
        default -> new Texts(name, new ArrayList<>(rows));
      };
    }

    record Numbers(NumericColumn column) implements Filling {
      @Override
      public String name() {
        return column.name();
      }

      @Override
      public void put(int row, ResultSet values, int j) throws SQLException {
        double value = values.getDouble(j);
        column.values()[row] = values.wasNull() ? Double.NaN : value;
      }
    }

    record Levels(CategoricalColumn column, Map<String, Integer> codes) implements Filling {
      @Override
      public String name() {
        return column.name();
      }

      @Override
      public void put(int row, ResultSet values, int j) throws SQLException {
        String level = values.getString(j);
        Integer code =
            level == null ? Integer.valueOf(CategoricalColumn.MISSING) : codes.get(level);
        if (code == null) {
          throw new SQLException("column " + column.name() + " holds the unlisted level " + level);
        }
        column.codes()[row] = code;
      }
    }

    record Texts(String name, List<String> texts) implements Filling {
      @Override
      public void put(int row, ResultSet values, int j) throws SQLException {
        String text = values.getString(j);
        texts.add(text == null ? "" : text);
      }

      @Override
      public Column column() {
        return new TextColumn(name, texts);
      }
    }
  }
}
