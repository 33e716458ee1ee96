package io.attest.report;

import io.attest.audit.Audit;
import io.attest.audit.AuditRecord;
import io.attest.audit.DecisionRecord;
import io.attest.audit.Section;
import java.util.ArrayList;
import java.util.List;
import org.apache.poi.xssf.usermodel.XSSFCell;

/** What a reader needs in ten seconds: which model, which verdict, who decided, where to look. */
final class CoverSheet implements Sheet {
  private static final int MOST_FINDINGS = 5;

  private final List<Sheet> others;

  CoverSheet(List<Sheet> others) {
    this.others = others;
  }

  @Override
  public String anchor() {
    return "cover_start";
  }

  @Override
  public List<String> anchors() {
    return List.of(
        "cover_start",
        "cover_model",
        "cover_verdict",
        "cover_findings",
        "cover_state",
        "cover_contents");
  }

  @Override
  public String summary(AuditRecord record) {
    return "";
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    Cells cells = page.cells();
    Audit audit = record.audit();
    Template template = page.template();
    XSSFCell model = template.cell("cover_model");
    cells.text(
        model,
        Words.inline(record.spec().name()) + ", version " + record.spec().version(),
        Look.TITLE);
    banner(page, template.cell("cover_verdict"), Words.verdict(record));
    cells.text(template.cell("cover_findings"), Words.findings(record), Look.TEXT);
    cells.mark(template.cell("cover_state"), Words.state(record));
    page.facts("cover", facts(record));
    int bottom = page.row();

    page.to(template.at("cover_contents"));
    page.table("contents", others)
        .column(
            "Sheet",
            (cell, s) -> page.link(cell, template.sheet(s.anchor()).getSheetName(), s.anchor()))
        .wrap("What it says", s -> s.summary(record))
        .write("");

    int left = template.at(anchor()).getCol();
    int right = page.column();
    page.to(Math.max(bottom, page.row()));
    int next = page.row();
    page.to(new org.apache.poi.ss.util.CellReference(next, left));
    findings(record, page);
    page.to(new org.apache.poi.ss.util.CellReference(next, right));
    notTested(record, page);
  }

  /** The verdict fills the cells beside it as well, as one band. */
  private static void banner(Page page, XSSFCell cell, Mark mark) {
    page.cells().mark(cell, mark);
    cell.setCellStyle(page.styles().large(cell.getCellStyle()));
    int end = page.template().at("cover_contents").getCol() + 1;
    for (int c = cell.getColumnIndex() + 1; c <= end; c++) {
      page.cell(cell.getRowIndex(), c).setCellStyle(page.styles().of(mark.look()));
    }
  }

  private static List<Page.Fact> facts(AuditRecord record) {
    Audit a = record.audit();
    List<Page.Fact> facts = new ArrayList<>();
    facts.add(new Page.Fact("Audit", a.id()));
    facts.add(new Page.Fact("Model", record.spec().id()));
    facts.add(new Page.Fact("Version", record.spec().version()));
    facts.add(new Page.Fact("Tier", a.tier()));
    facts.add(new Page.Fact("Owner", record.spec().owner()));
    facts.add(new Page.Fact("Reason for the audit", a.reason()));
    facts.add(new Page.Fact("Audience", a.audience()));
    facts.add(
        new Page.Fact("Data", a.data().map(d -> "uploaded: " + d).orElse("as the model declares")));
    facts.add(
        new Page.Fact(
            "Started by", Words.inline(a.startedBy()) + ", " + Words.trigger(a.trigger())));
    facts.add(new Page.Fact("Started (UTC)", a.startedAt()));
    facts.add(
        new Page.Fact("Ended (UTC)", a.endedAt().map(Object.class::cast).orElse("not ended")));
    record
        .section(Section.Granted.class)
        .ifPresent(
            g ->
                facts.add(
                    new Page.Fact("Approval holds until", g.until() + " (" + g.basis() + ")")));
    facts.add(new Page.Fact("Round", a.round()));
    facts.add(new Page.Fact("Last decision", lastDecision(record)));
    return facts;
  }

  private static String lastDecision(AuditRecord record) {
    if (record.decisions().isEmpty()) {
      return "No decision yet";
    }
    DecisionRecord d = record.decisions().get(record.decisions().size() - 1);
    return Words.task(d.task())
        + ": "
        + Mark.decision(d.decision()).text().substring(2)
        + ", "
        + Words.inline(d.who())
        + ", "
        + Words.at(d.at());
  }

  private static void findings(AuditRecord record, Page page) {
    List<Section.Finding> findings =
        record.section(Section.Judged.class).map(Section.Judged::findings).orElse(List.of());
    page.heading("Findings to weigh first");
    page.table("first_findings", findings)
        .mark(
            "Severity",
            f -> {
              Mark m = Mark.severity(f.severity());
              return new Mark(m.text() + ", " + f.id(), m.look());
            })
        .wrap("Message", Section.Finding::message)
        .most(MOST_FINDINGS, "on the sheet of findings")
        .write(Words.findings(record));
  }

  private static void notTested(AuditRecord record, Page page) {
    page.heading("Not tested");
    page.table("not_tested", Explanations.skipped(record))
        .wrap("Method", Section.Explained::explainer)
        .wrap(
            "Who went on without it, and why",
            e ->
                (e.skipped().get().unfit()
                        ? "It does not fit"
                        : Words.inline(e.skipped().get().by()))
                    + ": "
                    + e.skipped().get().reason())
        .write(
            record.section(Section.Selected.class).isEmpty()
                ? "The methods have not been chosen yet."
                : "Every method that was chosen has been heard, or is still at work.");
  }
}
