package io.attest.process.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetriesTest {
  private final Retries retries =
      new Retries(List.of(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofMinutes(2)));

  @Test
  void eachFailureWaitsLongerAndTheLastIsAnIncident() {
    assertThat(retries.after(null)).isEqualTo(new Retries.Next(3, Duration.ofSeconds(5)));
    assertThat(retries.after(3)).isEqualTo(new Retries.Next(2, Duration.ofSeconds(30)));
    assertThat(retries.after(2)).isEqualTo(new Retries.Next(1, Duration.ofMinutes(2)));
    assertThat(retries.after(1)).isEqualTo(new Retries.Next(0, Duration.ZERO));
  }

  @Test
  void moreTriesThanWaitsBeginWithTheFirstWait() {
    assertThat(retries.after(10)).isEqualTo(new Retries.Next(9, Duration.ofSeconds(5)));
  }

  @Test
  void withoutWaitsTheFirstFailureIsAnIncident() {
    assertThat(new Retries(List.of()).after(null)).isEqualTo(new Retries.Next(0, Duration.ZERO));
  }
}
