package io.attest.web.page;

import io.attest.audit.ApprovalStore;
import io.attest.audit.Audit;
import io.attest.audit.AuditQuery;
import io.attest.audit.AuditStore;
import io.attest.audit.EngineRecord;
import io.attest.audit.Section;
import io.attest.audit.WithdrawalStore;
import io.attest.audit.retention.Holds;
import io.attest.report.page.AuditSheet;
import io.attest.report.page.ExplainedRows;
import io.attest.report.page.Words;
import io.attest.stage.Account;
import io.attest.stage.Audits;
import io.attest.stage.EngineHistory;
import io.attest.stage.WaitingTasks;
import io.attest.stage.WaitingTasks.WaitingTask;
import io.attest.stage.watch.Standings;
import io.attest.web.Roles;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The list of audits, the page of one audit, and its review inside Tasklist. */
@Controller
class AuditPages {
  private static final int PAGE = 50;
  private static final List<String> STATES =
      List.of(
          "running",
          "waiting",
          "approved",
          "approved-with-conditions",
          "rejected",
          "withdrawn",
          AuditStore.SUPERSEDED,
          AuditStore.WITHDRAWN_REPORT);
  private static final List<String> VERDICTS = List.of("pass", "warn", "block");

  private final AuditStore store;
  private final WithdrawalStore withdrawals;
  private final Holds holds;
  private final WaitingTasks tasks;
  private final WaitingFor waiting;
  private final Audits audits;
  private final EngineHistory engine;
  private final Words words;
  private final RulesAsked rules;
  private final ApprovalStore approvals;
  private final Standings standings;
  private final ExplainedRows rows;
  private final Pace pace;

  AuditPages(
      AuditStore store,
      WithdrawalStore withdrawals,
      Holds holds,
      WaitingTasks tasks,
      WaitingFor waiting,
      Audits audits,
      EngineHistory engine,
      Words words,
      RulesAsked rules,
      ApprovalStore approvals,
      Standings standings,
      ExplainedRows rows,
      Pace pace) {
    this.approvals = approvals;
    this.standings = standings;
    this.rules = rules;
    this.store = store;
    this.withdrawals = withdrawals;
    this.holds = holds;
    this.tasks = tasks;
    this.waiting = waiting;
    this.audits = audits;
    this.engine = engine;
    this.words = words;
    this.rows = rows;
    this.pace = pace;
  }

  @GetMapping("/")
  String home() {
    return "redirect:/audits";
  }

  @GetMapping("/audits")
  String list(
      @RequestParam(defaultValue = "") String q,
      @RequestParam(defaultValue = "") String model,
      @RequestParam(defaultValue = "") String state,
      @RequestParam(defaultValue = "") String verdict,
      @RequestParam(defaultValue = "1") int page,
      @AuthenticationPrincipal Account account,
      Model view) {
    AuditQuery.Found found = store.search(new AuditQuery(q, model, state, verdict, page, PAGE));
    Map<String, String> models = ModelChoices.of(store.modelNames());
    view.addAttribute("waiting", waiting.of(account));
    view.addAttribute("audits", found.audits());
    view.addAttribute("found", found.found());
    view.addAttribute("none", models.isEmpty());
    view.addAttribute("page", found.page());
    view.addAttribute("pages", found.pages());
    view.addAttribute("models", models);
    view.addAttribute("suspended", standings.suspended());
    view.addAttribute("states", STATES);
    view.addAttribute("verdicts", VERDICTS);
    view.addAttribute("q", q);
    view.addAttribute("model", model);
    view.addAttribute("state", state);
    view.addAttribute("verdict", verdict);
    view.addAttribute("narrowed", !(q + model + state + verdict).isBlank());
    return "audits";
  }

