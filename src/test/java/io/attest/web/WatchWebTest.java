package io.attest.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.authentication;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import io.attest.audit.Approval;
import io.attest.audit.ApprovalStore;
import io.attest.audit.AuditStore;
import io.attest.audit.Condition;
import io.attest.audit.WatchStore;
import io.attest.audit.Watched;
import io.attest.audit.retention.Holds;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.ResultActions;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;

class WatchWebTest extends WebTest {
  private static final String MODEL = "german-credit";
  private static final String FILE = "ab".repeat(32);

  @Autowired ApprovalStore approvals;
  @Autowired WatchStore decisions;
  @Autowired JdbcClient jdbc;
  @Autowired Holds holds;

  @AfterEach
  void forget() {
    for (String table :
        List.of("attest_condition_step", "attest_condition", "attest_approval", "attest_watch")) {
      jdbc.sql("delete from " + table).update();
    }
  }

  private ResultActions call(MockHttpServletRequestBuilder request, String who) throws Exception {
    return http.perform(request.with(authentication(Logins.of(account(who)))).with(Logins.token()));
  }

  private void approved(String audit, LocalDate until) {
    approvals.create(
        new Approval(
            audit, MODEL, Instant.now().minusSeconds(60), until, "approved", FILE, "cd".repeat(32)),
        List.of(new Condition.Line("Mend <b>it</b>", "=cmd|x", LocalDate.parse("2099-01-01"))),
        "bo");
  }

  private void suspended() {
    suspended("incident", "<script>alert(1)</script>", "open");
  }

  private void suspended(String event, String detail, String state) {
    decisions.create(
        new Watched(
            "k1",
            MODEL,
            Instant.now(),
            event,
            detail,
            Map.of("tier", "high"),
            "suspend",
            "RV-02",
            "An <i>incident</i> was reported.",
            "SR 26-2",
            "basis",
            Optional.empty(),
            "Notice of suspension given.",
            state,
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));
  }

  @Test
  void theGateAnswersWithItsReasons() throws Exception {
    String gate = "/api/models/" + MODEL + "/gate";
    call(get(gate).param("sha256", FILE), "olga")
        .andExpect(status().isConflict())
        .andExpect(jsonPath("$.reasons[0]").value("No audit of german-credit was approved."));
    approved(Samples.HOSTILE, LocalDate.now().plusDays(9));
    call(get(gate).param("sha256", FILE), "olga")
        .andExpect(status().isOk())
        .andExpect(jsonPath("$.open").value(true))
        .andExpect(jsonPath("$.audit").value(Samples.HOSTILE));
    call(get(gate).param("sha256", "cd".repeat(32)), "olga")
        .andExpect(status().isConflict())
        .andExpect(jsonPath("$.reasons[0]", containsString("not the approved one")));
    String state = store.get(Samples.HOSTILE).state();
    store.state(Samples.HOSTILE, AuditStore.WITHDRAWN_REPORT);
    call(get(gate).param("sha256", FILE), "olga")
        .andExpect(status().isConflict())
        .andExpect(jsonPath("$.reasons[0]").value("No audit of german-credit was approved."));
    store.state(Samples.HOSTILE, state);
    suspended();
    call(get(gate).param("sha256", FILE), "olga")
        .andExpect(status().isConflict())
        .andExpect(jsonPath("$.reasons[0]", containsString("suspended (RV-02)")));
    call(get(gate).param("sha256", "short"), "olga").andExpect(status().isBadRequest());
    call(get("/api/models/none/gate"), "olga").andExpect(status().isNotFound());
    call(get(gate), "nobody").andExpect(status().isForbidden());
    http.perform(get(gate)).andExpect(status().isUnauthorized());
  }

  @Test
  void aConditionThatWasNotMetShutsTheGateAlthoughNobodyWatches() throws Exception {
    approved(Samples.HOSTILE, LocalDate.now().plusDays(9));
    approvals.state(Samples.HOSTILE, 1, Condition.FAILED, "bo");
    String gate = "/api/models/" + MODEL + "/gate";
    call(get(gate).param("sha256", FILE), "olga")
        .andExpect(status().isConflict())
        .andExpect(
            jsonPath("$.reasons[0]")
                .value("Condition 1 of " + Samples.HOSTILE + " was not met: Mend <b>it</b>"));
    assertThat(page("/models")).contains("A condition was not met", "Mend &lt;b&gt;it&lt;/b&gt;");
    assertThat(page("/models/german-credit/watch")).contains("Condition 1 was not met:");
    // A person lifted the notice that it gave.
    suspended(
        "condition-failed", "condition 1 of " + Samples.HOSTILE + ": Mend <b>it</b>", "lifted");
    call(get(gate).param("sha256", FILE), "olga").andExpect(status().isOk());
  }

