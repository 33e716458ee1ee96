package io.attest.rules;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cells of a table, read without an engine. */
class ConditionTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
      < 0.6                      | below 0.6
      > 0.8                      | above 0.8
      >= 1                       | at least 1
      0                          | exactly 0
      [0.5..0.9)                 | at least 0.5 and below 0.9
      (0.5..0.8]                 | above 0.5 and at most 0.8
      ]0.5..0.8[                 | above 0.5 and below 0.8
      < 0.1, > 0.9               | below 0.1 or above 0.9
      not([0.1..0.9])            | not at least 0.1 and at most 0.9
      "high"                     | high
      "high", "critical"         | high or critical
      not("high")                | not high
      -                          | anything
      starts with(?, "a")        | such that starts with(?, "a")
      matches(?, "a.c")          | like a.c
      """)
  void cellsAreToldInWords(String cell, String words) {
    assertThat(Condition.of(cell).inWords()).isEqualTo(words);
  }

  @Test
  void emptyIsAnything() {
    assertThat(Condition.of(" ")).isEqualTo(new Condition.Any());
    assertThat(Condition.of("").mayBe("x")).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '\'',
      textBlock =
          """
      "a" ; a ; true
      "a" ; b ; false
      "a", "b, c" ; b, c ; true
      not("a") ; a ; false
      not("a", "b") ; c ; true
      "say \\"a\\"" ; say "a" ; true
      matches(lower case(?), "(^|_)(age|sex)($|_)") ; Applicant_SEX ; true
      matches(lower case(?), "(^|_)(age|sex)($|_)") ; mortgage ; false
      matches(?, "(unclosed") ; x ; true
      contains(?, "age") ; x ; false
      contains(?, "age") ; mortgage ; true
      ends with(?, "age") ; x ; true
      """)
  void textsAreHeldAgainstThem(String cell, String text, boolean allowed) {
    assertThat(Condition.of(cell).mayBe(text)).isEqualTo(allowed);
  }

  /** The limit named is never farther away than any other border of the cell. */
  @Property(tries = 200)
  void theNearestLimitIsNamed(@ForAll @DoubleRange(min = -5, max = 5) double value) {
    Condition.Numbers numbers = (Condition.Numbers) Condition.of("< -1, [0.5..2], > 4");
    double limit = numbers.limit(value).orElseThrow();
    for (double border : new double[] {-1, 0.5, 2, 4}) {
      assertThat(Math.abs(limit - value)).isLessThanOrEqualTo(Math.abs(border - value));
    }
  }
}
