package io.attest.report;

import io.attest.audit.Section;
import io.attest.audit.inventory.DimensionScore;
import io.attest.audit.inventory.ModelCard;
import io.attest.audit.inventory.ModelEntry;
import io.attest.model.ModelSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import org.apache.poi.xssf.usermodel.XSSFCell;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;

/**
 * Writes the inventory of models, or the card of one of them, as a workbook. The same cards, the
 * same moment and the same template give the same bytes; nothing of the cards can become a formula.
 */
public final class InventoryWorkbook {
  private static final String MODELS = "inventory_models";
  private static final String QUALITY = "inventory_quality";
  private static final String FINDINGS = "inventory_findings";
  private static final String AUDITS = "inventory_audits";
  private static final String DECLARED = "inventory_declared";

  private final byte[] template;

  private record Dimensioned(ModelEntry model, DimensionScore score) {}

  private record Found(ModelEntry model, Section.Finding finding) {}

  private record Held(ModelEntry model, ModelCard.Past past) {}

  private record Said(ModelEntry model, String field, String text) {}

  /**
   * @param template an {@code .xlsx} file with the named cells of {@link #names}; read to its end,
   *     not closed
   */
  public InventoryWorkbook(InputStream template) throws IOException {
    this.template = template.readAllBytes();
  }

  /** Every name that a template must have. */
  static List<String> names() {
    List<String> names = new ArrayList<>(List.of(MODELS, QUALITY, FINDINGS, AUDITS, DECLARED));
    for (Look look : Look.values()) {
      names.add(look.sample());
    }
    return names;
  }

  /**
   * The workbook.
   *
   * @param title what it is of: the inventory, or one model
   * @param cards the models, in the order they are listed
   * @param now when they stood so
   * @throws IllegalArgumentException if the template lacks named cells, listing them
   */
  public byte[] bytes(String title, List<ModelCard> cards, Instant now) throws IOException {
    Path packed = Files.createTempFile("attest-inventory", ".xlsx");
    Path same = Files.createTempFile("attest-inventory", ".xlsx");
    try (XSSFWorkbook workbook = new XSSFWorkbook(new ByteArrayInputStream(template))) {
      Template named = new Template(workbook);
      named.require(names());
      Styles styles = new Styles(workbook, named);
      TableNames tables = new TableNames(workbook);
      models(cards, now, new Page(named, styles, tables, CaseFiles.NONE, MODELS));
      quality(cards, new Page(named, styles, tables, CaseFiles.NONE, QUALITY));
      findings(cards, new Page(named, styles, tables, CaseFiles.NONE, FINDINGS));
      audits(cards, new Page(named, styles, tables, CaseFiles.NONE, AUDITS));
      declared(cards, new Page(named, styles, tables, CaseFiles.NONE, DECLARED));
      named.removeSamples();
      var core = workbook.getProperties().getCoreProperties();
      core.setTitle(PlainText.of(title));
      core.setCreator("Attest");
      core.setLastModifiedByUser("Attest");
      core.setCreated(Optional.of(Date.from(now)));
      core.setModified(Optional.of(Date.from(now)));
      try (OutputStream out = Files.newOutputStream(packed)) {
        workbook.write(out);
      }
      AuditWorkbook.timeless(packed, same);
      return Files.readAllBytes(same);
    } finally {
      Files.deleteIfExists(packed);
      Files.deleteIfExists(same);
    }
  }

