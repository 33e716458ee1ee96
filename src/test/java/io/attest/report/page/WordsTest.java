package io.attest.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class WordsTest {

  @Test
  void whatIsDueAtTheEndOfADayIsDueThatDay() {
    var end = LocalDate.of(2027, 2, 1).atStartOfDay(ZoneId.systemDefault());
    assertThat(new Words().due(end.toInstant())).isEqualTo("31 Jan 2027");
    var noon = end.plusHours(12).toInstant();
    assertThat(new Words().due(noon)).isEqualTo(new Words().when(noon)).contains("Feb 2027, ");
  }
}
