package io.attest.report.letter;

import java.time.LocalDate;
import java.util.Optional;

/**
 * A right that a letter tells of.
 *
 * @param id a short name that stays
 * @param text what is said, in the installation's own words
 * @param source where it stands in the law
 * @param from the first day on which it applies
 * @param until the last one, if it has ended
 * @param outcome {@code unfavourable}, {@code favourable} or {@code any}: which letters tell of it
 * @param verified who checked the words against the law and when; empty if nobody did
 */
public record Right(
    String id,
    String text,
    String source,
    LocalDate from,
    Optional<LocalDate> until,
    String outcome,
    Optional<String> verified) {

  boolean applies(LocalDate day, boolean favourable) {
    return !day.isBefore(from)
        && until.filter(day::isAfter).isEmpty()
        && (outcome.equals("any") || outcome.equals(favourable ? "favourable" : "unfavourable"));
  }
}
