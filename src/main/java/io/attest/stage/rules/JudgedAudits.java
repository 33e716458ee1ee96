package io.attest.stage.rules;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.stage.Snapshots;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** The audits of the record that have a verdict. */
@Component
public class JudgedAudits {
  private final AuditStore audits;
  private final Snapshots snapshots;

  public JudgedAudits(AuditStore audits, Snapshots snapshots) {
    this.audits = audits;
    this.snapshots = snapshots;
  }

  /**
   * Newest first.
   *
   * @param model only of this model, if given
   * @param notes where to tell of what could not be read
   */
  public List<JudgedAudit> list(Optional<String> model, List<String> notes) {
    List<JudgedAudit> judged = new ArrayList<>();
    for (Audit audit : audits.list(model, Optional.empty())) {
      Optional<Section.Validated> validated = audits.section(audit.id(), Section.Validated.class);
      Optional<Section.Judged> verdict = audits.section(audit.id(), Section.Judged.class);
      if (validated.isPresent() && verdict.isPresent()) {
        judged.add(
            new JudgedAudit(
                audit.id(),
                audit.model(),
                audit.tier(),
                domain(audit.id(), notes),
                verdict.get().verdict(),
                validated.get().facts(),
                verdict.get().findings()));
      }
    }
    return judged;
  }

  /**
   * The same, and empty with a note where the declaration cannot be read any more.
   *
   * @param notes where to tell of it
   */
  public String domain(String auditId, List<String> notes) {
    try {
      return domain(auditId);
    } catch (RuntimeException e) {
      notes.add(
          auditId
              + " is judged without a domain: the declaration that it was audited with cannot be"
              + " read. Maybe the artefacts were moved.");
      return "";
    }
  }

  /** How often each rule fired in the audits of the record, by its name. */
  public Map<String, Fired> fired() {
    Map<String, Fired> fired = new TreeMap<>();
    for (Audit audit : audits.list(Optional.empty(), Optional.empty())) {
      audits
          .section(audit.id(), Section.Judged.class)
          .ifPresent(
              judged ->
                  judged.findings().stream()
                      .collect(Collectors.groupingBy(Section.Finding::rule, Collectors.counting()))
                      .forEach(
                          (rule, count) -> fired.merge(rule, new Fired(1, count), Fired::plus)));
    }
    return fired;
  }

  /** In how many audits, and how often in all. */
  public record Fired(long audits, long findings) {
    private Fired plus(Fired other) {
      return new Fired(audits + other.audits, findings + other.findings);
    }
  }

  /** The domain that the model of an audit declares; empty if none, or if nothing was ingested. */
  public String domain(String auditId) {
    return audits
        .section(auditId, Section.Ingested.class)
        .flatMap(ingested -> snapshots.spec(ingested).domain())
        .orElse("");
  }
}
