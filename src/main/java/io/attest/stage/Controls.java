package io.attest.stage;

import io.attest.audit.AuditRecord;
import io.attest.audit.AuditStore;
import io.attest.audit.obligation.ControlMatrix;
import org.springframework.stereotype.Component;

/** Holds what was executed against the registers of obligations, and keeps the answer. */
@Component
class Controls {
  private final AuditStore audits;
  private final Records records;
  private final Registers registers;
  private final Oversight oversight;

  Controls(AuditStore audits, Records records, Registers registers, Oversight oversight) {
    this.oversight = oversight;
    this.audits = audits;
    this.records = records;
    this.registers = registers;
  }

  /** The record of an audit, with its controls as they are at this moment. */
  AuditRecord recorded(String auditId) {
    AuditRecord record = records.of(auditId);
    audits.save(
        auditId, ControlMatrix.of(record, oversight.of(record.audit().model()), registers.all()));
    return records.again(record);
  }
}
