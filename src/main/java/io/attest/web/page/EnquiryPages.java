package io.attest.web.page;

import io.attest.audit.Enquiry;
import io.attest.audit.EnquiryStore;
import io.attest.report.letter.Check;
import io.attest.report.letter.Draft;
import io.attest.report.letter.FoundReason;
import io.attest.stage.Account;
import io.attest.stage.decision.Drafts;
import io.attest.stage.decision.ReasonRuns;
import io.attest.web.Roles;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;

/** The list of requests for an explanation, and the page of one. */
@Controller
class EnquiryPages {
  private static final int PAGE = 50;
  private static final List<String> STATES =
      List.of("running", "waiting", "answered", "refused", "withdrawn");

  private final EnquiryStore store;
  private final WaitingFor waiting;
  private final Drafts drafts;
  private final ReasonRuns runs;
  private final Clock clock;

  EnquiryPages(
      EnquiryStore store, WaitingFor waiting, Drafts drafts, ReasonRuns runs, Clock clock) {
    this.store = store;
    this.waiting = waiting;
    this.drafts = drafts;
    this.runs = runs;
    this.clock = clock;
  }

  /** A reason, and whether the letter tells it. */
  public record Told(FoundReason reason, boolean told, Optional<Check.Answer> answer) {}

  @GetMapping("/decisions")
  String list(
      @RequestParam(defaultValue = "") String q,
      @RequestParam(defaultValue = "") String model,
      @RequestParam(defaultValue = "") String state,
      @RequestParam(defaultValue = "1") int page,
      @AuthenticationPrincipal Account account,
      Model view) {
    List<Enquiry> every = store.list(Optional.empty(), Optional.empty());
    String wanted = q.strip().toLowerCase(Locale.ROOT);
    List<Enquiry> found =
        every.stream()
            .filter(e -> model.isBlank() || e.model().equals(model))
            .filter(e -> state.isBlank() || e.state().equals(state))
            .filter(e -> wanted.isEmpty() || text(e).contains(wanted))
            .toList();
    int pages = Math.max(1, (found.size() + PAGE - 1) / PAGE);
    int shown = Math.max(1, Math.min(page, pages));
    view.addAttribute(
        "enquiries", found.subList((shown - 1) * PAGE, Math.min(found.size(), shown * PAGE)));
    view.addAttribute("found", found.size());
    view.addAttribute("every", every.size());
    view.addAttribute("page", shown);
    view.addAttribute("pages", pages);
    view.addAttribute(
        "models",
        ModelChoices.of(
            every.stream()
                .collect(Collectors.toMap(Enquiry::model, Enquiry::modelName, (a, b) -> a))));
    view.addAttribute("states", STATES);
    view.addAttribute("q", q);
    view.addAttribute("model", model);
    view.addAttribute("state", state);
    view.addAttribute("today", today());
    view.addAttribute("waiting", waiting.ofDecisions(account));
    if (account.in(Roles.starters())) {
      many(account, view);
    }
    return "decisions";
  }

  /** What is needed to ask for the reasons of many cases. */
  private void many(Account account, Model view) {
    view.addAttribute("offered", runs.offered());
    view.addAttribute("mostRows", runs.mostRows());
    view.addAttribute("minutes", Math.max(1, runs.limit().toMinutes()));
    runs.of(account.name()).ifPresent(r -> view.addAttribute("run", r));
  }

  private static String text(Enquiry e) {
    return String.join(" ", e.id(), e.model(), e.modelName(), e.caseName(), e.askedBy(), e.reason())
        .toLowerCase(Locale.ROOT);
  }

  @GetMapping("/decisions/{id}")
  String one(@PathVariable String id, @AuthenticationPrincipal Account account, Model view) {
    Enquiry enquiry =
        store.find(id).orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
    Optional<Draft> draft = drafts.of(enquiry);
    view.addAttribute("enquiry", enquiry);
    view.addAttribute("draft", draft);
    view.addAttribute("reasons", draft.map(d -> reasons(enquiry, d)).orElse(List.of()));
    view.addAttribute("steps", store.steps(id));
    view.addAttribute(
        "waiting",
        waiting.ofDecisions(account).stream().filter(w -> w.task().subject().equals(id)).toList());
    view.addAttribute("files", store.files(id));
    view.addAttribute("today", today());
    return "decision";
  }

  private List<Told> reasons(Enquiry enquiry, Draft draft) {
    Optional<Check> check = enquiry.checked().map(drafts::check);
    Set<String> told =
        check.map(c -> c.told(draft.reasons())).orElse(List.of()).stream()
            .map(FoundReason::key)
            .collect(Collectors.toSet());
    return draft.reasons().stream()
        .map(
            r ->
                new Told(
                    r,
                    told.contains(r.key()),
                    check.flatMap(
                        c ->
                            c.answers().stream()
                                .filter(a -> a.reason().equals(r.key()))
                                .findFirst())))
        .toList();
  }

  private LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), ZoneId.systemDefault());
  }
}
