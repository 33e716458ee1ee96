package io.attest.stage.watch;

import io.attest.audit.Approval;
import io.attest.audit.Condition;
import io.attest.audit.Watched;
import java.util.List;
import java.util.Optional;

/**
 * Whether a model may be used today, as far as Attest knows.
 *
 * @param state {@code approved}, {@code suspended}, {@code expired}, {@code condition-failed} or
 *     {@code none} (never approved): the gravest that holds
 * @param approval the last one
 * @param daysLeft days until the approval ends; 0 on its last day, below 0 after it
 * @param suspension the notice that holds now
 * @param conditions those of the approval that are open or failed
 * @param failed those of them that were not met and take the approval its ground: nobody lifted the
 *     notice that one of them gave
 * @param watched whether a watch runs
 */
public record Standing(
    String model,
    String state,
    Optional<Approval> approval,
    Optional<Long> daysLeft,
    Optional<Watched> suspension,
    List<Condition> conditions,
    List<Condition> failed,
    boolean watched) {}
