package io.attest.data;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.duckdb.DuckDBColumnType;
import org.duckdb.DuckDBDataChunkWriter;
import org.duckdb.DuckDBDriver;
import org.duckdb.DuckDBFunctions;
import org.duckdb.DuckDBTableFunction;
import org.duckdb.DuckDBTableFunctionBindInfo;
import org.duckdb.DuckDBTableFunctionBuilder;
import org.duckdb.DuckDBTableFunctionCallInfo;
import org.duckdb.DuckDBTableFunctionInitInfo;
import org.duckdb.DuckDBWritableVector;

/**
 * Keeps a table as a Parquet file, as {@link Parquet} describes, block by block. The same rows give
 * the same bytes whatever the blocks; what is in memory is two blocks, and one group of rows of the
 * file (64 MB of numbers at most).
 *
 * <p>The file is there once {@link #publish} has returned, whole; a writer that is closed before
 * leaves nothing. Blocks are packed on a thread of the writer's own while the caller makes the next
 * one. Not thread-safe.
 */
public final class ParquetWriter implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Numbers in a group of rows: 64 MB of them. */
  private static final int GROUP_CELLS = 1 << 23;

  /** DuckDB's own; groups are multiples of its vectors. */
  private static final int GROUP_ROWS = 122_880;

  private static final int VECTOR = 2048;

  private final Path file;
  private final Path target;
  private final Path temporary;
  private final Handover<Frame> blocks = new Handover<>();
  private Optional<Frame> columns = Optional.empty();
  private Optional<Thread> thread = Optional.empty();

  /**
   * @param file where it will be; a file of that name is replaced
   * @throws IOException if the folder cannot be written
   */
  public ParquetWriter(Path file) throws IOException {
    this.file = file;
    this.target = file.toAbsolutePath();
    Files.createDirectories(target.getParent());
    temporary = Files.createTempFile(target.getParent(), ".parquet-", ".tmp");
  }

  /**
   * Adds rows. The first block says what the columns are, and all levels of each.
   *
   * @throws IllegalArgumentException if the table has no columns, or two names that differ in case
   *     alone, or other columns than the blocks before
   * @throws IOException if the file cannot be written
   */
  public void append(Frame block) throws IOException {
    if (columns.isEmpty()) {
      check(block);
      columns = Optional.of(block.select(new int[0]));
      Thread copying = new Thread(this::copy, "parquet-" + target.getFileName());
      copying.setDaemon(true);
      thread = Optional.of(copying);
      copying.start();
    } else if (!describe(block).equals(describe(columns.get()))) {
      throw new IllegalArgumentException(
          file + ": a block has other columns or levels than the blocks before it.");
    }
    blocks.put(block);
    fail();
  }

  /**
   * Ends the file and gives it its name.
   *
   * @throws IllegalStateException if no block was given, so that the columns are not known
   * @throws IOException if the file cannot be written
   */
  public void publish() throws IOException {
    if (thread.isEmpty()) {
      throw new IllegalStateException(file + ": no block was given, so there are no columns.");
    }
    blocks.end();
    blocks.awaitTaker();
    fail();
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() throws IOException {
    if (thread.isPresent()) {
      blocks.abandon();
      blocks.awaitTaker();
    }
    Files.deleteIfExists(temporary);
  }

  private void fail() throws IOException {
    Throwable fault = blocks.fault().orElse(null);
    if (fault instanceof SQLException e) {
      throw new IOException("Cannot write " + file + ": " + Parquet.firstLine(e), e);
    } else if (fault != null) {
      throw new IOException("Cannot write " + file + ": " + fault, fault);
    }
  }

  private void copy() {
    try (Duck duck = new Duck(target)) {
      Frame frame = columns.orElseThrow();
      try (DuckDBTableFunctionBuilder function = DuckDBFunctions.tableFunction()) {
        function.withName("blocks").withFunction(new Rows(frame, blocks));
        function.register(duck.connection());
      }
      // The driver lists every function that was ever registered, and forgets none by itself.
      DuckDBDriver.clearFunctionsRegistry();
      duck.run(
          "COPY (SELECT * FROM blocks()) TO "
              + Duck.text(temporary.toString())
              + " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE "
              + groupRows(frame.columns().size())
              + ", KV_METADATA {"
              + Parquet.KEY
              + ": "
              + Duck.text(describe(frame))
              + "})");
      blocks.taken(null);
    } catch (SQLException | IOException | RuntimeException | Error e) {
      blocks.taken(e);
    }
  }

  private static int groupRows(int columns) {
    int vectors = Math.max(1, GROUP_CELLS / columns / VECTOR);
    return Math.min(GROUP_ROWS, vectors * VECTOR);
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
   * The blocks as a table that DuckDB asks for rows. It always gets full vectors, for groups of
   * rows end with a vector: so the bytes do not depend on the blocks.
   */
  private static final class Rows implements DuckDBTableFunction<Object, Object, Object> {
    private final Frame columns;
    private final Handover<Frame> blocks;
    private Frame block;
    private int at;

    Rows(Frame columns, Handover<Frame> blocks) {
      this.columns = columns;
      this.blocks = blocks;
      this.block = columns;
    }

    @Override
    public Object bind(DuckDBTableFunctionBindInfo info) {
      for (Column column : columns.columns()) {
        info.addResultColumn(
            column.name(),
            column instanceof NumericColumn ? DuckDBColumnType.DOUBLE : DuckDBColumnType.VARCHAR);
      }
      return this;
    }

    @Override
    public Object init(DuckDBTableFunctionInitInfo info) {
      info.setMaxThreads(1);
      return this;
    }

    @Override
    public long apply(DuckDBTableFunctionCallInfo info, DuckDBDataChunkWriter vectors) {
      int capacity = (int) vectors.capacity();
      int filled = 0;
      while (filled < capacity) {
        if (at == block.rows()) {
          Optional<Frame> next = blocks.take();
          if (next.isEmpty()) {
            return filled;
          }
          block = next.get();
          at = 0;
        }
        int count = Math.min(capacity - filled, block.rows() - at);
        for (int j = 0; j < block.columns().size(); j++) {
          fill(block.columns().get(j), at, count, vectors.vector(j), filled);
        }
        at += count;
        filled += count;
      }
      return filled;
    }

    private static void fill(
        Column column, int from, int count, DuckDBWritableVector vector, int to) {
      if (column instanceof NumericColumn numeric) {
        double[] values = numeric.values();
        for (int i = 0; i < count; i++) {
          double value = values[from + i];
          if (Double.isNaN(value)) {
            vector.setNull(to + i);
          } else {
            // DuckDB's dictionaries take 0 and -0 for one value; adding 0 makes them one.
            vector.setDouble(to + i, value + 0.0);
          }
        }
        return;
      }
      for (int i = 0; i < count; i++) {
        if (column.isMissing(from + i)) {
          vector.setNull(to + i);
        } else {
          vector.setString(to + i, column.text(from + i));
        }
      }
    }
  }
}
