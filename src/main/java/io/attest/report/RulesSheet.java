package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import java.util.List;

/** Conditions under which the model decides the same way, case by case. */
final class RulesSheet implements Sheet {
  @Override
  public String anchor() {
    return "rules_start";
  }

  @Override
  public String summary(AuditRecord record) {
    return Explanations.of(record, Section.AnchorsResult.class).stream()
        .map(heard -> summary(heard.result()))
        .findFirst()
        .orElseGet(() -> Explanations.none(record));
  }

  private static String summary(Section.AnchorsResult result) {
    List<Section.AnchorRule> rules = result.rules();
    return rules.stream().filter(Section.AnchorRule::reached).count()
        + " of "
        + Figures.count(rules.size(), "case")
        + " have a rule that is enough for the answer.";
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    var anchors = Explanations.of(record, Section.AnchorsResult.class);
    if (anchors.isEmpty()) {
      Explanations.missing(record, page, "rules");
      return;
    }
    Explanations.untested(record).forEach(page::missing);
    for (var heard : anchors) {
      page.heading("Rules by " + heard.explainer());
      page.note(heard.source());
      heard.provenance().ifPresent(p -> p.notes().forEach(page::note));
      page.note(
          "Where a rule holds, the model answers as it does for the case in the share of cases that is"
              + " called precision, whatever else is in them; it holds for the share of cases called"
              + " coverage. A rule that is not reached is the best that was found, and no reason for"
              + " the answer.");
      page.table("rules", heard.result().rules())
          .wrap("Case", Section.AnchorRule::id)
          .wrap("What happened", Section.AnchorRule::label)
          .number("Response", Section.AnchorRule::response)
          .wrap("Answer", Section.AnchorRule::answer)
          .wrap("It is enough that", Section.AnchorRule::rule)
          .mark(
              "Precision " + Figures.percent(heard.result().wanted()),
              r ->
                  r.reached()
                      ? new Mark("✓ Reached", Look.PASS)
                      : new Mark("▲ Not reached", Look.WARN))
          .percent("Precision", Section.AnchorRule::precision)
          .percent("from", Section.AnchorRule::low)
          .percent("to", Section.AnchorRule::high)
          .percent("Coverage", Section.AnchorRule::coverage)
          .write("There are no rules.");
    }
  }
}
