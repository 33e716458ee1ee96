package io.attest.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a file into typed columns and says what it did.
 *
 * <p>A row with a fault (a number that is none, a level that is not declared, a value out of the
 * declared range, too many or too few fields) is rejected and counted with its reason; missing
 * values are kept. A categorical field without levels takes those that it finds, sorted.
 */
public final class TableReader {
  private TableReader() {}

  /**
   * Reads a file.
   *
   * @param wanted the columns to read, with what is declared about them; others are named in a note
   * @param required names out of {@code wanted} that must be there; of the others, the absent ones
   *     are named in a note and are not in the frame
   * @throws UnreadableTable if the file as a whole cannot be read so
   * @throws UncheckedIOException if the disk fails
   */
  public static TableRead read(
      Path file,
      Format format,
      ReadOptions options,
      List<Field> wanted,
      Collection<String> required) {
    TableBuilder builder =
        new TableBuilder(file, options, wanted, Set.copyOf(required), Optional.empty());
    fill(builder, file, format, options, wanted);
    return builder.finish();
  }

  /** Takes the rows of a file, block by block. */
  @FunctionalInterface
  public interface Blocks {
    /**
     * @param rows the next rows that were kept
     * @param rejected how many were rejected so far
     */
    void take(Frame rows, long rejected);
  }

  /**
   * Reads a file block by block, with the checks of {@link #read}; only a block is in memory, but
   * of a workbook. Rows that repeat others are not counted. A categorical field without levels has,
   * in each block, those that were met so far, sorted.
   *
   * @param blockRows how many rows a block has; the last one may have fewer
   * @throws UnreadableTable if the file as a whole cannot be read so
   * @throws UncheckedIOException if the disk fails
   */
  public static BlocksRead readBlocks(
      Path file,
      Format format,
      ReadOptions options,
      List<Field> wanted,
      Collection<String> required,
      int blockRows,
      Blocks each) {
    TableBuilder builder =
        new TableBuilder(
            file,
            options,
            wanted,
            Set.copyOf(required),
            Optional.of(new TableBuilder.InBlocks(blockRows, each)));
    try {
      fill(builder, file, format, options, wanted);
      return builder.finishBlocks();
    } catch (TableBuilder.NotTaken e) {
      throw e.getCause();
    }
  }

  /**
   * The names of a file's columns, in its order.
   *
   * @throws UnreadableTable if the file as a whole cannot be read
   * @throws UncheckedIOException if the disk fails
   */
  public static List<String> columns(Path file, Format format, ReadOptions options) {
    RuntimeException enough = new IllegalStateException("The first row is there.");
    TableBuilder builder =
        new TableBuilder(
            file,
            options,
            List.of(),
            Set.of(),
            Optional.of(
                new TableBuilder.InBlocks(
                    1,
                    (block, rejected) -> {
                      throw enough;
                    })));
    try {
      fill(builder, file, format, options, List.of());
    } catch (TableBuilder.NotTaken e) {
      if (e.getCause() != enough) {
        throw e.getCause();
      }
    }
    return builder.names();
  }

  /**
   * About how many rows a file has, without reading them as such: lines of text, or what a Parquet
   * file says of itself. The same file gives the same answer.
   *
   * @throws UncheckedIOException if the disk fails
   */
  public static long about(Path file, Format format) {
    try {
      if (!Files.isRegularFile(file)) {
        return 0;
      }
      return switch (format) {
        case CSV, JSONL -> lines(file);
        case PARQUET -> new ParquetSource(file).rows();
        // Rows of a workbook are packed: some 50 bytes each, more or less.
        case XLSX -> Files.size(file) / 50;
      };
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }

  private static long lines(Path file) throws IOException {
    long lines = 0;
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
        for (int i = 0; i < n; i++) {
          lines += buffer[i] == '\n' ? 1 : 0;
        }
      }
    }
    return lines;
  }

  private static void fill(
      TableBuilder builder, Path file, Format format, ReadOptions options, List<Field> wanted) {
    if (!Files.exists(file)) {
      throw new UnreadableTable(
          file
              + ": there is no such file."
              + Nearest.hint(file.getFileName().toString(), beside(file)));
    }
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new UnreadableTable(file + ": this is not a file that can be read.");
    }
    try {
      if (Files.size(file) == 0) {
        throw new UnreadableTable(file + ": the file is empty.");
      }
      refuseOther(file, format);
      switch (format) {
        case CSV -> new CsvSource(file, options, wanted).read(builder);
        case XLSX -> new XlsxSource(file, options.sheet()).read(builder);
        case PARQUET -> new ParquetSource(file).read(builder);
        case JSONL -> new JsonLinesSource(file, options.encoding()).read(builder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": " + e.getMessage(), e);
    }
  }

  private static List<String> beside(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return List.of();
    }
    try (var list = Files.list(folder)) {
      return list.map(p -> p.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Tells a file whose content is plainly of another format than declared. */
  private static void refuseOther(Path file, Format format) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(4);
    }
    String found = null;
    if (starts(head, 'P', 'K', 3, 4) && format != Format.XLSX) {
      found = "a zip file. Maybe it is a workbook: say format: xlsx, or unpack it";
    } else if (starts(head, 'P', 'A', 'R', '1') && format != Format.PARQUET) {
      found = "a Parquet file. Maybe say format: parquet";
    } else if (starts(head, 0x1f, 0x8b)) {
      found = "compressed with gzip. Unpack it first";
    } else if (starts(head, 0xd0, 0xcf, 0x11, 0xe0)) {
      found =
          "an old Excel file (.xls) or a workbook with a password. Save it as .xlsx without a"
              + " password";
    }
    if (found != null) {
      throw new UnreadableTable(
          file + ": declared as " + format.word() + ", but the file is " + found + ".");
    }
  }

  private static boolean starts(byte[] head, int... magic) {
    if (head.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((head[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }
}
