package io.attest.report.letter;

import java.util.List;

/**
 * One reason why a case was decided so, as the contributions say.
 *
 * @param key how a checker names it: its code, or {@code feature:} and the feature where it has no
 *     words
 * @param code of the table of reasons; empty where there are no words for the feature
 * @param features whose contributions were added up
 * @param values of these features in the case, in words, in the same order
 * @param text what a letter says; empty where there are no words for the feature
 * @param push how strongly it pushed towards the outcome: the sum of the contributions, positive,
 *     in the space that the explainer speaks of
 * @param share of all that pushed towards the outcome, 0 to 1
 * @param flag {@code ""}, {@code protected} (a person has to decide whether it is said) or {@code
 *     gap} (there are no words for it, or none for this direction)
 * @param note what the flag means, and what to do
 */
public record FoundReason(
    String key,
    String code,
    List<String> features,
    List<String> values,
    String text,
    double push,
    double share,
    String flag,
    String note) {

  /** A person has to decide whether it is said. */
  public static final String PROTECTED = "protected";

  /** There are no words for it. */
  public static final String GAP = "gap";

  public FoundReason {
    features = List.copyOf(features);
    values = List.copyOf(values);
  }

  /** Whether it can be said without a decision of a person. */
  public boolean plain() {
    return flag.isEmpty();
  }
}
