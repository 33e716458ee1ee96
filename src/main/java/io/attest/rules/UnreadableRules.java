package io.attest.rules;

import java.util.List;
import java.util.stream.Collectors;

/** A file is no table of domain rules that could be asked; the message says what to mend. */
public final class UnreadableRules extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final transient List<RuleProblem> problems;

  public UnreadableRules(String message) {
    this(message, null);
  }

  public UnreadableRules(String message, Throwable cause) {
    super(message, cause);
    this.problems = List.of(new RuleProblem(true, 0, "", message));
  }

  /** Because of what stands in single cells. */
  public UnreadableRules(String name, List<RuleProblem> problems, Throwable cause) {
    super(
        name
            + " is not asked:\n"
            + problems.stream()
                .map(p -> p.place() + ": " + p.message())
                .collect(Collectors.joining("\n")),
        cause);
    this.problems = List.copyOf(problems);
  }

  /** The same, one by one, with their places. */
  public List<RuleProblem> problems() {
    return problems;
  }
}
