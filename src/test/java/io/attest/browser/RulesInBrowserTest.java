package io.attest.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.Audit;
import io.attest.audit.Section;
import io.attest.rules.Tables;
import io.attest.web.WebTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;

/** The page of the rules as people use it, and what it and its REST refuse. */
class RulesInBrowserTest extends WebTest {
  private static final String ID = "ATT-rules-20261122-1";
  private static final String ATTACK = "<img src=x onerror=alert(1)>{{7*7}}";

  @TempDir Path folder;
  private Browser browser;

  @BeforeEach
  void open() {
    if (store.find(ID).isEmpty()) {
      Instant then = Instant.parse("2026-11-22T09:00:00Z");
      store.create(
          new Audit(
              ID,
              "rules",
              "Rules",
              "high",
              "r",
              "a",
              "page",
              "stan",
              then,
              "waiting",
              Optional.empty(),
              Optional.empty(),
              1,
              Optional.empty()));
      store.save(
          ID,
          new Section.Validated(
              Optional.empty(),
              Optional.empty(),
              List.of(
                  new Section.Fact("performance.auc", "audit data", 0.8),
                  new Section.Fact("importance.share", ATTACK, 0.3)),
              List.of()));
      store.save(ID, new Section.Judged("pass", List.of()));
      store.verdict(ID, "pass");
    }
    browser = Browser.open("http://localhost:" + port);
    browser.driver().manage().timeouts().scriptTimeout(Duration.ofSeconds(60));
  }

  @AfterEach
  void close() {
    if (browser != null) {
      browser.close();
    }
  }

  private void isOpenToEverybody(String what) {
    for (int width : new int[] {1360, 400}) {
      for (boolean dark : new boolean[] {false, true}) {
        browser.width(width).dark(dark);
        assertThat(browser.barriers()).as(what + " at " + width + dark).isEmpty();
        assertThat((Long) browser.script("return document.documentElement.scrollWidth"))
            .as("width of " + what)
            .isLessThanOrEqualTo(width);
      }
    }
    browser.width(1360).dark(false);
  }

  private String main() {
    return browser.shown("main").getText();
  }

  @Test
  void aReviewerUploadsATableAndSeesWhatWouldFlip() throws Exception {
    Path table =
        Files.write(
            folder.resolve("stricter.dmn"),
            Tables.of(Tables.row("auc-house", "\"performance.auc\"", "< 0.85")));
    browser.login("rita", PASSWORD).go("/rules");
    assertThat(main())
        .contains("Every fact of an audit is judged by these rules.")
        .contains("The area under the ROC curve (performance.auc) is below 0.6.");
    isOpenToEverybody("rules");
    browser.picture("rules");

    browser.shown("#file").sendKeys(table.toString());
    browser.click(browser.shown("form.stack button"));
    browser.shown("#audits");
    assertThat(browser.shown("h1").getText()).isEqualTo("Test of stricter.dmn");
    String row =
        browser.driver().findElement(By.xpath("//tr[.//a[text()='" + ID + "']]")).getText();
    assertThat(row).contains("another verdict", "auc-house", "audit data", "0.8");
    isOpenToEverybody("test of rules");
    assertThat(browser.has("img[src=x]")).isFalse();
    assertThat(browser.complaints()).isEmpty();
    browser.picture("rules-test");

    // The table of this installation says of what it judged what it said.
    browser.go("/rules");
    browser.script("document.querySelector('#version').selectedIndex = 1");
    browser.click(browser.shown("form.stack button"));
    browser.shown("#audits");
    assertThat(browser.driver().findElement(By.xpath("//tr[.//a[text()='" + ID + "']]")).getText())
        .contains("the same");
  }

  @Test
  void whatIsWrongIsShownAndWhoMayNotIsRefused() throws Exception {
    Path broken =
        Files.write(
            folder.resolve("broken.dmn"),
            Tables.of(Tables.row("brier", "\"performance.breir\"", "> 0.2")));
    browser.login("rita", PASSWORD).go("/rules");
    browser.shown("#file").sendKeys(broken.toString());
    browser.click(browser.shown("form.stack button"));
    browser.shown("#problems");
    assertThat(main())
        .contains("The table must not be used so")
        .contains("is 'performance.breir'")
        .contains("Maybe you meant performance.brier.");
    isOpenToEverybody("broken table");

    browser.go("/rules");
    browser.click(browser.shown("form.stack button"));
    assertThat(browser.shown("[role=alert]").getText()).contains("Choose a file");

    Path large = Files.write(folder.resolve("large.dmn"), new byte[1_000_001]);
    browser.go("/rules");
    browser.shown("#file").sendKeys(large.toString());
    browser.click(browser.shown("form.stack button"));
    assertThat(browser.shown("[data-rules-said]").getText()).contains("larger than");

    browser.go("/rules?domain=hiring&severity=block&q=impact");
    assertThat(main()).contains("hiring-adverse-impact").doesNotContain("auc-chance");

    byte[] small = Tables.of(Tables.row("a", "\"vif\"", "> 5"));
    assertThat(rest("olga", small, true).statusCode()).isEqualTo(403);
    assertThat(rest("stan", small, true).statusCode()).isEqualTo(403);
    assertThat(rest("nobody", small, true).statusCode()).isEqualTo(403);
    HttpResponse<String> answer = rest("rita", small, true);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("\"flips\":", "\"neverHit\":", "\"broken\":false");
    assertThat(rest("alma", "<!DOCTYPE a><a/>".getBytes(StandardCharsets.UTF_8), true).body())
        .contains("\"broken\":true", "DOCTYPE");
    HttpResponse<String> refused = rest("alma", new byte[3_000_000], true);
    assertThat(refused.statusCode()).isEqualTo(413);
    assertThat(rest("alma", new byte[0], false).body()).contains("?version=3");
  }

  private HttpResponse<String> rest(String who, byte[] dmn, boolean file) throws Exception {
    String boundary = "x-boundary";
    String head =
        "--"
            + boundary
            + "\r\nContent-Disposition: form-data; name=\""
            + (file ? "file" : "other")
            + "\"; filename=\"../a.dmn\"\r\nContent-Type: application/xml\r\n\r\n";
    byte[] start = head.getBytes(StandardCharsets.UTF_8);
    byte[] end = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.UTF_8);
    byte[] body = new byte[start.length + dmn.length + end.length];
    System.arraycopy(start, 0, body, 0, start.length);
    System.arraycopy(dmn, 0, body, start.length, dmn.length);
    System.arraycopy(end, 0, body, start.length + dmn.length, end.length);
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/api/rules/test"))
                .header("Content-Type", "multipart/form-data; boundary=" + boundary)
                .header(
                    "Authorization",
                    "Basic "
                        + Base64.getEncoder()
                            .encodeToString(
                                (who + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }
}
