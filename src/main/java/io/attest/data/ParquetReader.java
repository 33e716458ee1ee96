package io.attest.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Reads a table that Attest wrote, block by block in the order of its rows: what is in memory is
 * one block, and one group of rows of the file. A categorical column has all its levels in each
 * block.
 *
 * <p>Not thread-safe.
 */
public final class ParquetReader implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final int blockRows;
  private final Duck duck;
  private final List<Filling> columns = new ArrayList<>();
  private final Statement statement;
  private final ResultSet values;
  private final long rows;
  private long done;

  /**
   * @param blockRows how many rows a block has; the last one may have fewer
   * @throws UnreadableTable if the file is no such table
   * @throws IOException if the disk fails
   */
  public ParquetReader(Path file, int blockRows) throws IOException {
    this(file, blockRows, Part.WHOLE);
  }

  /**
   * The same of a part of the table.
   *
   * @throws IllegalArgumentException if a column that is asked for is not there
   */
  public ParquetReader(Path file, int blockRows, Part part) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new UnreadableTable(file + ": there is no such file.");
    }
    this.file = file;
    this.blockRows = blockRows;
    Duck opened = null;
    try {
      opened = new Duck(file);
      duck = opened;
      for (JsonNode column : description()) {
        if (part.columns().isEmpty() || part.columns().contains(column.path("name").asText())) {
          columns.add(Filling.of(column));
        }
      }
      part.columns().stream()
          .filter(name -> columns.stream().noneMatch(c -> c.name().equals(name)))
          .findFirst()
          .ifPresent(
              name -> {
                throw new IllegalArgumentException("there is no column " + name);
              });
      rows = count(part);
      statement = duck.connection().createStatement();
      String chosen =
          columns.stream().map(c -> Duck.name(c.name())).collect(Collectors.joining(", "));
      values =
          statement.executeQuery("SELECT " + (part.equals(Part.WHOLE) ? "*" : chosen) + from(part));
      checkNames(values.getMetaData());
    } catch (SQLException e) {
      throw closing(opened, unreadable(e));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw closing(opened, damaged(e.getMessage(), e));
    } catch (UnreadableTable e) {
      throw closing(opened, e);
    } catch (IOException e) {
      throw closing(opened, e);
    }
  }

  private static <E extends Exception> E closing(Duck duck, E fault) {
    if (duck != null) {
      try {
        duck.close();
      } catch (SQLException | IOException e) {
        fault.addSuppressed(e);
      }
    }
    return fault;
  }

  private UnreadableTable unreadable(SQLException e) {
    return new UnreadableTable(
        file + ": this is not a Parquet file that can be read (" + Parquet.firstLine(e) + ").", e);
  }

  private UnreadableTable damaged(String what, Exception cause) {
    return new UnreadableTable(
        file + ": what the Parquet file says of its columns is damaged (" + what + ").", cause);
  }

  private JsonNode description() throws SQLException, IOException {
    try (Statement query = duck.connection().createStatement();
        ResultSet keys =
            query.executeQuery(
                "SELECT value FROM parquet_kv_metadata("
                    + Duck.file(file)
                    + ") WHERE decode(key) = "
                    + Duck.text(Parquet.KEY))) {
      if (!keys.next()) {
        throw new UnreadableTable(
            file + ": this Parquet file was not written by Attest; read it as a source of data.");
      }
      java.sql.Blob value = keys.getBlob(1);
      return JSON.readTree(
          new String(value.getBytes(1, (int) value.length()), StandardCharsets.UTF_8));
    }
  }

  private String from(Part part) {
    return part.every() == 1
        ? " FROM read_parquet(" + Duck.file(file) + ")"
        : " FROM read_parquet("
            + Duck.file(file)
            + ", file_row_number = true) WHERE (file_row_number // "
            + part.together()
            + ") % "
            + part.every()
            + " = 0";
  }

  private long count(Part part) throws SQLException {
    try (Statement query = duck.connection().createStatement();
        ResultSet count = query.executeQuery("SELECT count(*)" + from(part))) {
      count.next();
      return count.getLong(1);
    }
  }

  private void checkNames(ResultSetMetaData found) throws SQLException {
    for (int j = 0; j < Math.max(columns.size(), found.getColumnCount()); j++) {
      if (j >= Math.min(columns.size(), found.getColumnCount())
          || !columns.get(j).name().equals(found.getColumnName(j + 1))) {
        throw new IllegalArgumentException("column " + (j + 1) + " is not the one described");
      }
    }
  }

  /**
   * Some columns and some lines.
   *
   * @param columns the columns wanted, given in the order of the table; all if empty
   * @param every of the groups of lines, each how manieth: 1 for all
   * @param together how many lines following each other are a group
   */
  public record Part(List<String> columns, long every, long together) {
    /** Everything. */
    public static final Part WHOLE = new Part(List.of(), 1, 1);

    public Part {
      columns = List.copyOf(columns);
      if (every < 1 || together < 1) {
        throw new IllegalArgumentException(
            "Each " + every + ". of groups of " + together + " lines cannot be read.");
      }
    }
  }

  /** Number of rows of the table, or of the part that is read. */
  public long rows() {
    return rows;
  }

  /** The columns, without rows. */
  public Frame none() {
    columns.forEach(c -> c.start(0));
    return new Frame(columns.stream().map(Filling::finish).toList(), 0);
  }

  /**
   * The next block; empty after the last row.
   *
   * @throws UnreadableTable if the file turns out to be damaged
   */
  public Optional<Frame> next() {
    int size = (int) Math.min(Math.min(blockRows, Integer.MAX_VALUE - 16), rows - done);
    if (size == 0) {
      return Optional.empty();
    }
    columns.forEach(c -> c.start(size));
    try {
      for (int i = 0; i < size; i++) {
        if (!values.next()) {
          throw damaged("it ends after " + (done + i) + " of " + rows + " rows", null);
        }
        for (int j = 0; j < columns.size(); j++) {
          columns.get(j).put(i, values, j + 1);
        }
      }
    } catch (SQLException e) {
      throw unreadable(e);
    }
    done += size;
    return Optional.of(new Frame(columns.stream().map(Filling::finish).toList(), size));
  }

  @Override
  public void close() throws IOException {
    try (duck) {
      values.close();
      statement.close();
    } catch (SQLException e) {
      throw new IOException("Cannot close " + file + ": " + Parquet.firstLine(e), e);
    }
  }

  /** A column that is being filled from its column of the result. */
  private sealed interface Filling {
    /** A new block. */
    void start(int rows);

    void put(int row, ResultSet values, int j) throws SQLException;

    Column finish();

    String name();

    static Filling of(JsonNode column) {
      String name = column.path("name").asText();
      return switch (column.path("type").asText()) {
        case "numeric" -> new Numbers(name);
        case "categorical" -> {
          List<String> levels = new ArrayList<>();
          column.path("levels").forEach(level -> levels.add(level.asText()));
          yield new Levels(name, levels);
        }
        default -> new Texts(name);
      };
    }

    /** Doubles; NULL is NaN. */
    final class Numbers implements Filling {
      private final String name;
      private double[] numbers = new double[0];

      Numbers(String name) {
        this.name = name;
      }

      @Override
      public String name() {
        return name;
      }

      @Override
      public void start(int rows) {
        numbers = new double[rows];
      }

      @Override
      public void put(int row, ResultSet values, int j) throws SQLException {
        double value = values.getDouble(j);
        numbers[row] = values.wasNull() ? Double.NaN : value;
      }

      @Override
      public Column finish() {
        return new NumericColumn(name, numbers);
      }
    }

    /** Codes of listed levels. */
    final class Levels implements Filling {
      private final String name;
      private final List<String> levels;
      private final Map<String, Integer> code = new HashMap<>();
      private int[] codes = new int[0];

      Levels(String name, List<String> levels) {
        this.name = name;
        this.levels = List.copyOf(levels);
        levels.forEach(level -> code.put(level, code.size()));
      }

      @Override
      public String name() {
        return name;
      }

      @Override
      public void start(int rows) {
        codes = new int[rows];
      }

      @Override
      public void put(int row, ResultSet values, int j) throws SQLException {
        String level = values.getString(j);
        Integer known =
            level == null ? Integer.valueOf(CategoricalColumn.MISSING) : code.get(level);
        if (known == null) {
          throw new SQLException("column " + name + " holds the unlisted level " + level);
        }
        codes[row] = known;
      }

      @Override
      public Column finish() {
        return new CategoricalColumn(name, codes, levels);
      }
    }

    /** Texts; NULL is empty. */
    final class Texts implements Filling {
      private final String name;
      private String[] texts = new String[0];

      Texts(String name) {
        this.name = name;
      }

      @Override
      public String name() {
        return name;
      }

      @Override
      public void start(int rows) {
        texts = new String[rows];
      }

      @Override
      public void put(int row, ResultSet values, int j) throws SQLException {
        String text = values.getString(j);
        texts[row] = text == null ? "" : text;
      }

      @Override
      public Column finish() {
        return new TextColumn(name, Arrays.asList(texts));
      }
    }
  }
}
