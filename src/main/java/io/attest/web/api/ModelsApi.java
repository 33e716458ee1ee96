package io.attest.web.api;

import io.attest.audit.Audit;
import io.attest.audit.EventStore;
import io.attest.audit.Section;
import io.attest.audit.inventory.DimensionScore;
import io.attest.audit.inventory.ModelCard;
import io.attest.audit.inventory.ModelEntry;
import io.attest.audit.inventory.QualityScore;
import io.attest.model.ModelSpec;
import io.attest.report.InventoryWorkbook;
import io.attest.stage.Templates;
import io.attest.stage.UploadCheck;
import io.attest.stage.inventory.Inventory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.http.ContentDisposition;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** The models of this installation, for programs: the inventory, and the card of each. */
@RestController
class ModelsApi {
  private static final MediaType WORKBOOK =
      MediaType.parseMediaType("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");

  private final Inventory inventory;
  private final EventStore events;
  private final Templates templates;
  private final Clock clock;
  private final UploadCheck uploads;

  ModelsApi(
      Inventory inventory,
      EventStore events,
      Templates templates,
      Clock clock,
      UploadCheck uploads) {
    this.uploads = uploads;
    this.inventory = inventory;
    this.events = events;
    this.templates = templates;
    this.clock = clock;
  }

  /**
   * @param error why its declaration cannot be used; empty if it can
   * @param declared false if only audits are left of it
   * @param lastAudit id of its last audit that nobody withdrew
   * @param state of that audit; {@code none} if there is none
   * @param judgedAudit id of its last audit with a verdict
   */
  record Entry(
      String id,
      String name,
      String version,
      String tier,
      String task,
      String owner,
      String purpose,
      String error,
      boolean declared,
      Optional<String> lastAudit,
      String state,
      Optional<String> judgedAudit,
      Optional<String> verdict,
      Optional<Instant> approvedUntil,
      Use use,
      Optional<Instant> nextAudit,
      Findings openFindings,
      Optional<Long> daysSinceDecision,
      Score score) {}

  /**
   * @param state {@code approved, suspended, expired, condition-failed, none}
   * @param conditions of the approval that are open or failed
   * @param held whether a legal hold is on the model
   */
  record Use(String state, String why, List<Unmet> conditions, boolean held) {}

  record Unmet(int position, String text, String owner, LocalDate dueOn, String state) {}

  record Findings(int block, int warn) {}

  /**
   * @param share of the dimensions that apply whose target is reached; null if none applies
   */
  record Score(
      int met, int applicable, int unmeasured, Optional<Double> share, List<Points> dimensions) {}

  /**
   * @param status {@code met, at-risk, breached, not-measured, not-applicable}
   * @param points 0 to 100; null if nothing was measured
   * @param needed the value of the fact that would just reach the target
   */
  record Points(
      String dimension,
      String status,
      Optional<Double> points,
      double target,
      String why,
      Optional<Double> change,
      Optional<Section.Fact> fact,
      Optional<Double> needed,
      List<DimensionScore.Past> trend) {}

  /** The card: the entry, what is declared, and what the last judged audit found. */
  record Card(
      Entry model,
      List<String> prohibitedUses,
      List<Section.Finding> openFindings,
      List<Section.Fact> facts,
      List<String> notMeasured,
      List<Past> history,
      List<Told> told) {}

  record Past(
      String audit,
      String state,
      Optional<String> verdict,
      Instant startedAt,
      Optional<Instant> endedAt,
      Optional<Section.Fact> measure,
      int blocking,
      int warning) {}

  /** An event of the last audit, and whether it reached the webhook or MLflow. */
  record Told(String event, Instant at, String door, String state, int attempts, String answer) {}

  @GetMapping("/api/models")
  List<Entry> list() {
    return inventory.list().stream().map(ModelsApi::entry).toList();
  }

