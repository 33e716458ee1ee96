package io.attest.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.authentication;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.httpBasic;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.multipart;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockMultipartFile;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;

/** Who may open what, without a server in between. */
class SecurityTest extends WebTest {
  private static final String START =
      "{\"model\":\"german-credit\",\"reason\":\"Yearly review\",\"audience\":\"Committee\"}";

  private static MockHttpServletRequestBuilder start() {
    return post("/api/audits").contentType(MediaType.APPLICATION_JSON).content(START);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/audits",
        "/audits/" + Samples.GOOD,
        "/audits/" + Samples.GOOD + "/review",
        "/start",
        "/camunda/app/tasklist/default/",
        "/camunda/app/cockpit/default/",
        "/nothing"
      })
  void aStrangerWhoOpensAPageIsLedToTheLogin(String path) throws Exception {
    http.perform(get(path).accept(MediaType.TEXT_HTML))
        .andExpect(status().isFound())
        .andExpect(header().string(HttpHeaders.LOCATION, "/login"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/models",
        "/api/drop-folder",
        "/api/audits",
        "/api/audits/" + Samples.GOOD + "/files/report.xlsx",
        "/engine-rest/engine",
        "/engine-rest/process-definition",
        "/engine-rest/user",
        "/engine-rest/assets/x",
        "/engine-rest/login",
        "/camunda/api/engine/assets/x",
        "/camunda/api/engine/engine/default/task",
        "/camunda/api/admin/auth/user/default",
        "/audits/" + Samples.GOOD + "/events",
        "/actuator",
        "/actuator/env"
      })
  void aStrangersProgramIsRefused(String path) throws Exception {
    http.perform(get(path))
        .andExpect(status().isUnauthorized())
        .andExpect(content().contentType(MediaType.APPLICATION_PROBLEM_JSON))
        .andExpect(header().string(HttpHeaders.WWW_AUTHENTICATE, containsString("Basic")));
    // A browser would answer that challenge with a dialog of its own.
    http.perform(get(path).header("Sec-Fetch-Mode", "cors"))
        .andExpect(status().isUnauthorized())
        .andExpect(header().doesNotExist(HttpHeaders.WWW_AUTHENTICATE));
    http.perform(get(path).header("X-Requested-With", "XMLHttpRequest"))
        .andExpect(status().isUnauthorized())
        .andExpect(header().doesNotExist(HttpHeaders.WWW_AUTHENTICATE));
  }

  @Test
  void livenessIsOpenAndTellsNothingElse() throws Exception {
    http.perform(get("/actuator/health"))
        .andExpect(status().isOk())
        .andExpect(
            content()
                .json("{\"status\":\"UP\"}", org.springframework.test.json.JsonCompareMode.STRICT));
    http.perform(get("/actuator").with(authentication(Logins.of(account("rita")))))
        .andExpect(status().isForbidden());
  }

  @ParameterizedTest
  @CsvSource({
    // who, reads, opens the start page, starts
    "stan, 200, 200, 201",
    "rita, 200, 403, 403",
    "abel, 200, 403, 403",
    "olga, 200, 403, 403",
    "alma, 200, 200, 201",
    "nobody, 403, 403, 403"
  })
  void rolesDecide(String who, int reads, int opensStart, int starts) throws Exception {
    var login = authentication(Logins.of(account(who)));
    for (String path :
        new String[] {
          "/api/models",
          "/api/audits",
          "/api/audits/" + Samples.GOOD,
          "/api/audits/" + Samples.GOOD + "/files/report.xlsx",
          "/audits",
          "/audits/" + Samples.GOOD,
          "/audits/" + Samples.GOOD + "/review"
        }) {
      http.perform(get(path).with(login)).andExpect(status().is(reads));
    }
    http.perform(get("/start").with(login)).andExpect(status().is(opensStart));
    // What lies in the drop folder is for those who can use it.
    http.perform(get("/api/drop-folder").with(login)).andExpect(status().is(opensStart));
    http.perform(start().with(login).with(Logins.token())).andExpect(status().is(starts));
    http.perform(
            multipart("/api/uploads")
                .file(new MockMultipartFile("file", "a.csv", "text/csv", "a,b\n1,2\n".getBytes()))
                .with(login)
                .with(Logins.token()))
        .andExpect(status().is(starts));
    assertThat(desk.started).hasSize(starts == 201 ? 1 : 0);
  }

  @ParameterizedTest
  @CsvSource({"stan, 204", "rita, 204", "alma, 204", "abel, 403", "olga, 403", "nobody, 403"})
  void rolesDecideWhoMayCancel(String who, int answer) throws Exception {
    http.perform(
            post("/api/audits/" + Samples.RUNNING + "/cancel")
                .contentType(MediaType.APPLICATION_JSON)
                .content("{\"reason\":\"Wrong data\"}")
                .with(authentication(Logins.of(account(who))))
                .with(Logins.token()))
        .andExpect(status().is(answer));
    assertThat(desk.cancelled).hasSize(answer == 204 ? 1 : 0);
  }

  @Test
  void whatTheDeskRefusesIsForbidden() throws Exception {
    http.perform(
            post("/api/audits/" + Samples.HOSTILE + "/cancel")
                .contentType(MediaType.APPLICATION_JSON)
                .content("{\"reason\":\"Not mine\"}")
                .with(authentication(Logins.of(account("stan"))))
                .with(Logins.token()))
        .andExpect(status().isForbidden())
        .andExpect(content().contentType(MediaType.APPLICATION_PROBLEM_JSON));
  }

  @Test
  void aForgedRequestIsRefused() throws Exception {
    var login = authentication(Logins.of(account("stan")));
    http.perform(start().with(login)).andExpect(status().isForbidden());
    http.perform(
            start()
                .with(login)
                .with(
                    r -> {
                      r.addHeader("X-XSRF-TOKEN", "guessed");
                      return r;
                    }))
        .andExpect(status().isForbidden());
    http.perform(
            post("/start")
                .param("model", "german-credit")
                .param("reason", "x")
                .param("key", "k")
                .with(login))
        .andExpect(status().isForbidden());
    http.perform(post("/logout").with(login)).andExpect(status().isForbidden());
    assertThat(desk.started).isEmpty();
  }

  @Test
  void aProgramWithAPasswordNeedsNoTokenButABrowserDoes() throws Exception {
    http.perform(start().with(httpBasic("stan", PASSWORD))).andExpect(status().isCreated());
    // Browsers remember passwords and send them on behalf of other sites.
    http.perform(
            start()
                .with(httpBasic("stan", PASSWORD))
                .header(HttpHeaders.ORIGIN, "https://elsewhere.example"))
        .andExpect(status().isForbidden());
    http.perform(start().with(httpBasic("stan", PASSWORD)).header("Sec-Fetch-Site", "cross-site"))
        .andExpect(status().isForbidden());
    assertThat(desk.started).hasSize(1);
  }

  @Test
  void aLostRoleCountsAtOnce() throws Exception {
    String name = "t" + System.nanoTime();
    people.add(name);
    people.join(name, Roles.STARTER);
    // The session still says what was true at the login.
    var old =
        authentication(
            Logins.of(new io.attest.stage.Account(name, name, java.util.Set.of(Roles.STARTER))));
    http.perform(get("/start").with(old)).andExpect(status().isOk());
    people.leave(name, Roles.STARTER);
    http.perform(get("/start").with(old)).andExpect(status().isForbidden());
    people.remove(name);
    http.perform(get("/api/audits").with(old)).andExpect(status().isUnauthorized());
  }

  @Test
  void theSecondLoginOfTheWebApplicationsIsClosed() throws Exception {
    for (String path :
        new String[] {
          "/camunda/api/admin/auth/user/default/login/tasklist",
          "/camunda/api/admin/setup/default/user/create"
        }) {
      http.perform(post(path).with(authentication(Logins.of(account("rita")))).with(Logins.token()))
          .andExpect(status().isForbidden());
      http.perform(post(path)).andExpect(status().isUnauthorized());
    }
  }

  @Test
  void pagesCarryTheirGuards() throws Exception {
    http.perform(get("/audits").with(authentication(Logins.of(account("rita")))))
        .andExpect(
            header()
                .string(
                    "Content-Security-Policy",
                    org.hamcrest.Matchers.allOf(
                        containsString("script-src 'self'"),
                        containsString("default-src 'none'"),
                        containsString("frame-ancestors 'none'"),
                        org.hamcrest.Matchers.not(containsString("unsafe")))))
        .andExpect(header().string("X-Content-Type-Options", "nosniff"))
        .andExpect(header().string("X-Frame-Options", "DENY"))
        .andExpect(header().string("Referrer-Policy", "same-origin"))
        .andExpect(header().string(HttpHeaders.CACHE_CONTROL, containsString("no-store")));
    http.perform(get("/assets/attest.css"))
        .andExpect(status().isOk())
        .andExpect(header().string(HttpHeaders.CACHE_CONTROL, endsWith("no-cache")));
  }
}
