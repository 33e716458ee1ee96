package io.attest.stage;

import io.attest.audit.ArtifactStore;
import io.attest.audit.Attributions;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.measure.Decided;
import io.attest.measure.Fairness;
import io.attest.measure.GroupFairness;
import io.attest.measure.Membership;
import io.attest.measure.Performance;
import io.attest.measure.Performances;
import io.attest.measure.Proxies;
import io.attest.measure.ThresholdSearch;
import io.attest.measure.Thresholds;
import io.attest.measure.WeakSpotSearch;
import io.attest.measure.WeakSpots;
import io.attest.model.Batch;
import io.attest.model.ModelSpec;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    Optional<double[]> labels = snapshot.declared().knownLabels(frame);
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
          "Performance was not tested: no labels yet. No row of the audit data has a value of "
              + spec.target().column()
              + ".");
    }
    List<Section.Explained> explained = audits.explained(id);
    Optional<Fairness> fairness = fairness(snapshot, frame, responses, labels, explained, notes);
    Optional<WeakSpots> weakSpots =
        labels.map(
            l ->
                WeakSpotSearch.of(
                    frame,
                    where(spec, snapshot, explained),
                    spec.segments(),
                    spec.task(),
                    snapshot.model().info().outputs().size(),
                    responses,
                    l,
                    spec.decision(),
                    seed(task, spec)));
    Optional<Thresholds> thresholds =
        spec.task() == Task.BINARY && spec.decision().isPresent() && labels.isPresent()
            ? ThresholdSearch.of(spec.decision().get(), responses, labels.get(), seed(task, spec))
            : Optional.empty();
    Facts facts =
        new Facts()
            .data(audits.require(id, Section.Ingested.class).audit())
            .dependence(audits.require(id, Section.Correlated.class).dependence());
    performance.ifPresent(facts::performance);
    fairness.ifPresent(f -> notes.addAll(facts.fairness(f)));
    weakSpots.ifPresent(w -> notes.addAll(facts.weakSpots(w)));
    thresholds.ifPresent(facts::thresholds);
    audits.section(id, Section.Drifted.class).ifPresent(facts::drift);
    facts
        .proxies(Proxies.of(frame, snapshot.model().info().featureNames(), spec.protectedGroups()))
        .explanations(explained, spec)
        .agreement(explained, notes)
        .rows(compared(explained, snapshot, frame));
    Section.Validated validated =
        new Section.Validated(performance, fairness, facts.list(), notes, weakSpots, thresholds);
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

  private static long seed(StageTask task, ModelSpec spec) {
    return AuditSettings.of(spec.explain(), task).seed();
  }

  /** Where to look for weak spots: segments, features by importance, protected attributes. */
  private static List<String> where(
      ModelSpec spec, Snapshot snapshot, List<Section.Explained> explained) {
    Set<String> columns = new LinkedHashSet<>(spec.segments());
    Attributions.main(explained)
        .ifPresent(
            main -> {
              Members members = Members.of(main.provenance(), spec);
              ((Section.AttributionResult) main.result().orElseThrow())
                  .global()
                  .forEach(g -> columns.addAll(members.of(g.feature())));
            });
    List<String> features = snapshot.model().info().featureNames();
    columns.removeIf(c -> !features.contains(c) && !spec.segments().contains(c));
    columns.addAll(features);
    spec.protectedGroups().forEach(p -> columns.add(p.column()));
    return List.copyOf(columns);
  }

  private Optional<Fairness> fairness(
      Snapshot snapshot,
      Frame frame,
      double[] responses,
      Optional<double[]> labels,
      List<Section.Explained> explained,
      List<String> notes) {
    ModelSpec spec = snapshot.spec();
    if (spec.protectedGroups().isEmpty()) {
      notes.add("Fairness was not tested: model.yaml names no protected groups.");
      return Optional.empty();
    }
    List<String> classes =
        spec.target().classes().isEmpty()
            ? snapshot.model().info().outputs()
            : spec.target().classes();
    Optional<Decided> decided = Decided.of(spec, classes, responses, labels);
    if (decided.isEmpty()) {
      notes.add(
          "Fairness was not tested: the model has several classes, and model.yaml does not say which"
              + " of them are favourable (target.favourable).");
      return Optional.empty();
    }
    Map<String, Membership> groups = Membership.all(frame, spec.protectedGroups());
    return Optional.of(
        new DrivenGaps(spec, classes, artifacts::path)
            .of(
                GroupFairness.of(frame, spec.protectedGroups(), groups, decided.get()),
                explained,
                groups));
  }
}
