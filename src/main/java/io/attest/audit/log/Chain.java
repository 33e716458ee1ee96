package io.attest.audit.log;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.Optional;

/**
 * Follows the entries of a log, one after the other, and holds each against the one before, against
 * its own hash, and against heads that were seen earlier. Stops listening at the first that is
 * wrong.
 */
public final class Chain {
  private final Deque<LogHead> seen;
  private long sequence;
  private String hash;
  private long followed;
  private Optional<Broken> broken = Optional.empty();

  /** The first place where the log is not what it was, and why. */
  public record Broken(long sequence, String why) {}

  /**
   * @param from where to begin: the head that was reached before; the entry after it comes first
   * @param seen heads that were seen before, in any order; those up to {@code from} are taken as
   *     checked
   */
  public Chain(LogHead from, Collection<LogHead> seen) {
    this.sequence = from.sequence();
    this.hash = from.hash();
    this.seen =
        new ArrayDeque<>(
            seen.stream()
                .filter(head -> head.sequence() > from.sequence())
                .sorted(Comparator.comparingLong(LogHead::sequence))
                .toList());
  }

  /** From the first entry on. */
  public static Chain fromTheBeginning(Collection<LogHead> seen) {
    return new Chain(new LogHead(0, LogEntry.NOTHING, java.time.Instant.EPOCH), seen);
  }

  /** The next entry. */
  public void follow(LogEntry entry) {
    if (broken.isPresent()) {
      return;
    }
    if (entry.sequence() != sequence + 1) {
      fault(
          sequence + 1,
          "entry "
              + (sequence + 1)
              + " is not there: after entry "
              + sequence
              + " comes entry "
              + entry.sequence());
    } else if (!entry.previous().equals(hash)) {
      fault(
          entry.sequence(),
          "entry "
              + entry.sequence()
              + " ("
              + entry.what()
              + ", "
              + entry.subject()
              + ") does not follow the entry before it");
    } else if (!entry.computed().equals(entry.hash())) {
      fault(
          entry.sequence(),
          "entry "
              + entry.sequence()
              + " ("
              + entry.what()
              + ", "
              + entry.subject()
              + ") was changed: its content does not hash to what it states");
    } else {
      sequence = entry.sequence();
      hash = entry.hash();
      followed++;
      while (!seen.isEmpty() && seen.peek().sequence() == sequence) {
        hold(seen.poll());
      }
    }
  }

  private void hold(LogHead head) {
    if (!head.hash().equals(hash)) {
      fault(
          head.sequence(),
          "entry "
              + head.sequence()
              + " is another than the one that was seen on "
              + head.at()
              + ": the log was written anew");
    }
  }

  /** After the last entry: heads that were seen and never came are missing entries. */
  public Chain end() {
    if (broken.isEmpty() && !seen.isEmpty()) {
      LogHead last = seen.peekLast();
      fault(
          sequence + 1,
          "the log ends with entry "
              + sequence
              + ", but entry "
              + last.sequence()
              + " was seen on "
              + last.at()
              + ". Maybe the database was restored from an older backup");
    }
    return this;
  }

  /**
   * After the last entry, where the end of the log is known: an entry beyond it was put there by
   * somebody else.
   */
  public Chain endAt(LogHead head) {
    if (broken.isEmpty() && sequence > head.sequence()) {
      fault(
          head.sequence() + 1,
          "entry "
              + (head.sequence() + 1)
              + " stands after the end of the log, which is entry "
              + head.sequence()
              + ": it was not written by Attest");
    }
    return end();
  }

  private void fault(long at, String why) {
    if (broken.isEmpty()) {
      broken = Optional.of(new Broken(at, why));
    }
  }

  /** The first fault, if there is one. */
  public Optional<Broken> broken() {
    return broken;
  }

  /** How many entries were followed without a fault. */
  public long followed() {
    return followed;
  }

  /** The last entry without a fault, seen at this time. */
  public LogHead head(java.time.Instant now) {
    return new LogHead(sequence, hash, now);
  }
}
