package io.attest.stage.inventory;

import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.DecisionRecord;
import io.attest.audit.Section;
import io.attest.audit.inventory.ModelCard;
import io.attest.audit.inventory.ModelEntry;
import io.attest.audit.inventory.ModelUse;
import io.attest.audit.inventory.QualityScore;
import io.attest.audit.inventory.QualityTargets;
import io.attest.audit.inventory.ScoredAudit;
import io.attest.audit.retention.Holds;
import io.attest.model.ModelSpec;
import io.attest.stage.Models;
import io.attest.stage.watch.Standing;
import io.attest.stage.watch.Standings;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * The inventory: every model that is declared, and every one that only its audits tell of, with how
 * it stands. Worked out anew each time somebody looks.
 */
@Component
public class Inventory {

  /** So many audits make a trend; the history lists all. */
  public static final int TREND = 8;

  /** The main figures of performance, in the order they are looked for. */
  private static final List<String> MEASURES =
      List.of("performance.auc", "performance.r2", "performance.accuracy", "performance.rmse");

  private final Models models;
  private final AuditStore audits;
  private final Standings standings;
  private final Holds holds;
  private final NextAudits next;
  private final QualityAims aims;
  private final Clock clock;

  public Inventory(
      Models models,
      AuditStore audits,
      Standings standings,
      Holds holds,
      NextAudits next,
      QualityAims aims,
      Clock clock) {
    this.models = models;
    this.standings = standings;
    this.holds = holds;
    this.audits = audits;
    this.next = next;
    this.aims = aims;
    this.clock = clock;
  }

  /** Every model, by id. */
  public List<ModelEntry> list() {
    return cards().stream().map(ModelCard::entry).toList();
  }

  /** The cards of every model, by id, without the large sections of their audits. */
  public List<ModelCard> cards() {
    QualityTargets targets = aims.now();
    Map<String, List<Audit>> byModel = new TreeMap<>();
    for (Audit audit : audits.list(Optional.empty(), Optional.empty())) {
      byModel.computeIfAbsent(audit.model(), m -> new ArrayList<>()).add(audit);
    }
    Set<String> ids = new TreeSet<>(byModel.keySet());
    ids.addAll(models.ids());
    return ids.stream()
        .map(id -> card(id, byModel.getOrDefault(id, List.of()), targets, false))
        .toList();
  }

  /** The card of one model; empty if nothing is known of this id. */
  public Optional<ModelCard> card(String id) {
    List<Audit> all = audits.list(Optional.of(id), Optional.empty());
    return all.isEmpty() && !models.ids().contains(id)
        ? Optional.empty()
        : Optional.of(card(id, all, aims.now(), true));
  }

