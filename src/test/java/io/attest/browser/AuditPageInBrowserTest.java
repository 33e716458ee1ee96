package io.attest.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.Audit;
import io.attest.audit.AuditRecord;
import io.attest.report.StrainedRecords;
import io.attest.web.Samples;
import io.attest.web.WebTest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/** The page of one audit, as people read it: charts, tables, for whom, by keyboard, in print. */
class AuditPageInBrowserTest extends WebTest {
  private static final String CHART = "section[aria-labelledby=importance] .plot";
  private static final int MOST_BYTES = 2_000_000;
  private static final int LIBRARY = 1_020_000;

  private Browser browser;

  @BeforeEach
  void open() {
    browser = Browser.open("http://localhost:" + port);
    browser.driver().manage().timeouts().scriptTimeout(Duration.ofSeconds(120));
    browser.login("olga", PASSWORD);
  }

  @AfterEach
  void close() {
    if (browser != null) {
      browser.close();
    }
  }

  private void see(String audit, String audience) {
    browser.go("/audits/" + audit + "?audience=" + audience);
    // Charts far down are drawn when somebody comes near.
    browser.script("document.getElementById('importance').scrollIntoView({behavior: 'instant'})");
    browser.shown(CHART + ".drawn canvas");
  }

  private void until(String script) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Boolean.TRUE.equals(browser.script("return " + script)));
  }

  @Test
  void aChartSaysItsFiguresToTheMouseAndToTheKeyboardAndInATable() {
    see(Samples.GOOD, "validator");
    WebElement canvas = browser.shown(CHART + ".drawn canvas");
    browser.script(
        "document.querySelector('"
            + CHART
            + "').scrollIntoView({block: 'center', behavior: 'instant'})");
    int width = canvas.getSize().getWidth();
    int height = canvas.getSize().getHeight();
    new Actions(browser.driver())
        .moveToElement(canvas, 240 - width / 2, 20 - height / 2)
        .moveByOffset(2, 1)
        .perform();
    until(
        "[...document.querySelectorAll('.tip')].some(t => t.textContent.includes('checking_status') && t.textContent.includes('0.9'))");
    browser.picture("chart-hover");

    browser.script("document.querySelector('" + CHART + "').focus()");
    browser.driver().switchTo().activeElement().sendKeys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT);
    until("document.querySelector('" + CHART + " .said').textContent.startsWith('duration, 0.45')");

    WebElement table =
        browser
            .driver()
            .findElement(By.cssSelector("section[aria-labelledby=importance] article details"));
    browser.click(table.findElement(By.tagName("summary")));
    assertThat(table.getText()).contains("Signed mean").contains("checking_status");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void thePageIsForTheBusinessOrForValidationAndRemembersIt() {
    see(Samples.GOOD, "business");
    assertThat(browser.script("return document.querySelectorAll('details.fold[open]').length"))
        .isEqualTo(0L);
    browser.script("window.scrollTo({top: 0, behavior: 'instant'})");
    browser.click(browser.driver().findElement(By.partialLinkText("for validation")));
    until("document.querySelectorAll('details.fold[open]').length > 1");
    browser.go("/audits/" + Samples.GOOD);
    until("document.querySelectorAll('details.fold[open]').length > 1");
    // What is folded opens for who goes there.
    browser.go("/audits/" + Samples.GOOD + "?audience=business#lineage");
    until("document.getElementById('lineage').closest('details').open");
    // Charts on the way get their height when they are drawn, and the target stays where it is.
    browser.go("/audits/" + Samples.GOOD);
    browser.click(By.cssSelector("nav a[href='#dependence']"));
    until("document.querySelector('section[aria-labelledby=dependence] .plot.drawn') !== null");
    browser.settle();
    assertThat(
            (Number)
                browser.script(
                    "return document.getElementById('dependence').getBoundingClientRect().top"))
        .extracting(Number::doubleValue)
        .asInstanceOf(InstanceOfAssertFactories.DOUBLE)
        .isBetween(0.0, 60.0);
  }

  @Test
  void thePageIsOpenToEverybodyInLightAndDark() {
    for (int width : new int[] {1280, 390}) {
      for (boolean dark : new boolean[] {false, true}) {
        browser.width(width).dark(dark);
        see(Samples.GOOD, "validator");
        String what = width + (dark ? " in the dark" : "");
        assertThat(browser.barriers()).as("barriers at " + what).isEmpty();
        assertThat((Long) browser.script("return document.documentElement.scrollWidth"))
            .isLessThanOrEqualTo(width);
      }
    }
    // Before the browser complains of how this test looks at colours.
    assertThat(browser.complaints()).isEmpty();
    browser.dark(false);
    String light = colour();
    browser.dark(true);
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> !colour().equals(light));
  }

  /** Of the first bar. */
  private String colour() {
    return (String)
        browser.script(
            "const c = document.querySelector('"
                + CHART
                + " canvas');"
                + "const x = c.getContext('2d');"
                + "return [...x.getImageData(Math.round(c.width * 0.45), 20, 1, 1).data].join()");
  }

  @Test
  void inPrintAndWithoutScriptTheDrawingStays() {
    see(Samples.GOOD, "business");
    browser.driver().executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", "print"));
    assertThat(
            browser.script(
                "const p = document.querySelector('"
                    + CHART
                    + "');"
                    + "return getComputedStyle(p.querySelector('svg')).display + ' '"
                    + " + getComputedStyle(p.querySelector('.canvas')).display"))
        .isEqualTo("block none");
    browser.driver().executeCdpCommand("Emulation.setEmulatedMedia", Map.of("media", "screen"));
    browser
        .driver()
        .executeCdpCommand("Emulation.setScriptExecutionDisabled", Map.of("value", true));
    browser.go("/audits/" + Samples.GOOD);
    assertThat(browser.shown(CHART + " svg").isDisplayed()).isTrue();
  }

  @Test
  void whatStrainsThePageDoesNotBreakIt() {
    for (Map.Entry<String, AuditRecord> e : StrainedRecords.all().entrySet()) {
      String id = "ATT-" + e.getKey();
      AuditRecord record = e.getValue();
      Audit a = record.audit();
      store.create(
          new Audit(
              id,
              "strained",
              a.modelName(),
              a.tier(),
              a.reason(),
              a.audience(),
              a.trigger(),
              a.startedBy(),
              a.startedAt(),
              "approved",
              a.verdict(),
              a.data(),
              a.round(),
              a.endedAt()));
      record.sections().forEach(s -> store.save(id, s));
      for (int width : new int[] {1280, 390}) {
        browser.width(width).go("/audits/" + id + "?audience=validator");
        assertThat(browser.driver().getTitle()).as(id).contains(id);
        assertThat((Long) browser.script("return document.documentElement.scrollWidth"))
            .as("width of " + id)
            .isLessThanOrEqualTo(width);
        for (String part : List.of("importance", "effects", "cases", "dependence", "surrogate")) {
          if (browser.has("section[aria-labelledby=" + part + "]")) {
            browser.script(
                "document.getElementById('" + part + "').scrollIntoView({behavior: 'instant'})");
            Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(
                    () ->
                        browser
                            .script(
                                "const p = document.querySelector('section[aria-labelledby="
                                    + part
                                    + "] .plot:has(script)');"
                                    + "return !p || p.classList.contains('drawn')")
                            .equals(true));
            browser.picture("strained-" + e.getKey() + "-" + part + "-" + width);
          }
        }
      }
      int bytes =
          ((String) browser.script("return document.documentElement.outerHTML"))
              .getBytes(StandardCharsets.UTF_8)
              .length;
      assertThat(bytes + LIBRARY).as("weight of " + id).isLessThan(MOST_BYTES);
      assertThat(browser.complaints()).as(id).isEmpty();
    }
  }
}
