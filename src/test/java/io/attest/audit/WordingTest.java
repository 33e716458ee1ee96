package io.attest.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.explain.Counterfactuals.Change;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordingTest {

  @ParameterizedTest
  @CsvSource({
    "12, months, 12 months",
    "1, months, 1 month",
    "1, persons, 1 person",
    "2, persons, 2 persons",
    "1.5, years, 1.5 years",
    "-3, DM, -3 DM",
    "1, DM, 1 DM",
    "1, Celsius, 1 Celsius",
    "12 months, months, 12 months",
    "(missing), months, (missing)",
    "no account, DM, no account",
    "12, '', 12"
  })
  void aNumberHasItsUnitOnce(String value, String unit, String said) {
    assertThat(new Wording("f", "", unit).amount(value)).isEqualTo(said);
  }

  @Test
  void aChangeIsToldByWhatTheOwnerDeclared() {
    Map<String, Wording> declared =
        Map.of(
            "duration", new Wording("duration", "How long the credit is to run", "months"),
            "checking_status", new Wording("checking_status", "", ""));
    assertThat(
            Wording.of(
                List.of(
                    new Change("duration", "12", "11", 12, 11, 1),
                    new Change("checking_status", "200 DM or more", "no account", 2, 3, 1)),
                declared::get))
        .isEqualTo(
            "How long the credit is to run: 11 months instead of 12 months; and checking status: no"
                + " account instead of 200 DM or more");
  }
}
