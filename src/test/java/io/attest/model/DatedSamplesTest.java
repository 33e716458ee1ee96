package io.attest.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DatedSamplesTest {

  static java.util.List<DatedSamples.Month> months() {
    return DatedSamples.MONTHS;
  }

  @ParameterizedTest
  @MethodSource("months")
  void theFileIsMadeAgainByteForByte(DatedSamples.Month month) throws IOException {
    assertThat(DatedSamples.csv(month)).isEqualTo(Files.readString(month.file()));
  }

  @ParameterizedTest
  @MethodSource("months")
  void noRowIsThereTwice(DatedSamples.Month month) throws IOException {
    assertThat(Files.readAllLines(month.file()).stream().map(l -> l.substring(l.indexOf(','))))
        .hasSize(401)
        .doesNotHaveDuplicates();
  }
}
