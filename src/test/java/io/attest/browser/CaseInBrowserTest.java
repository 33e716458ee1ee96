package io.attest.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.stage.CaseAudits;
import io.attest.web.WebTest;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.support.ui.Select;

/** One case, as people pick it, type it, and try other values. */
class CaseInBrowserTest extends WebTest {
  private static final String AUDIT = "ATT-case-browser";
  private static final String PAGE = "/audits/" + AUDIT + "/case";

  private Browser browser;

  @BeforeEach
  void open() {
    if (store.find(AUDIT).isEmpty()) {
      new CaseAudits(store, artifacts)
          .sample(AUDIT, "german-credit", 40, 120)
          .explained(AUDIT, "tree-shap-interventional", "");
    }
    browser = Browser.open("http://localhost:" + port);
    browser.driver().manage().timeouts().scriptTimeout(Duration.ofSeconds(60));
    browser.login("alma", PASSWORD);
  }

  @AfterEach
  void close() {
    if (browser != null) {
      browser.close();
    }
  }

  private WebElement field(String feature) {
    return browser
        .driver()
        .findElement(
            By.xpath(
                "//label[bdi='"
                    + feature
                    + "']/following-sibling::*[self::input or self::select]"));
  }

  private String said() {
    return browser.driver().findElement(By.cssSelector("[data-what-if-said]")).getText();
  }

  private static void until(java.util.concurrent.Callable<Boolean> done) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptions()
        .until(done);
  }

  private void open(String where, int width, boolean dark) {
    browser.width(width).dark(dark);
    String what = where + " at " + width + (dark ? " in the dark" : "");
    assertThat(browser.barriers()).as("barriers on " + what).isEmpty();
    assertThat((Long) browser.script("return document.documentElement.scrollWidth"))
        .as("width of " + what)
        .isLessThanOrEqualTo(width);
    browser.picture("case-" + where + "-" + width + (dark ? "-dark" : ""));
  }

  private void lookAt(String where) {
    for (int width : new int[] {1280, 390}) {
      for (boolean dark : new boolean[] {false, true}) {
        open(where, width, dark);
      }
    }
    browser.width(1280).dark(false);
  }

  @Test
  void aCaseIsPickedAndEveryPageOfItIsOpenToEverybody() {
    browser.go(PAGE);
    lookAt("pick");
    browser.click(browser.driver().findElement(By.cssSelector(".case-offered a")));
    assertThat(browser.shown(".verdict").getText()).contains("the threshold 0.1667");
    assertThat(browser.shown("h1").getText()).startsWith("Case A");
    assertThat(browser.has("svg.chart")).isTrue();
    lookAt("result");
    browser.driver().findElement(By.linkText("Version for the person concerned")).click();
    assertThat(browser.shown("h1").getText()).isEqualTo("What the model said about you");
    lookAt("person");
    assertThat(browser.complaints()).isEmpty();
  }

  @Test
  void aRowIsFoundByNameOrNumberAndAWrongOneSaysWhich() {
    browser.go(PAGE);
    browser.shown("#row").sendKeys("9" + Keys.ENTER);
    String name = browser.shown("h1").getText();
    assertThat(name).contains("(row 9)");
    String id = name.split(" ")[1];
    browser.go(PAGE);
    browser.shown("#row").sendKeys(id + Keys.ENTER);
    assertThat(browser.shown("h1").getText()).isEqualTo(name);
    browser.go(PAGE);
    browser.shown("#row").sendKeys("4711" + Keys.ENTER);
    assertThat(browser.shown("[role=alert]").getText()).contains("There is no row 4711.");
  }

  @Test
  void answerAndContributionsFollowWhatIsTyped() {
    browser.go(PAGE + "?number=4");
    browser.script("window.same = true");
    WebElement duration = field("duration");
    String was = duration.getDomProperty("value");
    // By keyboard alone.
    duration.sendKeys(Keys.chord(Keys.CONTROL, "a"), "60");
    until(() -> said().startsWith("The answer would be"));
    String first = said();
    assertThat(first).contains("instead of").contains("decision");
    assertThat(browser.shown(".case-was").getText()).isEqualTo("was " + was);
    assertThat(browser.shown("[data-what-if-result] tr.changed").getText())
        .contains("duration")
        .contains("60 months")
        .contains("was " + was);
    assertThat(browser.has("[data-what-if-result] svg.chart")).isTrue();
    lookAt("what-if");

    new Select(field("checking_status")).selectByVisibleText("Not known");
    until(
        () ->
            browser.driver().findElements(By.cssSelector("[data-what-if-result] tr.changed")).size()
                == 2);

    // What is wrong is told at its field, and what was shown before is not left as if it held.
    field("duration").sendKeys(Keys.chord(Keys.CONTROL, "a"), "soon");
    until(() -> said().contains("duration is 'soon', which is no number"));
    assertThat(field("duration").getDomAttribute("aria-invalid")).isEqualTo("true");
    assertThat(
            browser
                .driver()
                .findElement(By.id(field("duration").getDomAttribute("id") + "-fault"))
                .getText())
        .contains("Maybe write it in digits");
    assertThat(browser.has("[data-what-if-result] svg.chart")).isFalse();
    lookAt("what-if-wrong");

    browser.click(browser.driver().findElement(By.cssSelector("button[type=reset]")));
    until(() -> said().contains("(no difference)"));
    assertThat(field("duration").getDomProperty("value")).isEqualTo(was);
    assertThat(field("duration").getDomAttribute("aria-invalid")).isEqualTo("false");
    assertThat(browser.script("return window.same")).isEqualTo(true);
    // The browser itself notes the answer 400 to the wrong value.
    assertThat(browser.complaints()).noneMatch(c -> !c.contains("status of 400"));
  }

  @Test
  void aCaseIsTypedAndEveryFaultStandsAtItsField() {
    browser.go(PAGE);
    browser.click(
        browser.driver().findElement(By.xpath("//summary[contains(., 'One field for each')]")));
    for (WebElement choice : browser.driver().findElements(By.cssSelector(".case-field select"))) {
      new Select(choice).selectByIndex(1);
    }
    List<WebElement> numbers = browser.driver().findElements(By.cssSelector(".case-field input"));
    numbers.forEach(n -> n.sendKeys("2"));
    browser.click(browser.driver().findElement(By.xpath("//button[text()='Explain this case']")));
    assertThat(browser.shown("[role=alert]").getText())
        .contains("age is '2', which is below 18 years");
    WebElement age = field("age");
    assertThat(age.getDomAttribute("aria-invalid")).isEqualTo("true");
    assertThat(new Select(field("housing")).getFirstSelectedOption().getText()).isEqualTo("rent");
    lookAt("typed-wrong");
    age.clear();
    age.sendKeys("unknown", Keys.ENTER);
    assertThat(browser.shown("h1").getText()).isEqualTo("A case that was typed in");
    assertThat(browser.shown("main").getText()).contains("1 value is missing.");

    // And from there it can be tried, too.
    field("duration").sendKeys(Keys.chord(Keys.CONTROL, "a"), "48");
    until(() -> said().startsWith("The answer would be"));
    assertThat(browser.complaints()).noneMatch(c -> !c.contains("status of 400"));
  }
}
