package io.attest.process.rules;

import static io.attest.rules.Tables.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attest.rules.RuleEngine.Question;
import io.attest.rules.RuleEngine.RuleBook;
import io.attest.rules.RuleProblem;
import io.attest.rules.Tables;
import io.attest.rules.UnreadableRules;
import io.attest.stage.rules.RuleBench;
import io.attest.stage.rules.RuleTest;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A typo is told; it does not switch a rule off. */
class StrictCellsTest {
  private static final String AUC = "\"performance.auc\"";

  private static List<RuleProblem> wrong(byte[] dmn) {
    RuleTest test =
        new RuleBench(new DmnRules(), Duration.ofMinutes(1))
            .test(dmn, "t.dmn", List.of(), List.of());
    return test.problems().stream().filter(RuleProblem::broken).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
      3 | < limit                 | value    | 'limit'
      3 | < "0.65"                | value    | no quotes
      3 | < 0,65                  | value    | Write a point
      3 | not(< limit)            | value    | 'limit'
      3 | [0.5..limit)            | value    | 'limit'
      3 | lower(?) < 3            | value    | 'lower'
      3 | true                    | value    | gives no answer
      2 | not(contain(?, " x "))  | subject  | 'contain'
      2 | contain(?, " x ")       | subject  | 'contain'
      2 | age                     | subject  | 'age'
      2 | starts with(?, 5)       | subject  | gives no answer
      4 | hihg                    | tier     | 'hihg'
      5 | lower cas(?) = "a"      | domain   | 'lower cas'
      6 | rul                     | rule     | 'rul'
      7 | if value > 700 then "block" else "wran" | severity | 'wran'
      8 | "a" + string(decimal(valu, 2)) | message | 'valu'
      8 | "a" + strin(value)      | message  | 'strin'
      8 | "a" + subjekt           | message  | 'subjekt'
      8 | "a" + value             | message  | string(...)
      8 | if value > 700 then "a" + nme else "b" | message | 'nme'
      9 | null                    | reference | gives no answer
      """)
  void aTypoBreaksTheTable(int column, String cell, String where, String what) {
    assertThat(wrong(Tables.of(row("auc", AUC, "< 0.8", "" + column, cell))))
        .anySatisfy(
            p -> {
              assertThat(p.row()).isEqualTo(1);
              assertThat(p.cell()).isEqualTo(where);
              assertThat(p.message()).contains(what);
            });
  }

  /** The same typos in the shipped table, where a blocking rule fell silent. */
  @ParameterizedTest
  @ValueSource(strings = {"&lt; limit", "&lt; \"0.65\"", "&lt; 0,65"})
  void theShippedTableToo(String cell) throws Exception {
    assertThat(wrong(Tables.packed("&lt; 0.65", cell)))
        .singleElement()
        .extracting(RuleProblem::cell)
        .isEqualTo("value");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
      3 | < 0, > 1
      3 | 1, 2
      3 | abs(?) > 2
      3 | log(?) < 2
      3 | -
      3 | > value - 1
      2 | not(contains(?, " x "))
      2 | starts with(?, "age")
      2 | ends with(?, ": a"), "age"
      8 | substring before(subject, ":")
      8 | split(subject, ": ")[2]
      8 | if value > 1 then "much" else "little"
      7 | if value > 700 then "block" else "warn"
      9 | "a " + tier + domain + metric
      """)
  void formulasThatAnswerStand(int column, String cell) {
    assertThat(wrong(Tables.of(row("auc", AUC, "< 0.8", "" + column, cell)))).isEmpty();
  }

  /** A formula that answers to some facts is judged by the facts that there are. */
  @Test
  void aFormulaThatDoesNotAnswerToAFactIsNoPass() {
    String formula = "> number(substring after(subject, \"rank \"))";
    byte[] dmn = Tables.of(row("rank", "\"vif\"", formula));
    assertThat(wrong(dmn)).isEmpty();
    RuleBook book = new DmnRules().open(dmn, "t");
    assertThat(book.ask(new Question("vif", "a, rank 2", 3, "high", ""))).hasSize(1);
    assertThat(book.ask(new Question("data.rows", "a", 3, "high", ""))).isEmpty();
    assertThatThrownBy(() -> book.ask(new Question("vif", "a", 3, "high", "")))
        .isInstanceOf(UnreadableRules.class)
        .hasMessageContaining("row 1, value: gives no answer to vif of 'a' with the value 3.0");
  }
}
