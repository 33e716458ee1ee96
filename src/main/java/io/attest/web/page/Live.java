package io.attest.web.page;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.report.page.Words;
import java.util.List;
import java.util.Optional;

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
   * @param percent from 0 to 100
   * @param done how much of it is done: rows, or what else the explainer counts
   * @param total of how much
   * @param left how long it may still take, in words; empty where that is not known yet
   */
  public record Part(String name, int percent, long done, long total, String left) {}

  static Live of(
      Audit audit, List<Section> sections, List<AuditStore.Step> steps, Words words, Pace pace) {
    return new Live(
        audit.state(),
        audit.verdict().orElse(""),
        audit.round(),
        audit.endedAt().isPresent(),
        Words.STAGES.stream().map(s -> line(audit.id(), s, sections, steps, words, pace)).toList());
  }

  private static StageLine line(
      String auditId,
      String stage,
      List<Section> sections,
      List<AuditStore.Step> steps,
      Words words,
      Pace pace) {
    List<AuditStore.Step> own = steps.stream().filter(s -> s.stage().equals(stage)).toList();
    boolean working = own.stream().anyMatch(s -> s.done() < s.total());
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
    return new Part(step.part(), percent(step), step.done(), step.total(), left);
  }

  private static int percent(AuditStore.Step step) {
    return step.total() <= 0
        ? 0
        : (int) Math.max(0, Math.min(100, Math.round(100.0 * step.done() / step.total())));
  }

  Optional<StageLine> stage(String name) {
    return stages.stream().filter(s -> s.stage().equals(name)).findFirst();
  }
}
