package io.attest.audit;

import java.time.Instant;
import java.util.Optional;

/**
 * One audit, as lists show it.
 *
 * @param id business key: {@code ATT-german-credit-20261122-1}
 * @param state {@code running}, {@code waiting} (for a person), {@code approved}, {@code
 *     approved-with-conditions}, {@code rejected}, {@code withdrawn}
 * @param verdict {@code pass}, {@code warn}, {@code block}; absent until it is known
 * @param data name of the data that replaces the registered source, if any
 * @param round 1, and one more each time a reviewer sent it back
 */
public record Audit(
    String id,
    String model,
    String modelName,
    String tier,
    String reason,
    String audience,
    String trigger,
    String startedBy,
    Instant startedAt,
    String state,
    Optional<String> verdict,
    Optional<String> data,
    int round,
    Optional<Instant> endedAt) {}
