package io.attest.web;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.authentication;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.delete;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.multipart;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import io.attest.stage.CaseAudits;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockMultipartFile;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;

/**
 * Who may ask for the reasons of many cases, and what is refused; what they are is tested below.
 */
class ReasonsTest extends WebTest {
  private static final String AUDIT = "ATT-reasons-20261101-1";

  @BeforeEach
  void approved() {
    if (store.find(AUDIT).isEmpty()) {
      new CaseAudits(store, artifacts).sample(AUDIT, "german-scorecard", 20, 60);
      store.end(AUDIT, "approved");
    }
  }

  private static MockMultipartFile file(String name, String text) {
    return new MockMultipartFile("file", name, "text/csv", text.getBytes());
  }

  private static <T extends MockHttpServletRequestBuilder> T by(T request, String who) {
    request.with(authentication(Logins.of(account(who))));
    return request;
  }

  @Test
  void whoeverEntersRequestsIsOfferedTheForm() throws Exception {
    http.perform(by(get("/decisions"), "stan"))
        .andExpect(status().isOk())
        .andExpect(content().string(containsString("data-api=\"/api/reasons\"")))
        .andExpect(content().string(containsString("At most 10000 cases and 30 minutes of work")))
        .andExpect(content().string(containsString("value=\"" + AUDIT + "\"")));
    for (String who : new String[] {"olga", "rita", "abel"}) {
      http.perform(by(get("/decisions"), who))
          .andExpect(status().isOk())
          .andExpect(content().string(not(containsString("Many cases at once"))));
    }
  }

  @Test
  void nobodyElseAsksAndNothingGoesWithoutTheToken() throws Exception {
    for (String who : new String[] {"olga", "rita", "abel", "nobody"}) {
      http.perform(
              by(multipart("/api/reasons").file(file("c.csv", "a\n1\n")), who).with(Logins.token()))
          .andExpect(status().isForbidden());
    }
    http.perform(by(multipart("/api/reasons").file(file("c.csv", "a\n1\n")), "stan"))
        .andExpect(status().isForbidden());
    http.perform(by(delete("/api/reasons/x"), "stan")).andExpect(status().isForbidden());
    http.perform(by(delete("/api/reasons/x"), "stan").with(Logins.token()))
        .andExpect(status().isNoContent());
    http.perform(by(get("/api/reasons/x/reasons.csv"), "stan")).andExpect(status().isNotFound());
  }

  @Test
  void whatCannotBeAnsweredSaysWhatToDo() throws Exception {
    refused("c.csv", "", "german-credit", "The file is empty");
    refused("c.csv", "a\n1\n", "", "Say which model");
    refused("c.csv", "a\n1\n", "nothing", "No audit of the model nothing was approved");
  }

  private void refused(String name, String text, String model, String why) throws Exception {
    http.perform(
            by(multipart("/api/reasons").file(file(name, text)).param("model", model), "stan")
                .with(Logins.token()))
        .andExpect(status().isBadRequest())
        .andExpect(jsonPath("$.detail", containsString(why)))
        .andExpect(jsonPath("$.status", is(400)));
  }
}
