package io.attest.report.reading;

import io.attest.audit.Section;
import io.attest.explain.Surrogate;
import java.util.List;
import java.util.Optional;

/** What a small model that mimics the model asks first, and how far it can be believed. */
public final class SurrogateReading {
  private SurrogateReading() {}

  public static String of(Section.SurrogateResult result) {
    Surrogate s = result.surrogate();
    List<String> asked =
        (s.nodes().isEmpty()
                ? s.rules().stream().flatMap(r -> r.conditions().stream())
                : s.nodes().stream().map(Surrogate.Node::split).flatMap(Optional::stream))
            .map(Surrogate.Condition::feature)
            .distinct()
            .limit(3)
            .toList();
    String first =
        asked.isEmpty()
            ? "It asks nothing: it gives every case the same answer."
            : "It asks for " + Lists.and(asked) + " first.";
    return (s.nodes().isEmpty() ? "A list of " + s.rules().size() + " rules" : "A tree")
        + " that repeats "
        + Answer.percent(s.overall().explained())
        + " of how the model's answers differ. "
        + first;
  }

  /** That it is not close enough; empty if it is. */
  public static Optional<String> caution(Section.SurrogateResult result) {
    return result.passes()
        ? Optional.empty()
        : Optional.of(
            "It repeats less than "
                + Answer.percent(result.gate())
                + ": it must not be read as what the model does.");
  }
}
