package io.attest.stage.watch;

import io.attest.audit.Approval;
import io.attest.audit.ApprovalStore;
import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.model.ModelSpec;
import io.attest.stage.Fingerprint;
import io.attest.stage.Keys;
import io.attest.stage.Models;
import io.attest.stage.Stage;
import io.attest.stage.StageTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.time.Period;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Gathers what {@code drift-level.dmn} and {@code revalidation.dmn} have to know of a model when
 * something happened. The tables decide.
 */
@Component("watch")
public class Watch implements Stage {
  /** What a figure is that was not measured: the tables ask for figures from 0. */
  private static final double NOT_MEASURED = -1;

  /** Events that are a reason by themselves, however often they come. */
  private static final Set<String> OF_THEIR_OWN =
      Set.of("model-changed", "condition-failed", "incident");

  private final AuditStore audits;
  private final ApprovalStore approvals;
  private final Models models;
  private final Clock clock;

  public Watch(AuditStore audits, ApprovalStore approvals, Models models, Clock clock) {
    this.audits = audits;
    this.approvals = approvals;
    this.models = models;
    this.clock = clock;
  }

  @Override
  public Map<String, Object> run(StageTask task) {
    String model = task.text("model").orElseThrow();
    String event = task.text("event").orElse("look");
    // What waited for an audit is held against what that audit left: it may have answered it.
    boolean again = Boolean.TRUE.equals(task.variables().get("again"));
    ModelSpec spec = models.spec(model);
    Optional<Approval> approval = approvals.last(model);
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneId.systemDefault());
    List<Audit> every = audits.list(Optional.of(model), Optional.empty());
    Optional<Audit> measured = measured(every);
    String file = hash(spec.model().path());
    String yaml = hash(spec.folder().resolve("model.yaml"));
    String data = task.text("eventData").orElseGet(() -> data(spec));
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("tier", spec.tier());
    facts.put(
        "approval",
        approval
            .map(
                a ->
                    a.expired(today) || event.equals("approval-expired") && !again
                        ? "expired"
                        : "valid")
            .orElse("none"));
    facts.put(
        "months",
        approval
            .map(
                a ->
                    Period.between(LocalDate.ofInstant(a.at(), ZoneId.systemDefault()), today)
                        .toTotalMonths())
            .orElse(-1L));
    facts.put("modelChange", modelChange(event, again, approval, file, yaml));
    facts.put("dataChange", dataChange(task, again, every, data));
    facts.put("running", audits.underWay(model));
    List<Section.Fact> drift =
        measured
            .flatMap(a -> audits.section(a.id(), Section.Validated.class))
            .map(Section.Validated::facts)
            .orElse(List.of());
    facts.put("driftScores", most(drift, "drift.score_psi"));
    facts.put("driftInputs", most(drift, "drift.psi"));
    // A change that may as well be chance is none.
    facts.put(
        "driftPerformance",
        most(drift, "drift.performance") == NOT_MEASURED
            ? NOT_MEASURED
            : Math.max(0, most(drift, "drift.performance_loss")));
    facts.put("driftFlips", most(drift, "drift.flips"));
    facts.put(
        "driftRanks",
        drift.stream()
            .filter(f -> f.metric().equals("drift.attribution_ndcg"))
            .mapToDouble(Section.Fact::value)
            .filter(Double::isFinite)
            .min()
            .orElse(NOT_MEASURED));
    facts.put("driftFrom", measured.map(Audit::id).orElse(""));
    facts.put(
        "driftAccepted",
        measured.map(Audit::id).equals(approval.map(Approval::auditId)) && approval.isPresent());
    facts.put("lastAudit", measured.map(a -> decided(a, approval)).orElse("none"));
    facts.put("driftData", measured.flatMap(Audit::data).orElse(""));
    facts.put("basis", basis(task, event, approval, file, yaml, measured, data));
    return facts;
  }

  /** The last audit that ended otherwise than by a withdrawal, and judged facts. */
  private Optional<Audit> measured(List<Audit> every) {
    return every.stream().filter(a -> AuditStore.DECIDED.contains(a.state())).findFirst();
  }

  /** How it was decided, as far as that says something of the model as it stands. */
  private static String decided(Audit last, Optional<Approval> approval) {
    if (!last.state().equals("rejected")) {
      return "approved";
    }
    boolean before =
        approval
            .filter(a -> last.endedAt().map(end -> end.isBefore(a.at())).orElse(false))
            .isPresent();
    return before ? "none" : "rejected";
  }

  private static String modelChange(
      String event, boolean again, Optional<Approval> approval, String file, String yaml) {
    if (event.equals("model-changed") && (!again || file.isEmpty())) {
      return "model"; // where there is no file to look at, what was told counts
    }
    if (approval.isEmpty()) {
      return "none";
    }
    Approval last = approval.get();
    if (!file.isEmpty() && !last.modelSha256().isEmpty() && !file.equals(last.modelSha256())) {
      return "model";
    }
    return !last.yamlSha256().isEmpty() && !yaml.equals(last.yamlSha256()) ? "declaration" : "none";
  }

  /** {@code new}: somebody brought data; {@code registered}: the declared file has changed. */
  private String dataChange(StageTask task, boolean again, List<Audit> every, String data) {
    Optional<String> told = task.text("eventData");
    boolean audited =
        again
            && told.isPresent()
            && every.stream()
                .anyMatch(a -> AuditStore.DECIDED.contains(a.state()) && a.data().equals(told));
    if (audited) {
      return "none";
    }
    if (told.isPresent() || task.text("event").equals(Optional.of("data-arrived"))) {
      return "new";
    }
    Optional<Section.Ingested> last =
        every.stream()
            .filter(a -> a.data().isEmpty())
            .findFirst()
            .flatMap(a -> audits.section(a.id(), Section.Ingested.class));
    return !data.isEmpty() && last.isPresent() && !last.get().audit().sourceSha256().equals(data)
        ? "registered"
        : "none";
  }

  /**
   * The hash of the declared data where they are a file here; else empty: nobody fetches them to
   * look.
   */
  private static String data(ModelSpec spec) {
    try {
      return hash(spec.folder().resolve(spec.audit().uri()));
    } catch (InvalidPathException e) {
      return "";
    }
  }

  private static double most(List<Section.Fact> facts, String metric) {
    return facts.stream()
        .filter(f -> f.metric().equals(metric))
        .mapToDouble(Section.Fact::value)
        .filter(Double::isFinite)
        .max()
        .orElse(NOT_MEASURED);
  }

  private static String hash(Path file) {
    try {
      return Files.isRegularFile(file) ? Fingerprint.of(file) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read to see whether it changed.", e);
    }
  }

  private static String basis(
      StageTask task,
      String event,
      Optional<Approval> approval,
      String file,
      String yaml,
      Optional<Audit> measured,
      String data) {
    String own = OF_THEIR_OWN.contains(event) ? task.text("eventKey").orElse("") : "";
    return Keys.of(
        List.of(
            approval.map(Approval::auditId).orElse(""),
            file,
            yaml,
            measured.map(Audit::id).orElse(""),
            data,
            own));
  }
}
