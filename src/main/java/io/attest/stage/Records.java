package io.attest.stage;

import io.attest.audit.AuditRecord;
import io.attest.audit.AuditRecord.NamedValue;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.audit.log.EvidenceLog;
import io.attest.audit.log.LogHead;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/** Puts together everything that is known of an audit: what a report is made from. */
@Component
public class Records {

  private final AuditStore audits;
  private final Snapshots snapshots;
  private final EngineHistory engine;
  private final EvidenceLog log;

  public Records(AuditStore audits, Snapshots snapshots, EngineHistory engine, EvidenceLog log) {
    this.audits = audits;
    this.snapshots = snapshots;
    this.engine = engine;
    this.log = log;
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

  /** The same once something was saved; what the engine did until then is not asked again. */
  AuditRecord again(AuditRecord before) {
    String id = before.audit().id();
    return new AuditRecord(
        audits.get(id),
        before.spec(),
        audits.sections(id),
        audits.decisions(id),
        before.engine(),
        installation());
  }

  private List<NamedValue> installation() {
    LogHead head = log.head();
    List<NamedValue> all = new ArrayList<>(versions());
    // A log that is written anew later cannot agree with what stands in a report.
    all.add(new NamedValue("Evidence log, last entry", Long.toString(head.sequence())));
    all.add(new NamedValue("Evidence log, SHA-256 of that entry", head.hash()));
    return all;
  }

  /** Of Attest, the Java runtime and the machine. */
  public static List<NamedValue> versions() {
    String version = Records.class.getPackage().getImplementationVersion();
    return List.of(
        new NamedValue("Attest", version == null ? "development build" : version),
        new NamedValue("Java", System.getProperty("java.runtime.version")),
        new NamedValue(
            "Operating system",
            System.getProperty("os.name") + " " + System.getProperty("os.arch")));
  }
}
