package io.attest.web.page;

import io.attest.audit.AuditStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * How long work in progress may still take, from what was done since somebody began to look. A
 * guess that says so: nothing is said before enough was seen, and the words are as rough as the
 * guess.
 */
@Component
class Pace {
  private static final Duration ENOUGH = Duration.ofSeconds(3);
  private static final int REMEMBERED = 1000;

  private final Clock clock;
  private final Map<String, Seen> first =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Seen> eldest) {
              return size() > REMEMBERED;
            }
          });

  private record Seen(Instant at, long done, long total) {}

  Pace(Clock clock) {
    this.clock = clock;
  }

  /** {@code about 2 min left}; empty where nothing can be said. */
  String left(String auditId, AuditStore.Step step) {
    if (step.total() <= 0 || step.done() >= step.total()) {
      return "";
    }
    Instant now = clock.instant();
    Seen from =
        first.compute(
            auditId + "\n" + step.stage() + "\n" + step.part(),
            (key, seen) ->
                // Begun again, after a rework or a failure.
                seen == null || step.done() < seen.done() || step.total() != seen.total()
                    ? new Seen(now, step.done(), step.total())
                    : seen);
    Duration took = Duration.between(from.at(), now);
    long done = step.done() - from.done();
    if (done <= 0 || took.compareTo(ENOUGH) < 0) {
      return "";
    }
    double seconds = took.toMillis() / 1000.0 * (step.total() - step.done()) / done;
    return words(seconds);
  }

  static String words(double seconds) {
    if (seconds < 45) {
      return "less than a minute left";
    }
    long minutes = Math.max(1, Math.round(seconds / 60));
    if (minutes < 60) {
      return "about " + (minutes > 10 ? Math.round(minutes / 5.0) * 5 : minutes) + " min left";
    }
    long hours = Math.round(minutes / 60.0);
    return hours < 48
        ? "about " + hours + (hours == 1 ? " hour left" : " hours left")
        : "more than two days left";
  }
}
