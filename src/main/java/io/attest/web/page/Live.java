package io.attest.web.page;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.report.page.Words;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How far an audit is, as its page shows it and follows it.
 *
 * @param ended true once nothing more will happen
 */
public record Live(String state, String verdict, int round, boolean ended, List<StageLine> stages) {

  /**
   * One stage.
   *
   * @param status {@code done}, {@code working} or {@code waiting}
   */
  public record StageLine(String stage, String name, String status, List<Part> parts) {}

  /**
   * One part of a stage in work; {@code name} is the explainer, else empty.
   *
   * @param percent from 0 to 100; below 0 where it is not counted
   * @param said how far it is, in words; what an explainer counts differs, so it is a share
   */
  public record Part(String name, int percent, String said) {}

  static Live of(
      Audit audit, List<Section> sections, List<AuditStore.Step> steps, Words words, Pace pace) {
    String current = current(audit, steps);
    return new Live(
        audit.state(),
        audit.verdict().orElse(""),
        audit.round(),
        audit.endedAt().isPresent(),
        latest(
            Words.STAGES.stream()
                .map(s -> line(audit.id(), s, s.equals(current), sections, steps, words, pace))
                .toList()));
  }

  /** What is before the stage in work is done, though a part of it may have been given up. */
  private static List<StageLine> latest(List<StageLine> lines) {
    int last = 0;
    for (int i = 0; i < lines.size(); i++) {
      last = lines.get(i).status().equals("working") ? i : last;
    }
    int now = last;
    return IntStream.range(0, lines.size())
        .mapToObj(
            i ->
                i < now && lines.get(i).status().equals("working")
                    ? new StageLine(lines.get(i).stage(), lines.get(i).name(), "done", List.of())
                    : lines.get(i))
        .toList();
  }

  /**
   * The last stage that has begun while nobody is asked: between two of its parts nothing is in
   * work, and still it is not done. Empty in later rounds, where later stages have begun before.
   */
  private static String current(Audit audit, List<AuditStore.Step> steps) {
    return audit.state().equals("running") && audit.round() == 1
        ? Words.STAGES.stream()
            .filter(stage -> steps.stream().anyMatch(s -> s.stage().equals(stage)))
            .reduce("", (before, stage) -> stage)
        : "";
  }

  private static StageLine line(
      String auditId,
      String stage,
      boolean current,
      List<Section> sections,
      List<AuditStore.Step> steps,
      Words words,
      Pace pace) {
    List<AuditStore.Step> own = steps.stream().filter(s -> s.stage().equals(stage)).toList();
    boolean working = current || own.stream().anyMatch(s -> s.done() < s.total());
    boolean left = sections.stream().anyMatch(s -> s.stage().equals(stage));
    // A stage that is done again after a rework still has what it left before.
    String status = working ? "working" : left ? "done" : own.isEmpty() ? "waiting" : "working";
    List<Part> parts =
        status.equals("working")
            ? own.stream().map(s -> part(s, pace.left(auditId, s))).toList()
            : List.of();
    return new StageLine(stage, words.stage(stage), status, parts);
  }

  private static Part part(AuditStore.Step step, String left) {
    return new Part(step.part(), percent(step), said(step, left));
  }

  private static String said(AuditStore.Step step, String left) {
    if (step.total() == 0) {
      return "✕ stopped";
    }
    if (step.done() >= step.total()) {
      return "✓ done";
    }
    String share = step.done() == 0 ? "begun" : percent(step) + " %";
    return left.isEmpty() ? share : share + ", " + left;
  }

  private static int percent(AuditStore.Step step) {
    if (step.done() < step.total() && step.total() == 1) {
      return -1;
    }
    return step.total() <= 0
        ? 0
        : (int) Math.max(0, Math.min(100, Math.round(100.0 * step.done() / step.total())));
  }

  Optional<StageLine> stage(String name) {
    return stages.stream().filter(s -> s.stage().equals(name)).findFirst();
  }
}
