package io.attest.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.Attest;
import io.attest.audit.ApprovalStore;
import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.DecisionRecord;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.Select;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.util.FileSystemUtils;

/**
 * The tour of docs/sample.md as the people of the demonstration click it, with the real data,
 * engine, tables, stages and forms: data that drifted, a finding that blocks, a committee of two
 * minds, a condition, an absence, and a report that is taken back. In a JVM of its own: Camunda's
 * web applications know one application in each.
 */
@DirtiesContext // its server would work on beside the tests that follow
@SpringBootTest(
    classes = Attest.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.datasource.url=jdbc:h2:mem:story;DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE",
      "attest.home=target/story-test/home",
      "attest.data=target/story-test/data",
      "attest.inbox.folder=target/story-test/inbox",
      "attest.demo=true",
      "attest.admin.password=" + StoryInBrowserIT.PASSWORD,
      "attest.sample=false",
      "attest.poll=PT1S",
      "attest.worker=story-test"
    })
class StoryInBrowserIT {
  static final String PASSWORD = "Long-horse-battery-71";

  private static final Duration WORK = Duration.ofMinutes(4);
  private static final String MODEL = "Retail credit, scorecard of the central desk";
  private static final String CONDITION = "A person looks at every refusal of a young applicant";
  private static final String DISSENT = "0.42 is no gap to live with.";

  static {
    FileSystemUtils.deleteRecursively(new File("target/story-test"));
  }

  @LocalServerPort int port;
  @Autowired AuditStore audits;
  @Autowired ApprovalStore approvals;

  private Browser browser;

  @Test
  void fromDriftedDataToAReportThatIsTakenBack() {
    as("stella", this::startsTheAuditOfSeptember);
    String id = await(audit -> audit.startedBy().equals("stella"), "an audit of stella").id();
    await(audit -> audit.id().equals(id) && audit.state().equals("waiting"), "the review of " + id);

    as("rita", () -> waivesWhatBlocksOnACondition(id));
    as("vera", () -> votes("reject", DISSENT));
    as("abe", () -> votes("approve", "With a person in between."));
    assertThat(audits.get(id).state()).isEqualTo("waiting");
    as("dora", () -> votes("approve", "Until the next audit."));
    await(
        audit -> audit.id().equals(id) && audit.state().equals("approved-with-conditions"),
        "the approval of " + id);
    assertThat(audits.decisions(id))
        .filteredOn(d -> d.task().equals("vote"))
        .extracting(DecisionRecord::who)
        .containsExactly("vera", "abe", "dora");
    as("otto", () -> readsTheDissent(id));

    as("stella", this::meetsTheCondition);
    Awaitility.await().atMost(WORK).until(() -> approvals.condition(id, 1).state().equals("met"));

    as("rita", () -> asksToWithdraw(id));
    as("abe", () -> takesTheTaskAndGoesAway(id));
    as("dora", this::confirmsInHisPlace);
    await(
        audit -> audit.id().equals(id) && audit.state().equals(AuditStore.WITHDRAWN_REPORT),
        "the withdrawal of " + id);
    as("otto", () -> readsThatItNoLongerStands(id));
  }

  // --- what people do -------------------------------------------------------------------------

  private void startsTheAuditOfSeptember() {
    browser.tasklist("");
    browser.click(By.partialLinkText("Start process"));
    browser.click(By.linkText("Audit a model"));
    Select model = new Select(browser.shown("#attest-model"));
    Awaitility.await().atMost(WORK).until(() -> model.getOptions().size() > 2);
    model.selectByVisibleText(MODEL);
    assertThat(browser.shown(".attest-form").getText()).contains("a committee votes on it");
    browser.click(By.cssSelector("input[value=upload]"));
    browser
        .driver()
        .findElement(By.id("attest-file"))
        .sendKeys(
            Path.of("config/models/german-scorecard/2026-09.csv").toAbsolutePath().toString());
    new Select(browser.shown("#attest-reason")).selectByVisibleText("Drift, complaint or incident");
    Awaitility.await()
        .atMost(WORK)
        .untilAsserted(
            () ->
                assertThat(browser.shown("#attest-file-state").getText())
                    .contains("Received: 2026-09.csv"));
    browser.picture("story-1-start");
    browser.press("Start");
    Awaitility.await().atMost(WORK).until(() -> !browser.has(".attest-form"));
  }

