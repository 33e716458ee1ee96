package io.attest.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.AuditStore;
import io.attest.web.ReviewTask;
import io.attest.web.Samples;
import io.attest.web.WebTest;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.camunda.bpm.engine.ProcessEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.springframework.beans.factory.annotation.Autowired;

/** Pages and Tasklist as people see them. */
class PagesInBrowserTest extends WebTest {
  @Autowired ProcessEngine engine;

  private Browser browser;

  @BeforeEach
  void open() {
    browser = Browser.open("http://localhost:" + port);
    browser.driver().manage().timeouts().scriptTimeout(Duration.ofSeconds(60));
  }

  @AfterEach
  void close() {
    if (browser != null) {
      browser.close();
    }
  }

  @Test
  void everyPageIsOpenToEverybody() {
    browser.go("/login");
    assertThat(browser.barriers()).isEmpty();
    browser.login("alma", PASSWORD);
    for (String path :
        List.of(
            "/audits",
            "/audits/" + Samples.GOOD,
            "/audits/" + Samples.RUNNING,
            "/start",
            "/audits/ATT-none",
            "/nothing")) {
      for (int width : new int[] {1360, 400}) {
        for (boolean dark : new boolean[] {false, true}) {
          browser.width(width).dark(dark).go(path);
          String what = path + " at " + width + (dark ? " in the dark" : "");
          assertThat(browser.barriers()).as("barriers on " + what).isEmpty();
          assertThat((Long) browser.script("return document.documentElement.scrollWidth"))
              .as("width of " + what)
              .isLessThanOrEqualTo(width);
        }
      }
    }
  }

  @Test
  void theRulesOfAccessibilityAreReallyAsked() {
    browser.go("/login");
    browser.script("document.querySelector('main').append(document.createElement('button'))");
    assertThat(browser.barriers()).anyMatch(barrier -> barrier.startsWith("button-name"));
  }

  @Test
  void hostileTextDoesNothingAndNoPolicyIsBreached() {
    browser.login("rita", PASSWORD);
    for (String path :
        List.of("/audits", "/audits/" + Samples.HOSTILE, "/audits/" + Samples.GOOD)) {
      browser.go(path);
      // An open alert would make this fail.
      assertThat(browser.driver().getTitle()).contains("Attest");
      assertThat(browser.complaints()).as(path).isEmpty();
      assertThat(browser.has("img[src=x]")).isFalse();
    }
    browser.width(400).go("/audits/" + Samples.HOSTILE);
    assertThat((Long) browser.script("return document.documentElement.scrollWidth"))
        .isLessThanOrEqualTo(400);
  }

  @Test
  void aPageFollowsItsAuditWithoutBeingLoadedAgain() {
    browser.login("rita", PASSWORD).go("/audits/" + Samples.RUNNING);
    browser.script("window.same = true");
    store.progress(Samples.RUNNING, new AuditStore.Step("explain", "tree-shap", 910, 1000));
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                browser
                    .script(
                        "return [...document.querySelectorAll('[data-stage=explain] progress')]"
                            + ".map(p => p.value).includes(91)")
                    .equals(true));
    assertThat(browser.script("return window.same")).isEqualTo(true);
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void theReviewShowsInsideTasklistUnderTheSameLogin() {
    String task = ReviewTask.start(engine, Samples.HOSTILE);
    browser.login("rita", PASSWORD).tasklist("?task=" + task);
    String review =
        browser
            .shown(".attest-review table")
            .findElement(By.xpath("./ancestor::div[contains(@class,'attest-review')]"))
            .getText();
    browser.picture("tasklist-review");
    assertThat(review)
        .contains("decide whether this model may be used")
        .contains("Nothing blocks this model, but look at the warnings.")
        .contains("<script>alert(1)</script>")
        .contains("{{constructor.constructor('alert(3)')()}}");
    assertThat(browser.has(".attest-review svg.chart")).isTrue();
    // Our style applies although the page is Tasklist's.
    assertThat(
            browser.script(
                "return getComputedStyle(document.querySelector('.attest-review .verdict')).display"))
        .isEqualTo("flex");
    assertThat(browser.complaints()).noneMatch(c -> c.contains("Content Security Policy"));

    // Nobody has claimed the task: the form is under a veil, but the review can be used.
    assertThat(
            browser.script(
                "const a = document.querySelector('.attest-review .links a');"
                    + "const r = a.getBoundingClientRect();"
                    + "return document.elementFromPoint(r.left + 5, r.top + 5) === a"))
        .isEqualTo(true);

    // The look is ours, the advertisement is gone, and there is a way back and one way out.
    assertThat(browser.driver().getTitle()).isEqualTo("Attest Tasklist");
    assertThat(browser.driver().findElements(By.cssSelector(".ce-eol-banner")))
        .allMatch(banner -> !banner.isDisplayed());
    assertThat(browser.shown(".attest-home a").getDomAttribute("href")).isEqualTo("/audits");
    browser.click(browser.shown(".account .dropdown-toggle"));
    browser.click(browser.shown(".account .logout a"));
    browser.shown("input[name=username]");
    assertThat(browser.driver().getCurrentUrl()).contains("/login");
    assertThat(browser.has("[ng-controller], [ng-view]")).as("Tasklist's own login form").isFalse();
    browser.go("/audits");
    assertThat(browser.driver().getCurrentUrl()).contains("/login");
  }

  @Test
  void aTaskIsFoundAgainAfterTheLogin() {
    String task = ReviewTask.start(engine, Samples.GOOD);
    browser.go("/camunda/app/tasklist/default/#/?task=" + task);
    browser.shown("input[name=username]").sendKeys("rita");
    browser.driver().findElement(By.name("password")).sendKeys(PASSWORD);
    browser.driver().findElement(By.cssSelector("main button")).click();
    browser.shown(".attest-review table");
    assertThat(browser.driver().getCurrentUrl()).contains("task=" + task);
  }

  @Test
  void cockpitAndAdminAreOursTooAndCloseTogether() {
    browser.login("alma", PASSWORD);
    for (String app : List.of("cockpit", "admin")) {
      browser.go("/camunda/app/" + app + "/default/");
      browser.shown(".attest-home a");
      assertThat(browser.driver().getTitle()).startsWith("Attest");
      browser.picture(app);
    }
    browser.driver().manage().deleteCookieNamed("JSESSIONID");
    browser.driver().navigate().refresh();
    browser.shown("input[name=username]");
  }
}
