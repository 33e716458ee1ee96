package io.attest.stage.evidence;

import io.attest.audit.ArtifactStore;
import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Recorder;
import io.attest.audit.Section;
import io.attest.audit.log.EvidenceLog;
import io.attest.audit.retention.Hold;
import io.attest.audit.retention.Holds;
import io.attest.audit.retention.Removals;
import io.attest.stage.Models;
import io.attest.stage.Snapshots;
import io.attest.stage.Uploads;
import java.time.Clock;
import java.time.Instant;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Says which audits and uploads need not be kept any longer, and removes them. An audit is kept for
 * the time that its model's declaration says now, or said when it was audited, or else that of the
 * installation; without any of these for ever. Never removed: an audit that runs, one that is held,
 * and the last decided one of a model that is still installed.
 */
public class Retention {
  private final AuditStore audits;
  private final ArtifactStore artifacts;
  private final Snapshots snapshots;
  private final Models models;
  private final Uploads uploads;
  private final Holds holds;
  private final Removals removals;
  private final LogKeeper keeper;
  private final EvidenceLog log;
  private final Settings settings;
  private final Clock clock;

  public Retention(
      AuditStore audits,
      ArtifactStore artifacts,
      Snapshots snapshots,
      Models models,
      Uploads uploads,
      Holds holds,
      Removals removals,
      LogKeeper keeper,
      EvidenceLog log,
      Settings settings,
      Clock clock) {
    this.audits = audits;
    this.artifacts = artifacts;
    this.snapshots = snapshots;
    this.models = models;
    this.uploads = uploads;
    this.holds = holds;
    this.removals = removals;
    this.keeper = keeper;
    this.log = log;
    this.settings = settings;
    this.clock = clock;
  }

  /**
   * The rules of the installation.
   *
   * @param enabled whether {@link #run} removes anything
   * @param keep for audits whose model says nothing; empty: for ever
   * @param uploads for uploaded files that no open audit needs; empty: for ever
   */
  public record Settings(boolean enabled, Optional<Period> keep, Optional<Period> uploads) {}

  /**
   * An audit whose time is over, or will be.
   *
   * @param due when it was or will be
   * @param rule why it may go, in words
   * @param kept why it stays all the same, as things are now; empty if it goes
   * @param files that would go with it; 0 as long as it is not due
   */
  public record Due(Audit audit, Instant due, String rule, String kept, int files) {}

  /** An upload whose time is over. */
  public record DueUpload(Uploads.Kept upload, String rule) {}

  /**
   * What a run would do now.
   *
   * @param audits whose time is over, longest first
   * @param coming ended audits whose time a rule ends, soonest first
   * @param notYet audits whose time is not over, those that go on included
   * @param forEver audits that no rule ends
   */
  public record Plan(
      Settings settings,
      List<Due> audits,
      List<Due> coming,
      List<DueUpload> uploads,
      long notYet,
      long forEver,
      Instant at) {

    /** Those that go. */
    public List<Due> going() {
      return audits.stream().filter(d -> d.kept().isEmpty()).toList();
    }
  }

  /** What went. */
  public record Done(int audits, int files, int uploads, String refused) {}

  /** What a run would do now; removes nothing. */
  public Plan plan() {
    Instant now = clock.instant();
    List<Audit> all = audits.list(Optional.empty(), Optional.empty());
    Set<String> gone =
        removals.list().stream().map(Removals.Removed::audit).collect(Collectors.toSet());
    Set<String> inForce = inForce(all);
    List<Due> due = new ArrayList<>();
    List<Due> coming = new ArrayList<>();
    long notYet = 0;
    long forEver = 0;
    for (Audit audit : all) {
      if (gone.contains(audit.id())) {
        continue;
      }
      Optional<Rule> rule = audit.endedAt().isEmpty() ? Optional.empty() : rule(audit);
      if (audit.endedAt().isEmpty()) {
        notYet++;
      } else if (rule.isEmpty()) {
        forEver++;
      } else {
        Instant until =
            audit.endedAt().get().atZone(ZoneOffset.UTC).plus(rule.get().period()).toInstant();
        if (until.isAfter(now)) {
          notYet++;
          coming.add(new Due(audit, until, rule.get().inWords(), kept(audit, inForce), 0));
        } else {
          due.add(
              new Due(
                  audit,
                  until,
                  rule.get().inWords(),
                  kept(audit, inForce),
                  removals.ownFiles(audit.id()).size()));
        }
      }
    }
    Comparator<Due> soonest = Comparator.comparing(Due::due).thenComparing(d -> d.audit().id());
    due.sort(soonest);
    coming.sort(soonest);
    return new Plan(
        settings,
        List.copyOf(due),
        List.copyOf(coming),
        dueUploads(all, now),
        notYet,
        forEver,
        now);
  }

