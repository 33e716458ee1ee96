package io.attest.stage.decision;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The case cannot be explained as it was given: every fault of it at once. */
public final class CaseRefused extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final transient List<Fault> faults;

  /**
   * One thing that is wrong.
   *
   * @param at the feature; {@code row} or {@code output} for what is wrong with these; empty for
   *     the case as a whole
   * @param message a sentence that says what to do
   */
  public record Fault(String at, String message) {}

  /**
   * @param faults one at least
   */
  public CaseRefused(List<Fault> faults) {
    super(faults.stream().map(Fault::message).collect(Collectors.joining("\n")));
    this.faults = List.copyOf(faults);
  }

  CaseRefused(String at, String message) {
    this(List.of(new Fault(at, message)));
  }

  public List<Fault> faults() {
    return faults;
  }

  /** What is wrong with a feature, if anything is. */
  public Optional<String> at(String feature) {
    return faults.stream().filter(f -> f.at().equals(feature)).map(Fault::message).findFirst();
  }
}
