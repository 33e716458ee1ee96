package io.attest.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

class ParquetTest {
  @TempDir Path folder;

  private static Frame frame(int rows, int numbers, int levels) {
    Random random = new Random(7);
    List<Column> columns = new ArrayList<>();
    for (int j = 0; j < numbers; j++) {
      double[] values = random.doubles(rows).toArray();
      for (int i = j; i < rows; i += 50) {
        values[i] = Double.NaN;
      }
      columns.add(new NumericColumn("n" + j, values));
    }
    List<String> names = List.of("b", "a", "unused", "", "it's \"é\" \u0001\n\\x41", "<0");
    for (int j = 0; j < levels; j++) {
      int[] codes = random.ints(rows, -1, names.size()).map(c -> c == 2 ? 0 : c).toArray();
      columns.add(new CategoricalColumn("level " + j, codes, names));
    }
    return new Frame(columns, rows);
  }

  private static void assertSame(Frame a, Frame b) {
    assertThat(b.rows()).isEqualTo(a.rows());
    assertThat(b.columns()).hasSameSizeAs(a.columns());
    for (int j = 0; j < a.columns().size(); j++) {
      Column expected = a.columns().get(j);
      Column found = b.columns().get(j);
      assertThat(found.name()).isEqualTo(expected.name());
      if (expected instanceof NumericColumn numeric) {
        assertThat(((NumericColumn) found).values()).isEqualTo(numeric.values());
      } else if (expected instanceof CategoricalColumn categorical) {
        assertThat(((CategoricalColumn) found).levels()).isEqualTo(categorical.levels());
        assertThat(((CategoricalColumn) found).codes()).isEqualTo(categorical.codes());
      } else {
        assertThat(found).isEqualTo(expected);
      }
    }
  }

  @Test
  void theSameTableComesBack() throws IOException {
    List<Column> columns = new ArrayList<>(frame(3000, 3, 3).columns());
    columns.add(
        new NumericColumn(
            "odd; \"name\" 'x'",
            Arrays.copyOf(
                new double[] {Double.MIN_VALUE, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY},
                3000)));
    List<String> texts = new ArrayList<>(java.util.Collections.nCopies(3000, ""));
    texts.set(1, "\uD83D\uDE00 text, with \"all\"\n");
    columns.add(new TextColumn("Text", texts));
    Frame frame = Frame.of(columns);
    Path file = folder.resolve("it's [a] folder*/snap?.parquet");
    Parquet.write(frame, file);
    assertSame(frame, Parquet.read(file));
  }

  @Test
  void theSameTableGivesTheSameBytes() throws IOException {
    Path one = folder.resolve("one.parquet");
    Path two = folder.resolve("other/two.parquet");
    Parquet.write(frame(20_000, 4, 4), one);
    Parquet.write(frame(20_000, 4, 4), two);
    assertThat(Files.mismatch(one, two)).isEqualTo(-1);
    Parquet.write(frame(20_000, 4, 3), two);
    assertThat(Files.mismatch(one, two)).isNotNegative();
  }

  private static Frame rows(Frame frame, int from, int to) {
    return frame.select(IntStream.range(from, to).toArray());
  }

  @Test
  void theBytesDoNotDependOnTheBlocks() throws IOException {
    // More than one group of rows, and levels and missing values in each.
    Frame frame = frame(130_000, 2, 2);
    Path whole = folder.resolve("whole.parquet");
    Parquet.write(frame, whole);
    for (int size : new int[] {7_001, 2048, 64_000}) {
      Path file = folder.resolve("blocks.parquet");
      try (ParquetWriter writer = new ParquetWriter(file)) {
        for (int i = 0; i < frame.rows(); i += size) {
          writer.append(rows(frame, i, Math.min(frame.rows(), i + size)));
          if (i == 0) {
            writer.append(rows(frame, 0, 0));
          }
        }
        writer.publish();
      }
      assertThat(Files.mismatch(whole, file)).as("blocks of " + size).isEqualTo(-1);
    }
  }

