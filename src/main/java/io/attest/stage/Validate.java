package io.attest.stage;

import io.attest.audit.ArtifactStore;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.measure.Fairness;
import io.attest.measure.GroupFairness;
import io.attest.measure.Membership;
import io.attest.measure.Performance;
import io.attest.measure.Performances;
import io.attest.measure.Proxies;
import io.attest.model.Batch;
import io.attest.model.ModelSpec;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** Measures the model's performance and fairness, and states all that was found as facts. */
@Component("validate")
public class Validate implements Stage {

  private final AuditStore audits;
  private final Snapshots snapshots;
  private final ArtifactStore artifacts;

  public Validate(AuditStore audits, Snapshots snapshots, ArtifactStore artifacts) {
    this.audits = audits;
    this.snapshots = snapshots;
    this.artifacts = artifacts;
  }

  @Override
  public Map<String, Object> run(StageTask task) {
    String id = task.auditId();
    Snapshot snapshot = snapshots.load(id);
    Frame frame = snapshot.audit();
    ModelSpec spec = snapshot.spec();
    List<String> notes = new ArrayList<>();
    double[] responses =
        snapshot
            .model()
            .predict(Batch.of(frame, snapshot.model().info().features()), OutputSpace.RESPONSE);
    Optional<double[]> labels = snapshot.declared().labels(frame);
    Optional<Performance> performance =
        labels.map(
            l ->
                Performances.of(
                    spec.task(),
                    snapshot.model().info().outputs().size(),
                    responses,
                    l,
                    spec.decision()));
    if (performance.isEmpty()) {
      notes.add(
          "Performance was not tested: the audit data has no complete column "
              + spec.target().column()
              + ".");
    }
    Optional<Fairness> fairness = fairness(spec, frame, responses, labels, notes);

    List<Section.Explained> explained = audits.explained(id);
    Facts facts =
        new Facts()
            .data(audits.require(id, Section.Ingested.class).audit())
            .dependence(audits.require(id, Section.Correlated.class).dependence());
    performance.ifPresent(facts::performance);
    fairness.ifPresent(facts::fairness);
    facts
        .proxies(Proxies.of(frame, snapshot.model().info().featureNames(), spec.protectedGroups()))
        .explanations(explained, spec)
        .agreement(explained, notes)
        .rows(compared(explained, snapshot, frame));
    Section.Validated validated = new Section.Validated(performance, fairness, facts.list(), notes);
    audits.save(id, validated);
    return Map.of("facts", validated.facts().size());
  }

  private List<RowsCompared> compared(
      List<Section.Explained> explained, Snapshot snapshot, Frame frame) {
    Map<String, Membership> groups = new TreeMap<>();
    for (ModelSpec.Protected attribute : snapshot.spec().protectedGroups()) {
      frame
          .find(attribute.column())
          // Ranges that are missing are told by the fairness, where it is measured.
          .filter(column -> !attribute.groups().isEmpty() || !(column instanceof NumericColumn))
          .ifPresent(column -> groups.put(attribute.column(), Membership.of(column, attribute)));
    }
    return RowsCompared.of(
        explained, artifacts::path, snapshot.model().info().outputs().size(), groups);
  }

  private static Optional<Fairness> fairness(
      ModelSpec spec,
      Frame frame,
      double[] responses,
      Optional<double[]> labels,
      List<String> notes) {
    String why =
        spec.protectedGroups().isEmpty()
            ? "model.yaml names no protected groups"
            : spec.decision().isEmpty()
                ? "model.yaml says no decision threshold"
                : spec.task() != Task.BINARY ? "the model is not binary" : "";
    if (!why.isEmpty()) {
      notes.add("Fairness was not tested: " + why + ".");
      return Optional.empty();
    }
    return Optional.of(
        GroupFairness.of(
            frame, spec.protectedGroups(), spec.decision().orElseThrow(), responses, labels));
  }
}
