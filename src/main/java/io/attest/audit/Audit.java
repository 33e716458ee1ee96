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
    Optional<Instant> endedAt) {

  /** The data that replaces the registered source, by the name that people know it by. */
  public Optional<String> dataName() {
    return data.map(Audit::fileName);
  }

  /** What people call a file: an upload by the name it came with, any other as it is written. */
  public static String fileName(String uri) {
    return uri.replaceFirst("^upload:[0-9a-f]{16}-", "");
  }
}
