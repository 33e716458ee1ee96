package io.attest.web.page;

import io.attest.audit.Absence;
import io.attest.stage.Absences;
import io.attest.stage.Account;
import io.attest.web.Roles;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Where a person says who stands in while he is away. */
@Controller
class AbsencePage {
  private final Absences absences;

  AbsencePage(Absences absences) {
    this.absences = absences;
  }

  /**
   * One line of the list.
   *
   * @param open whether it can still be taken back by who looks
   */
  public record Shown(Absence absence, boolean open) {}

  @GetMapping("/absence")
  String page(
      @RequestParam(defaultValue = "") String person,
      @AuthenticationPrincipal Account account,
      Model view) {
    boolean administers = account.in(Roles.ADMINISTRATOR);
    String whose = administers && !person.isBlank() ? person.strip() : account.name();
    LocalDate today = LocalDate.now();
    List<Shown> shown =
        absences.all().stream()
            .filter(a -> a.endedAt().isEmpty() && !a.until().isBefore(today))
            .map(a -> new Shown(a, administers || a.person().equals(account.name())))
            .toList();
    view.addAttribute("person", whose);
    view.addAttribute("administers", administers);
    view.addAttribute("deputies", absences.deputies(whose));
    view.addAttribute("absences", shown);
    view.addAttribute("today", today);
    return "absence";
  }

  @PostMapping("/absence")
  String enter(
      @RequestParam String person,
      @RequestParam String deputy,
      @RequestParam String from,
      @RequestParam String until,
      @AuthenticationPrincipal Account account,
      RedirectAttributes next) {
    try {
      Absence entered =
          absences.enter(account, person, deputy, LocalDate.parse(from), LocalDate.parse(until));
      next.addFlashAttribute(
          "told",
          entered.deputy()
              + " stands in for "
              + entered.person()
              + " until "
              + entered.until()
              + ".");
      next.addFlashAttribute("left", absences.left(entered));
    } catch (DateTimeParseException e) {
      next.addFlashAttribute("refused", "\"" + e.getParsedString() + "\" is no date: 2026-12-24.");
    } catch (IllegalArgumentException | SecurityException e) {
      next.addFlashAttribute("refused", e.getMessage());
    }
    if (!person.equals(account.name())) {
      next.addAttribute("person", person);
    }
    return "redirect:/absence";
  }

  @PostMapping("/absence/{id}/end")
  String end(
      @PathVariable String id, @AuthenticationPrincipal Account account, RedirectAttributes next) {
    try {
      absences.end(account, id);
      next.addFlashAttribute(
          "told", "Taken back. Tasks that were handed over stay where they are.");
    } catch (IllegalArgumentException | SecurityException e) {
      next.addFlashAttribute("refused", e.getMessage());
    }
    return "redirect:/absence";
  }
}