  @GetMapping("/audits/{id}")
  String one(
      @PathVariable String id,
      @RequestParam Optional<String> audience,
      @CookieValue(name = Reader.COOKIE) Optional<String> before,
      @AuthenticationPrincipal Account account,
      HttpServletResponse response,
      Model view) {
    Audit audit = describe(id, view);
    Optional<Reader> asked = audience.flatMap(Reader::of);
    asked.ifPresent(reader -> response.addHeader(HttpHeaders.SET_COOKIE, reader.cookie()));
    view.addAttribute(
        "reader", asked.or(() -> before.flatMap(Reader::of)).orElse(Reader.usual(audit)));
    Set<String> mine = tasks.of(account).stream().map(WaitingTask::id).collect(Collectors.toSet());
    view.addAttribute("mine", mine);
    view.addAttribute("approval", approvals.find(id).orElse(null));
    view.addAttribute("today", LocalDate.now(ZoneId.systemDefault()));
    view.addAttribute("conditions", WatchPages.followed(approvals, id));
    view.addAttribute(
        "mayCancel",
        audit.endedAt().isEmpty()
            && (account.in(Roles.REVIEWER, Roles.ADMINISTRATOR)
                || (account.in(Roles.STARTER)
                    && audit.startedBy().equalsIgnoreCase(account.name()))));
    boolean mayWithdraw =
        AuditStore.ONCE_APPROVED.contains(audit.state())
            && account.in(Roles.deciders())
            && store.section(id, Section.Published.class).isPresent();
    view.addAttribute("mayWithdraw", mayWithdraw);
    view.addAttribute(
        "others",
        mayWithdraw
            ? store.list(Optional.of(audit.model()), Optional.empty()).stream()
                .filter(a -> AuditStore.APPROVED.contains(a.state()) && !a.id().equals(id))
                .map(Audit::id)
                .toList()
            : List.<String>of());
    view.addAttribute("withdrawal", withdrawals.of(id));
    view.addAttribute("holds", holds.on(audit));
    view.addAttribute("mayHold", account.in(Roles.keepers()));
    view.addAttribute("toldKnown", store.section(id, Section.Told.class).isPresent());
    view.addAttribute("supersedes", withdrawals.supersededBy(id));
    EngineRecord ran = engine.of(id);
    view.addAttribute("engine", ran);
    view.addAttribute("askedRules", rules.of(audit, ran));
    view.addAttribute(
        "obstacles", audit.endedAt().isEmpty() ? engine.obstacles(id) : List.<String>of());
    return "audit";
  }

  /**
   * What Tasklist shows inside a task. Not a page: it has no head, no script, and is not compiled
   * by the form around it.
   *
   * @param answer whether the findings come with fields to answer them
   */
  @GetMapping("/audits/{id}/review")
  String review(
      @PathVariable String id, @RequestParam(defaultValue = "false") boolean answer, Model view) {
    Audit audit = describe(id, view);
    view.addAttribute("answering", answer);
    view.addAttribute("previous", store.previous(audit));
    view.addAttribute("now", Instant.now());
    return "review";
  }

  private Audit describe(String id, Model view) {
    Audit audit =
        store.find(id).orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
    List<Section> sections = store.sections(id);
    view.addAttribute("audit", audit);
    view.addAttribute("sheet", new AuditSheet(sections, store.decisions(id), Optional.of(rows)));
    view.addAttribute("live", Live.of(audit, sections, store.progress(id), words, pace));
    view.addAttribute("tasks", tasks.ofAudit(id));
    return audit;
  }

  @PostMapping("/audits/{id}/cancel")
  String cancel(
      @PathVariable String id,
      @RequestParam String reason,
      @AuthenticationPrincipal Account account,
      RedirectAttributes next) {
    store.find(id).orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
    try {
      audits.cancel(id, account.name(), reason.strip());
      next.addFlashAttribute("told", "The audit is withdrawn.");
    } catch (IllegalArgumentException | SecurityException e) {
      next.addFlashAttribute("refused", e.getMessage());
    }
    next.addAttribute("id", id);
    return "redirect:/audits/{id}";
  }
}
