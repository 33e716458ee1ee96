package io.attest.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
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
    if (!Files.exists(file)) {
      throw new UnreadableTable(
          file
              + ": there is no such file."
              + Nearest.hint(file.getFileName().toString(), beside(file)));
    }
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      throw new UnreadableTable(file + ": this is not a file that can be read.");
    }
    TableBuilder builder = new TableBuilder(file, options, wanted, Set.copyOf(required));
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
    return builder.finish();
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