  private static void models(List<ModelCard> cards, Instant now, Page page) {
    page.freeze(1, 1);
    page.note(
        "As of "
            + Words.at(now)
            + ". Verdict, findings and dimensions are those of the last audit with a verdict that"
            + " nobody withdrew; the state is that of the last audit. Use says whether the model may be used"
            + " today. Dimensions met are counted over"
            + " those that apply; one that was not measured is not met.");
    page.skip(1);
    page.table("models", cards.stream().map(ModelCard::entry).toList())
        .text("Model", ModelEntry::id)
        .wrap("Name", ModelEntry::name)
        .text("Version", e -> e.spec().map(ModelSpec::version).orElse(""))
        .text("Tier", ModelEntry::tier)
        .wrap("Owner", ModelEntry::owner)
        .mark("Verdict", e -> e.verdict().map(Mark::verdict).orElse(none("No verdict")))
        .mark("State", e -> e.last().map(a -> Mark.state(a.state())).orElse(none("Never audited")))
        .mark("Use", e -> Mark.use(e.use().state()))
        .wrap("Why", e -> e.use().why())
        .count("Conditions, open", e -> e.use().open())
        .count("Conditions, failed", e -> e.use().failed())
        .text("Legal hold", e -> e.use().held() ? "yes" : "no")
        .date("Approved until (UTC)", e -> e.approvedUntil().orElse(null))
        .date("Next audit (UTC)", e -> e.nextAudit().orElse(null))
        .count("Open, blocking", ModelEntry::blocking)
        .count("Open, warning", ModelEntry::warning)
        .column(
            "Days since decision",
            (c, e) -> figure(page, c, e.daysSinceDecision().map(d -> (double) d), "0"))
        .count("Met", e -> e.score().met())
        .count("Apply", e -> e.score().applicable())
        .count("Not measured", e -> e.score().unmeasured())
        .wrap("Declaration", InventoryWorkbook::declaration)
        .write("No model is declared, and none was ever audited.");
  }

  /** A figure of few digits: points and days need no more. */
  private static void figure(Page page, XSSFCell cell, Optional<Double> value, String format) {
    page.cells().number(cell, value.orElse(Double.NaN), Look.NUMBER);
    if (value.isPresent()) {
      cell.setCellStyle(page.styles().formatted(page.styles().of(Look.NUMBER), format));
    }
  }

  private static Mark none(String text) {
    return new Mark("○ " + text, Look.UNKNOWN);
  }

  private static String declaration(ModelEntry entry) {
    return entry
        .fault()
        .map(f -> "Wrong: " + f)
        .orElse(entry.declared() ? "in order" : "gone: only its audits are left");
  }

  private static void quality(List<ModelCard> cards, Page page) {
    page.freeze(1, 1);
    page.note(
        "Each dimension has points from 0 to 100, worked out from the fact named beside them; the"
            + " formulas are in config/quality-targets.yaml. At risk: the target is reached, but by"
            + " little, or another fall like the last one would miss it.");
    List<Dimensioned> rows =
        cards.stream()
            .flatMap(
                c ->
                    c.entry().score().dimensions().stream().map(d -> new Dimensioned(c.entry(), d)))
            .toList();
    page.skip(1);
    page.table("quality", rows)
        .text("Model", r -> r.model().id())
        .text("Dimension", r -> r.score().name())
        .mark("Status", r -> Mark.quality(r.score().status()))
        .column("Points", (c, r) -> figure(page, c, r.score().points(), "0.0"))
        .column("Target", (c, r) -> figure(page, c, Optional.of(r.score().target()), "0.0"))
        .column(
            "Since the audit before",
            (c, r) -> figure(page, c, r.score().change(), "+0.0;-0.0;0.0"))
        .wrap("Fact", r -> r.score().worst().map(w -> w.fact().metric()).orElse(""))
        .wrap("Of", r -> r.score().worst().map(w -> w.fact().subject()).orElse(""))
        .number("Value", r -> r.score().worst().map(w -> w.fact().value()).orElse(Double.NaN))
        .number(
            "Target needs",
            r -> r.score().worst().map(DimensionScore.Worst::needed).orElse(Double.NaN))
        .wrap("Why this target", r -> r.score().why())
        .wrap("Points of the last audits", InventoryWorkbook::trend)
        .write("No model is declared, and none was ever audited.");
  }

