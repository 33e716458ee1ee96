package io.attest.audit.obligation;

import io.attest.audit.AuditRecord;
import io.attest.audit.Control;
import io.attest.audit.EngineRecord;
import io.attest.audit.Section;
import io.attest.model.ModelSpec;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Fills the matrix of controls from what was executed: a step counts if the engine's history says
 * that it ended, a fact if it was measured, a watch or a schedule if it runs. What did not happen
 * stays open, and what was examined and found wanting is not shown.
 */
public final class ControlMatrix {
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final Set<String> WEIGHING = Set.of("block", "warn");

  /** The matrix is written in these steps, which therefore have not ended. */
  private static final Set<String> WRITING = Set.of("report", "publish");

  private final AuditRecord record;
  private final Map<String, Boolean> declared;
  private final Map<String, String> running;
  private final List<Section.Finding> findings;

  /** Answers of this round by the finding's id: who gave it, and what it says. */
  private final Map<String, String> answers = new TreeMap<>();

  private ControlMatrix(AuditRecord record, Map<String, String> running) {
    this.record = record;
    this.running = running;
    this.findings =
        record
            .section(Section.Judged.class)
            .map(Section.Judged::findings)
            .orElse(List.of())
            .stream()
            .filter(f -> WEIGHING.contains(f.severity()))
            .toList();
    record.decisions().stream()
        .filter(d -> d.round() == record.audit().round())
        .forEach(
            d ->
                d.dispositions()
                    .forEach(
                        a -> {
                          // Who accepts a finding says that it is right: it stays open.
                          answers.remove(a.finding().id());
                          if (!a.answer().equals("accepted")) {
                            answers.put(a.finding().id(), a.answer() + " by " + d.who());
                          }
                        }));
    ModelSpec spec = record.spec();
    this.declared =
        Map.of(
            "owner", !spec.owner().isBlank(),
            "purpose", !spec.purpose().isBlank(),
            "prohibited-uses", !spec.prohibitedUses().isEmpty(),
            "protected", !spec.protectedGroups().isEmpty(),
            "decision", spec.decision().isPresent(),
            "expect", !spec.expectations().isEmpty(),
            "change", !spec.changes().features().isEmpty(),
            "schedule", spec.schedule().isPresent());
  }

  /** The keys of {@code model.yaml} that can be evidence. */
  public static List<String> declarations() {
    return List.of(
        "change",
        "decision",
        "expect",
        "owner",
        "prohibited-uses",
        "protected",
        "purpose",
        "schedule");
  }

  /**
   * The controls of an audit.
   *
   * @param running what runs for the model besides the audit: {@code watch} and {@code schedule},
   *     each with a phrase that says so
   * @param registers all that the installation has; those that {@code model.yaml} names count, or
   *     all if it names none
   */
  public static Section.Controlled of(
      AuditRecord record, Map<String, String> running, List<Register> registers) {
    List<String> wanted = record.spec().obligations();
    List<String> there = registers.stream().map(Register::id).toList();
    ControlMatrix matrix = new ControlMatrix(record, running);
    List<Register> used =
        registers.stream()
            .filter(r -> wanted.isEmpty() || wanted.contains(r.id()))
            .filter(r -> r.status() != Register.Status.WITHDRAWN)
            .toList();
    return new Section.Controlled(
        Stream.concat(
                used.stream().flatMap(r -> r.obligations().stream().map(o -> matrix.control(r, o))),
                wanted.stream().filter(w -> !there.contains(w)).map(w -> unknown(w, there)))
            .toList(),
        used.stream().map(ControlMatrix::used).toList());
  }

  private static Section.RegisterUsed used(Register register) {
    return new Section.RegisterUsed(
        register.id(),
        register.name(),
        register.status().words(),
        register.source(),
        register.checked().on(),
        register.checked().how());
  }

  /** A register that is named and not there is an open control, not an audit that stops. */
  private static Control unknown(String register, List<String> there) {
    return new Control(
        register,
        register,
        "Everything that this register asks for.",
        Optional.empty(),
        Control.State.OPEN,
        List.of(),
        List.of(
            "model.yaml names the obligations "
                + register
                + ", but config/obligations has no such register. Maybe one of "
                + String.join(", ", there)
                + "."),
        List.of(),
        "");
  }

  private Control control(Register register, Register.Obligation obligation) {
    List<String> shown = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    Register.Evidence evidence = obligation.evidence();
    evidence.steps().forEach(s -> step(s, shown, missing));
    evidence.facts().forEach(f -> fact(f, shown, missing));
    evidence.declared().forEach(d -> declaration(d, shown, missing));
    evidence.attributes().forEach(a -> attribute(a, evidence.facts(), shown, missing));
    running(evidence.running(), shown, missing);
    boolean whole = missing.isEmpty();
    boolean wanting = findings(evidence, shown, missing);
    Control.State state =
        evidence.empty()
            ? Control.State.OUTSIDE
            : whole
                ? wanting ? Control.State.EXAMINED : Control.State.SHOWN
                : shown.isEmpty() ? Control.State.OPEN : Control.State.PARTLY;
    return new Control(
        register.id(),
        obligation.id(),
        obligation.text(),
        register.appliesFrom(),
        state,
        shown,
        missing,
        evidence.sheets(),
        obligation.outside());
  }

