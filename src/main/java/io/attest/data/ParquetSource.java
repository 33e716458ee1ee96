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
        Row cells = new Row(kinds, rows);
        for (long row = 1; rows.next(); row++) {
          builder.row(row, cells);
        }
      }
    } catch (SQLException e) {
      throw unreadable(e);
    }
  }

  /** How many rows the file says that it has. */
  long rows() throws IOException {
    try (Duck duck = new Duck(file);
        Statement statement = duck.connection().createStatement();
        ResultSet count =
            statement.executeQuery("SELECT count(*) FROM read_parquet(" + Duck.file(file) + ")")) {
      count.next();
      return count.getLong(1);
    } catch (SQLException e) {
      throw unreadable(e);
    }
  }

  private UnreadableTable unreadable(SQLException e) {
    return new UnreadableTable(
        file
            + ": this is not a Parquet file that can be read ("
            + Parquet.firstLine(e)
            + "). Maybe it was cut off on its way.",
        e);
  }

  /** The row at which the result stands. */
  private final class Row implements Cells {
    private final List<Kind> kinds;
    private final ResultSet rows;

    Row(List<Kind> kinds, ResultSet rows) {
      this.kinds = kinds;
      this.rows = rows;
    }

    @Override
    public Object at(int column) {
      try {
        return kinds.get(column).cell(rows, column + 1);
      } catch (SQLException e) {
        throw unreadable(e);
      }
    }

    @Override
    public double number(int column, char decimal) {
      Kind kind = kinds.get(column);
      if (kind != Kind.NUMBER && kind != Kind.WHOLE) {
        return Double.NaN;
      }
      try {
        double value = rows.getDouble(column + 1);
        return rows.wasNull() || Double.isInfinite(value) ? Double.NaN : value;
      } catch (SQLException e) {
        throw unreadable(e);
      }
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
