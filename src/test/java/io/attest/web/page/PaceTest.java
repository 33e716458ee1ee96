package io.attest.web.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.AuditStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class PaceTest {
  private Instant now = Instant.parse("2026-11-22T10:00:00Z");
  private final Pace pace =
      new Pace(
          new Clock() {
            @Override
            public ZoneId getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
              return this;
            }

            @Override
            public Instant instant() {
              return now;
            }
          });

  private String at(int seconds, long done) {
    now = now.plus(Duration.ofSeconds(seconds));
    return pace.left("A", new AuditStore.Step("explain", "tree-shap", done, 1000));
  }

  @Test
  void nothingIsSaidBeforeEnoughWasSeen() {
    assertThat(at(0, 100)).isEmpty();
    assertThat(at(2, 120)).isEmpty();
    assertThat(at(8, 120)).isEqualTo("about 7 min left");
    assertThat(at(40, 600)).isEqualTo("less than a minute left");
    assertThat(at(1, 1000)).isEmpty();
  }

  @Test
  void workThatBeginsAgainIsMeasuredAgain() {
    at(0, 500);
    assertThat(at(10, 600)).isNotEmpty();
    assertThat(at(5, 10)).isEmpty();
    assertThat(at(10, 10)).as("nothing was done meanwhile").isEmpty();
    assertThat(at(10, 30)).isEqualTo("about 15 min left");
  }

  @Test
  void guessesAreAsRoughAsTheyAre() {
    assertThat(Pace.words(100)).isEqualTo("about 2 min left");
    assertThat(Pace.words(23 * 60)).isEqualTo("about 25 min left");
    assertThat(Pace.words(3700)).isEqualTo("about 1 hour left");
    assertThat(Pace.words(1e6)).isEqualTo("more than two days left");
  }
}
