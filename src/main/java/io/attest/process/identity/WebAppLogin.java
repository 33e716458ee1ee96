package io.attest.process.identity;

import io.attest.stage.Account;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.security.Principal;
import java.util.List;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.rest.security.auth.AuthenticationProvider;
import org.camunda.bpm.engine.rest.security.auth.AuthenticationResult;
import org.springframework.security.core.Authentication;

/**
 * Tells the engine's web applications who has logged in, so that they do not ask again. The servlet
 * container makes it by its name, hence the public constructor.
 */
public class WebAppLogin implements AuthenticationProvider {

  @Override
  public AuthenticationResult extractAuthenticatedUser(
      HttpServletRequest request, ProcessEngine engine) {
    Principal principal = request.getUserPrincipal();
    if (principal instanceof Authentication authentication
        && authentication.getPrincipal() instanceof Account account) {
      AuthenticationResult result = AuthenticationResult.successful(account.name());
      result.setGroups(List.copyOf(account.groups()));
      return result;
    }
    return AuthenticationResult.unsuccessful();
  }

  @Override
  public void augmentResponseByAuthenticationChallenge(
      HttpServletResponse response, ProcessEngine engine) {
    // No challenge: a browser would open a dialog of its own beside our login page.
  }
}