  private static String trend(Dimensioned row) {
    return String.join(
        ", ",
        row.score().trend().stream()
            .map(p -> p.points().map(v -> Long.toString((long) Math.floor(v))).orElse("–"))
            .toList());
  }

  private static void findings(List<ModelCard> cards, Page page) {
    page.freeze(1, 1);
    List<Found> rows =
        cards.stream().flatMap(c -> c.open().stream().map(f -> new Found(c.entry(), f))).toList();
    page.table("open_findings", rows)
        .text("Model", r -> r.model().id())
        .mark("Severity", r -> Mark.severity(r.finding().severity()))
        .text("Id", r -> r.finding().id())
        .wrap("Message", r -> r.finding().message())
        .wrap("Metric", r -> r.finding().metric())
        .wrap("Subject", r -> r.finding().subject())
        .number("Value", r -> r.finding().value())
        .wrap("Rule", r -> r.finding().rule())
        .wrap("Reference", r -> r.finding().reference())
        .write("No finding is open.");
  }

  private static void audits(List<ModelCard> cards, Page page) {
    page.freeze(1, 1);
    List<Held> rows =
        cards.stream().flatMap(c -> c.history().stream().map(p -> new Held(c.entry(), p))).toList();
    page.note(
        "Performance and findings are given for the last audits of each model that have a verdict;"
            + " an older audit has them in its own report.");
    page.skip(1);
    page.table("audits", rows)
        .text("Model", r -> r.model().id())
        .wrap("Audit", r -> r.past().audit().id())
        .date("Started (UTC)", r -> r.past().audit().startedAt())
        .date("Ended (UTC)", r -> r.past().audit().endedAt().orElse(null))
        .mark(
            "Verdict",
            r -> r.past().audit().verdict().map(Mark::verdict).orElse(none("No verdict")))
        .mark("State", r -> Mark.state(r.past().audit().state()))
        .text("Main figure", r -> r.past().measure().map(Section.Fact::metric).orElse(""))
        .number("Value", r -> r.past().measure().map(Section.Fact::value).orElse(Double.NaN))
        .count("Blocking", r -> r.past().blocking())
        .count("Warning", r -> r.past().warning())
        .wrap("Started by", r -> r.past().audit().startedBy())
        .wrap("Reason", r -> r.past().audit().reason())
        .write("No audit yet.");
  }

  private static void declared(List<ModelCard> cards, Page page) {
    page.freeze(1, 1);
    List<Said> rows = cards.stream().flatMap(c -> said(c).stream()).toList();
    page.table("declared", rows)
        .text("Model", r -> r.model().id())
        .text("Field", Said::field)
        .wrap("What is declared", Said::text)
        .write("No declaration can be read.");
  }

  private static List<Said> said(ModelCard card) {
    ModelEntry model = card.entry();
    List<Said> said = new ArrayList<>();
    model.fault().ifPresent(f -> said.add(new Said(model, "Fault of the declaration", f)));
    model
        .spec()
        .ifPresent(
            s -> {
              said.add(new Said(model, "Purpose", s.purpose()));
              s.prohibitedUses().forEach(u -> said.add(new Said(model, "Prohibited use", u)));
              said.add(new Said(model, "Task", s.task().name().toLowerCase(java.util.Locale.ROOT)));
              said.add(new Said(model, "Format", s.model().format()));
              said.add(new Said(model, "Data", s.audit().uri()));
              said.add(
                  new Said(
                      model,
                      "Training data",
                      s.training().map(ModelSpec.Source::uri).orElse("not declared")));
              said.add(new Said(model, "Features", Integer.toString(s.fields().size())));
              s.protectedGroups()
                  .forEach(p -> said.add(new Said(model, "Protected attribute", p.column())));
              s.decision()
                  .ifPresent(
                      d ->
                          said.add(
                              new Said(
                                  model,
                                  "Decision",
                                  "favourable " + d.favourable() + " " + d.threshold())));
              said.add(new Said(model, "Schedule", s.schedule().orElse("none")));
            });
    return said;
  }
}
