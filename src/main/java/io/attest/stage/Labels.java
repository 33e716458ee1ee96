package io.attest.stage;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.data.UnreadableTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Takes outcomes that come after an audit of rows without them. The audit and its record stay as
 * they are: another audit of the same frozen model and rows begins, with the outcomes joined, and
 * takes over every explanation that does not depend on them.
 */
@Component
public class Labels {
  private final AuditStore audits;
  private final Snapshots snapshots;
  private final Uploads uploads;
  private final Audits starting;

  public Labels(AuditStore audits, Snapshots snapshots, Uploads uploads, Audits starting) {
    this.audits = audits;
    this.snapshots = snapshots;
    this.uploads = uploads;
    this.starting = starting;
  }

  /**
   * What became of the labels.
   *
   * @param id of the audit that they began
   * @param matched rows that got an outcome
   * @param rows all rows of the audit
   */
  public record Attached(String id, int matched, int rows) {}

  /**
   * Begins the audit with outcomes.
   *
   * @param auditId the audit whose rows they are of
   * @param fileName ends in the kind of the file: {@code .csv}
   * @param content the case's name (the model's {@code row-id}, else {@code row}, from 1) and the
   *     target, under these names
   * @param who brings them
   * @return also where the same file came before: then the audit that began then
   * @throws IllegalArgumentException if there is no such audit, it has no data yet, or the labels
   *     do not fit; nothing begins then
   */
  public Attached attach(String auditId, String fileName, InputStream content, String who)
      throws IOException {
    Audit audit = audits.get(auditId);
    Section.Ingested ingested =
        audits
            .section(auditId, Section.Ingested.class)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "The audit " + auditId + " has not taken in its data yet."));
    String kept = uploads.keep(fileName, content);
    Path file = uploads.find(kept).orElseThrow();
    LabelledRows labelled;
    try {
      labelled = LabelledRows.of(snapshots.load(auditId).audit(), snapshots.spec(ingested), file);
    } catch (UnreadableTable | IllegalArgumentException e) {
      throw new IllegalArgumentException(fileName + ": " + e.getMessage(), e);
    }
    int rows = labelled.frame().rows();
    String id =
        starting.start(
            new StartRequest(
                    audit.model(),
                    "Outcomes of "
                        + labelled.matched()
                        + " of the "
                        + rows
                        + " rows of "
                        + auditId
                        + " have come",
                    audit.audience(),
                    Optional.of(kept),
                    "labels",
                    who,
                    Optional.of("labels:" + auditId + ":" + labelled.sha256()))
                .comparedWith(baseline(auditId))
                .following(auditId));
    return new Attached(id, labelled.matched(), rows);
  }

  /** What the first one was compared with, so that the two can be read side by side. */
  private Optional<String> baseline(String auditId) {
    return audits
        .section(auditId, Section.Drifted.class)
        .map(
            d ->
                d.baseline()
                    .map(b -> b.kind().equals("audit") ? b.audit() : Baselines.TRAINING)
                    .orElse(Baselines.NONE));
  }
}
