package io.attest.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.Audit;
import io.attest.audit.Committee;
import io.attest.audit.CommitteeStore;
import io.attest.audit.DecisionRecord;
import io.attest.audit.Disposition;
import io.attest.audit.Section;
import io.attest.web.Samples;
import io.attest.web.WebTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.Select;
import org.springframework.beans.factory.annotation.Autowired;

/** The real forms in Tasklist, as people fill them in. */
class FormsInBrowserTest extends WebTest {
  private static final String AUDIT = "ATT-german-credit-20261122-9";

  @Autowired CommitteeStore committees;
  @Autowired ProcessEngine engine;
  private Browser browser;
  private String instance;

  @BeforeEach
  void open() {
    if (engine.getIdentityService().createUserQuery().userId("rolf").count() == 0) {
      people.add("rolf");
      people.join("rolf", "reviewer");
    }
    if (store.find(AUDIT).isEmpty()) {
      store.create(audit(AUDIT, "waiting", Instant.parse("2026-11-22T09:00:00Z")));
      store.sections(Samples.GOOD).forEach(section -> store.save(AUDIT, section));
      store.verdict(AUDIT, "block");
      store.create(
          audit("ATT-german-credit-20251122-1", "approved", Instant.parse("2025-11-22T09:00:00Z")));
      store.verdict("ATT-german-credit-20251122-1", "warn");
    }
    browser = Browser.open("http://localhost:" + port);
    browser.driver().manage().timeouts().scriptTimeout(Duration.ofSeconds(60));
  }

  private static Audit audit(String id, String state, Instant at) {
    return new Audit(
        id,
        "german-credit",
        "German credit, boosted trees",
        "high",
        "periodic review: yearly",
        "validation",
        "tasklist",
        "stan",
        at,
        state,
        Optional.empty(),
        Optional.empty(),
        1,
        Optional.empty());
  }

  @AfterEach
  void close() {
    if (browser != null) {
      browser.close();
    }
    engine.getIdentityService().clearAuthentication();
    for (ProcessInstance left : engine.getRuntimeService().createProcessInstanceQuery().list()) {
      // A worker may be at it at the same moment.
      Awaitility.await()
          .ignoreException(OptimisticLockingException.class)
          .until(
              () -> {
                engine
                    .getRuntimeService()
                    .deleteProcessInstanceIfExists(
                        left.getId(), "test is over", true, true, true, true);
                return true;
              });
    }
  }

