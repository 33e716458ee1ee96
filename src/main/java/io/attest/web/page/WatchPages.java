package io.attest.web.page;

import io.attest.audit.ApprovalStore;
import io.attest.audit.Condition;
import io.attest.audit.WatchStore;
import io.attest.stage.Models;
import io.attest.stage.watch.Standings;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.server.ResponseStatusException;

/** How one model stands: its approval, its conditions, suspensions, and what was decided of it. */
@Controller
class WatchPages {
  private final Models models;
  private final Standings standings;
  private final WatchStore decisions;
  private final ApprovalStore approvals;

  WatchPages(Models models, Standings standings, WatchStore decisions, ApprovalStore approvals) {
    this.models = models;
    this.standings = standings;
    this.decisions = decisions;
    this.approvals = approvals;
  }

  /** A condition and what was done about it. */
  public record Followed(Condition condition, List<Condition.Step> steps) {}

  @GetMapping("/models/{id}/watch")
  String one(@PathVariable String id, Model view) {
    if (!models.ids().contains(id)) {
      throw new ResponseStatusException(HttpStatus.NOT_FOUND);
    }
    var standing = standings.of(id);
    view.addAttribute("model", id);
    view.addAttribute("standing", standing);
    view.addAttribute("watchDecisions", decisions.list(id));
    view.addAttribute(
        "conditions",
        standing.approval().map(a -> followed(approvals, a.auditId())).orElse(List.of()));
    return "watch";
  }

  static List<Followed> followed(ApprovalStore approvals, String auditId) {
    return approvals.conditions(auditId).stream()
        .map(c -> new Followed(c, approvals.steps(auditId, c.position())))
        .toList();
  }
}
