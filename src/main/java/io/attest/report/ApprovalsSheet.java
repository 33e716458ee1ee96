package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Committee;
import io.attest.audit.DecisionRecord;
import java.util.List;

/** Who decided what, when. */
final class ApprovalsSheet implements Sheet {

  @Override
  public String anchor() {
    return "approvals_start";
  }

  @Override
  public String summary(AuditRecord record) {
    if (record.decisions().isEmpty()) {
      return "No decision yet.";
    }
    DecisionRecord last = record.decisions().get(record.decisions().size() - 1);
    return "Last: "
        + Mark.decision(last.decision()).text().substring(2)
        + ", "
        + Words.inline(last.who())
        + ", "
        + Words.at(last.at())
        + ".";
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    page.note(
        "Started by "
            + Words.inline(record.audit().startedBy())
            + ", who may not approve."
            + switch (record.audit().tier()) {
              case "high" -> " Tier high: an approval needs a second person of another group.";
              case "critical" -> " Tier critical: a committee votes on an approval.";
              default -> " Tier " + record.audit().tier() + ": one approval is enough.";
            });
    page.skip(1);
    page.table("approvals", record.decisions())
        .text("Task", d -> Words.task(d.task()))
        .mark("Decision", d -> Mark.decision(d.decision()))
        .wrap("Who", DecisionRecord::who)
        .date("When (UTC)", DecisionRecord::at)
        .wrap("Comment", DecisionRecord::comment)
        .wrap("Conditions and details", DecisionRecord::detail)
        .count("Round", DecisionRecord::round)
        .hash("Task id", DecisionRecord::taskId)
        .write("No decision yet.");
    List<DecisionRecord> dissent = Committee.dissent(record.decisions());
    if (!dissent.isEmpty()) {
      page.heading("Dissent");
      page.note("Votes against how the committee decided, word for word.");
      page.table("dissent", dissent)
          .wrap("Who", DecisionRecord::who)
          .mark("Vote", d -> Mark.decision(d.decision()))
          .date("When (UTC)", DecisionRecord::at)
          .wrap("In these words", DecisionRecord::comment)
          .count("Round", DecisionRecord::round)
          .write("");
    }
    page.heading("State of the audit");
    page.cells().mark(page.cell(page.row(), page.column()), Words.state(record));
    page.skip(1);
  }
}
