package io.attest.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.authentication;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.redirectedUrl;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import io.attest.audit.log.EvidenceLog;
import io.attest.audit.log.LogEntry;
import io.attest.audit.retention.Holds;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.request.RequestPostProcessor;

class EvidencePageTest extends WebTest {
  @Autowired EvidenceLog log;
  @Autowired Holds holds;

  private static RequestPostProcessor as(String who) {
    return authentication(Logins.of(account(who)));
  }

  @Test
  void auditorsAndAdministratorsSeeItAndNobodyElse() throws Exception {
    for (String who : new String[] {"stan", "rita", "nobody"}) {
      for (String path :
          new String[] {"/evidence", "/api/evidence", "/api/evidence/log", "/api/evidence/holds"}) {
        http.perform(get(path).with(as(who))).andExpect(status().isForbidden());
      }
    }
    String page =
        http.perform(get("/evidence").accept(MediaType.TEXT_HTML).with(as("olga")))
            .andExpect(status().isOk())
            .andReturn()
            .getResponse()
            .getContentAsString();
    assertThat(page)
        .contains("Legal holds", log.head().hash(), "Removal is switched off")
        .doesNotContain("<script>alert", "style=\"");
  }

  @Test
  void aHoldIsSetByItsFormAndStandsInTheLog() throws Exception {
    String reason = "claim <script>alert(1)</script>";
    http.perform(
            post("/evidence/holds")
                .param("kind", "audit")
                .param("subject", Samples.HOSTILE)
                .param("reason", reason)
                .with(as("olga")))
        .andExpect(status().isForbidden()); // no token
    http.perform(
            post("/evidence/holds")
                .param("kind", "audit")
                .param("subject", Samples.HOSTILE)
                .param("reason", reason)
                .with(as("olga"))
                .with(Logins.token()))
        .andExpect(status().is3xxRedirection());
    assertThat(holds.list())
        .singleElement()
        .satisfies(h -> assertThat(h.by()).isEqualTo("olga"))
        .satisfies(h -> assertThat(h.reason()).isEqualTo(reason));
    String page =
        http.perform(get("/evidence").with(as("olga")))
            .andReturn()
            .getResponse()
            .getContentAsString();
    assertThat(page).contains("claim &lt;script&gt;").doesNotContain("<script>alert");
    http.perform(
            post("/api/evidence/holds/release")
                .contentType(MediaType.APPLICATION_JSON)
                .content(
                    "{\"kind\":\"audit\",\"subject\":\""
                        + Samples.HOSTILE
                        + "\",\"reason\":\"settled\"}")
                .with(as("olga"))
                .with(Logins.token()))
        .andExpect(status().isNoContent());
    assertThat(holds.list()).isEmpty();
    assertThat(log.about(Samples.HOSTILE).stream().filter(e -> e.detail().contains("script>alert")))
        .extracting(LogEntry::what)
        .containsExactly("hold-set");
    assertThat(log.newest(1)).extracting(LogEntry::what).containsExactly("hold-released");
  }

  @Test
  void aHoldIsSetAndLiftedOnThePageOfTheAudit() throws Exception {
    String audit = Samples.HOSTILE;
    assertThat(page("/audits/" + audit, "olga")).contains("Set a legal hold");
    assertThat(page("/audits/" + audit, "rita")).doesNotContain("legal hold");
    http.perform(
            post("/evidence/holds")
                .param("kind", "audit")
                .param("subject", audit)
                .param("audit", audit)
                .param("reason", "claim <b>7</b>")
                .with(as("rita"))
                .with(Logins.token()))
        .andExpect(status().isForbidden());
    assertThat(holds.list()).isEmpty();
    http.perform(
            post("/evidence/holds")
                .param("kind", "audit")
                .param("subject", audit)
                .param("audit", audit)
                .param("reason", "claim <b>7</b>")
                .with(as("olga"))
                .with(Logins.token()))
        .andExpect(redirectedUrl("/audits/" + audit));
    holds.set("model", store.get(audit).model(), "olga", "the regulator asks");
    assertThat(page("/audits/" + audit, "olga"))
        .contains(
            "claim &lt;b&gt;7&lt;/b&gt;",
            "the regulator asks",
            "Lift the hold on this audit",
            "Lift the hold on the model")
        .doesNotContain("Set a legal hold");
    assertThat(page("/audits/" + audit, "rita"))
        .as("others see that it is held, and not why")
        .contains("Legal hold", "on all audits of this model")
        .doesNotContain("claim &lt;b", "the regulator asks", "Lift the hold");
    for (String kind : new String[] {"audit", "model"}) {
      http.perform(
              post("/evidence/holds/release")
                  .param("kind", kind)
                  .param("subject", kind.equals("audit") ? audit : store.get(audit).model())
                  .param("audit", audit)
                  .param("reason", "settled")
                  .with(as("olga"))
                  .with(Logins.token()))
          .andExpect(redirectedUrl("/audits/" + audit));
    }
    assertThat(holds.list()).isEmpty();
    assertThat(page("/audits/" + audit, "rita")).doesNotContain("Legal hold");
  }

  @Test
  void theEntriesAboutOneThingAreShownWithWhatTheySay() throws Exception {
    log.record("condition-met", "A-7", "rita", Map.of("condition", "<i>2", "sha256", "ab"));
    assertThat(page("/evidence?about=A-7", "olga"))
        .contains("condition met", "rita", "&lt;i&gt;2")
        .doesNotContain("sha256", "table covered");
    assertThat(page("/evidence?about=nothing", "olga")).contains("The log has no entry about");
    assertThat(page("/audits/" + Samples.HOSTILE, "olga"))
        .contains("/evidence?about=" + Samples.HOSTILE);
  }

  private String page(String path, String who) throws Exception {
    return http.perform(get(path).accept(MediaType.TEXT_HTML).with(as(who)))
        .andExpect(status().isOk())
        .andReturn()
        .getResponse()
        .getContentAsString();
  }
}
