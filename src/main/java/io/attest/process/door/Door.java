package io.attest.process.door;

import io.attest.audit.EventStore.AuditEvent;
import java.io.IOException;

/** A way out by which others hear what happens to audits. */
interface Door {

  /** A short name that stays: deliveries are kept under it. */
  String name();

  /** Whether this installation uses it. */
  boolean open();

  /**
   * Tells an event; told again with the same id, nothing else may come of it.
   *
   * @return what the other side said, or what was done; no secret and nothing of a case
   * @throws IOException if it did not arrive and should be tried again
   * @throws IllegalStateException if trying again cannot help
   */
  String tell(AuditEvent event) throws IOException, InterruptedException;
}
