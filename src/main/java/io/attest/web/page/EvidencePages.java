package io.attest.web.page;

import io.attest.audit.log.EvidenceLog;
import io.attest.audit.log.LogEntry;
import io.attest.audit.retention.Holds;
import io.attest.audit.retention.Removals;
import io.attest.stage.Account;
import io.attest.stage.evidence.LogKeeper;
import io.attest.stage.evidence.Retention;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** For auditors and administrators: the log, the holds, and what retention would remove. */
@Controller
class EvidencePages {
  private static final int NEWEST = 50;

  private final EvidenceLog log;
  private final LogKeeper keeper;
  private final Holds holds;
  private final Removals removals;
  private final Retention retention;

  EvidencePages(
      EvidenceLog log, LogKeeper keeper, Holds holds, Removals removals, Retention retention) {
    this.log = log;
    this.keeper = keeper;
    this.holds = holds;
    this.removals = removals;
    this.retention = retention;
  }

  @GetMapping("/evidence")
  String show(
      @RequestParam(defaultValue = "") String kind,
      @RequestParam(defaultValue = "") String subject,
      @RequestParam(defaultValue = "") String about,
      Model view) {
    view.addAttribute("log", keeper.state());
    view.addAttribute("head", log.head());
    view.addAttribute("entries", about.isBlank() ? log.newest(NEWEST) : newestFirst(about.strip()));
    view.addAttribute("about", about.strip());
    view.addAttribute("holds", holds.list());
    view.addAttribute("plan", retention.plan());
    view.addAttribute("removed", removals.list());
    view.addAttribute("kind", kind);
    view.addAttribute("subject", subject);
    return "evidence";
  }

  private List<LogEntry> newestFirst(String about) {
    List<LogEntry> entries = new ArrayList<>(log.ofAudit(about));
    Collections.reverse(entries);
    return entries;
  }

  @PostMapping("/evidence/check")
  String check(RedirectAttributes next) {
    LogKeeper.LogState state = keeper.checkAll();
    if (state.sound()) {
      next.addFlashAttribute("told", "The whole log was checked: nothing is wrong.");
    } else {
      next.addFlashAttribute("refused", "The log is broken: " + state.faults().get(0) + ".");
    }
    return "redirect:/evidence";
  }

  @PostMapping("/evidence/holds")
  String hold(
      @RequestParam String kind,
      @RequestParam String subject,
      @RequestParam String reason,
      @RequestParam Optional<String> audit,
      @AuthenticationPrincipal Account account,
      RedirectAttributes next) {
    try {
      holds.set(kind, subject.strip(), account.name(), reason);
      next.addFlashAttribute("told", "The hold is set.");
    } catch (IllegalArgumentException e) {
      next.addFlashAttribute("refused", e.getMessage());
    }
    return back(audit, next);
  }

  @PostMapping("/evidence/holds/release")
  String release(
      @RequestParam String kind,
      @RequestParam String subject,
      @RequestParam String reason,
      @RequestParam Optional<String> audit,
      @AuthenticationPrincipal Account account,
      RedirectAttributes next) {
    try {
      holds.release(kind, subject, account.name(), reason);
      next.addFlashAttribute("told", "The hold is released.");
    } catch (IllegalArgumentException e) {
      next.addFlashAttribute("refused", e.getMessage());
    }
    return back(audit, next);
  }

  /** To the audit whose page sent the form, or else to the page of the evidence. */
  private static String back(Optional<String> audit, RedirectAttributes next) {
    audit.ifPresent(id -> next.addAttribute("id", id));
    return audit.isPresent() ? "redirect:/audits/{id}" : "redirect:/evidence";
  }
}
