package io.attest.web;

import io.attest.stage.Account;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.test.web.servlet.request.RequestPostProcessor;

/** Logged-in people, as the login makes them. */
final class Logins {
  private Logins() {}

  /** The token of the session, sent as scripts send it. */
  static RequestPostProcessor token() {
    return request -> {
      request.getSession().setAttribute("CAMUNDA_CSRF_TOKEN", "the-token");
      request.addHeader("X-XSRF-TOKEN", "the-token");
      return request;
    };
  }

  static Authentication of(Account account) {
    return UsernamePasswordAuthenticationToken.authenticated(
        account,
        null,
        AuthorityUtils.createAuthorityList(
            account.groups().stream().map(g -> "ROLE_" + g).toList()));
  }
}