  @Test
  void theInventorySaysThatAModelIsSuspendedOrHeld() throws Exception {
    approved(Samples.HOSTILE, LocalDate.now().plusDays(9));
    assertThat(page("/models?use=approved")).contains("1 condition open", "until");
    suspended();
    holds.set("model", MODEL, "olga", "Claim 7");
    try {
      assertThat(page("/models?use=suspended"))
          .contains("Suspended", "An &lt;i&gt;incident&lt;/i&gt;", "Legal hold")
          .doesNotContain("Claim 7");
      assertThat(page("/models/" + MODEL)).contains("Suspended", "Legal hold");
      call(get("/api/models"), "olga")
          .andExpect(jsonPath("$[?(@.id=='" + MODEL + "')].use.state").value("suspended"))
          .andExpect(jsonPath("$[?(@.id=='" + MODEL + "')].use.held").value(true))
          .andExpect(jsonPath("$[?(@.id=='" + MODEL + "')].use.conditions[0].state").value("open"));
      byte[] file =
          call(get("/api/models/inventory.xlsx"), "olga")
              .andReturn()
              .getResponse()
              .getContentAsByteArray();
      try (XSSFWorkbook workbook = new XSSFWorkbook(new ByteArrayInputStream(file))) {
        List<String> cells = new ArrayList<>();
        workbook.getSheetAt(0).forEach(row -> row.forEach(cell -> cells.add(cell.toString())));
        assertThat(cells).contains("Use", "✕ Suspended", "Conditions, open", "Legal hold", "yes");
      }
    } finally {
      holds.release("model", MODEL, "olga", "settled");
    }
  }

  private String page(String path) throws Exception {
    return call(get(path), "olga")
        .andExpect(status().isOk())
        .andReturn()
        .getResponse()
        .getContentAsString();
  }

  @Test
  void thePageShowsTheStandingTheConditionsAndWhyThingsWereDecided() throws Exception {
    approved(Samples.HOSTILE, LocalDate.now().minusDays(1));
    call(get("/models/german-credit/watch"), "olga")
        .andExpect(status().isOk())
        .andExpect(content().string(containsString("The approval has expired.")));
    suspended();
    String page =
        call(get("/models/german-credit/watch"), "olga")
            .andExpect(status().isOk())
            .andReturn()
            .getResponse()
            .getContentAsString();
    assertThat(page)
        .contains("nobody has answered the notice yet", "RV-02", "SR 26-2")
        .contains("Mend &lt;b&gt;it&lt;/b&gt;", "=cmd|x", "2099-01-01")
        .contains("An &lt;i&gt;incident&lt;/i&gt;", "&lt;script&gt;alert(1)")
        .doesNotContain("<script>alert(1)");
    call(get("/audits"), "olga")
        .andExpect(content().string(containsString("Suspended:")))
        .andExpect(content().string(not(containsString("<i>incident"))));
    call(get("/audits/" + Samples.HOSTILE), "olga")
        .andExpect(content().string(containsString("Approval holds until")))
        .andExpect(content().string(containsString("Conditions of the approval")));
    call(get("/models/german-credit"), "olga")
        .andExpect(content().string(containsString("How it stands")))
        .andExpect(content().string(not(containsString("not recorded"))));
    call(get("/models/none/watch"), "olga").andExpect(status().isNotFound());
    call(get("/models/german-credit/watch"), "nobody").andExpect(status().isForbidden());
  }

  @Test
  void eventsAreToldByStartersAndOnlyOfModelsThatAreWatched() throws Exception {
    String events = "/api/models/german-credit/events";
    MockHttpServletRequestBuilder told =
        post(events).contentType(MediaType.APPLICATION_JSON).content("{\"event\": \"look\"}");
    call(told, "stan")
        .andExpect(status().isConflict())
        .andExpect(jsonPath("$.detail", containsString("Nobody watches")));
    call(
            post(events).contentType(MediaType.APPLICATION_JSON).content("{\"event\": \"rain\"}"),
            "stan")
        .andExpect(status().isBadRequest())
        .andExpect(jsonPath("$.detail", containsString("model-changed")));
    call(
            post(events)
                .contentType(MediaType.APPLICATION_JSON)
                .content("{\"event\": \"data-arrived\", \"data\": \"file:/etc/passwd\"}"),
            "stan")
        .andExpect(status().isBadRequest())
        .andExpect(jsonPath("$.detail", containsString("no upload")));
    call(
            post(events).contentType(MediaType.APPLICATION_JSON).content("{\"event\": \"look\"}"),
            "olga")
        .andExpect(status().isForbidden());
    call(get("/api/models/german-credit/watch"), "olga")
        .andExpect(status().isOk())
        .andExpect(jsonPath("$.standing.state").value("none"))
        .andExpect(jsonPath("$.standing.watched").value(false));
    call(get("/api/audits/" + Samples.HOSTILE + "/conditions"), "olga")
        .andExpect(status().isOk())
        .andExpect(content().string("[]"));
  }
}