  /**
   * Removes what {@link #plan} lists, if that is switched on and the log is whole; each audit is a
   * transaction with its tombstone in the log.
   *
   * @param forgetHistory hears of each audit that went: the engine need not keep its history either
   */
  public Done run(Consumer<String> forgetHistory) {
    if (!settings.enabled()) {
      return new Done(0, 0, 0, "attest.retention.enabled is not true");
    }
    LogKeeper.LogState state = keeper.checkAll();
    if (!state.sound()) {
      return new Done(0, 0, 0, "the evidence log is broken: " + state.faults().get(0));
    }
    Plan plan = plan();
    int audited = 0;
    int files = 0;
    for (Due due : plan.going()) {
      List<String> removed = removals.remove(due.audit().id(), due.rule(), holds, artifacts);
      forgetHistory.accept(due.audit().id());
      audited++;
      files += removed.size();
    }
    for (DueUpload due : plan.uploads()) {
      log.record(
          "upload-removed",
          due.upload().name(),
          Recorder.ATTEST,
          Map.of(
              "rule", due.rule(),
              "since", due.upload().since().toString(),
              "bytes", Long.toString(due.upload().bytes())));
      uploads.remove(due.upload().name());
    }
    if (audited + plan.uploads().size() > 0) {
      log.record(
          "retention-run",
          "retention",
          Recorder.ATTEST,
          Map.of(
              "audits", Integer.toString(audited),
              "files", Integer.toString(files),
              "uploads", Integer.toString(plan.uploads().size())));
    }
    return new Done(audited, files, plan.uploads().size(), "");
  }

  private record Rule(Period period, String inWords) {}

  private Optional<Rule> rule(Audit audit) {
    Optional<Period> now = Optional.empty();
    try {
      now = models.ids().contains(audit.model()) ? models.spec(audit.model()).retention() : now;
    } catch (IllegalArgumentException broken) {
      // A declaration that cannot be read shortens nothing.
      return Optional.empty();
    }
    return now.map(p -> new Rule(p, p + " after the end, as model.yaml says"))
        .or(
            () ->
                audits
                    .section(audit.id(), Section.Ingested.class)
                    .flatMap(i -> snapshots.spec(i).retention())
                    .map(p -> new Rule(p, p + " after the end, as model.yaml said when audited")))
        .or(
            () ->
                settings
                    .keep()
                    .map(p -> new Rule(p, p + " after the end, as attest.retention.keep says")));
  }

  private Set<String> inForce(List<Audit> newestFirst) {
    Map<String, String> last = new HashMap<>();
    Set<String> installed = new HashSet<>(models.ids());
    newestFirst.stream()
        .filter(a -> AuditStore.DECIDED.contains(a.state()) && installed.contains(a.model()))
        .forEach(a -> last.putIfAbsent(a.model(), a.id()));
    return new HashSet<>(last.values());
  }

  private String kept(Audit audit, Set<String> inForce) {
    Optional<Hold> hold = holds.of(audit);
    if (hold.isPresent()) {
      return "legal hold on the "
          + hold.get().kind()
          + " by "
          + hold.get().by()
          + ": "
          + hold.get().reason();
    }
    return inForce.contains(audit.id()) ? "the last decided audit of its model" : "";
  }

  private List<DueUpload> dueUploads(List<Audit> all, Instant now) {
    if (settings.uploads().isEmpty()) {
      return List.of();
    }
    Period keep = settings.uploads().get();
    Set<String> needed =
        all.stream()
            .filter(a -> a.endedAt().isEmpty())
            .flatMap(a -> a.data().stream())
            .collect(Collectors.toSet());
    return uploads.list().stream()
        .filter(u -> !needed.contains(u.name()))
        .filter(u -> !u.since().atZone(ZoneOffset.UTC).plus(keep).toInstant().isAfter(now))
        .map(
            u -> new DueUpload(u, keep + " after it was brought, as attest.retention.uploads says"))
        .toList();
  }
}
