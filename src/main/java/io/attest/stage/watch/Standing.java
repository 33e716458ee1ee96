package io.attest.stage.watch;

import io.attest.audit.Approval;
import io.attest.audit.Watched;
import java.util.Optional;

/**
 * Whether a model may be used today, as far as Attest knows.
 *
 * @param state {@code approved}, {@code suspended}, {@code expired} or {@code none} (never
 *     approved)
 * @param approval the last one
 * @param daysLeft days until the approval ends; 0 on its last day, below 0 after it
 * @param suspension the notice that holds now
 * @param watched whether a watch runs
 */
public record Standing(
    String model,
    String state,
    Optional<Approval> approval,
    Optional<Long> daysLeft,
    Optional<Watched> suspension,
    boolean watched) {}