  /** The real process, begun at one of its tasks. */
  private Task at(String activity, Map<String, Object> more) {
    engine.getIdentityService().clearAuthentication();
    Map<String, Object> variables =
        new java.util.HashMap<>(
            Map.of(
                "auditId", AUDIT,
                "model", "german-credit",
                "tier", "high",
                "startedBy", "stan",
                "round", 1,
                "verdict", "block"));
    variables.putAll(more);
    instance =
        engine
            .getRuntimeService()
            .createProcessInstanceByKey("model-audit")
            .businessKey(AUDIT)
            .setVariables(variables)
            .startBeforeActivity(activity)
            .execute(true, false)
            .getId();
    return Awaitility.await()
        .until(
            () ->
                engine
                    .getTaskService()
                    .createTaskQuery()
                    .processInstanceId(instance)
                    .list()
                    .stream()
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private void open(Task task, String who) {
    browser.login(who, PASSWORD).tasklist("?task=" + task.getId());
  }

  /** The form in full height, at both widths. */
  private void pictures(String name) {
    for (int width : new int[] {1360, 480}) {
      browser.size(width, browser.has(".attest-review") ? 2600 : 1100);
      browser.settle();
      browser.picture("form-" + name + "-" + width);
      assertThat((Long) browser.script("return document.documentElement.scrollWidth"))
          .as("width of " + name)
          .isLessThanOrEqualTo(width);
    }
    browser.width(1360);
  }

  /** Our part of the page; the rest is Tasklist's. */
  private void openToEverybody() {
    assertThat(browser.barriers("document.querySelector('.attest-form')")).isEmpty();
  }

  private void decide(String value) {
    browser.click(By.cssSelector("input[value='" + value + "']"));
  }

  private void write(String css, String text) {
    WebElement field = browser.shown(css);
    browser.click(field);
    field.clear();
    field.sendKeys(text);
  }

  private void answer(String finding, String answer, String reason) {
    WebElement select = browser.shown("select[data-finding='" + finding + "']");
    new Select(select).selectByValue(answer);
    write("textarea[data-reason='" + finding + "']", reason);
  }

  private void complete() {
    // Notes of Tasklist about an earlier try lie over the button.
    browser.script(
        "document.querySelectorAll('[notifications-panel] .close').forEach(b => b.click())");
    browser.settle();
    browser.press("Complete");
  }

  private String problem() {
    return browser.shown(".attest-form [role=alert]").getText();
  }

  private List<DecisionRecord> decisions(String task) {
    return store.decisions(AUDIT).stream().filter(d -> d.taskId().equals(task)).toList();
  }

  private DecisionRecord decided(Task task) {
    return Awaitility.await()
        .until(() -> decisions(task.getId()).stream().findFirst(), Optional::isPresent)
        .orElseThrow();
  }

  @Test
  void aReviewerAnswersEveryFindingAndDecides() {
    Task task = at("review", Map.of());
    open(task, "rolf");
    assertThat(browser.shown(".attest-review").getText())
        .contains("1 finding blocks this model")
        .contains("Due ")
        .contains("Open the previous audit in a new tab")
        .contains("What the model uses most")
        .contains("How the prediction follows checking_status")
        .contains("Whether the predicted probabilities come true");
    pictures("review");
    openToEverybody();
    browser.claim();
    assertThat(browser.shown("input[value=approve]").isEnabled()).isFalse();
    decide("approve-with-conditions");
    write("#attest-condition", "Score under-25s by hand until the next audit");
    write("#attest-owner", "rolf");
    write("#attest-due", "2020-01-01");
    browser.driver().findElement(By.cssSelector("fieldset button.btn")).click();
    assertThat(problem()).isEqualTo("The day 2020-01-01 has passed. Choose a day to come.");
    write("#attest-due", "2099-12-31");
    browser.driver().findElement(By.cssSelector("fieldset button.btn")).click();
    assertThat(browser.shown("#attest-conditions").getDomProperty("value"))
        .isEqualTo("Score under-25s by hand until the next audit | rolf | 2099-12-31");
    complete();
    assertThat(browser.shown(".answer .text-danger").getText()).startsWith("F-01 blocks");
    assertThat(problem()).startsWith("F-01 blocks. Waive it with a reason");
    assertThat(browser.driver().findElements(By.xpath("//*[contains(text(),'prevented')]")))
        .noneMatch(WebElement::isDisplayed);
    decide("reject");
    assertThat(browser.has(".answer .text-danger")).as("said of an approval").isFalse();
    decide("approve-with-conditions");
    answer("F-01", "waived", "");
    complete();
    assertThat(problem()).isEqualTo("Please say why F-01 is waived.");
    pictures("review-problem");
    openToEverybody();
    answer("F-01", "waived", "Decided by hand\nuntil then");
    for (Section.Finding finding : findings()) {
      if (!finding.severity().equals("block")) {
        answer(finding.id(), "accepted", "");
      }
    }
    // What was written is there again after the page was loaded anew.
    browser.driver().navigate().refresh();
    Awaitility.await()
        .ignoreExceptions()
        .until(
            () ->
                browser
                    .shown("textarea[data-reason=F-01]")
                    .getDomProperty("value")
                    .startsWith("Decided by hand"));
    assertThat(browser.shown("#attest-conditions").getDomProperty("value")).startsWith("Score");
    complete();
    DecisionRecord decision = decided(task);
    assertThat(decision.who()).isEqualTo("rolf");
    assertThat(decision.decision()).isEqualTo("approve-with-conditions");
    assertThat(decision.dispositions()).hasSameSizeAs(findings());
    assertThat(decision.dispositions().get(0).answer()).isEqualTo("waived");
    assertThat(decision.dispositions().get(0).reason()).isEqualTo("Decided by hand\nuntil then");
    assertThat(browser.complaints()).noneMatch(c -> c.contains("Content Security Policy"));
  }

  /** As audits from Tasklist and schedules begin: nobody gave parameters yet. */
  @Test
  void aReviewerSendsBackWithParametersForTheFirstTime() {
    Task task = at("review", Map.of());
    open(task, "rolf");
    browser.claim();
    decide("rework");
    new Select(browser.shown("#attest-stage")).selectByVisibleText("Explain again");
    write("#attest-seed", "7");
    write("#attest-parameters", "pdp-ice.grid=50");
    write("#attest-comment", "How much is chance?");
    complete();
    DecisionRecord decision = decided(task);
    assertThat(decision.decision()).isEqualTo("rework");
    assertThat(decision.detail())
        .isEqualTo("back to: explain\nparameters: seed=7\npdp-ice.grid=50");
    store.round(AUDIT, 1);
  }

  /** A defect of the form itself is said, too: else the button stays grey and nothing happens. */
  @Test
  void aFaultInAFormIsSaid() {
    open(at("review", Map.of()), "rolf");
    browser.claim();
    decide("reject");
    write("#attest-comment", "No.");
    browser.script(
        "window.attestForms.dispositions = function () { throw new Error('no dispositions'); }");
    complete();
    assertThat(problem()).startsWith("The form could not be sent: no dispositions. Load the page");
  }

  private List<Section.Finding> findings() {
    return store.require(AUDIT, Section.Judged.class).findings();
  }

  @Test
  void oneAnswerIsGivenToAllFindingsOfARule() {
    Section.Judged judged = store.require(AUDIT, Section.Judged.class);
    List<Section.Finding> alike = new ArrayList<>(judged.findings());
    Section.Finding first =
        alike.stream().filter(f -> f.severity().equals("warn")).findFirst().orElseThrow();
    for (String id : List.of("F-08", "F-09")) {
      alike.add(
          new Section.Finding(
              id,
              first.rule(),
              "warn",
              first.metric(),
              "age",
              0.5,
              "The effect of age turns.",
              "",
              first.decisionId(),
              first.rulesVersion()));
    }
    store.save(AUDIT, new Section.Judged(judged.verdict(), alike));
    try {
      open(at("review", Map.of()), "rolf");
      browser.shown(".attest-review table");
      browser.claim();
      answer("F-01", "waived", "Decided by hand");
      assertThat(browser.driver().findElements(By.cssSelector("[data-alike]")))
          .as("what blocks is answered by itself")
          .noneMatch(WebElement::isDisplayed);
      answer("F-09", "disputed", "Too few rows at the edge");
      WebElement others = browser.shown("[data-alike]:not([hidden])");
      assertThat(others.getText()).isEqualTo("The same for the other 2 of " + first.rule());
      pictures("review-alike");
      openToEverybody();
      browser.click(others);
      for (String id : List.of(first.id(), "F-08", "F-09")) {
        assertThat(browser.shown("select[data-finding=" + id + "]").getDomProperty("value"))
            .isEqualTo("disputed");
        assertThat(browser.shown("textarea[data-reason=" + id + "]").getDomProperty("value"))
            .isEqualTo("Too few rows at the edge");
      }
      assertThat(browser.shown("select[data-finding=F-03]").getDomProperty("value")).isEmpty();
      assertThat(others.isDisplayed()).isFalse();
    } finally {
      store.save(AUDIT, judged);
    }
  }

  @Test
  void theSecondApproverSeesTheAnswersAndMaySendBackWithOtherParameters() {
    store.decide(
        AUDIT,
        new DecisionRecord(
            "review",
            "reviewed-by-rolf",
            "rolf",
            Instant.now(),
            "approve-with-conditions",
            "The gap is known.",
            "conditions: Score by hand",
            1,
            findings().stream()
                .map(f -> new Disposition(f, "waived", "Known <b>gap</b> of " + f.id()))
                .toList()));
    Task task =
        at(
            "second-approval",
            Map.of(
                "decision",
                "approve-with-conditions",
                "conditions",
                "Score by hand",
                "comment",
                "The gap is known.",
                "reworkParameters",
                "seed=7\npdp-ice.grid=40"));
    open(task, "abel");
    assertThat(browser.shown(".attest-review .findings").getText())
        .contains("Waived: Known <b>gap</b> of F-01");
    assertThat(browser.has("select[data-finding]")).isFalse();
    assertThat(browser.shown(".attest-decided").getText())
        .contains("Approve with conditions", "Score by hand", "The gap is known.");
    browser.claim();
    decide("rework");
    new Select(browser.shown("#attest-stage")).selectByVisibleText("Explain again");
    assertThat(browser.shown("#attest-seed").getDomProperty("value")).isEqualTo("7");
    assertThat(browser.shown("#attest-parameters").getDomProperty("value"))
        .isEqualTo("pdp-ice.grid=40");
    write("#attest-seed", "-1");
    assertThat(browser.shown(".attest-form").getText()).contains("A whole number, 0 or more.");
    write("#attest-seed", "11");
    write("#attest-background", "200");
    write("#attest-parameters", "grid 40");
    assertThat(browser.shown(".attest-form").getText()).contains("not written name=value: grid 40");
    write("#attest-comment", "How much is chance?");
    pictures("second-approval");
    openToEverybody();
    write("#attest-parameters", "no-such.grid=50");
    complete();
    Awaitility.await()
        .untilAsserted(() -> assertThat(problem()).contains("no-such")); // the server's words
    write("#attest-parameters", "pdp-ice.grid=50");
    complete();
    DecisionRecord decision = decided(task);
    assertThat(decision.who()).isEqualTo("abel");
    assertThat(decision.detail())
        .isEqualTo("back to: explain\nparameters: seed=11\nbackground=200\npdp-ice.grid=50");
    store.round(AUDIT, 1);
  }

  @Test
  void aMemberOfTheCommitteeVotesAndTheDissentIsShownWordForWord() {
    committees.convene(
        AUDIT,
        new Committee(
            1,
            2,
            List.of("abel", "vera", "zoe").stream()
                .map(name -> new Committee.Seat(name, true, "", Optional.empty()))
                .toList()));
    at(
        "vote#multiInstanceBody",
        Map.of(
            "members",
            new ArrayList<>(List.of("abel", "vera", "zoe")),
            "decision",
            "approve-with-conditions",
            "conditions",
            "Score by hand",
            "comment",
            "The gap is known."));
    Task task =
        engine.getTaskService().createTaskQuery().processInstanceId(instance).list().stream()
            .filter(t -> "abel".equals(engine.getTaskService().getVariable(t.getId(), "member")))
            .findFirst()
            .orElseThrow();
    committees.task(AUDIT, 1, "abel", task.getId()); // the process began without its listeners
    open(task, "abel");
    assertThat(browser.shown(".attest-form").getText())
        .contains("This is the vote of abel")
        .contains("Approve with conditions", "Score by hand", "The gap is known.");
    assertThat(browser.shown(".attest-review").getText()).contains("1 finding blocks this model");
    browser.claim();
    decide("reject");
    assertThat(completable()).isFalse();
    write("#attest-reason", "The gap for <b>under-25s</b> is not explained.");
    pictures("vote");
    openToEverybody();
    complete();
    DecisionRecord vote = decided(task);
    assertThat(vote.who()).isEqualTo("abel");
    assertThat(vote.decision()).isEqualTo("reject");

    for (String other : List.of("vera", "zoe")) {
      store.decide(
          AUDIT,
          new DecisionRecord(
              "vote", "ballot-of-" + other, other, Instant.now(), "approve", "Fine.", "", 1));
    }
    store.decide(
        AUDIT,
        new DecisionRecord(
            "committee",
            "committee-1-out",
            "attest",
            Instant.now(),
            "approve",
            "2 approve, 1 rejects, 0 abstain of 3; quorum 2",
            "",
            1));
    browser.go("/audits/" + AUDIT + "#approvals");
    assertThat(browser.shown("[aria-label=Dissent]").getText())
        .contains("abel (Rejected, round 1)")
        .contains("The gap for <b>under-25s</b> is not explained.");
    browser.script("document.querySelector('[aria-label=Dissent]').scrollIntoView({block:'end'})");
    browser.picture("dissent");
  }

  @Test
  void aStarterMendsTheDataWithAFileOfTheDropFolder() throws IOException {
    Path folder = Files.createDirectories(Path.of("target/web-test/inbox/data"));
    Files.writeString(folder.resolve("applicants-2026.csv"), "a,b\n1,2\n");
    Files.writeString(folder.resolve("notes.txt"), "none of ours");
    Task task =
        at(
            "mend-data",
            Map.of(
                "refusal",
                "audit.csv: The column <b>age</b> is missing.\nMaybe it is called alter.",
                "refusalCode",
                "data-refused"));
    open(task, "stan");
    assertThat(browser.shown(".attest-form .quote").getText())
        .startsWith("audit.csv: The column <b>age</b> is missing.");
    browser.claim();
    decide("resubmit");
    decide("upload");
    complete();
    assertThat(problem()).isEqualTo("Please choose a file.");
    Path wrong = Files.writeString(folder.resolve("notes.docx"), "x");
    browser.driver().findElement(By.id("attest-file")).sendKeys(wrong.toAbsolutePath().toString());
    assertThat(browser.shown("#attest-file-state").getText()).contains("cannot be used");
    pictures("mend-data");
    openToEverybody();
    decide("drop");
    Select dropped = new Select(browser.shown("#attest-dropped"));
    assertThat(dropped.getOptions()).hasSize(2);
    dropped.selectByIndex(1);
    complete();
    assertThat(decided(task).detail()).isEqualTo("data: drop:applicants-2026.csv");
  }

  @Test
  void aFailedExplainerIsSkippedWithAReason() {
    Task task = at("mend-explainer", Map.of("explainers", new ArrayList<>(List.of("tree-shap"))));
    engine.getTaskService().setVariable(task.getId(), "explainer", "tree-shap");
    engine
        .getTaskService()
        .setVariable(
            task.getId(),
            "explainerError",
            "Out of memory at tree 17. Maybe give the machine more of it.");
    open(task, "rolf");
    assertThat(browser.shown(".attest-form .quote").getText()).startsWith("Out of memory");
    browser.claim();
    decide("skip");
    assertThat(completable()).isFalse();
    write("#attest-skip-reason", "Too large a forest");
    pictures("mend-explainer");
    openToEverybody();
    complete();
    assertThat(decided(task).comment()).isEqualTo("Too large a forest");
  }

  private boolean completable() {
    return browser
        .driver()
        .findElement(By.xpath("//button[normalize-space()='Complete']"))
        .isEnabled();
  }

  private void startForm(String process) {
    browser.login("stan", PASSWORD).tasklist("");
    browser.click(By.partialLinkText("Start process"));
    browser.click(By.linkText(process));
    browser.shown(".attest-form");
    Awaitility.await()
        .until(
            () -> browser.driver().findElements(By.cssSelector("#attest-model option")).size() > 2);
  }

  private void start() {
    browser.press("Start");
    browser.gone(".modal");
  }

  @Test
  void aStarterStartsAnAuditByTheModelsName() throws IOException {
    startForm("Audit a model");
    Select model = new Select(browser.shown("#attest-model"));
    assertThat(model.getOptions())
        .extracting(WebElement::getText)
        .containsExactly(
            "Please choose", "broken (its model.yaml is wrong)", "German credit, boosted trees");
    model.selectByVisibleText("German credit, boosted trees");
    assertThat(browser.shown(".attest-form").getText())
        .contains("Decides on consumer credit")
        .contains("two people other than you");
    new Select(browser.shown("#attest-reason")).selectByVisibleText("Something else");
    assertThat(
            browser
                .driver()
                .findElement(By.xpath("//button[normalize-space()='Start']"))
                .isEnabled())
        .isFalse();
    decide("upload");
    Path other = Files.writeString(Path.of("target/web-test/other.csv"), "a,b\n");
    browser.driver().findElement(By.id("attest-file")).sendKeys(other.toAbsolutePath().toString());
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(browser.shown("#attest-file-state").getText())
                    .startsWith("The file does not fit the model: other.csv")
                    .contains("The data has no rows"));
    pictures("start-audit");
    openToEverybody();
    decide("registered");
    write("#attest-more", "Complaint 4711");
    start();
    Awaitility.await()
        .until(
            () ->
                store.list(Optional.of("german-credit"), Optional.empty()).stream()
                    .anyMatch(a -> a.reason().equals("Complaint 4711")));
    Audit audit =
        store.list(Optional.of("german-credit"), Optional.empty()).stream()
            .filter(a -> a.reason().equals("Complaint 4711"))
            .findFirst()
            .orElseThrow();
    assertThat(audit.startedBy()).isEqualTo("stan");
    assertThat(audit.audience()).isEqualTo("validation");
    assertThat(audit.data()).isEmpty();
  }

  @Test
  void aScheduleIsMadeSeenAndEnded() {
    startForm("Schedule the audits of a model");
    new Select(browser.shown("#attest-model")).selectByVisibleText("German credit, boosted trees");
    new Select(browser.shown("#attest-often")).selectByVisibleText("Other");
    write("#attest-cycle", "now and then");
    assertThat(browser.shown(".attest-form").getText()).contains("neither an interval nor");
    pictures("start-schedule");
    openToEverybody();
    new Select(browser.shown("#attest-often")).selectByVisibleText("Every Monday at 6:00");
    start();
    engine.getIdentityService().clearAuthentication();
    Task running =
        Awaitility.await()
            .until(
                () ->
                    engine
                        .getTaskService()
                        .createTaskQuery()
                        .processDefinitionKey("audit-schedule")
                        .list()
                        .stream()
                        .findFirst(),
                Optional::isPresent)
            .orElseThrow();
    browser.tasklist("?task=" + running.getId());
    assertThat(browser.shown(".attest-form dl").getText())
        .contains("german-credit", "Every Monday at 6:00", "periodic review", "stan", "not yet");
    browser.claim();
    pictures("running-schedule");
    openToEverybody();
    browser.click(By.cssSelector("input[name=end]"));
    complete();
    Awaitility.await()
        .until(
            () ->
                engine
                        .getRuntimeService()
                        .createProcessInstanceQuery()
                        .processDefinitionKey("audit-schedule")
                        .count()
                    == 0);
  }
}
