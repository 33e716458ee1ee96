package io.attest.audit.inventory;

import io.attest.audit.Condition;
import java.util.List;

/**
 * Whether a model may be used today, as far as Attest knows.
 *
 * @param state {@code approved}, {@code suspended}, {@code expired}, {@code condition-failed} or
 *     {@code none} (never approved)
 * @param why in words; empty if it may be used, or was never approved
 * @param conditions those of its approval that are open or failed, in the order they were written
 * @param held whether a legal hold is on the model
 */
public record ModelUse(String state, String why, List<Condition> conditions, boolean held) {
  public ModelUse {
    conditions = List.copyOf(conditions);
  }

  /** How many conditions are still to be met. */
  public int open() {
    return count("open");
  }

  /** How many conditions were not met. */
  public int failed() {
    return count(Condition.FAILED);
  }

  private int count(String state) {
    return (int) conditions.stream().filter(c -> c.state().equals(state)).count();
  }
}
