package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.rules.RuleTable;
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
    silent(record, judged.get(), page);
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

  private static void silent(AuditRecord record, Section.Judged judged, Page page) {
    page.heading("Every rule that did not fire");
    Optional<RuleTable> table = record.engine().rules();
    if (table.isEmpty()) {
      page.missing("Not available: the record of this audit does not hold the rows of the table.");
      return;
    }
    List<AskedRules.Asked> asked =
        AskedRules.of(
            table.get(),
            record.audit().tier(),
            record.spec().domain().orElse(""),
            record.section(Section.Validated.class).map(Section.Validated::facts).orElse(List.of()),
            judged.findings());
    List<AskedRules.Asked> silent = AskedRules.silent(asked);
    page.note(
        (asked.size() - silent.size())
            + " of "
            + Figures.count(asked.size(), "rule")
            + " fired. A rule that passed stands with the fact that came nearest to its limit; one that"
            + " was not tested proves nothing.");
    page.table("rules_silent", silent)
        .text("Rule", a -> a.rule().key())
        .mark("Outcome", FindingsSheet::mark)
        .wrap("What it looks for", a -> a.rule().sentence())
        .wrap("Nearest subject", a -> a.nearest().map(Section.Fact::subject).orElse("–"))
        .text("Nearest metric", a -> a.nearest().map(Section.Fact::metric).orElse("–"))
        .number("Nearest value", a -> a.nearest().map(Section.Fact::value).orElse(Double.NaN))
        .number("Limit", a -> a.limit().orElse(Double.NaN))
        .count("Facts asked", a -> a.facts())
        .wrap("Severity if it fires", a -> a.rule().plain("severity"))
        .write("Every rule fired.");
  }

  private static Mark mark(AskedRules.Asked asked) {
    return switch (asked.state().state()) {
      case PASSED -> new Mark("✓ Passed", Look.PASS);
      case UNTESTED -> new Mark("– Not tested", Look.ABSENT);
      default -> new Mark("– " + asked.state().words(), Look.MUTED);
    };
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
