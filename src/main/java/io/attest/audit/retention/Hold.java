package io.attest.audit.retention;

import java.time.Instant;

/**
 * A legal hold: nothing of its subject is removed while it stands.
 *
 * @param kind {@code audit} or {@code model}
 * @param subject the id of the audit or of the model
 */
public record Hold(String kind, String subject, String reason, String by, Instant at) {}
