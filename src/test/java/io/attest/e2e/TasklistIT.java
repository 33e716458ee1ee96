package io.attest.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.browser.Browser;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** What a business user sees in Tasklist, on the packaged jar with the sample model. */
class TasklistIT {

  private static final String SECRET = "Bdf7-horse-battery";

  @TempDir Path home;

  @Test
  void aReviewerDecidesInTasklist() throws IOException {
    try (PackagedJar jar = new PackagedJar(home).start()) {
      Desk desk = new Desk(jar);
      desk.person("rita", SECRET, "reviewer");
      var task = desk.awaitTask("review", null);
      String audit = task.get("auditId").asText();
      try (Browser browser = Browser.open(jar.url(""))) {
        ChromeDriver driver = browser.driver();
        WebDriverWait wait = new WebDriverWait(driver, Duration.ofSeconds(60));
        browser.go("/login");
        driver.findElement(By.name("username")).sendKeys("rita");
        driver.findElement(By.name("password")).sendKeys(SECRET);
        driver.findElement(By.cssSelector("button[type=submit]")).click();
        wait.until(ExpectedConditions.urlContains("/audits"));
        assertThat(driver.getPageSource()).contains(audit);

        // No second login: the page and Tasklist share one session.
        browser.tasklist("?task=" + task.get("id").asText());
        WebElement claim =
            wait.until(
                ExpectedConditions.elementToBeClickable(
                    By.xpath(
                        "//button[normalize-space()='Claim']|//a[normalize-space()='Claim']")));
        wait.until(
            ExpectedConditions.textToBePresentInElementLocated(
                By.cssSelector("#attest-results"), "under 25"));
        click(driver, claim);
        WebElement conditional =
            wait.until(
                ExpectedConditions.elementToBeClickable(
                    By.cssSelector("input[name=decision][value=approve-with-conditions]")));
        click(driver, conditional);
        wait.until(ExpectedConditions.elementToBeClickable(By.name("conditions")))
            .sendKeys("Score under-25s by hand until the next audit");
        driver.findElement(By.name("comment")).sendKeys("The gap is known");
        driver.executeScript(
            "document.querySelectorAll('select[data-finding]').forEach(s => { s.value = 'waived';"
                + " s.closest('.answer').querySelector('textarea').value = 'Known'; })");
        click(
            driver,
            wait.until(
                ExpectedConditions.elementToBeClickable(
                    By.xpath("//button[normalize-space()='Complete']"))));
        desk.awaitTask("second-approval", audit);
        var decisions = jar.json("/api/audits/" + audit).get("decisions");
        assertThat(decisions).hasSize(1);
        assertThat(decisions.get(0).get("who").asText()).isEqualTo("rita");
        assertThat(decisions.get(0).toString()).contains("Score under-25s by hand");
        assertThat(decisions.get(0).get("dispositions"))
            .isNotEmpty()
            .allSatisfy(d -> assertThat(d.get("answer").asText()).isEqualTo("waived"));
      }
    }
  }

  /** Tasklist's panes scroll by themselves, so an element can lie below another one's edge. */
  private static void click(ChromeDriver driver, WebElement element) {
    ((JavascriptExecutor) driver)
        .executeScript("arguments[0].scrollIntoView({block:'center'})", element);
    element.click();
  }
}
