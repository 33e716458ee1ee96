package io.attest.web.page;

import io.attest.stage.Account;
import io.attest.stage.Withdrawals;
import java.util.Optional;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Asks, on the page of an audit, to withdraw its published report. */
@Controller
class WithdrawalPage {
  private final Withdrawals withdrawals;

  WithdrawalPage(Withdrawals withdrawals) {
    this.withdrawals = withdrawals;
  }

  @PostMapping("/audits/{id}/withdrawal")
  String request(
      @PathVariable String id,
      @RequestParam String reason,
      @RequestParam(defaultValue = "") String supersededBy,
      @AuthenticationPrincipal Account account,
      RedirectAttributes next) {
    try {
      withdrawals.request(
          id,
          account.name(),
          reason.strip(),
          Optional.of(supersededBy.strip()).filter(other -> !other.isEmpty()));
      next.addFlashAttribute("told", "A second person has to confirm the withdrawal in Tasklist.");
    } catch (IllegalArgumentException | SecurityException e) {
      next.addFlashAttribute("refused", e.getMessage());
    }
    next.addAttribute("id", id);
    return "redirect:/audits/{id}";
  }
}