  /**
   * @param all audits of the model, newest first
   * @param whole whether the card is to hold everything that the judged audit left
   */
  private ModelCard card(String id, List<Audit> all, QualityTargets targets, boolean whole) {
    Optional<ModelSpec> spec = Optional.empty();
    Optional<String> fault = Optional.empty();
    try {
      spec = models.ids().contains(id) ? Optional.of(models.spec(id)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      fault = Optional.of(String.valueOf(e.getMessage()));
    }
    List<Audit> counted = all.stream().filter(a -> !a.state().equals("withdrawn")).toList();
    List<Audit> judged = counted.stream().filter(a -> a.verdict().isPresent()).toList();
    Map<String, List<Section>> judgements = new HashMap<>();
    judged.stream().limit(TREND).forEach(a -> judgements.put(a.id(), audits.judgement(a.id())));
    Optional<Audit> last = judged.stream().findFirst();
    List<DecisionRecord> decisions = last.map(a -> audits.decisions(a.id())).orElse(List.of());
    List<Section.Finding> open =
        last.map(a -> open(a, judgements.get(a.id()), decisions)).orElse(List.of());
    Standing standing = standings.of(id);
    ModelEntry entry =
        new ModelEntry(
            id,
            spec,
            fault,
            counted.stream().findFirst(),
            last,
            standing
                .approval()
                .map(a -> a.validUntil().atTime(LocalTime.MAX).atZone(ZoneId.systemDefault()))
                .map(ZonedDateTime::toInstant),
            use(standing),
            next.of(id),
            (int) open.stream().filter(f -> f.severity().equals("block")).count(),
            (int) open.stream().filter(f -> f.severity().equals("warn")).count(),
            counted.stream()
                .filter(Inventory::decided)
                .flatMap(a -> a.endedAt().stream())
                .max(Comparator.naturalOrder())
                .map(at -> Math.max(0, Duration.between(at, clock.instant()).toDays())),
            QualityScore.of(
                targets,
                spec.map(ModelSpec::targets).orElse(Map.of()),
                scored(judged.stream().limit(TREND).toList(), judgements)));
    return new ModelCard(
        entry,
        last.map(a -> whole ? audits.sections(a.id()) : judgements.get(a.id())).orElse(List.of()),
        decisions,
        open,
        all.stream().map(a -> past(a, judgements.getOrDefault(a.id(), List.of()))).toList());
  }

  private ModelUse use(Standing standing) {
    String why =
        switch (standing.state()) {
          case "suspended" ->
              standing.suspension().map(s -> s.reason() + " (" + s.rule() + ")").orElse("");
          case "condition-failed" ->
              standing.failed().stream()
                  .map(c -> "Condition " + c.position() + " was not met: " + c.text())
                  .collect(Collectors.joining("\n"));
          case "expired" ->
              standing.approval().map(a -> "It held until " + a.validUntil() + ".").orElse("");
          default -> "";
        };
    return new ModelUse(
        standing.state(),
        why,
        standing.conditions(),
        holds.list().stream()
            .anyMatch(h -> h.kind().equals("model") && h.subject().equals(standing.model())));
  }

  /** Oldest first, each with the moment at which the next one was decided. */
  private List<ScoredAudit> scored(List<Audit> newestFirst, Map<String, List<Section>> judgements) {
    List<ScoredAudit> scored = new ArrayList<>();
    Optional<Instant> later = Optional.empty();
    for (Audit audit : newestFirst) {
      List<Section> sections = judgements.get(audit.id());
      scored.add(
          0,
          ScoredAudit.of(
              audit,
              one(sections, Section.Validated.class),
              one(sections, Section.Controlled.class),
              later,
              clock.instant()));
      if (decided(audit)) {
        later = audit.endedAt();
      }
    }
    return scored;
  }

  private static ModelCard.Past past(Audit audit, List<Section> sections) {
    List<Section.Fact> facts =
        one(sections, Section.Validated.class).map(Section.Validated::facts).orElse(List.of());
    Optional<Section.Fact> measure =
        MEASURES.stream()
            .flatMap(name -> facts.stream().filter(f -> f.metric().equals(name)))
            .findFirst();
    List<Section.Finding> findings =
        one(sections, Section.Judged.class).map(Section.Judged::findings).orElse(List.of());
    return new ModelCard.Past(audit, measure, count(findings, "block"), count(findings, "warn"));
  }

  private static int count(List<Section.Finding> findings, String severity) {
    return (int) findings.stream().filter(f -> f.severity().equals(severity)).count();
  }

  /** Findings that weigh and that no reviewer of the present round has waived or disputed. */
  private static List<Section.Finding> open(
      Audit audit, List<Section> sections, List<DecisionRecord> decisions) {
    Set<String> closed = new HashSet<>();
    decisions.stream()
        .filter(d -> d.round() == audit.round())
        .flatMap(d -> d.dispositions().stream())
        .forEach(
            d -> {
              if (d.answer().equals("accepted")) {
                closed.remove(d.finding().id());
              } else {
                closed.add(d.finding().id());
              }
            });
    return one(sections, Section.Judged.class)
        .map(Section.Judged::findings)
        .orElse(List.of())
        .stream()
        .filter(f -> f.severity().equals("block") || f.severity().equals("warn"))
        .filter(f -> !closed.contains(f.id()))
        .toList();
  }

  private static boolean decided(Audit audit) {
    return AuditStore.DECIDED.contains(audit.state());
  }

  private static <T extends Section> Optional<T> one(List<Section> sections, Class<T> type) {
    return sections.stream().filter(type::isInstance).map(type::cast).findFirst();
  }
}
