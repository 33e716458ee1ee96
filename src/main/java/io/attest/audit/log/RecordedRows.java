package io.attest.audit.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.audit.RecordTable;
import io.attest.audit.RecordTable.Rows;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The SHA-256 of rows of the record, the same on every database. A row is the UTF-8 bytes of one
 * JSON object of texts without spaces: the columns that have a value, in lower case and
 * alphabetical order; times in UTC, ISO 8601. Rows that are held together hash to the SHA-256 of
 * their hashes, sorted, each followed by a line feed. A column that a later version adds changes no
 * hash until it has a value.
 */
final class RecordedRows {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JdbcClient jdbc;

  RecordedRows(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** What an entry of the log says of rows: which they are, and their hash if there are any. */
  static Map<String, String> named(Rows rows, Optional<String> sha256) {
    Map<String, String> named = new TreeMap<>();
    named.put("table", rows.table().name());
    named.put("key", RecordedFacts.json(rows.key().stream().map(String::valueOf).toList()));
    sha256.ifPresent(hash -> named.put("sha256", hash));
    return named;
  }

  /**
   * The rows that an entry speaks of, with all values of their key as texts; none if it speaks of
   * no rows, or of those of a table that only a later version has.
   */
  static Optional<Rows> named(LogEntry entry) {
    if (!entry.detail().contains("\"table\":")) {
      return Optional.empty();
    }
    try {
      Map<String, String> detail = entry.values();
      List<Object> key = JSON.readValue(detail.get("key"), new TypeReference<List<Object>>() {});
      return Optional.of(new Rows(RecordTable.valueOf(detail.get("table")), key));
    } catch (JsonProcessingException | IllegalArgumentException | NullPointerException e) {
      return Optional.empty();
    }
  }

  /** Of these rows as they stand now; none if there are none. */
  Optional<String> sha256(Rows rows) {
    RecordTable table = rows.table();
    StringBuilder where = new StringBuilder();
    Map<String, Object> values = new HashMap<>();
    for (int i = 0; i < table.key().size(); i++) {
      where.append(i == 0 ? "" : " and ").append(table.key().get(i)).append(" = :k").append(i);
      values.put("k" + i, rows.key().get(i));
    }
    table.only().ifPresent(only -> where.append(" and ").append(only));
    return together(
        jdbc.sql("select * from " + table.table() + " where " + where)
            .params(values)
            .query((row, n) -> RecordedFacts.sha256(RecordedFacts.json(columns(row))))
            .list());
  }

  /** All rows of a table as they stand now, the values of their keys as texts. */
  void each(RecordTable table, BiConsumer<Rows, String> reader) {
    Map<Rows, List<String>> all = new LinkedHashMap<>();
    jdbc.sql(
            "select * from "
                + table.table()
                + table.only().map(only -> " where " + only).orElse("")
                + " order by "
                + String.join(", ", table.key()))
        .query(
            row -> {
              Map<String, String> columns = columns(row);
              List<Object> key = new ArrayList<>();
              table.key().forEach(column -> key.add(columns.get(column)));
              all.computeIfAbsent(new Rows(table, key), k -> new ArrayList<>())
                  .add(RecordedFacts.sha256(RecordedFacts.json(columns)));
            });
    all.forEach((rows, hashes) -> reader.accept(rows, together(hashes).orElseThrow()));
  }

  private static Optional<String> together(List<String> hashes) {
    return hashes.isEmpty()
        ? Optional.empty()
        : Optional.of(
            RecordedFacts.sha256(
                hashes.stream().sorted().map(h -> h + "\n").collect(Collectors.joining())));
  }

  private static Map<String, String> columns(ResultSet row) throws SQLException {
    ResultSetMetaData of = row.getMetaData();
    Map<String, String> columns = new TreeMap<>();
    for (int i = 1; i <= of.getColumnCount(); i++) {
      String value = text(row, i, of.getColumnType(i));
      if (value != null) {
        columns.put(of.getColumnLabel(i).toLowerCase(Locale.ROOT), value);
      }
    }
    return columns;
  }

  /**
   * Null where the column is. PostgreSQL calls a time with its zone TIMESTAMP, and a boolean BIT.
   */
  private static String text(ResultSet row, int column, int type) throws SQLException {
    Object value =
        switch (type) {
          case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE ->
              Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
                  .map(OffsetDateTime::toInstant)
                  .orElse(null);
          case Types.DATE -> row.getObject(column, LocalDate.class);
          case Types.BOOLEAN, Types.BIT -> row.getObject(column, Boolean.class);
          default -> row.getString(column);
        };
    return value == null ? null : value.toString();
  }
}
