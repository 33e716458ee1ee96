package io.attest.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import org.duckdb.DuckDBConnection;

/**
 * A DuckDB in memory for one file: one thread (so that the same rows give the same bytes), bounded
 * memory, no network, no file but those of one folder.
 */
final class Duck implements AutoCloseable {
  private static final String MEMORY = "512MB";

  private final DuckDBConnection connection;
  private final Path spill;

  /**
   * @param file to read or to write; its folder is open to the database
   */
  Duck(Path file) throws IOException, SQLException {
    spill = Files.createTempDirectory("attest-parquet");
    Properties settings = new Properties();
    settings.setProperty("threads", "1");
    settings.setProperty("memory_limit", MEMORY);
    settings.setProperty("temp_directory", spill.toString());
    // Else the whole of a result is held before its first row is seen.
    settings.setProperty("jdbc_stream_results", "true");
    settings.setProperty("autoinstall_known_extensions", "false");
    settings.setProperty("autoload_known_extensions", "false");
    try {
      connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:", settings);
    } catch (SQLException e) {
      delete();
      throw e;
    }
    try {
      run("SET allowed_directories=[" + text(file.toAbsolutePath().getParent() + "/") + "]");
      run("SET allowed_paths=[" + file(file) + "]");
      run("SET enable_external_access=false");
      run("SET lock_configuration=true");
    } catch (SQLException e) {
      close();
      throw e;
    }
  }

  DuckDBConnection connection() {
    return connection;
  }

  void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** A text in SQL. */
  static String text(String value) {
    return "'" + value.replace("'", "''") + "'";
  }

  /** A name in SQL. */
  static String name(String value) {
    return "\"" + value.replace("\"", "\"\"") + "\"";
  }

  /** A file to read, in SQL: signs that DuckDB takes for patterns stand for themselves. */
  static String file(Path file) {
    return text(file.toAbsolutePath().toString().replaceAll("[\\[*?]", "[$0]"));
  }

  @Override
  public void close() throws SQLException, IOException {
    try {
      connection.close();
    } finally {
      delete();
    }
  }

  private void delete() throws IOException {
    List<Path> paths;
    try (var walk = Files.walk(spill)) {
      paths = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.deleteIfExists(path);
    }
  }
}
