package io.attest.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors.authentication;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;

class PagesTest extends WebTest {

  private String page(String path, String who) throws Exception {
    return http.perform(
            get(path).accept(MediaType.TEXT_HTML).with(authentication(Logins.of(account(who)))))
        .andExpect(status().isOk())
        .andReturn()
        .getResponse()
        .getContentAsString();
  }

  @Test
  void smoke() throws Exception {
    assertThat(page("/audits", "rita")).contains(Samples.GOOD);
  }
}
