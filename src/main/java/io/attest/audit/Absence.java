package io.attest.audit;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/**
 * Somebody is away, and another stands in.
 *
 * @param from first day
 * @param until last day
 * @param endedAt when it was taken back, if it was: from then on it counts no more
 */
public record Absence(
    String id,
    String person,
    String deputy,
    LocalDate from,
    LocalDate until,
    String enteredBy,
    Instant enteredAt,
    Optional<Instant> endedAt) {

  /** Whether it counts on a day. */
  public boolean on(LocalDate day) {
    return endedAt.isEmpty() && !day.isBefore(from) && !day.isAfter(until);
  }

  /** Whether it shares a day with these; one that was taken back shares none. */
  public boolean meets(LocalDate first, LocalDate last) {
    return endedAt.isEmpty() && !last.isBefore(from) && !first.isAfter(until);
  }
}
