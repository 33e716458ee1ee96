package io.attest.web.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.security.web.csrf.DeferredCsrfToken;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Makes the token before anybody asks for it where there is a session anyway. The engine's web
 * applications would otherwise make one, with a cookie that only their own pages can read.
 */
final class TellToken extends OncePerRequestFilter {
  private final SessionToken tokens;
  private final boolean always;

  /**
   * @param always also where there is no session yet
   */
  TellToken(SessionToken tokens, boolean always) {
    this.tokens = tokens;
    this.always = always;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if ((always || request.getSession(false) != null)
        && request.getAttribute(DeferredCsrfToken.class.getName())
            instanceof DeferredCsrfToken deferred) {
      CsrfToken token = deferred.get();
      if (!deferred.isGenerated()) {
        tokens.tellAgain(token, request, response);
      }
    }
    chain.doFilter(request, response);
  }
}
