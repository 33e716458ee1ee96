package io.attest.web.page;

import io.attest.model.ModelSpec;
import io.attest.stage.Account;
import io.attest.stage.Audits;
import io.attest.stage.Models;
import io.attest.stage.StartRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Starts an audit without Tasklist. */
@Controller
class StartPage {
  private static final int LONGEST_TEXT = 2000;

  private final Models models;
  private final Audits audits;

  StartPage(Models models, Audits audits) {
    this.models = models;
    this.audits = audits;
  }

  /** A model to choose; {@code error} is empty unless its declaration cannot be used. */
  public record Choice(String id, String name, String tier, String error) {}

  @GetMapping("/start")
  String form(@RequestParam(defaultValue = "") String model, Model view) {
    return show(view, model, "", "", "", UUID.randomUUID().toString(), "");
  }

  @PostMapping("/start")
  String start(
      @RequestParam String model,
      @RequestParam String reason,
      @RequestParam(defaultValue = "") String audience,
      @RequestParam(defaultValue = "") String data,
      @RequestParam(defaultValue = "") String baseline,
      @RequestParam String key,
      @AuthenticationPrincipal Account account,
      HttpServletResponse response,
      RedirectAttributes next,
      Model view) {
    try {
      if (reason.isBlank()) {
        throw new IllegalArgumentException(
            "Say why the audit is started: the report will quote it.");
      }
      if (reason.length() > LONGEST_TEXT || audience.length() > LONGEST_TEXT) {
        throw new IllegalArgumentException(
            "A text is longer than " + LONGEST_TEXT + " characters. Shorten it.");
      }
      String id =
          audits.start(
              new StartRequest(
                      model,
                      reason.strip(),
                      audience.strip(),
                      Optional.of(data.strip()).filter(d -> !d.isEmpty()),
                      "page",
                      account.name(),
                      // The form carries its own key: a double click starts one audit.
                      Optional.of(account.name() + "/page/" + key))
                  .comparedWith(Optional.of(baseline.strip()).filter(b -> !b.isEmpty())));
      next.addAttribute("id", id);
      return "redirect:/audits/{id}";
    } catch (IllegalArgumentException e) {
      response.setStatus(HttpStatus.BAD_REQUEST.value());
      view.addAttribute("baseline", baseline);
      return show(view, model, reason, audience, data, key, String.valueOf(e.getMessage()));
    }
  }

  private String show(
      Model view,
      String model,
      String reason,
      String audience,
      String data,
      String key,
      String error) {
    List<Choice> choices = models.ids().stream().map(this::choice).toList();
    view.addAttribute("choices", choices);
    view.addAttribute("model", model);
    view.addAttribute("reason", reason);
    view.addAttribute("audience", audience);
    view.addAttribute("data", data);
    view.addAttribute("key", key);
    view.addAttribute("error", error);
    return "start";
  }

  private Choice choice(String id) {
    try {
      ModelSpec spec = models.spec(id);
      return new Choice(id, spec.name(), spec.tier(), "");
    } catch (IllegalArgumentException e) {
      return new Choice(id, id, "", String.valueOf(e.getMessage()));
    }
  }
}
