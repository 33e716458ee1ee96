package io.attest.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.authentication;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import io.attest.audit.log.EvidenceLog;
import io.attest.audit.log.LogEntry;
import io.attest.audit.retention.Holds;
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
    assertThat(log.about(Samples.HOSTILE))
        .extracting(LogEntry::what)
        .containsExactly("hold-set", "hold-released");
  }
}
