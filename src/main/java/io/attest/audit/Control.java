package io.attest.audit;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * One obligation, and what an audit shows of it.
 *
 * @param register id of the register
 * @param obligation id of the obligation
 * @param text what is asked, in own words
 * @param appliesFrom of the register
 * @param state how much of it is shown
 * @param shown the evidence that is there, a phrase each
 * @param missing the evidence that is not there, a phrase each
 * @param sheets where to read it
 * @param outside what the institution does about it besides; empty if nothing is left
 */
public record Control(
    String register,
    String obligation,
    String text,
    Optional<LocalDate> appliesFrom,
    State state,
    List<String> shown,
    List<String> missing,
    List<String> sheets,
    String outside) {

  /** How much of an obligation an audit shows. */
  public enum State {
    /** All the evidence that the register names is there. */
    SHOWN,
    /** All of it is there, and findings about what was examined are open: it is no all-clear. */
    EXAMINED,
    /** Some of it is not. */
    PARTLY,
    /** None of it is there. */
    OPEN,
    /** Attest cannot show it. */
    OUTSIDE
  }

  public Control {
    shown = List.copyOf(shown);
    missing = List.copyOf(missing);
    sheets = List.copyOf(sheets);
  }
}