  @Test
  void readsInBlocksInOrder() throws IOException {
    Frame frame = frame(10_000, 2, 2);
    Path file = folder.resolve("a.parquet");
    Parquet.write(frame, file);
    try (ParquetReader reader = new ParquetReader(file, 3000)) {
      assertThat(reader.rows()).isEqualTo(10_000);
      for (int from = 0; from < 10_000; from += 3000) {
        assertSame(rows(frame, from, Math.min(10_000, from + 3000)), reader.next().orElseThrow());
      }
      assertThat(reader.next()).isEmpty();
      assertThat(reader.next()).isEmpty();
    }
    // Not read to its end.
    try (ParquetReader reader = new ParquetReader(file, 10)) {
      assertThat(reader.next().orElseThrow().rows()).isEqualTo(10);
    }
  }

  @Test
  void aWriterThatIsClosedBeforeItPublishesLeavesTheOldFile() throws IOException {
    Path file = folder.resolve("out/a.parquet");
    Parquet.write(frame(10, 1, 1), file);
    byte[] before = Files.readAllBytes(file);
    try (ParquetWriter writer = new ParquetWriter(file)) {
      for (int i = 0; i < 100; i++) {
        writer.append(frame(3000, 1, 1));
      }
    }
    try (ParquetWriter writer = new ParquetWriter(file)) {
      assertThatThrownBy(writer::publish).isInstanceOf(IllegalStateException.class);
    }
    try (ParquetWriter writer = new ParquetWriter(file)) {
      writer.append(frame(3000, 1, 1));
      assertThatThrownBy(() -> writer.append(frame(3000, 1, 2)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("other columns");
    }
    assertThat(file).hasBinaryContent(before);
    try (var left = Files.list(folder.resolve("out"))) {
      assertThat(left).containsExactly(file);
    }
  }

  @Test
  void aFaultWhileWritingIsToldAndStopsTheGiver() throws IOException {
    Path file = folder.resolve("gone/a.parquet");
    try (ParquetWriter writer = new ParquetWriter(file)) {
      try (var left = Files.list(file.getParent())) {
        for (Path path : left.toList()) {
          Files.delete(path);
        }
      }
      Files.delete(file.getParent());
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 1000; i++) {
                  writer.append(frame(100, 1, 0));
                }
              })
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Cannot write " + file);
    }
  }

  @Test
  void keepsATableWithoutRows() throws IOException {
    Path file = folder.resolve("none.parquet");
    Parquet.write(frame(0, 1, 1), file);
    assertSame(frame(0, 1, 1), Parquet.read(file));
  }

  @Test
  void leavesNothingBehindWhenItFails() throws IOException {
    Path occupied = Files.createDirectories(folder.resolve("out/taken.parquet/x")).getParent();
    assertThatThrownBy(() -> Parquet.write(frame(10, 1, 1), occupied))
        .isInstanceOf(IOException.class);
    Frame clash =
        Frame.of(
            List.of(
                new NumericColumn("Age", new double[1]), new NumericColumn("age", new double[1])));
    assertThatThrownBy(() -> Parquet.write(clash, folder.resolve("out/clash.parquet")))
        .hasMessageContaining("upper and lower case");
    try (var left = Files.list(folder.resolve("out"))) {
      assertThat(left.map(p -> p.getFileName().toString())).containsExactly("taken.parquet");
    }
  }

  @Test
  void tellsFilesThatAreNotItsOwn() throws IOException {
    Path file = folder.resolve("a.parquet");
    Parquet.write(frame(1000, 2, 2), file);
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 3, 100, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Parquet.read(file)).isInstanceOf(UnreadableTable.class);
    }
    foreign(file, "SELECT 1 AS a");
    assertThatThrownBy(() -> Parquet.read(file))
        .isInstanceOf(UnreadableTable.class)
        .hasMessageContaining("not written by Attest");
  }

  @Test
  void damageIsTold() throws IOException {
    Path file = folder.resolve("damaged.parquet");
    Parquet.write(frame(500, 2, 1), file);
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(3);
    int told = 0;
    for (int i = 0; i < 40; i++) {
      byte[] damaged = whole.clone();
      // Most faults are in the last bytes, where the file says what is where.
      int at = damaged.length - 1 - random.nextInt(i % 2 == 0 ? 400 : damaged.length - 1);
      damaged[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);
      try {
        Parquet.read(file);
      } catch (UnreadableTable e) {
        told++;
      }
    }
    assertThat(told).isPositive();
  }

  private static void foreign(Path file, String select) throws IOException {
    Files.deleteIfExists(file);
    try (var duck = DriverManager.getConnection("jdbc:duckdb:");
        var statement = duck.createStatement()) {
      statement.execute("COPY (" + select + ") TO '" + file + "' (FORMAT parquet)");
    } catch (java.sql.SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void readsForeignTypes() throws IOException {
    Path file = folder.resolve("foreign.parquet");
    foreign(
        file,
        """
        SELECT 41::TINYINT AS i, 1.25::DECIMAL(9,2) AS d, 2.5::FLOAT AS f, true AS b,
               'x'::ENUM('y','x') AS e, DATE '2020-02-29' AS day,
               TIMESTAMP '2020-02-29 12:30:00' AS moment, 7 AS level, 9007199254740993 AS id,
               [1, 2] AS list, '12' AS quoted
        UNION ALL SELECT NULL, NULL, 'NaN'::FLOAT, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
        """);
    List<Field> wanted = new ArrayList<>();
    List.of("i", "d", "f", "b", "quoted").forEach(n -> wanted.add(Field.numeric(n)));
    wanted.add(Field.categorical("e", List.of("x", "y")));
    wanted.add(Field.categorical("level", List.of("7")));
    List.of("day", "moment", "id").forEach(n -> wanted.add(Field.text(n)));
    TableRead read = TableReader.read(file, Format.PARQUET, ReadOptions.NONE, wanted, List.of("i"));
    assertThat(read.rejects()).isEmpty();
    assertThat(read.frame().columns().stream().map(c -> c.text(0)))
        .containsExactly(
            "41",
            "1.25",
            "2.5",
            "1",
            "12",
            "x",
            "7",
            "2020-02-29",
            "2020-02-29T12:30",
            "9007199254740993");
    assertThat(read.frame().columns()).allMatch(c -> c.isMissing(1));

    TableRead list =
        TableReader.read(
            file, Format.PARQUET, ReadOptions.NONE, List.of(Field.numeric("list")), List.of());
    assertThat(list.rejects()).extracting(Reject::rows).containsExactly(1L);
    assertThatThrownBy(
            () ->
                TableReader.read(
                    file,
                    Format.PARQUET,
                    ReadOptions.NONE,
                    List.of(Field.numeric("days")),
                    List.of("days")))
        .isInstanceOf(UnreadableTable.class)
        .hasMessageContaining("Maybe you meant day");
  }

  /** Run with -Dattest.measure=true; prints what the documentation says of speed. */
  @Test
  @EnabledIfSystemProperty(named = "attest.measure", matches = "true")
  void measure() throws IOException {
    Frame frame = frame(1_000_000, 33, 0);
    Path file = folder.resolve("big.parquet");
    for (int i = 0; i < 2; i++) {
      long start = System.nanoTime();
      Parquet.write(frame, file);
      long written = System.nanoTime();
      Parquet.read(file);
      long read = System.nanoTime();
      System.out.printf(
          "1M x 33: write %d ms, read %d ms, %d bytes%n",
          (written - start) / 1_000_000, (read - written) / 1_000_000, Files.size(file));
    }
  }
}
