package io.attest.audit;

import java.time.Instant;
import java.time.LocalDate;

/**
 * An approval: of what, and how long it holds.
 *
 * @param auditId the audit that ended with it
 * @param validUntil the last day on which it holds
 * @param outcome {@code approved} or {@code approved-with-conditions}
 * @param modelSha256 of the model file as audited; empty where the audit kept none
 * @param yamlSha256 of its declaration as audited; empty where the audit kept none
 */
public record Approval(
    String auditId,
    String model,
    Instant at,
    LocalDate validUntil,
    String outcome,
    String modelSha256,
    String yamlSha256) {

  /** Whether it holds no longer on this day. */
  public boolean expired(LocalDate today) {
    return today.isAfter(validUntil);
  }
}
