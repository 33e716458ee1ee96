package io.attest.web.page;

import io.attest.model.ModelSpec;
import io.attest.rules.RuleChecks;
import io.attest.rules.RuleTable;
import io.attest.stage.Account;
import io.attest.stage.rules.JudgedAudits;
import io.attest.stage.rules.RuleTest;
import io.attest.stage.rules.RuleTrials;
import io.attest.web.Roles;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The rules that judge audits in plain words, and what another table of them would have said. */
@Controller
class RulesPage {
  private final RuleTrials trials;
  private final JudgedAudits judged;

  RulesPage(RuleTrials trials, JudgedAudits judged) {
    this.trials = trials;
    this.judged = judged;
  }

  /** A rule with how often it fired. */
  public record Told(RuleTable.Rule rule, JudgedAudits.Fired fired) {}

  @GetMapping("/rules")
  String list(
      @RequestParam(defaultValue = "") String q,
      @RequestParam(defaultValue = "") String domain,
      @RequestParam(defaultValue = "") String severity,
      @AuthenticationPrincipal Account account,
      Model view) {
    describe(q, domain, severity, account, view);
    return "rules";
  }

  /** Whoever loads the page of a test again, without the table that was tested. */
  @GetMapping("/rules/test")
  String again() {
    return "redirect:/rules";
  }

  @PostMapping("/rules/test")
  String test(
      @RequestParam(defaultValue = "") String version,
      @RequestParam(defaultValue = "") String name,
      @RequestParam(defaultValue = "") String table,
      @AuthenticationPrincipal Account account,
      HttpServletResponse response,
      Model view)
      throws IOException {
    try {
      view.addAttribute("test", run(version, name, table));
      return "rules-test";
    } catch (IllegalArgumentException e) {
      return refuse(String.valueOf(e.getMessage()), account, response, view);
    }
  }

  /** A form with a file is read before anybody asks who sends it, so the page sends it as text. */
  private RuleTest run(String version, String name, String table) throws IOException {
    if (!table.isEmpty()) {
      return trials.upload(
          name.isBlank() ? "the file" : name,
          new ByteArrayInputStream(Base64.getDecoder().decode(table)));
    }
    if (!version.matches("\\d{1,9}")) {
      throw new IllegalArgumentException("Choose a file, or a version that is deployed.");
    }
    return trials.version(Integer.parseInt(version));
  }

  private String refuse(String why, Account account, HttpServletResponse response, Model view) {
    response.setStatus(HttpStatus.BAD_REQUEST.value());
    view.addAttribute("refused", why);
    describe("", "", "", account, view);
    return "rules";
  }

  private void describe(String q, String domain, String severity, Account account, Model view) {
    Map<String, JudgedAudits.Fired> fired = judged.fired();
    Optional<RuleTable> table = trials.current();
    String wanted = q.strip().toLowerCase(Locale.ROOT);
    List<Told> told =
        table.map(RuleTable::rules).orElse(List.of()).stream()
            .filter(r -> domain.isEmpty() || r.on("domain").mayBe(domain))
            .filter(r -> severity.isEmpty() || r.plain("severity").equals(severity))
            .filter(r -> wanted.isEmpty() || text(r).contains(wanted))
            .map(r -> new Told(r, fired.getOrDefault(r.key(), new JudgedAudits.Fired(0, 0))))
            .toList();
    view.addAttribute("told", told);
    view.addAttribute("all", table.map(t -> t.rules().size()).orElse(0));
    view.addAttribute("versions", trials.versions());
    view.addAttribute("domains", ModelSpec.DOMAINS);
    view.addAttribute("severities", RuleChecks.SEVERITIES);
    view.addAttribute("q", q);
    view.addAttribute("domain", domain);
    view.addAttribute("severity", severity);
    view.addAttribute("mayTest", account.in(Roles.ruleTesters()));
  }

  private static String text(RuleTable.Rule rule) {
    return String.join(" ", rule.key(), rule.sentence(), rule.why(), rule.plain("reference"))
        .toLowerCase(Locale.ROOT);
  }
}
