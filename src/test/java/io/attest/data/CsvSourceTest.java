package io.attest.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvSourceTest {
  private static final List<Field> AGE_JOB =
      List.of(Field.numeric("age"), Field.categorical("job", List.of("none", "clerk", "nurse")));

  @TempDir Path folder;

  private TableRead read(String text, ReadOptions options, List<Field> wanted) {
    return read(text.getBytes(StandardCharsets.UTF_8), options, wanted);
  }

  private TableRead read(byte[] bytes, ReadOptions options, List<Field> wanted) {
    Path file = folder.resolve("people.csv");
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return TableReader.read(
        file, Format.CSV, options, wanted, wanted.stream().map(Field::name).toList());
  }

  private static ReadOptions decimal(char sign) {
    return new ReadOptions(
        Optional.empty(), Optional.empty(), Optional.of(sign), List.of(), Optional.empty());
  }

  private static ReadOptions missing(String... texts) {
    return new ReadOptions(
        Optional.empty(), Optional.empty(), Optional.empty(), List.of(texts), Optional.empty());
  }

  private static ReadOptions encoding(String name) {
    return new ReadOptions(
        Optional.empty(),
        Optional.of(Charset.forName(name)),
        Optional.empty(),
        List.of(),
        Optional.empty());
  }

  private record InBlocks(List<Frame> blocks, List<Long> rejected, BlocksRead end) {}

  private InBlocks inBlocks(String text, List<Field> wanted, int rows) throws IOException {
    Path file = Files.writeString(folder.resolve("blocks.csv"), text);
    List<Frame> blocks = new ArrayList<>();
    List<Long> rejected = new ArrayList<>();
    BlocksRead end =
        TableReader.readBlocks(
            file,
            Format.CSV,
            ReadOptions.NONE,
            wanted,
            List.of(),
            rows,
            (block, wrong) -> {
              blocks.add(block);
              rejected.add(wrong);
            });
    return new InBlocks(blocks, rejected, end);
  }

  @Test
  void blocksHoldTheRowsOfTheWholeInOrder() throws IOException {
    StringBuilder text = new StringBuilder("job,age,name\n");
    for (int i = 0; i < 25; i++) {
      text.append(i % 3 == 0 ? "nurse," : "clerk,").append(i == 13 ? "x" : i == 4 ? "" : i + ".5");
      text.append(",\"n").append(i).append("\"\n");
    }
    List<Field> wanted =
        List.of(AGE_JOB.get(0), Field.categorical("job", List.of()), Field.text("name"));
    TableRead whole = read(text.toString(), ReadOptions.NONE, wanted);
    for (int size : new int[] {1, 7, 24, 100}) {
      InBlocks found = inBlocks(text.toString(), wanted, size);
      assertThat(found.blocks()).hasSize((24 + size - 1) / size);
      int row = 0;
      for (Frame block : found.blocks()) {
        assertThat(block.rows()).isEqualTo(Math.min(size, 24 - row));
        for (int i = 0; i < block.rows(); i++, row++) {
          for (Column column : whole.frame().columns()) {
            assertThat(block.column(column.name()).text(i)).isEqualTo(column.text(row));
          }
        }
      }
      assertThat(row).isEqualTo(24);
      assertThat(found.end().rows()).isEqualTo(25);
      assertThat(found.end().rejected()).isEqualTo(1);
      assertThat(found.end().rejects()).isEqualTo(whole.rejects());
      assertThat(found.end().notes()).isEqualTo(whole.notes());
      assertThat(found.rejected()).first().isEqualTo(size < 24 ? 0L : 1L);
      assertThat(found.rejected()).last().isEqualTo(1L);
    }
    assertThat(inBlocks("job,age,name\n", wanted, 5).blocks()).isEmpty();
  }

  @Test
  void aFaultOfTheTakerIsNotTakenForOneOfTheFile() throws IOException {
    Path file = Files.writeString(folder.resolve("a.csv"), "age\n1\n");
    assertThatThrownBy(
            () ->
                TableReader.readBlocks(
                    file,
                    Format.CSV,
                    ReadOptions.NONE,
                    List.of(Field.numeric("age")),
                    List.of(),
                    1,
                    (block, wrong) -> {
                      throw new java.io.UncheckedIOException(new IOException("disk full"));
                    }))
        .isInstanceOf(java.io.UncheckedIOException.class)
        .hasRootCauseMessage("disk full");
  }

  @Test
  void aMissingMarkerMayLookLikeANumber() {
    assertThat(numbers(read("age\n1\n-999\n", missing("-999"), List.of(AGE_JOB.get(0))), "age"))
        .containsExactly(1, Double.NaN);
  }

  private static double[] numbers(TableRead read, String column) {
    return ((NumericColumn) read.frame().column(column)).values();
  }

  private static List<String> texts(TableRead read, String column) {
    List<String> out = new ArrayList<>();
    for (int i = 0; i < read.frame().rows(); i++) {
      out.add(read.frame().column(column).text(i));
    }
    return out;
  }

  @ParameterizedTest
  @ValueSource(strings = {",", ";", "\t", "|"})
  void findsTheDelimiter(String delimiter) {
    TableRead read =
        read(
            "age,job,note\r\n41,clerk,\"a,b;c|d\te\"\r\n,none,x\r\n"
                .replace(",", delimiter)
                .replace("\"a" + delimiter + "b;c", "\"a,b;c"),
            ReadOptions.NONE,
            AGE_JOB);
    assertThat(numbers(read, "age")).containsExactly(41, Double.NaN);
    assertThat(texts(read, "job")).containsExactly("clerk", "none");
    assertThat(read.notes())
        .contains("Columns not used: note.")
        .anyMatch(n -> n.contains("delimiter"));
  }

  @Test
  void countsLinesThroughQuotedNewlinesAndEmptyLines() {
    TableRead read =
        read(
            "job,age\n\"clerk\",1\n\n\"nur\nse\",2\n\"none\n\",x\nnone,3\n",
            ReadOptions.NONE,
            AGE_JOB);
    assertThat(read.rows()).isEqualTo(4);
    assertThat(read.kept()).isEqualTo(2);
    assertThat(read.rejects())
        .containsExactly(
            new Reject(
                "job",
                "is not a declared level (none, clerk, nurse)",
                1,
                List.of(new Reject.Example(4, "nur\nse"))),
            new Reject("age", "is not a number", 1, List.of(new Reject.Example(6, "x"))));
    assertThat(read.notes()).contains("1 empty line was skipped.");
  }

  @Test
  void countsAllRejectsButKeepsFewExamples() {
    StringBuilder text = new StringBuilder("age,job\n");
    for (int i = 0; i < 1000; i++) {
      text.append(i % 2 == 0 ? "ten,none\n" : i + ",none\n");
    }
    TableRead read = read(text.toString(), ReadOptions.NONE, AGE_JOB);
    assertThat(read.rejected()).isEqualTo(500);
    assertThat(read.rejects()).hasSize(1);
    assertThat(read.rejects().get(0).rows()).isEqualTo(500);
    assertThat(read.rejects().get(0).examples()).hasSize(Reject.EXAMPLES);
    assertThat(read.rejects().get(0).toString())
        .startsWith("500 rows: age: is not a number (line 2: 'ten', line 4: 'ten'");
  }

  @Test
  void rejectsRaggedRowsAndGoesOn() {
    TableRead read = read("age,job\n1,none\n2\n3,none,x\n4,clerk\n", ReadOptions.NONE, AGE_JOB);
    assertThat(numbers(read, "age")).containsExactly(1, 4);
    assertThat(read.rejects())
        .containsExactly(
            new Reject(
                "",
                "has another number of fields than the header (2)",
                2,
                List.of(
                    new Reject.Example(3, "1 field: 2"), new Reject.Example(4, "3 fields: 3"))));
  }

  @Test
  void refusesWhatOnlyJavaTakesForANumber() {
    String odd = "1d,0x1p3,NaN,Infinity,1e999,1_000,--1,1.2.3,1e,.,+,1 2".replace(",", ",none\n");
    TableRead read = read("age,job\n" + odd + ",none\n", decimal('.'), AGE_JOB);
    assertThat(read.kept()).isZero();
    assertThat(read.rejected()).isEqualTo(12);
  }

  @Test
  void readsNumbersAsJavaDoes() {
    List<String> numbers =
        List.of(
            "0",
            "-0",
            "+7",
            "007",
            "1.",
            ".5",
            "0.1",
            "-123.456",
            "1e3",
            "1E-3",
            "2.5e+10",
            "9007199254740993",
            "123456789012345678901234567890",
            "0.30000000000000004",
            "1.7976931348623157e308",
            "4.9e-324",
            "0.000000000000000000000001",
            "123456789012345.6");
    TableRead read =
        read("age,job\n" + String.join(",none\n", numbers) + ",none\n", ReadOptions.NONE, AGE_JOB);
    assertThat(numbers(read, "age"))
        .containsExactly(numbers.stream().mapToDouble(Double::parseDouble).toArray());
  }

  @Test
  void findsTheDecimalComma() {
    TableRead read = read("age;job\n1,5;none\n2;none\n", ReadOptions.NONE, AGE_JOB);
    assertThat(numbers(read, "age")).containsExactly(1.5, 2);
    assertThat(read.notes()).contains("The decimal sign is a comma.");
  }

  @Test
  void doesNotGuessWhetherACommaMeansThousands() {
    assertThatThrownBy(() -> read("age;job\n1,500;none\n", ReadOptions.NONE, AGE_JOB))
        .isInstanceOf(UnreadableTable.class)
        .hasMessageContaining("1,500")
        .hasMessageContaining("decimal: ','");
    assertThat(numbers(read("age;job\n1,500;none\n", decimal(','), AGE_JOB), "age"))
        .containsExactly(1.5);
  }

  @Test
  void rejectsThousandsBesidePoints() {
    TableRead read = read("age;job\n1,500.25;none\n1.5;none\n", ReadOptions.NONE, AGE_JOB);
    assertThat(numbers(read, "age")).containsExactly(1.5);
    assertThat(read.notes()).anyMatch(n -> n.contains("signs for thousands are not read"));
  }

  @Test
  void aDeclaredLevelIsNotMissingEvenIfItsTextMeansMissingElsewhere() {
    TableRead read = read("age,job\nnone,none\n?,?\n", missing("none", "?"), AGE_JOB);
    assertThat(numbers(read, "age")).containsExactly(Double.NaN, Double.NaN);
    assertThat(texts(read, "job")).containsExactly("none", "");
    assertThat(read.rejects()).isEmpty();
  }

  @Test
  void saysWhatAnUndeclaredMarkerMayMean() {
    TableRead read = read("age,job\nNA,none\n", ReadOptions.NONE, AGE_JOB);
    assertThat(read.kept()).isZero();
    assertThat(read.notes())
        .contains(
            "Maybe 'NA' in column age means that the value is missing: then list it under missing.");
  }

  @Test
  void holdsNumbersAgainstTheDeclaredRange() {
    Field age =
        new Field(
            "age", FieldType.NUMERIC, List.of(), Optional.of(18.0), Optional.of(99.5), "", "");
    TableRead read = read("age\n18\n17\n99.5\n100\n\"\"\n", ReadOptions.NONE, List.of(age));
    assertThat(numbers(read, "age")).containsExactly(18, 99.5, Double.NaN);
    assertThat(read.rejects())
        .extracting(Reject::reason)
        .containsExactly("is below the declared minimum 18", "is above the declared maximum 99.5");
  }

  @Test
  void collectsLevelsSortedWhereNoneAreDeclared() {
    TableRead read =
        read("g\nm\nf\n x \nf\n", ReadOptions.NONE, List.of(Field.categorical("g", List.of())));
    CategoricalColumn column = (CategoricalColumn) read.frame().column("g");
    assertThat(column.levels()).containsExactly("f", "m", "x");
    assertThat(column.codes()).containsExactly(1, 0, 2, 0);
    assertThat(read.notes()).anyMatch(n -> n.contains("3 were found"));
  }

  @Test
  void aRejectedRowLeavesNoLevelBehind() {
    TableRead read =
        read(
            "g,age\nonly here,x\nm,1\n",
            ReadOptions.NONE,
            List.of(Field.categorical("g", List.of()), Field.numeric("age")));
    assertThat(((CategoricalColumn) read.frame().column("g")).levels()).containsExactly("m");
  }

  @Test
  void countsDuplicatesButNotByIdentifier() {
    TableRead read =
        read(
            "id,age,job\na,1,none\nb,1,none\nc,-0,clerk\nd,0,clerk\ne,,none\nf,,none\ng,2,none\n",
            ReadOptions.NONE,
            List.of(Field.text("id"), AGE_JOB.get(0), AGE_JOB.get(1)));
    assertThat(read.duplicates()).isEqualTo(3);
    assertThat(read.kept()).isEqualTo(7);
  }

  @Test
  void readsEncodings() {
    List<Field> name = List.of(Field.text("Straße"));
    for (String encoding : List.of("windows-1252", "UTF-8", "UTF-16LE", "UTF-16")) {
      byte[] bytes = "Straße;x\nMüller;1\n".getBytes(Charset.forName(encoding));
      TableRead read = read(bytes, encoding(encoding), name);
      assertThat(texts(read, "Straße")).as(encoding).containsExactly("Müller");
    }
    TableRead marked =
        read("\uFEFFStraße;x\nMüller;1\n".getBytes(StandardCharsets.UTF_8), ReadOptions.NONE, name);
    assertThat(texts(marked, "Straße")).containsExactly("Müller");
    assertThat(marked.notes()).anyMatch(n -> n.contains("byte order mark"));
    TableRead wide =
        read("Straße;x\nMüller;1\n".getBytes(StandardCharsets.UTF_16), ReadOptions.NONE, name);
    assertThat(texts(wide, "Straße")).containsExactly("Müller");
  }

  @Test
  void tellsTheLineOfBytesThatAreNotUtf8() {
    String many = "Meier;1\n".repeat(20_000);
    byte[] bytes = ("name;x\n" + many + "Müller;1\n").getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> read(bytes, ReadOptions.NONE, List.of(Field.text("name"))))
        .isInstanceOf(UnreadableTable.class)
        .hasMessageContaining("people.csv, line 20002: after 'M' come bytes that are not UTF-8")
        .hasMessageContaining("windows-1252");
  }

  @Test
  void namesTheColumnThatIsNotThereAndTheNearest() {
    assertThatThrownBy(() -> read("Age,job\n1,none\n", ReadOptions.NONE, AGE_JOB))
        .isInstanceOf(UnreadableTable.class)
        .hasMessageEndingWith(
            "people.csv: there is no column age. Maybe you meant Age. The columns are Age, job.");
    assertThatThrownBy(() -> read("1,2\n3,4\n", ReadOptions.NONE, AGE_JOB))
        .hasMessageContaining("Maybe the first line, which should name the columns, is absent.");
  }

  @Test
  void anOptionalColumnMayBeAbsent() throws IOException {
    Path file = Files.writeString(folder.resolve("o.csv"), "age\n1\n");
    TableRead read = TableReader.read(file, Format.CSV, ReadOptions.NONE, AGE_JOB, List.of("age"));
    assertThat(read.frame().columns()).extracting(Column::name).containsExactly("age");
    assertThat(read.notes()).contains("The file has no column job.");
  }

  @Test
  void refusesAWantedColumnThatIsThereTwice() {
    assertThatThrownBy(() -> read("age,job,age\n1,none,2\n", ReadOptions.NONE, AGE_JOB))
        .isInstanceOf(UnreadableTable.class)
        .hasMessageContaining("two columns are named age (columns 1 and 3)");
    assertThat(read("age,job,x,x\n1,none,2,3\n", ReadOptions.NONE, AGE_JOB).kept()).isOne();
  }

  @Test
  void refusesAQuoteThatIsNeverClosed() {
    assertThatThrownBy(() -> read("age,job\n1,none\n2,\"none\n3,none\n", ReadOptions.NONE, AGE_JOB))
        .isInstanceOf(UnreadableTable.class)
        .hasMessageContaining("line 3")
        .hasMessageContaining("Maybe a quote");
    assertThatThrownBy(
            () ->
                read(
                    "age,job\n1,none\n2,\"" + "3,none\n".repeat(1_000_000),
                    ReadOptions.NONE,
                    AGE_JOB))
        .isInstanceOf(UnreadableTable.class)
        .hasMessageContaining("Maybe a quote");
  }

  @Test
  void aQuoteInsideAPlainFieldIsJustASign() {
    TableRead read = read("t,x\n5\" pipe,1\n", ReadOptions.NONE, List.of(Field.text("t")));
    assertThat(texts(read, "t")).containsExactly("5\" pipe");
  }

  @Test
  void readsATableWithoutRows() {
    TableRead read = read("age,job", ReadOptions.NONE, AGE_JOB);
    assertThat(read.rows()).isZero();
    assertThat(read.frame().rows()).isZero();
    assertThat(read.frame().columns()).hasSize(2);
  }

  @Test
  void refusesFilesThatAreNoTable() throws IOException {
    assertThatThrownBy(() -> read("", ReadOptions.NONE, AGE_JOB)).hasMessageContaining("is empty");
    assertThatThrownBy(() -> read("\n\n", ReadOptions.NONE, AGE_JOB))
        .isInstanceOf(UnreadableTable.class);
    assertThatThrownBy(() -> read("PK\3\4....", ReadOptions.NONE, AGE_JOB))
        .isInstanceOf(UnreadableTable.class)
        .hasMessageContaining("format: xlsx");
    assertThatThrownBy(() -> read("PAR1....", ReadOptions.NONE, AGE_JOB))
        .hasMessageContaining("format: parquet");
    Files.writeString(folder.resolve("credit.csv"), "age\n");
    assertThatThrownBy(
            () ->
                TableReader.read(
                    folder.resolve("credits.csv"),
                    Format.CSV,
                    ReadOptions.NONE,
                    AGE_JOB,
                    List.of()))
        .isInstanceOf(UnreadableTable.class)
        .hasMessageContaining("no such file. Maybe you meant credit.csv.");
    assertThatThrownBy(
            () -> TableReader.read(folder, Format.CSV, ReadOptions.NONE, AGE_JOB, List.of()))
        .isInstanceOf(UnreadableTable.class);
  }
}
