package io.attest.cli;

import io.attest.data.Format;
import io.attest.data.Frame;
import io.attest.data.Parquet;
import io.attest.data.ParquetWriter;
import io.attest.explain.Explanation;
import io.attest.explain.Tables;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/** Where an explanation goes, whole or block by block; there is nothing until it is published. */
interface ExplanationFile extends AutoCloseable {

  /**
   * Adds an explanation, or the next block of one.
   *
   * @param first index of its first row
   */
  void add(Explanation part, long first);

  void publish();

  @Override
  void close();

  /**
   * Parquet if the name says so, else CSV.
   *
   * @param table the only table to write, of a method that gives several; all of them if empty, but
   *     in CSV the first
   */
  static ExplanationFile open(Optional<Path> out, Optional<String> table, PrintWriter terminal) {
    return out.flatMap(file -> Format.ofFile(String.valueOf(file.getFileName())))
            .filter(Format.PARQUET::equals)
            .isPresent()
        ? new InParquet(out.get(), table)
        : new InCsv(new ResultFile(out, terminal), table);
  }

  /** As CSV. */
  final class InCsv implements ExplanationFile {
    private final ResultFile file;
    private final ExplanationCsv csv;

    InCsv(ResultFile file, Optional<String> table) {
      this.file = file;
      this.csv = new ExplanationCsv(file.csv(), table);
    }

    @Override
    public void add(Explanation part, long first) {
      csv.write(part, first);
    }

    @Override
    public void publish() {
      file.publish();
    }

    @Override
    public void close() {
      file.close();
    }
  }

  /** As Parquet; a method's second table goes beside the first, with its name in the file's. */
  final class InParquet implements ExplanationFile {
    private final Path path;
    private final Optional<String> only;
    private final ParquetWriter file;
    private Map<String, Frame> beside = Map.of();

    InParquet(Path path, Optional<String> table) {
      this.path = path;
      this.only = table;
      try {
        Path folder = path.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
          throw new IOException("there is no folder " + folder);
        }
        file = new ParquetWriter(path);
      } catch (IOException e) {
        throw fault(e);
      }
    }

    private UncheckedIOException fault(IOException e) {
      return new UncheckedIOException("Cannot write " + path + ": " + e.getMessage(), e);
    }

    @Override
    public void add(Explanation part, long first) {
      try {
        if (Tables.byRow(part)) {
          file.append(Tables.ofRows(part, first));
          return;
        }
        beside = ExplanationCsv.tables(part, only);
        Iterator<Frame> tables = beside.values().iterator();
        file.append(tables.next());
        tables.remove();
      } catch (IOException e) {
        throw fault(e);
      }
    }

    @Override
    public void publish() {
      try {
        for (Map.Entry<String, Frame> table : beside.entrySet()) {
          String name = String.valueOf(path.getFileName());
          int dot = name.lastIndexOf('.');
          Parquet.write(
              table.getValue(),
              path.resolveSibling(
                  name.substring(0, dot) + "-" + table.getKey() + name.substring(dot)));
        }
        file.publish();
      } catch (IOException e) {
        throw fault(e);
      }
    }

    @Override
    public void close() {
      try {
        file.close();
      } catch (IOException e) {
        throw fault(e);
      }
    }
  }
}
