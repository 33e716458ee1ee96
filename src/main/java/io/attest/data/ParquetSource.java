package io.attest.data;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.List;

/** Reads anybody's Parquet file. */
final class ParquetSource {
  private final Path file;

  ParquetSource(Path file) {
    this.file = file;
  }

  void read(TableBuilder builder) throws IOException {
    try (Duck duck = new Duck(file);
        Statement statement = duck.connection().createStatement()) {
      List<String> names = new ArrayList<>();
      List<Kind> kinds = new ArrayList<>();
      try (ResultSet columns =
          statement.executeQuery("DESCRIBE SELECT * FROM read_parquet(" + Duck.file(file) + ")")) {
        while (columns.next()) {
          names.add(columns.getString(1));
          kinds.add(Kind.of(columns.getString(2)));
        }
      }
      builder.header(names);
      try (ResultSet rows =
          statement.executeQuery("SELECT * FROM read_parquet(" + Duck.file(file) + ")")) {
        long row = 0;
        Object[] cells = new Object[names.size()];
        while (rows.next()) {
          for (int j = 0; j < cells.length; j++) {
            cells[j] = kinds.get(j).cell(rows, j + 1);
          }
          builder.row(++row, cells);
        }
      }
    } catch (SQLException e) {
      throw new UnreadableTable(
          file
              + ": this is not a Parquet file that can be read ("
              + Parquet.firstLine(e)
              + "). Maybe it was cut off on its way.",
          e);
    }
  }

  private enum Kind {
    NUMBER {
      @Override
      Object of(ResultSet rows, int j) throws SQLException {
        double value = rows.getDouble(j);
        // Not a number is how other tools write a missing value of a floating column.
        return Double.isNaN(value)
            ? null
            : new Cell.Number(new NumericColumn("", new double[] {value}).text(0), value);
      }
    },
    WHOLE {
      @Override
      Object of(ResultSet rows, int j) throws SQLException {
        return new Cell.Number(rows.getString(j), rows.getDouble(j));
      }
    },
    TRUTH {
      @Override
      Object of(ResultSet rows, int j) throws SQLException {
        boolean value = rows.getBoolean(j);
        return new Cell.Truth(Boolean.toString(value), value);
      }
    },
    TEXT {
      @Override
      Object of(ResultSet rows, int j) throws SQLException {
        return rows.getString(j);
      }
    },
    MOMENT {
      @Override
      Object of(ResultSet rows, int j) throws SQLException {
        Object value = rows.getObject(j);
        return new Cell.Moment(
            value instanceof Timestamp stamp
                ? stamp.toLocalDateTime().toString()
                : String.valueOf(value));
      }
    },
    OTHER {
      @Override
      Object of(ResultSet rows, int j) {
        return new Cell.Fault("", "is of a kind that is not read (a list, a structure, bytes)");
      }
    };

    abstract Object of(ResultSet rows, int j) throws SQLException;

    Object cell(ResultSet rows, int j) throws SQLException {
      if (rows.getObject(j) == null) {
        return null;
      }
      return of(rows, j);
    }

    static Kind of(String type) {
      String word = type.replaceAll("\\(.*", "");
      return switch (word) {
        case "FLOAT", "DOUBLE", "DECIMAL" -> type.contains("[") ? OTHER : NUMBER;
        case "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT" -> WHOLE;
        case "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT" -> WHOLE;
        case "BOOLEAN" -> TRUTH;
        case "VARCHAR", "UUID" -> TEXT;
        case "ENUM" -> type.endsWith("]") ? OTHER : TEXT;
        case "DATE", "TIME" -> MOMENT;
        default -> word.startsWith("TIMESTAMP") && !type.contains("[") ? MOMENT : OTHER;
      };
    }
  }
}
