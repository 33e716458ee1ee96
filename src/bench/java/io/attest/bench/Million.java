package io.attest.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A file of a million rows to a file of their SHAP values, as a user does it: the command line in a
 * JVM of its own, with a heap of 2 GiB and two threads.
 */
final class Million {
  private static final int BLOCK = 10_000;

  private final Path folder;
  private final double scale;
  private final Trials trials;

  Million(Path folder, double scale, Trials trials) {
    this.folder = folder;
    this.scale = scale;
    this.trials = trials;
  }

  void run(Sheet sheet) throws IOException {
    Path model = trials.file(new Xgboost.Shape(500, 6, CreditRows.FEATURES, 1, false));
    int rows = (int) Math.max(1000, 1_000_000 * scale);
    Path csv = folder.resolve("rows.csv");
    write(csv, rows);
    Path parquet = folder.resolve("rows.parquet");
    sql(
        "copy (select * from read_csv('%s', all_varchar = false)) to '%s' (format parquet)"
            .formatted(csv, parquet));
    sheet.head("From file to file: 500 trees x depth 6 x 30 features, 2 threads, 2 GiB heap");
    sheet.columns("from", "rows", "seconds, start of Java included", "rows/s", "most memory", "says");
    for (Path data : List.of(parquet, csv)) {
      one(sheet, model, data, rows);
    }
    Files.delete(csv);
    Files.delete(parquet);
  }

  private void one(Sheet sheet, Path model, Path data, int rows) throws IOException {
    Path out = folder.resolve("values.parquet");
    Files.deleteIfExists(out);
    Path says = folder.resolve("says.txt");
    ProcessBuilder command =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx2g",
            "-classpath",
            System.getProperty("java.class.path"),
            "io.attest.Attest",
            "explain",
            "--model",
            model.toString(),
            "--data",
            data.toString(),
            "--method",
            "tree-shap",
            "--threads",
            "2",
            "--out",
            out.toString());
    command.redirectOutput(ProcessBuilder.Redirect.DISCARD).redirectError(says.toFile());
    long start = System.nanoTime();
    Process process = command.start();
    String memory = "";
    try {
      while (!process.waitFor(20, TimeUnit.MILLISECONDS)) {
        memory = mostMemory(process.pid()).isEmpty() ? memory : mostMemory(process.pid());
      }
    } catch (InterruptedException e) {
      process.destroy();
      throw new IllegalStateException(e);
    }
    double seconds = (System.nanoTime() - start) * 1e-9;
    String said =
        Files.readString(says).lines().map(String::strip).collect(Collectors.joining("; "));
    if (process.exitValue() != 0) {
      throw new IllegalStateException("attest explain ended with " + process.exitValue() + ": " + said);
    }
    long written = sql("select count(*) from '" + out + "'");
    if (written != rows) {
      throw new IllegalStateException(out + " has " + written + " rows instead of " + rows + ".");
    }
    String name = data.getFileName().toString();
    sheet.row(
        name.substring(name.lastIndexOf('.') + 1),
        String.format(Locale.ROOT, "%,d", rows),
        String.format(Locale.ROOT, "%.1f", seconds),
        Range.figure(rows / seconds),
        memory,
        said);
    Files.delete(out);
  }

  /** What the system says of the process's resident memory at its highest; empty if nothing. */
  private static String mostMemory(long pid) {
    Path status = Path.of("/proc/" + pid + "/status");
    try (BufferedReader reader = Files.newBufferedReader(status);
        Stream<String> lines = reader.lines()) {
      return lines
          .filter(line -> line.startsWith("VmHWM"))
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024 + " MiB")
          .findFirst()
          .orElse("");
    } catch (IOException | java.io.UncheckedIOException gone) {
      return "";
    }
  }

  private static void write(Path csv, int rows) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(csv)) {
      out.write(String.join(",", Xgboost.names(CreditRows.FEATURES)));
      out.write('\n');
      StringBuilder line = new StringBuilder();
      for (int from = 0; from < rows; from += BLOCK) {
        CreditRows block = CreditRows.make(Math.min(BLOCK, rows - from), 1000L + from);
        for (int i = 0; i < block.rows(); i++) {
          line.setLength(0);
          for (int j = 0; j < CreditRows.FEATURES; j++) {
            float x = block.values()[i * CreditRows.FEATURES + j];
            line.append(j == 0 ? "" : ",");
            if (x == Math.rint(x)) {
              line.append((long) x);
            } else if (!Float.isNaN(x)) {
              line.append(x);
            }
          }
          out.append(line).append('\n');
        }
      }
    }
  }

  /** Runs a statement; the first number of its answer, if it has one. */
  private static long sql(String query) {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      if (!statement.execute(query)) {
        return 0;
      }
      try (ResultSet result = statement.getResultSet()) {
        return result.next() ? result.getLong(1) : 0;
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
