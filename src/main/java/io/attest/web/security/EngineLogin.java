package io.attest.web.security;

import io.attest.stage.Account;
import io.attest.stage.Accounts;
import java.util.List;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.stereotype.Component;

/** Lets in whom the process engine knows; a person's roles are the groups they are in. */
@Component
class EngineLogin implements AuthenticationProvider {
  private final Accounts accounts;

  EngineLogin(Accounts accounts) {
    this.accounts = accounts;
  }

  @Override
  public Authentication authenticate(Authentication given) {
    String password = given.getCredentials() == null ? "" : given.getCredentials().toString();
    return accounts
        .login(given.getName(), password)
        .map(account -> loggedIn(account, given.getDetails()))
        // One message for all causes: it must not tell which names exist or are locked.
        .orElseThrow(() -> new BadCredentialsException("The name or the password is wrong."));
  }

  static Authentication loggedIn(Account account, Object details) {
    List<GrantedAuthority> roles =
        account.groups().stream()
            .sorted()
            .map(group -> (GrantedAuthority) new SimpleGrantedAuthority("ROLE_" + group))
            .toList();
    var token = UsernamePasswordAuthenticationToken.authenticated(account, null, roles);
    token.setDetails(details);
    return token;
  }

  @Override
  public boolean supports(Class<?> kind) {
    return UsernamePasswordAuthenticationToken.class.isAssignableFrom(kind);
  }
}
