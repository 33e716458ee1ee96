package io.attest.stage;

import io.attest.audit.ArtifactStore;
import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.explain.Explainers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Compares an audit with its baseline: data, scores, outcomes, performance, explanations, and what
 * both models say of the same rows. What cannot be compared is named with the reason; it never
 * keeps an audit from going on.
 */
@Component("drift")
public class Drift implements Stage {
  private final AuditStore audits;
  private final ArtifactStore artifacts;
  private final Snapshots snapshots;
  private final EngineHistory engine;
  private final Explainers explainers;

  @Autowired
  public Drift(
      AuditStore audits, ArtifactStore artifacts, Snapshots snapshots, EngineHistory engine) {
    this(audits, artifacts, snapshots, engine, Explainers.all());
  }

  Drift(
      AuditStore audits,
      ArtifactStore artifacts,
      Snapshots snapshots,
      EngineHistory engine,
      Explainers explainers) {
    this.audits = audits;
    this.artifacts = artifacts;
    this.snapshots = snapshots;
    this.engine = engine;
    this.explainers = explainers;
  }

  @Override
  public Map<String, Object> run(StageTask task) {
    Audit audit = audits.get(task.auditId());
    Snapshot now = snapshots.load(audit.id());
    Baselines.Choice choice =
        new Baselines(audits)
            .choose(audit, task.text("baseline"), now.spec().baseline(), now.hasTraining());
    Optional<Section.Labelled> labelled = task.text("follows").map(first -> labelled(first, now));
    Section.Drifted drifted;
    if (choice.audit().isPresent()) {
      drifted = withAudit(choice.audit().get(), choice.why(), labelled, task, now);
    } else if (choice.training()) {
      drifted = withTraining(choice.why(), labelled, now);
    } else {
      drifted = nothing(choice.why(), labelled, List.of());
    }
    audits.save(audit.id(), drifted);
    return Map.of();
  }

  /** How many outcomes came later for the rows of that audit. */
  public static Section.Labelled labelled(String first, Snapshot now) {
    double[] labels = now.declared().knownLabels(now.audit()).orElse(new double[0]);
    long known = java.util.Arrays.stream(labels).filter(l -> !Double.isNaN(l)).count();
    return new Section.Labelled(first, known, now.audit().rows());
  }

  private static Section.Drifted nothing(
      String why, Optional<Section.Labelled> labelled, List<String> notTested) {
    return new Section.Drifted(
        Optional.empty(),
        why,
        List.of(),
        List.of(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        labelled,
        notTested);
  }

  /**
   * The comparison with the rows that the model was trained on. They have no performance worth
   * comparing, nor explanations.
   *
   * @param why this baseline and no other, in words
   */
  public static Section.Drifted withTraining(
      String why, Optional<Section.Labelled> labelled, Snapshot now) {
    List<String> notTested = new ArrayList<>();
    DataShift shift =
        DataShift.of(
            now.declared(), now.training().orElseThrow(), now.declared(), now.audit(), notTested);
    notTested.add(
        "Performance: a model does better on the rows it was trained on, so the two are not"
            + " compared.");
    notTested.add("Explanations: those of the training rows are not kept.");
    return new Section.Drifted(
        Optional.of(
            new Section.Baseline(
                "training",
                "",
                "",
                Optional.empty(),
                now.spec().version(),
                now.training().orElseThrow().rows())),
        why,
        shift.inputs(),
        shift.scores(),
        shift.labels(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        labelled,
        notTested);
  }

  private Section.Drifted withAudit(
      Audit before, String why, Optional<Section.Labelled> labelled, StageTask task, Snapshot now) {
    AuditsCompared compared =
        new AuditsCompared(
            audits, artifacts, snapshots, engine, explainers, before, task.auditId(), now);
    Optional<String> unreadable = compared.unreadable();
    if (unreadable.isPresent()) {
      return nothing(
          why,
          labelled,
          List.of("Everything: the baseline " + before.id() + " is lost. " + unreadable.get()));
    }
    return compared.with(why, labelled, task.progress());
  }
}
