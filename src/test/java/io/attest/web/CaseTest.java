package io.attest.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.authentication;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import io.attest.stage.CaseAudits;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.ResultActions;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;

/** One case over REST, and who may ask. */
class CaseTest extends WebTest {
  private static final String AUDIT = "ATT-case-rest";

  @BeforeEach
  void audit() {
    if (store.find(AUDIT).isEmpty()) {
      new CaseAudits(store, artifacts)
          .sample(AUDIT, "german-scorecard", 40, 120)
          .explained(AUDIT, "linear-shap", "");
    }
  }

  private ResultActions call(MockHttpServletRequestBuilder request, String who) throws Exception {
    return http.perform(request.with(authentication(Logins.of(account(who)))).with(Logins.token()));
  }

  private ResultActions explain(String body) throws Exception {
    return call(
        post("/api/audits/" + AUDIT + "/case")
            .contentType(MediaType.APPLICATION_JSON)
            .content(body),
        "olga");
  }

  @Test
  void everybodyWhoReadsAuditsMayAskAndNobodyElse() throws Exception {
    for (String who : new String[] {"olga", "rita", "stan", "abel"}) {
      call(
              post("/api/audits/" + AUDIT + "/case")
                  .contentType(MediaType.APPLICATION_JSON)
                  .content("{\"row\": 3, \"depth\": \"prediction\"}"),
              who)
          .andExpect(status().isOk())
          .andExpect(jsonPath("$.subject.row", is(3)))
          .andExpect(jsonPath("$.contributions.method", is("linear-shap")))
          .andExpect(jsonPath("$.contributions.ofAudit", is(true)))
          .andExpect(jsonPath("$.values", hasSize(13)));
    }
    call(
            post("/api/audits/" + AUDIT + "/case")
                .contentType(MediaType.APPLICATION_JSON)
                .content("{\"row\": 3}"),
            "nobody")
        .andExpect(status().isForbidden());
    call(get("/audits/" + AUDIT + "/case?row=3"), "nobody").andExpect(status().isForbidden());
    http.perform(
            post("/audits/" + AUDIT + "/case/what-if")
                .with(authentication(Logins.of(account("olga"))))
                .param("base", "{\"row\": 3}"))
        .andExpect(status().isForbidden());
  }

  @Test
  void everythingAboutARowIsTold() throws Exception {
    explain("{\"row\": 5}")
        .andExpect(status().isOk())
        .andExpect(jsonPath("$.similar.rows", hasSize(5)))
        .andExpect(jsonPath("$.answer.decision.threshold", is(0.1667)))
        .andExpect(jsonPath("$.line.agreement.top", is(5)))
        .andExpect(jsonPath("$.provenance[0].method", is("linear-shap")));
  }

  @Test
  void numbersAreValuesTooAndWhatTheModelCannotPredictIsSaid() throws Exception {
    explain("{\"row\": 5, \"values\": {\"duration\": 36, \"purpose\": \"repairs\"}}")
        .andExpect(status().isOk())
        .andExpect(jsonPath("$.subject.changed", containsInAnyOrder("duration", "purpose")))
        .andExpect(jsonPath("$.subject.label", is("")));
    explain("{\"row\": 5, \"values\": {\"purpose\": null}}")
        .andExpect(status().isBadRequest())
        .andExpect(jsonPath("$.detail", containsString("purpose")));
  }

  @Test
  void everyFaultIsToldByFeature() throws Exception {
    explain("{\"values\": {\"duration\": \"soon\", \"durtion\": 1}}")
        .andExpect(status().isBadRequest())
        .andExpect(jsonPath("$.detail", containsString("Maybe you meant duration")))
        .andExpect(jsonPath("$.faults[0].at", is("durtion")))
        .andExpect(jsonPath("$.faults", hasSize(14)));
    explain("{}").andExpect(status().isBadRequest());
    explain("{\"row\": 1, \"id\": \"x\"}").andExpect(status().isBadRequest());
    explain("{\"row\": 1, \"depth\": \"deep\"}").andExpect(status().isBadRequest());
    explain("{\"row\": 1, \"values\": {\"duration\": [1]}}").andExpect(status().isBadRequest());
    explain("[").andExpect(status().isBadRequest());
    call(
            post("/api/audits/ATT-none/case")
                .contentType(MediaType.APPLICATION_JSON)
                .content("{\"row\": 1}"),
            "olga")
        .andExpect(status().isNotFound());
  }

  @Test
  void thePersonConcernedSeesNobodyElse() throws Exception {
    String business =
        call(get("/audits/" + AUDIT + "/case?number=4"), "olga")
            .andExpect(status().isOk())
            .andReturn()
            .getResponse()
            .getContentAsString();
    assertThat(business).contains("Rows like it").contains("LIME beside SHAP");
    call(get("/audits/" + AUDIT + "/case?number=4&for=person"), "olga")
        .andExpect(status().isOk())
        .andExpect(content().string(not(containsString("Rows like it"))))
        .andExpect(content().string(not(containsString("The nearest row"))))
        .andExpect(content().string(not(containsString("raining row"))))
        .andExpect(content().string(containsString("What the model knew of you")));
  }

  @Test
  void withoutScriptTheButtonAnswersWithAPage() throws Exception {
    call(
            post("/audits/" + AUDIT + "/case/what-if")
                .param("base", "{\"row\": 4}")
                .param("f1", "60"),
            "olga")
        .andExpect(status().isBadRequest())
        .andExpect(content().string(containsString("Not worked out")))
        .andExpect(content().string(containsString("has no value")));
    for (String base : new String[] {"{", "", "null", "{\"row\": 4000}", "{\"values\": {}}"}) {
      call(post("/audits/" + AUDIT + "/case/what-if").param("base", base), "olga")
          .andExpect(status().isBadRequest());
    }
  }

  @Test
  void anAuditThatHasNoDataYetSaysSo() throws Exception {
    call(get("/audits/" + Samples.FRESH + "/case"), "olga")
        .andExpect(status().isBadRequest())
        .andExpect(content().string(containsString("has not read its data yet")));
    call(get("/audits/ATT-none/case"), "olga").andExpect(status().isNotFound());
  }
}
