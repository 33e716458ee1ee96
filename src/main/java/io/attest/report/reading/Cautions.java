package io.attest.report.reading;

import io.attest.explain.Effects;
import java.util.List;
import java.util.Optional;

/** Where a method misleads, in a sentence; empty where it does not. */
public final class Cautions {
  private static final int NAMED = 3;

  private Cautions() {}

  /**
   * Of a partial dependence, which moves one feature and leaves the others where they are.
   *
   * @param local true if there are local effects beside it
   */
  public static Optional<String> ofPartial(
      String feature, double mostOff, Links links, boolean local) {
    Optional<String> partner = links.of(feature);
    if (partner.isPresent()) {
      return Optional.of(
          feature
              + " goes together with "
              + partner.get()
              + ": the mean prediction is taken over combinations that hardly occur."
              + (local ? " Trust the local effect more." : ""));
    }
    return mostOff > Effects.OFF
        ? Optional.of("Points drawn as rings rest on combinations that hardly occur.")
        : Optional.empty();
  }

  /** Of shuffling one feature at a time. */
  public static Optional<String> ofPermutation(List<String> mostImportant, Links links) {
    return named(
        links.hardToTell(mostImportant),
        "Shuffling one feature at a time makes rows that hardly occur, and hides what features that"
            + " go together share: ");
  }

  /** Of contributions, which divide between features what they do together. */
  public static Optional<String> ofContributions(List<String> mostImportant, Links links) {
    return named(
        links.hardToTell(mostImportant),
        "Features that go together share what they do, and how they share it depends on the method: ");
  }

  private static Optional<String> named(List<String> features, String text) {
    if (features.isEmpty()) {
      return Optional.empty();
    }
    List<String> first = features.stream().limit(NAMED).toList();
    return Optional.of(
        text
            + (features.size() > NAMED
                ? String.join(", ", first) + " and " + (features.size() - NAMED) + " more"
                : Lists.and(first))
            + ".");
  }
}
