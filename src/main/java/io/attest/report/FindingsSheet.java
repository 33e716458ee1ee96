package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the domain rules object to, and every fact that they were asked about. */
final class FindingsSheet implements Sheet {
  private static final int MOST_FACTS = 5000;

  @Override
  public String anchor() {
    return "findings_start";
  }

  @Override
  public String summary(AuditRecord record) {
    return Words.findings(record);
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    Optional<Section.Judged> judged = record.section(Section.Judged.class);
    page.freeze(0, 1);
    if (judged.isEmpty()) {
      page.missing(Words.notRun("verdict"));
      return;
    }
    page.note(Words.findings(record) + " Worst first. Judged by table domain-rules.");
    page.table("findings", judged.get().findings())
        .text("Id", Section.Finding::id)
        .mark("Severity", f -> Mark.severity(f.severity()))
        .wrap("Message", Section.Finding::message)
        .wrap("Subject", Section.Finding::subject)
        .text("Metric", Section.Finding::metric)
        .number("Value", Section.Finding::value)
        .text("Rule", Section.Finding::rule)
        .wrap("Reference", Section.Finding::reference)
        .text("Rules version", Section.Finding::rulesVersion)
        .hash("Decision id", Section.Finding::decisionId)
        .write("No findings: the rules were asked about every fact below, and none fired.");
    page.heading("Every fact that was judged");
    page.note("What passed as well as what did not.");
    Map<String, String> fired = new HashMap<>();
    // Worst first, so the first finding of a fact is the one to name.
    judged
        .get()
        .findings()
        .forEach(f -> fired.putIfAbsent(f.metric() + "\n" + f.subject(), f.severity()));
    page.table("facts", facts(record))
        .count("No.", Judged::number)
        .mark("Outcome", f -> outcome(fired.get(f.fact().metric() + "\n" + f.fact().subject())))
        .wrap("Metric", f -> f.fact().metric())
        .wrap("Subject", f -> f.fact().subject())
        .number("Value", f -> f.fact().value())
        .most(MOST_FACTS, "in the record of the audit")
        .write(Words.notRun("validate"));
  }

  private record Judged(int number, Section.Fact fact) {}

  private static List<Judged> facts(AuditRecord record) {
    List<Section.Fact> facts =
        record.section(Section.Validated.class).map(Section.Validated::facts).orElse(List.of());
    List<Judged> out = new ArrayList<>();
    facts.forEach(f -> out.add(new Judged(out.size() + 1, f)));
    return out;
  }

  private static Mark outcome(String severity) {
    return severity == null ? new Mark("✓ No rule fired", Look.MUTED) : Mark.severity(severity);
  }
}
