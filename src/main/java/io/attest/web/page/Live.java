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
   */
  public record Part(String name, int percent) {}

  static Live of(Audit audit, List<Section> sections, List<AuditStore.Step> steps, Words words) {
    return new Live(
        audit.state(),
        audit.verdict().orElse(""),
        audit.round(),
        audit.endedAt().isPresent(),
        Words.STAGES.stream().map(s -> line(s, sections, steps, words)).toList());
  }

  private static StageLine line(
      String stage, List<Section> sections, List<AuditStore.Step> steps, Words words) {
    List<AuditStore.Step> own = steps.stream().filter(s -> s.stage().equals(stage)).toList();
    boolean working = own.stream().anyMatch(s -> s.done() < s.total());
    boolean left = sections.stream().anyMatch(s -> s.stage().equals(stage));
    // A stage that is done again after a rework still has what it left before.
    String status = working ? "working" : left ? "done" : own.isEmpty() ? "waiting" : "working";
    List<Part> parts =
        status.equals("working")
            ? own.stream().map(s -> new Part(s.part(), percent(s))).toList()
            : List.of();
    return new StageLine(stage, words.stage(stage), status, parts);
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
