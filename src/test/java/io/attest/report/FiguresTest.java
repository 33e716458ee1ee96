package io.attest.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FiguresTest {

  @ParameterizedTest
  @CsvSource({
    "0.6504431992862075, 0.650443",
    "-1234.567890123, -1234.57",
    "12.5 months, 12.5 months",
    "0.123456, 0.123456",
    "123456789, 123456789",
    "1.23456789E-7, 1.23456789E-7",
    "1.2.3456789012, 1.2.3456789012",
    "above the median of 0.13834892052002212 (scores), above the median of 0.138349 (scores)"
  })
  void longFractionsAreBriefInSentences(String text, String brief) {
    assertThat(Figures.brief(text)).isEqualTo(brief);
  }
}
