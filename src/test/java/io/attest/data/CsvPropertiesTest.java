package io.attest.data;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.QuoteStrategies;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

class CsvPropertiesTest {
  private static final List<Field> WANTED =
      List.of(Field.numeric("a"), Field.categorical("b", List.of()), Field.text("c"));

  private static TableRead read(byte[] bytes, ReadOptions options) throws IOException {
    Path file = Files.createTempFile("attest", ".csv");
    try {
      Files.write(file, bytes);
      return TableReader.read(file, Format.CSV, options, WANTED, List.of("a"));
    } finally {
      Files.delete(file);
    }
  }

  @Property(tries = 2000)
  void numbersAreRoundedAsJavaRoundsThem(@ForAll("decimals") String text) {
    Double expected = Double.parseDouble(text);
    Double found = Numbers.parse(text, '.');
    assertThat(found).isEqualTo(expected.isInfinite() ? (Double) Double.NaN : expected);
    assertThat((Double) Numbers.parse(text.replace('.', ','), ',')).isEqualTo(found);
  }

  @Provide
  Arbitrary<String> decimals() {
    Arbitrary<String> digits = Arbitraries.strings().numeric().ofMinLength(1).ofMaxLength(25);
    Arbitrary<String> power =
        Arbitraries.oneOf(
            Arbitraries.just(""), Arbitraries.integers().between(-345, 315).map(e -> "e" + e));
    Arbitrary<String> any =
        net.jqwik.api.Combinators.combine(Arbitraries.of("", "-", "+"), digits, digits, power)
            .as((sign, whole, part, e) -> sign + whole + "." + part + e);
    // Half way between two doubles: the hardest to round.
    Arbitrary<String> halves =
        Arbitraries.longs()
            .between(1L << 52, (1L << 53) - 1)
            .map(m -> new java.math.BigDecimal(m).add(new java.math.BigDecimal("0.5")))
            .map(java.math.BigDecimal::toPlainString);
    return Arbitraries.oneOf(any, halves);
  }

  @Property(tries = 500)
  void anyBytesGiveATableOrAMessage(@ForAll @Size(max = 200) byte[] bytes) throws IOException {
    try {
      accounted(read(bytes, ReadOptions.NONE));
    } catch (UnreadableTable e) {
      assertThat(e.getMessage()).contains(".csv");
    }
  }

  @Property(tries = 1000)
  void anyMixOfSignsGivesATableOrAMessage(@ForAll("signs") String text) throws IOException {
    try {
      accounted(read(("a,b,c\n" + text).getBytes(StandardCharsets.UTF_8), ReadOptions.NONE));
    } catch (UnreadableTable e) {
      assertThat(e.getMessage()).contains(".csv");
    }
  }

  private static void accounted(TableRead read) {
    assertThat(read.rejects().stream().mapToLong(Reject::rows).sum()).isEqualTo(read.rejected());
    assertThat(read.rejected()).isNotNegative();
  }

  @Provide
  Arbitrary<String> signs() {
    return Arbitraries.of(
            "\"", ",", ";", "\t", "\n", "\r", "\r\n", "1", "2.5", "-", "x", " ", "ä", "\uFEFF",
            "\0")
        .list()
        .ofMaxSize(40)
        .map(list -> String.join("", list));
  }

  @Property(tries = 300)
  void whatIsWrittenIsReadBack(@ForAll("rows") List<Row> rows, @ForAll("delimiters") char delimiter)
      throws IOException {
    StringWriter text = new StringWriter();
    try (CsvWriter out =
        CsvWriter.builder()
            .fieldSeparator(delimiter)
            .quoteStrategy(QuoteStrategies.EMPTY)
            .build(text)) {
      out.writeRecord("a", "b", "c");
      rows.forEach(r -> out.writeRecord(r.a.isNaN() ? "" : r.a.toString(), r.b, r.c));
    }
    TableRead read =
        read(
            text.toString().getBytes(StandardCharsets.UTF_8),
            new ReadOptions(
                Optional.empty(), Optional.empty(), Optional.of('.'), List.of(), Optional.empty()));
    assertThat(read.rejects()).isEmpty();
    List<Row> back = new ArrayList<>();
    for (int i = 0; i < read.frame().rows(); i++) {
      back.add(
          new Row(
              ((NumericColumn) read.frame().column("a")).values()[i],
              read.frame().column("b").text(i),
              read.frame().column("c").text(i)));
    }
    assertThat(back).isEqualTo(rows);
  }

  record Row(Double a, String b, String c) {}

  @Provide
  Arbitrary<Character> delimiters() {
    return Arbitraries.of(',', ';', '\t', '|');
  }

  @Provide
  Arbitrary<List<Row>> rows() {
    Arbitrary<Double> numbers =
        Arbitraries.oneOf(
            Arbitraries.longs().map(Double::longBitsToDouble).map(d -> d.isInfinite() ? 1.0 : d),
            Arbitraries.integers().map(Integer::doubleValue));
    Arbitrary<String> levels = Arbitraries.of("", "x", "<0", "a,b", "a;b", "\"q\"", "l1\nl2", "|");
    Arbitrary<String> texts =
        Arbitraries.strings()
            .withChars("ab,;\t|\"\n\r \u00e4\ud83d\ude00".toCharArray())
            .ofMaxLength(8)
            .filter(s -> s.isEmpty() || !s.isBlank())
            .filter(CsvPropertiesTest::wellFormed);
    return net.jqwik.api.Combinators.combine(numbers, levels, texts)
        .as(Row::new)
        .list()
        .ofMaxSize(30);
  }

  private static boolean wellFormed(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }
}
