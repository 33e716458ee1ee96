package io.attest.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.authentication;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.redirectedUrl;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.camunda.bpm.engine.ProcessEngine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;

class PagesTest extends WebTest {
  @Autowired ProcessEngine engine;

  private String page(String path, String who) throws Exception {
    return http.perform(
            get(URI.create(path))
                .accept(MediaType.TEXT_HTML)
                .with(authentication(Logins.of(account(who)))))
        .andExpect(status().isOk())
        .andReturn()
        .getResponse()
        .getContentAsString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/audits",
        "/audits/" + Samples.HOSTILE,
        "/audits/" + Samples.HOSTILE + "/review",
        "/audits?q=%3Cscript%3Ealert(1)%3C/script%3E&model=hostile"
      })
  void hostileTextIsOnlyText(String path) throws Exception {
    String page = page(path, "rita");
    assertThat(page)
        .contains("&lt;script&gt;alert(1)")
        .doesNotContain("<script>alert")
        .doesNotContain("<img src=x")
        .doesNotContain("\u202E");
    // Nothing that the content policy would have to stop.
    assertThat(page)
        .doesNotContain("style=\"")
        .doesNotContain(" onclick")
        .doesNotContain(" onload");
  }

  @Test
  void obligationsCanBeRead() throws Exception {
    assertThat(page("/obligations", "rita"))
        .contains("EU AI Act", "AIA-14.4", "fairness.*", "adopted, applies later");
  }

  @Test
  void theReviewIsNotCompiledByTheFormAroundIt() throws Exception {
    String review = page("/audits/" + Samples.HOSTILE + "/review", "rita").strip();
    assertThat(review)
        .startsWith("<div class=\"attest-review\" ng-non-bindable>")
        .endsWith("</div>")
        .contains("{{constructor")
        .doesNotContain("<html")
        .doesNotContain("<script")
        .doesNotContain("xmlns:th");
  }

  @Test
  void theReviewSaysWhatIsAskedAndWhatWasFound() throws Exception {
    ReviewTask.start(engine, Samples.GOOD);
    String review = page("/audits/" + Samples.GOOD + "/review", "rita");
    assertThat(review)
        .contains("decide whether this model may be used")
        .contains("1 finding blocks this model. 1 finding warns.")
        .contains("impact-ratio-below-four-fifths")
        .contains("Not tested")
        .contains("/api/audits/" + Samples.GOOD + "/files/report.xlsx")
        .contains("Predicted and happened, as a table", "Predicted probabilities")
        .contains("href=\"/audits/" + Samples.GOOD + "\"");
    assertThat(review.split("<svg", -1)).hasSize(1 + 3);
  }

  @Test
  void aFindingCanBeAnsweredOnlyWhereThatIsAskedFor() throws Exception {
    String path = "/audits/" + Samples.GOOD + "/review";
    assertThat(page(path + "?answer=true", "rita"))
        .contains("data-finding=\"F-01\" data-severity=\"block\"")
        .contains("data-reason=\"F-01\"")
        .contains("Accept all that only inform");
    assertThat(page(path, "rita"))
        .doesNotContain("data-finding")
        .contains("No audit of this model was decided before.")
        .contains("What the model uses most")
        .contains("Sent back for rework");
    assertThat(page("/audits/" + Samples.HOSTILE + "/review?answer=true", "rita"))
        .doesNotContain("<script>alert")
        .doesNotContain("<img src=x");
    assertThat(page("/audits/" + Samples.HOSTILE, "rita")).contains("Answers to findings");
  }

  @Test
  void theListShowsWhatWaitsForWhom() throws Exception {
    String task = ReviewTask.start(engine, Samples.GOOD);
    assertThat(page("/audits", "rita"))
        .contains("Waiting for you")
        .contains("/camunda/app/tasklist/default/#/?task=" + task);
    assertThat(page("/audits", "olga")).doesNotContain("Waiting for you").contains(Samples.GOOD);
  }

  @Test
  void theListShowsDecisionsAndConditionsThatWaitToo() throws Exception {
    String check = ReviewTask.start(engine, "DEC-waits", "check-decision");
    String meet = ReviewTask.start(engine, "follow-" + Samples.GOOD, "meet-condition");
    String watch = ReviewTask.start(engine, "watch-credit", "watching");
    assertThat(page("/audits", "rita"))
        .contains("#/?task=" + check, "href=\"/decisions/DEC-waits\"")
        .containsSubsequence("#/?task=" + meet, "href=\"/audits/" + Samples.GOOD + "\"")
        .contains("due <time datetime=")
        .doesNotContain("#/?task=" + watch);
    assertThat(page("/decisions", "rita"))
        .contains("Waiting for you", "#/?task=" + check)
        .doesNotContain("#/?task=" + meet);
    assertThat(page("/decisions", "olga")).doesNotContain("Waiting for you");
  }

  @Test
  void modelsAreChosenByTheirNames() throws Exception {
    assertThat(page("/audits", "olga"))
        .contains("<option value=\"german-credit\">German credit, scorecard</option>")
        .doesNotContain(">german-credit</option>");
  }

  @Test
  void theBusinessReadsWordsAndTheValidatorEverything() throws Exception {
    String business = page("/audits/" + Samples.GOOD + "?audience=business", "olga");
    assertThat(business)
        .contains("F-01", "Predicted probabilities", "Calibration as a table")
        .doesNotContain("impact-ratio-below-four-fifths")
        .contains("Size</th></tr>")
        .containsPattern("of what the model says: “What it means”")
        .contains("<details class=\"influence-figures\">");
    assertThat(page("/audits/" + Samples.GOOD + "?audience=validator", "olga"))
        .contains("impact-ratio-below-four-fifths")
        .contains("<details class=\"influence-figures\" open=\"open\">");
  }

  @Test
  void theListCanBeNarrowed() throws Exception {
    assertThat(page("/audits?state=waiting&verdict=block", "olga"))
        .contains("/audits/" + Samples.GOOD)
        .doesNotContain("/audits/" + Samples.HOSTILE);
    assertThat(page("/audits?q=NEW%20version", "olga"))
        .contains("/audits/" + Samples.RUNNING)
        .doesNotContain("/audits/" + Samples.GOOD);
    assertThat(page("/audits?q=nothing-like-this&page=99", "olga"))
        .contains("No audit is like this");
  }

  @Test
  void anAuditShowsEverythingThatWasFound() throws Exception {
    assertThat(page("/audits/" + Samples.GOOD + "?audience=validator", "olga"))
        .contains("id=\"findings\"")
        .contains("id=\"importance\"")
        .contains("id=\"effects\"")
        .contains("id=\"cases\"")
        .contains("12 of 14 explained cases")
        .contains("id=\"influence\"")
        .contains("20 training rows left out one at a time and the model was fitted again")
        .contains("T-4 (+0.020)")
        .contains("id=\"performance\"")
        .contains("id=\"fairness\"")
        .contains("too small to judge")
        .contains("id=\"dependence\"")
        .contains("id=\"methods\"")
        .contains("Not in this version.")
        .contains("id=\"approvals\"")
        .contains("Please use the rows of this year.")
        .contains("id=\"lineage\"")
        .containsSubsequence(
            "<small>tree-shap-interventional</small>",
            "The main attribution of this audit",
            "<small>tree-shap</small>",
            "Beside the main one, tree-shap-interventional.",
            "id=\"surrogate\"",
            "62 %",
            "it must not be read as what the model does",
            "otherwise",
            "A small tree that mimics the model",
            "id=\"loss\"",
            "-0.11",
            "id=\"interactions\"",
            "Features act mostly on their own",
            "83 %",
            "2 of 3 pairs")
        .contains("ab".repeat(32))
        .contains("not available")
        .doesNotContain("NaN")
        .doesNotContain("Optional[")
        .doesNotContain("Withdraw this audit");
  }

  @Test
  void theBusinessIsToldInWordsAndFindsFiguresFolded() throws Exception {
    String business = page("/audits/" + Samples.GOOD + "?audience=business", "olga");
    assertThat(business)
        .contains("What the model uses")
        .contains("by other methods, are in the view for validation")
        .contains("<details class=\"fold\">")
        .contains("/audits/" + Samples.GOOD + "/case")
        .contains("Careful:")
        .contains("id=\"lineage\"")
        .doesNotContain("Largest relative residual");
    // Nobody said for whom: the audit was made for a committee.
    assertThat(page("/audits/" + Samples.GOOD, "olga")).contains("<details class=\"fold\">");
    http.perform(
            get("/audits/" + Samples.GOOD + "?audience=validator")
                .with(authentication(Logins.of(account("olga")))))
        .andExpect(
            header()
                .stringValues(
                    "Set-Cookie",
                    hasItem(
                        allOf(
                            containsString("attest-audience=validator"),
                            containsString("HttpOnly")))));
    String kept =
        http.perform(
                get("/audits/" + Samples.GOOD)
                    .cookie(new jakarta.servlet.http.Cookie("attest-audience", "validator"))
                    .with(authentication(Logins.of(account("olga")))))
            .andReturn()
            .getResponse()
            .getContentAsString();
    assertThat(kept).contains("<details class=\"fold\" open=\"open\">");
    assertThat(page("/audits/" + Samples.GOOD + "?audience=%3Cscript%3E", "olga"))
        .contains("<details class=\"fold\">");
  }

  @Test
  void theLibraryOfChartsIsServedAloneAndOldAddressesAreNot() throws Exception {
    http.perform(get("/assets/echarts.min.js"))
        .andExpect(status().isOk())
        .andExpect(header().string("Cache-Control", "no-cache"));
    http.perform(get("/assets/echarts.common.min.js")).andExpect(status().isNotFound());
  }

  @Test
  void anAuditSaysWhatKeepsItFromGoingOn() throws Exception {
    assertThat(page("/audits/" + Samples.HOSTILE, "olga"))
        .contains("Cannot go on")
        .contains("The file is not a table");
    assertThat(page("/audits/" + Samples.GOOD, "olga")).doesNotContain("Cannot go on");
  }

  @Test
  void anAuditThatHasJustBegunShowsItsSteps() throws Exception {
    String page = page("/audits/" + Samples.RUNNING, "stan");
    assertThat(page)
        .contains("data-events=\"/audits/" + Samples.RUNNING + "/events\"")
        .contains("tree-shap")
        .contains("value=\"64\"")
        .contains("Withdraw this audit")
        .contains("No verdict yet");
    assertThat(page("/audits/" + Samples.RUNNING, "olga")).doesNotContain("Withdraw this audit");
  }

  @Test
  void anAuditIsWithdrawnFromItsPage() throws Exception {
    http.perform(
            post("/audits/" + Samples.RUNNING + "/cancel")
                .param("reason", "Wrong data")
                .with(authentication(Logins.of(account("stan"))))
                .with(Logins.token()))
        .andExpect(redirectedUrl("/audits/" + Samples.RUNNING));
    assertThat(desk.cancelled).containsExactly(Samples.RUNNING + " by stan: Wrong data");
  }

  @Test
  void theStartPageStartsOnceAndSaysWhatIsWrong() throws Exception {
    assertThat(page("/start", "stan"))
        .contains("German credit, boosted trees, tier high")
        .contains("unknown key &lt;b&gt;onwer&lt;/b&gt;");
    var stan = authentication(Logins.of(account("stan")));
    for (int i = 0; i < 2; i++) {
      http.perform(
              post("/start")
                  .param("model", "german-credit")
                  .param("reason", "Yearly review")
                  .param("key", "one-form")
                  .with(stan)
                  .with(Logins.token()))
          .andExpect(redirectedUrl("/audits/" + Samples.RUNNING));
    }
    assertThat(desk.started).hasSize(1);
    String again =
        http.perform(
                post("/start")
                    .param("model", "german-credit")
                    .param("reason", " ")
                    .param("audience", "<b>")
                    .param("key", "k")
                    .with(stan)
                    .with(Logins.token()))
            .andExpect(status().isBadRequest())
            .andReturn()
            .getResponse()
            .getContentAsString();
    assertThat(again).contains("Say why the audit is started").contains("value=\"&lt;b&gt;\"");
  }

  @Test
  void aTemplateOfTheInstallationReplacesThePackedOne() throws Exception {
    Path own = Path.of("target/web-test/home/templates/pages/login.html");
    Files.createDirectories(own.getParent());
    try {
      Files.writeString(own, "<p>Our own login</p>");
      Awaitility.await()
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(
              () ->
                  assertThat(
                          http.perform(get("/login").accept(MediaType.TEXT_HTML))
                              .andReturn()
                              .getResponse()
                              .getContentAsString())
                      .contains("Our own login"));
    } finally {
      Files.delete(own);
    }
  }
}
