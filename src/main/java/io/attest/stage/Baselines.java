package io.attest.stage;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which audit another one is compared with. Only audits that had ended when this one began count,
 * so that a stage that runs twice compares with the same.
 */
public final class Baselines {
  /** The audit of the model that was approved last. */
  public static final String LAST_APPROVED = "last-approved";

  /** The rows that the model was trained on. */
  public static final String TRAINING = "training";

  /** Nothing. */
  public static final String NONE = "none";

  private static final Set<String> APPROVED = AuditStore.ONCE_APPROVED;

  private final AuditStore audits;

  Baselines(AuditStore audits) {
    this.audits = audits;
  }

  /**
   * @param audit the one chosen
   * @param training true if it is the training data
   * @param why in words
   */
  record Choice(Optional<Audit> audit, boolean training, String why) {}

  /**
   * Refuses a baseline that cannot be one, before somebody waits for it.
   *
   * @param audits where to look for an audit of this id
   * @throws IllegalArgumentException saying what may be named
   */
  public static void check(AuditStore audits, String model, String baseline) {
    if (Set.of(LAST_APPROVED, TRAINING, NONE).contains(baseline)) {
      return;
    }
    Audit named =
        audits
            .find(baseline)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "There is no audit "
                            + baseline
                            + " to compare with. Name one, or last-approved, training or none."));
    if (!named.model().equals(model)) {
      throw new IllegalArgumentException(
          "The audit "
              + baseline
              + " is of the model "
              + named.model()
              + " and cannot be the baseline of "
              + model
              + ".");
    }
  }

  /**
   * Chooses.
   *
   * @param asked by whoever started the audit
   * @param declared in model.yaml
   * @param hasTraining whether there are training rows
   */
  Choice choose(
      Audit audit, Optional<String> asked, Optional<String> declared, boolean hasTraining) {
    String by = asked.isPresent() ? "as asked at the start" : "as model.yaml says";
    String wish = asked.or(() -> declared).orElse("");
    switch (wish) {
      case NONE -> {
        return new Choice(Optional.empty(), false, "Nothing is compared, " + by + ".");
      }
      case TRAINING -> {
        return training(hasTraining, "The training data, " + by + ".");
      }
      case "", LAST_APPROVED -> {
        return usual(audit, hasTraining);
      }
      default -> {
        Optional<Audit> named =
            audits
                .find(wish)
                .filter(a -> a.model().equals(audit.model()) && !a.id().equals(audit.id()));
        return named.isPresent()
            ? new Choice(named, false, "The audit " + wish + ", " + by + ".")
            : new Choice(
                Optional.empty(),
                false,
                "The baseline " + wish + ", " + by + ", is no audit of this model here.");
      }
    }
  }

  private Choice usual(Audit audit, boolean hasTraining) {
    Optional<Audit> approved = last(audit, a -> APPROVED.contains(a.state()));
    if (approved.isPresent()) {
      return new Choice(approved, false, "The audit of this model that was approved last.");
    }
    Optional<Audit> decided = last(audit, a -> AuditStore.DECIDED.contains(a.state()));
    if (decided.isPresent()) {
      return new Choice(
          decided, false, "The audit that was decided last: none of this model was approved.");
    }
    return training(hasTraining, "The training data: no audit of this model was decided before.");
  }

  private static Choice training(boolean there, String why) {
    return there
        ? new Choice(Optional.empty(), true, why)
        : new Choice(
            Optional.empty(),
            false,
            "No baseline: this is the first audit of the model, and there are no training data to"
                + " compare with.");
  }

  private Optional<Audit> last(Audit audit, Predicate<Audit> wanted) {
    List<Audit> newestFirst = audits.list(Optional.of(audit.model()), Optional.empty());
    return newestFirst.stream()
        .filter(a -> !a.id().equals(audit.id()))
        .filter(a -> a.endedAt().filter(end -> !end.isAfter(audit.startedAt())).isPresent())
        .filter(wanted)
        .filter(a -> audits.section(a.id(), Section.Ingested.class).isPresent())
        .max(java.util.Comparator.comparing(a -> a.endedAt().orElseThrow()));
  }
}