  private void step(String id, List<String> shown, List<String> missing) {
    List<EngineRecord.Step> runs =
        record.engine().steps().stream().filter(s -> s.id().equals(id)).toList();
    Optional<EngineRecord.Step> ended =
        runs.stream()
            .filter(s -> s.end() != null)
            .max(Comparator.comparing(EngineRecord.Step::end));
    if (ended.isPresent()) {
      EngineRecord.Step step = ended.get();
      shown.add(
          name(step)
              + (step.who().isEmpty() ? "" : ", by " + step.who())
              + ", ended "
              + at(step.end()));
    } else if (runs.isEmpty()) {
      missing.add("step " + id + ": not executed");
    } else if (WRITING.contains(id)) {
      shown.add(name(runs.get(0)) + ": this report");
    } else {
      missing.add(name(runs.get(0)) + ": begun, not ended");
    }
  }

  private static String name(EngineRecord.Step step) {
    return step.name().isEmpty() ? step.id() : step.name();
  }

  private static String at(Instant time) {
    return MINUTE.format(time);
  }

  private void fact(String metric, List<String> shown, List<String> missing) {
    long count = facts().stream().filter(f -> matches(metric, f.metric())).count();
    if (count > 0) {
      shown.add(metric + ": " + count + (count == 1 ? " fact" : " facts"));
    } else {
      missing.add(metric + ": not measured");
    }
  }

  private List<Section.Fact> facts() {
    return record.section(Section.Validated.class).map(Section.Validated::facts).orElse(List.of());
  }

  private static boolean matches(String pattern, String metric) {
    return pattern.endsWith("*")
        ? metric.startsWith(pattern.substring(0, pattern.length() - 1))
        : metric.equals(pattern);
  }

  /** Somebody is compared only if a protected column is of that kind and was measured. */
  private void attribute(
      List<String> words, List<String> metrics, List<String> shown, List<String> missing) {
    String kind = String.join(" or ", words);
    List<String> columns =
        record.spec().protectedGroups().stream()
            .map(ModelSpec.Protected::column)
            .filter(column -> names(column, words))
            .toList();
    if (columns.isEmpty()) {
      missing.add(kind + ": no protected attribute of model.yaml is one");
    }
    for (String column : columns) {
      boolean measured =
          facts().stream()
              .filter(f -> metrics.stream().anyMatch(m -> matches(m, f.metric())))
              .anyMatch(f -> f.subject().equals(column) || f.subject().startsWith(column + ":"));
      if (measured || metrics.isEmpty()) {
        shown.add(kind + ": " + column);
      } else {
        missing.add(kind + ": " + column + " was not measured");
      }
    }
  }

  private boolean names(String column, List<String> words) {
    String meaning =
        record.spec().fields().stream()
            .filter(f -> f.name().equals(column))
            .map(f -> f.meaning())
            .findFirst()
            .orElse("");
    List<String> parts =
        List.of((column + " " + meaning).toLowerCase(Locale.ROOT).split("[^\\p{L}]+"));
    return words.stream().map(w -> w.toLowerCase(Locale.ROOT)).anyMatch(parts::contains);
  }

  private void running(List<String> wanted, List<String> shown, List<String> missing) {
    if (wanted.isEmpty()) {
      return;
    }
    List<String> there =
        wanted.stream().flatMap(w -> Optional.ofNullable(running.get(w)).stream()).toList();
    shown.addAll(there);
    if (there.isEmpty()
        && wanted.contains("schedule")
        && Boolean.TRUE.equals(declared.get("schedule"))) {
      shown.add("model.yaml says schedule");
    } else if (there.isEmpty()) {
      missing.add("no " + String.join(" and no ", wanted) + " runs for the model");
    }
  }

  /** Says which findings are about what was examined, and whether one of them is open. */
  private boolean findings(Register.Evidence evidence, List<String> shown, List<String> missing) {
    List<String> open = new ArrayList<>();
    for (Section.Finding finding : findings) {
      boolean about =
          Stream.concat(evidence.facts().stream(), evidence.findings().stream())
              .anyMatch(m -> matches(m, finding.metric()));
      String answer = answers.get(finding.id());
      if (about && answer != null) {
        shown.add("finding " + finding.id() + " " + answer);
      } else if (about) {
        open.add(finding.id() + " (" + finding.severity() + ")");
      }
    }
    if (!open.isEmpty()) {
      missing.add("open findings: " + String.join(", ", open));
    }
    return !open.isEmpty();
  }

  private void declaration(String key, List<String> shown, List<String> missing) {
    if (Boolean.TRUE.equals(declared.get(key))) {
      shown.add("model.yaml says " + key);
    } else {
      missing.add("model.yaml: " + key + " is not declared");
    }
  }
}
