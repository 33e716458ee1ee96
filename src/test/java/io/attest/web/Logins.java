package io.attest.web;

import io.attest.stage.Account;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.authority.AuthorityUtils;

/** Logged-in people, as the login makes them. */
final class Logins {
  private Logins() {}

  static Authentication of(Account account) {
    return UsernamePasswordAuthenticationToken.authenticated(
        account,
        null,
        AuthorityUtils.createAuthorityList(
            account.groups().stream().map(g -> "ROLE_" + g).toList()));
  }
}
