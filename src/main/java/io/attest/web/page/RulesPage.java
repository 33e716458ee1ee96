package io.attest.web.page;

import io.attest.model.ModelSpec;
import io.attest.rules.RuleChecks;
import io.attest.rules.RuleTable;
import io.attest.stage.Account;
import io.attest.stage.JudgedAudits;
import io.attest.stage.RuleTest;
import io.attest.stage.RuleTrials;
import io.attest.web.Roles;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.multipart.MultipartException;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.servlet.support.RequestContextUtils;

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
      @RequestParam(required = false) MultipartFile file,
      @AuthenticationPrincipal Account account,
      HttpServletResponse response,
      Model view)
      throws IOException {
    try {
      view.addAttribute("test", run(version, file));
      return "rules-test";
    } catch (IllegalArgumentException e) {
      return refuse(String.valueOf(e.getMessage()), account, response, view);
    }
  }

  private RuleTest run(String version, MultipartFile file) throws IOException {
    if (file != null && !file.isEmpty()) {
      try (InputStream in = file.getInputStream()) {
        return trials.upload(
            Optional.ofNullable(file.getOriginalFilename()).orElse("the file"), in);
      }
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

  /** The server cuts an upload that is too large before the method is asked. */
  @ExceptionHandler(MultipartException.class)
  String tooLarge(HttpServletRequest request) {
    RequestContextUtils.getOutputFlashMap(request)
        .put("refused", "The file is larger than this installation takes. A table is small.");
    return "redirect:/rules";
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
