package io.attest.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypedTest {
  private static final Field AMOUNT =
      new Field(
          "amount",
          FieldType.NUMERIC,
          List.of(),
          Optional.of(-5.0),
          Optional.of(2e9),
          "DM",
          "How much");
  private static final Field HOME = Field.categorical("home", List.of("own", "rent", "unknown"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "24|24",
        " 24 DM|24",
        "24dm|24",
        "1,5|1.5",
        "1.5|1.5",
        "-3|-3",
        "+3|3",
        "1 000|1000",
        "1\u00a0000,5|1000.5",
        "1'234'567|1234567",
        "1,234.5|1234.5",
        "1.234,5|1234.5",
        "1,234,567|1234567",
        "1.234.567|1234567",
        "0,125|0.125",
        "1.200|1.2",
        "1e3|1000"
      })
  void numbersAreReadAsPeopleWriteThem(String text, double expected) {
    assertThat(Typed.of(AMOUNT, text)).isEqualTo(new Typed(expected, ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,200|can be read in two ways. Maybe 1200, or 1.200",
        "four|is no number",
        "NaN|is no number",
        "Infinity|is no number",
        "1 00|is no number",
        "0x10|is no number",
        "=1+1|is no number",
        "-6|below -5 DM",
        "3e9|above 2000000000 DM"
      })
  void whatIsUnclearOrWrongIsRefusedWithWhatToDo(String text, String message) {
    Typed typed = Typed.of(AMOUNT, text);
    assertThat(typed.fits()).isFalse();
    assertThat(typed.fault()).contains(message).contains("Maybe").endsWith(".");
    assertThat(typed.value()).isNaN();
  }

  @Test
  void nothingIsNotUnknownAndUnknownIsSaid() {
    assertThat(Typed.of(AMOUNT, " ").fault()).contains("has no value");
    assertThat(Typed.of(AMOUNT, "Unknown")).isEqualTo(new Typed(Double.NaN, ""));
    assertThat(Typed.of(HOME, "").fault()).contains("has no value");
    assertThat(Typed.of(HOME, "(missing)")).isEqualTo(new Typed(Double.NaN, ""));
    assertThat(Typed.of(HOME, "unknown").value()).as("a level before a word").isEqualTo(2);
    assertThat(Typed.of(HOME, "Own ").value()).isZero();
    assertThat(Typed.of(HOME, "rnet").fault()).contains("Maybe you meant rent.");
    assertThat(Typed.of(HOME, "x".repeat(201)).fault()).contains("longer than 200");
  }

  @Property
  void whatTheDataShowIsReadBack(@ForAll @DoubleRange(min = -5, max = 2e9) double value) {
    String text = new NumericColumn("", new double[] {value}).text(0);
    assertThat(Typed.of(AMOUNT, text).value()).isEqualTo(value);
  }
}