  private void waivesWhatBlocksOnACondition(String id) {
    take("To review", id);
    Awaitility.await()
        .atMost(WORK)
        .untilAsserted(
            () ->
                assertThat(browser.shown("#attest-results").getText())
                    .contains("findings block this model", "under 25"));
    assertThat(browser.shown("input[value=approve]").isEnabled()).isFalse();
    pictures("story-2-review");
    browser.click(By.cssSelector("input[value=approve-with-conditions]"));
    browser.shown("#attest-condition").sendKeys(CONDITION);
    browser.shown("#attest-owner").sendKeys("stella");
    browser.press("Add this condition");
    for (WebElement answer :
        browser.driver().findElements(By.cssSelector("select[data-finding]"))) {
      if (!answer.getDomProperty("value").isEmpty()) {
        continue; // answered together with another of its rule
      }
      boolean blocks = "block".equals(answer.getDomAttribute("data-severity"));
      new Select(answer).selectByValue(blocks ? "waived" : "accepted");
      WebElement cell = answer.findElement(By.xpath(".."));
      WebElement others = cell.findElement(By.cssSelector("[data-alike]"));
      if (blocks) {
        cell.findElement(By.tagName("textarea")).sendKeys("Decided by hand until the next audit");
      } else if (others.isDisplayed()) {
        browser.click(others);
      }
    }
    complete();
  }

  private void votes(String vote, String why) {
    take("To vote", MODEL);
    browser.click(By.cssSelector("input[value='" + vote + "']"));
    browser.shown("#attest-reason").sendKeys(why);
    if (vote.equals("reject")) {
      pictures("story-3-vote");
    }
    complete();
  }

  private void readsTheDissent(String id) {
    browser.go("/audits/" + id);
    assertThat(browser.shown("main").getText())
        .contains("Approved with conditions", CONDITION, "Answers to findings");
    assertThat(browser.shown("[aria-label=Dissent]").getText()).contains("vera", DISSENT);
    assertThat(browser.shown("[aria-label=Conditions]").getText()).contains("stella", "Open");
    // The whole page is asked in AuditPageInBrowserTest.
    for (String ours : List.of("Dissent", "Conditions")) {
      assertThat(browser.barriers("document.querySelector('[aria-label=" + ours + "]')")).isEmpty();
    }
    browser.script("document.querySelector('[aria-label=Dissent]').scrollIntoView()");
    browser.picture("story-4-dissent");
  }

  private void meetsTheCondition() {
    take("Conditions", CONDITION);
    browser.click(By.cssSelector("input[value=extend]"));
    assertThat(browser.shown("#attest-until").getDomAttribute("type")).isEqualTo("date");
    browser.click(By.cssSelector("input[value=met]"));
    browser.shown("#attest-comment").sendKeys("Instruction 12 of the desk");
    pictures("story-5-condition");
    complete();
  }

  private void asksToWithdraw(String id) {
    browser.go("/audits/" + id);
    assertThat(browser.shown("[aria-label=Conditions]").getText())
        .contains("Met", "Instruction 12 of the desk");
    browser.click(By.xpath("//summary[normalize-space()='Withdraw this published report']"));
    browser.shown("#withdraw-reason").sendKeys("The outcomes were joined wrongly.");
    browser.picture("story-6-withdraw");
    browser.press("Ask to withdraw it");
    Awaitility.await()
        .atMost(WORK)
        .until(
            () ->
                audits.decisions(id).stream().anyMatch(d -> d.task().equals("request-withdrawal")));
  }

