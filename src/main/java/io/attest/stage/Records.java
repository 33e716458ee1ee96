package io.attest.stage;

import io.attest.audit.AuditRecord;
import io.attest.audit.AuditRecord.NamedValue;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import java.util.List;
import org.springframework.stereotype.Component;

/** Puts together everything that is known of an audit: what a report is made from. */
@Component
public class Records {

  private final AuditStore audits;
  private final Snapshots snapshots;
  private final EngineHistory engine;

  public Records(AuditStore audits, Snapshots snapshots, EngineHistory engine) {
    this.audits = audits;
    this.snapshots = snapshots;
    this.engine = engine;
  }

  /**
   * The record of an audit.
   *
   * @throws IllegalStateException if nothing was ingested yet
   */
  public AuditRecord of(String auditId) {
    return new AuditRecord(
        audits.get(auditId),
        snapshots.spec(audits.require(auditId, Section.Ingested.class)),
        audits.sections(auditId),
        audits.decisions(auditId),
        engine.of(auditId),
        installation());
  }

  private static List<NamedValue> installation() {
    String version = Records.class.getPackage().getImplementationVersion();
    return List.of(
        new NamedValue("Attest", version == null ? "development build" : version),
        new NamedValue("Java", System.getProperty("java.runtime.version")),
        new NamedValue(
            "Operating system",
            System.getProperty("os.name") + " " + System.getProperty("os.arch")));
  }
}
