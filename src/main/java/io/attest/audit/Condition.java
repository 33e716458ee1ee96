package io.attest.audit;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * One condition of an approval.
 *
 * @param position 1 is the first
 * @param owner who has to meet it, as the reviewer wrote it; empty if nobody was named
 * @param dueOn by when
 * @param state {@code open}, {@code met}, {@code failed}, or {@code closed} where the report of the
 *     approval was withdrawn
 */
public record Condition(
    String auditId,
    int position,
    String model,
    String text,
    String owner,
    LocalDate dueOn,
    String state) {

  /** The state of a condition that nobody has to meet any more. */
  public static final String CLOSED = "closed";

  /** The state of a condition that was not met. */
  public static final String FAILED = "failed";

  /** Days to meet a condition for which nobody named a day. */
  public static final int DAYS = 30;

  private static final int MOST = 50;
  private static final int LONGEST_OWNER = 200;

  /** What was done about a condition, and by whom. */
  public record Step(Instant at, String who, String what, String comment) {}

  /** A condition as a reviewer writes it. */
  public record Line(String text, String owner, LocalDate dueOn) {}

  /**
   * Reads conditions, one a line: {@code text | owner | 2026-12-31}. Owner and day may be left out.
   *
   * @param today what a day that nobody named is counted from
   * @throws IllegalArgumentException if a line has no text, too many parts or no day, with a
   *     message for the reviewer
   */
  public static List<Line> read(String lines, LocalDate today) {
    List<Line> found = new ArrayList<>();
    for (String line : lines.lines().map(String::strip).filter(l -> !l.isEmpty()).toList()) {
      String[] parts = line.split("\\|", -1);
      if (parts.length > 3 || parts[0].isBlank()) {
        throw new IllegalArgumentException(
            "The condition \"" + line + "\" is not written text | owner | 2026-12-31.");
      }
      String owner = parts.length > 1 ? parts[1].strip() : "";
      if (owner.length() > LONGEST_OWNER) {
        throw new IllegalArgumentException(
            "The owner of the condition \"" + parts[0].strip() + "\" is too long a name.");
      }
      String day = parts.length > 2 ? parts[2].strip() : "";
      found.add(new Line(parts[0].strip(), owner, day.isEmpty() ? today.plusDays(DAYS) : day(day)));
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException("Say the conditions: there is none.");
    }
    if (found.size() > MOST) {
      throw new IllegalArgumentException(
          "There are "
              + found.size()
              + " conditions; an approval takes at most "
              + MOST
              + ". Maybe send the audit back.");
    }
    return List.copyOf(found);
  }

  /**
   * Reads a day.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static LocalDate day(String text) {
    try {
      String day = text.strip();
      return LocalDate.parse(day.length() > 10 ? day.substring(0, 10) : day);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "The day \"" + text + "\" is not written like 2026-12-31.", e);
    }
  }
}