  @GetMapping("/api/models/{id}")
  Card one(@PathVariable String id) {
    ModelCard card = find(id);
    List<Section.Fact> facts =
        card.section(Section.Validated.class).map(Section.Validated::facts).orElse(List.of());
    List<String> notes =
        card.section(Section.Validated.class).map(Section.Validated::notes).orElse(List.of());
    return new Card(
        entry(card.entry()),
        card.entry().spec().map(ModelSpec::prohibitedUses).orElse(List.of()),
        card.open(),
        facts,
        notes,
        card.history().stream()
            .map(
                p ->
                    new Past(
                        p.audit().id(),
                        p.audit().state(),
                        p.audit().verdict(),
                        p.audit().startedAt(),
                        p.audit().endedAt(),
                        p.measure(),
                        p.blocking(),
                        p.warning()))
            .toList(),
        card.entry().last().map(a -> events.of(a.id())).orElse(List.of()).stream()
            .map(
                d ->
                    new Told(
                        d.event().event(),
                        d.event().at(),
                        d.door(),
                        d.state(),
                        d.attempts(),
                        d.answer()))
            .toList());
  }

  /**
   * @param problem what is wrong with the file; absent if the model can be audited on it
   */
  record Checked(Optional<String> problem) {}

  @GetMapping("/api/models/{id}/check")
  Checked check(@PathVariable String id, @RequestParam String data) {
    return new Checked(uploads.problem(id, data));
  }

  @GetMapping("/api/models/inventory.xlsx")
  ResponseEntity<byte[]> workbook() throws IOException {
    return file("models.xlsx", "Inventory of models", inventory.cards());
  }

  @GetMapping("/api/models/{id}/card.xlsx")
  ResponseEntity<byte[]> card(@PathVariable String id) throws IOException {
    ModelCard card = find(id);
    return file(card.entry().id() + ".xlsx", "Model card of " + card.entry().name(), List.of(card));
  }

  private ResponseEntity<byte[]> file(String name, String title, List<ModelCard> cards)
      throws IOException {
    try (InputStream template = templates.open("inventory.xlsx")) {
      return ResponseEntity.ok()
          .header(
              HttpHeaders.CONTENT_DISPOSITION,
              ContentDisposition.attachment()
                  .filename(name, StandardCharsets.UTF_8)
                  .build()
                  .toString())
          .contentType(WORKBOOK)
          .body(new InventoryWorkbook(template).bytes(title, cards, clock.instant()));
    }
  }

  private ModelCard find(String id) {
    return inventory
        .card(id)
        .orElseThrow(
            () ->
                new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no model of this id."));
  }

  private static Entry entry(ModelEntry e) {
    return new Entry(
        e.id(),
        e.spec().isPresent() || !e.declared() ? e.name() : "",
        e.spec().map(ModelSpec::version).orElse(""),
        e.tier(),
        e.spec().map(s -> s.task().name().toLowerCase(Locale.ROOT)).orElse(""),
        e.owner(),
        e.spec().map(ModelSpec::purpose).orElse(""),
        e.fault().orElse(""),
        e.declared(),
        e.last().map(Audit::id),
        e.state(),
        e.judged().map(Audit::id),
        e.verdict(),
        e.approvedUntil(),
        new Use(
            e.use().state(),
            e.use().why(),
            e.use().conditions().stream()
                .map(c -> new Unmet(c.position(), c.text(), c.owner(), c.dueOn(), c.state()))
                .toList(),
            e.use().held()),
        e.nextAudit(),
        new Findings(e.blocking(), e.warning()),
        e.daysSinceDecision(),
        score(e.score()));
  }

  private static Score score(QualityScore score) {
    return new Score(
        score.met(),
        score.applicable(),
        score.unmeasured(),
        score.share(),
        score.dimensions().stream()
            .map(
                d ->
                    new Points(
                        d.id(),
                        d.status().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                        d.points(),
                        d.target(),
                        d.why(),
                        d.change(),
                        d.worst().map(DimensionScore.Worst::fact),
                        d.worst().map(DimensionScore.Worst::needed),
                        d.trend()))
            .toList());
  }
}