  private void takesTheTaskAndGoesAway(String id) {
    take("To withdraw", id);
    browser.go("/absence");
    new Select(browser.shown("#deputy")).selectByVisibleText("dora");
    // How a date is typed depends on the language of the browser.
    browser.script(
        "document.getElementById('until').value = '" + LocalDate.now().plusDays(7) + "'");
    browser.press("Enter the absence");
    assertThat(browser.shown("[role=status]").getText()).contains("dora stands in for abe");
    assertThat(browser.shown("[aria-label=Absences]").getText()).contains("abe", "dora");
    assertThat(browser.barriers()).isEmpty();
    page("story-7-absence");
  }

  private void confirmsInHisPlace() {
    open("My tasks", "Confirm the withdrawal");
    assertThat(browser.shown(".attest-form").getText())
        .contains("rita asks to withdraw it", "The outcomes were joined wrongly.");
    browser.click(By.cssSelector("input[value=confirm]"));
    pictures("story-8-confirm");
    complete();
  }

  private void readsThatItNoLongerStands(String id) {
    browser.go("/audits/" + id);
    assertThat(browser.shown(".withdrawn").getText())
        .contains(
            "This report no longer stands.",
            "rita",
            "dora",
            "The outcomes were joined wrongly.",
            "It had ended as: Approved with conditions");
    assertThat(browser.shown("main").getText()).doesNotContain("Approval holds until");
    assertThat(browser.barriers("document.querySelector('.withdrawn')")).isEmpty();
    page("story-9-withdrawn");
    browser.go("/models/german-scorecard-central/watch");
    assertThat(browser.shown("main").getText())
        .contains("No audit of this model was approved.", "An audit was decided");
    assertThat(browser.barriers()).isEmpty();
    page("story-9-watch");
  }

  // --- steps ----------------------------------------------------------------------------------

  private void as(String person, Runnable does) {
    try (Browser opened = Browser.open("http://localhost:" + port)) {
      opened.driver().manage().timeouts().scriptTimeout(WORK);
      browser = opened.login(person, PASSWORD);
      try {
        does.run();
      } catch (RuntimeException | AssertionError e) {
        opened.picture("story-failed-as-" + person);
        throw e;
      }
    }
  }

  private Audit await(Predicate<Audit> wanted, String what) {
    return Awaitility.await(what)
        .atMost(WORK)
        .until(
            () ->
                audits.list(Optional.empty(), Optional.empty()).stream().filter(wanted).findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  /** A task by its list and what stands on its card, as people find it. */
  private void open(String list, String card) {
    browser.tasklist("");
    browser.click(
        By.xpath("//*[contains(@class, 'task-filters')]//a[contains(., '" + list + "')]"));
    browser.click(
        By.xpath("//ol[contains(@class, 'tasks-list')]/li[contains(., '" + card + "')]//h4/a"));
    browser.shown(".attest-form");
  }

  private void take(String list, String card) {
    open(list, card);
    browser.claim();
  }

  private void complete() {
    browser.press("Complete");
    Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !browser.has(".attest-form"));
  }

  /** A form in both widths, without barriers. */
  private void pictures(String name) {
    assertThat(browser.barriers("document.querySelector('.attest-form')")).isEmpty();
    widths(name, List.of(1360, 480));
  }

  /** A page of ours in both widths, and in the dark. */
  private void page(String name) {
    widths(name, List.of(1280, 390));
    browser.dark(true).picture(name + "-dark").dark(false);
  }

  private void widths(String name, List<Integer> widths) {
    for (int width : widths) {
      browser.size(width, 1400);
      browser.settle();
      browser.script(
          "const form = document.querySelector('.attest-form');"
              + " if (form) { form.scrollIntoView(); }");
      browser.picture(name + "-" + width);
      assertThat((Long) browser.script("return document.documentElement.scrollWidth"))
          .as("width of " + name)
          .isLessThanOrEqualTo(width);
    }
    browser.width(1360);
  }
}
