package io.attest.process.schedule;

import java.util.Date;
import org.camunda.bpm.engine.impl.calendar.CycleBusinessCalendar;

/**
 * When a schedule starts audits.
 *
 * @param text as the engine reads it: a cron expression or a repeating ISO interval
 */
public record Cycle(String text) {

  /**
   * Reads what a person wrote: a cron expression of six fields ({@code 0 0 6 * * ?}), a repeating
   * interval ({@code R/P1D}) or an interval ({@code P1D}), which repeats for ever.
   *
   * @throws IllegalArgumentException if it is none, or never comes
   */
  public static Cycle of(String written) {
    String text = written.strip();
    if (text.startsWith("P")) {
      text = "R/" + text;
    }
    Date next;
    try {
      next = new CycleBusinessCalendar().resolveDuedate(text, new Date(), 0);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "The cycle \""
              + written
              + "\" is neither a cron expression nor an interval. Maybe \"0 0 6 * * ?\" (every day"
              + " at six; the first field is seconds) or \"P1D\" (every day).",
          e);
    }
    if (next == null) {
      throw new IllegalArgumentException("The cycle \"" + written + "\" never comes.");
    }
    return new Cycle(text);
  }
}
