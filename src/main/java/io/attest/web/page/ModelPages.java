package io.attest.web.page;

import io.attest.audit.EventStore;
import io.attest.audit.WatchStore;
import io.attest.audit.inventory.ModelCard;
import io.attest.audit.inventory.ModelEntry;
import io.attest.report.page.AuditSheet;
import io.attest.report.page.ModelWords;
import io.attest.stage.inventory.Inventory;
import io.attest.stage.watch.Standings;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;

/** The inventory of models, and the card of each. */
@Controller
class ModelPages {
  private static final ModelWords MODEL_WORDS = new ModelWords();

  /** Ways to sort, by the name in the address. */
  private static final Map<String, Comparator<ModelEntry>> SORTS =
      Map.of(
          "model", Comparator.comparing(e -> e.name().toLowerCase(Locale.ROOT)),
          "tier", Comparator.comparing(ModelEntry::tier),
          "findings",
              Comparator.comparingInt(ModelEntry::blocking)
                  .thenComparingInt(ModelEntry::warning)
                  .reversed(),
          "score", Comparator.comparingDouble(e -> e.score().share().orElse(2.0)),
          "days",
              Comparator.comparingLong(
                  (ModelEntry e) -> -e.daysSinceDecision().orElse(Long.MAX_VALUE)),
          "next",
              Comparator.comparing(
                  e -> e.nextAudit().map(java.time.Instant::toString).orElse("~")));

  private final Inventory inventory;
  private final EventStore events;

  private final Standings standings;
  private final WatchStore watched;

  ModelPages(Inventory inventory, EventStore events, Standings standings, WatchStore watched) {
    this.inventory = inventory;
    this.events = events;
    this.standings = standings;
    this.watched = watched;
  }

  @GetMapping("/models")
  String list(
      @RequestParam(defaultValue = "") String q,
      @RequestParam(defaultValue = "") String tier,
      @RequestParam(defaultValue = "") String verdict,
      @RequestParam(defaultValue = "") String state,
      @RequestParam(defaultValue = "") String use,
      @RequestParam(defaultValue = "model") String sort,
      Model view) {
    List<ModelEntry> every = inventory.list();
    String wanted = q.strip().toLowerCase(Locale.ROOT);
    List<ModelEntry> found =
        every.stream()
            .filter(e -> tier.isBlank() || e.tier().equals(tier))
            .filter(e -> verdict.isBlank() || e.verdict().orElse("none").equals(verdict))
            .filter(e -> state.isBlank() || e.state().equals(state))
            .filter(e -> use.isBlank() || e.use().state().equals(use))
            .filter(e -> wanted.isEmpty() || text(e).contains(wanted))
            .sorted(SORTS.getOrDefault(sort, SORTS.get("model")).thenComparing(ModelEntry::id))
            .toList();
    view.addAttribute("every", every.size());
    view.addAttribute("models", found);
    view.addAttribute("tiers", every.stream().map(ModelEntry::tier).distinct().sorted().toList());
    view.addAttribute("states", every.stream().map(ModelEntry::state).distinct().sorted().toList());
    view.addAttribute("q", q);
    view.addAttribute("tier", tier);
    view.addAttribute("verdict", verdict);
    view.addAttribute("state", state);
    view.addAttribute("use", use);
    view.addAttribute("sort", sort);
    view.addAttribute("modelWords", MODEL_WORDS);
    return "models";
  }

  private static String text(ModelEntry e) {
    return String.join(
            " ",
            e.id(),
            e.name(),
            e.owner(),
            e.spec().map(s -> s.purpose()).orElse(""),
            e.fault().orElse(""))
        .toLowerCase(Locale.ROOT);
  }

  @GetMapping("/models/{id}")
  String one(@PathVariable String id, Model view) {
    ModelCard card =
        inventory.card(id).orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
    view.addAttribute("card", card);
    view.addAttribute("entry", card.entry());
    view.addAttribute("sheet", new AuditSheet(card.sections(), card.decisions()));
    view.addAttribute(
        "told",
        card.entry().last().map(a -> events.of(a.id())).orElse(List.<EventStore.Delivery>of()));
    view.addAttribute("modelWords", MODEL_WORDS);
    view.addAttribute("spec", card.entry().spec().orElse(null));
    view.addAttribute("trendOf", Inventory.TREND);
    view.addAttribute("standing", standings.of(id));
    view.addAttribute("watchDecisions", watched.list(id));
    return "model";
  }
}
