package io.attest.web.security;

import io.attest.stage.Account;
import io.attest.stage.Accounts;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.util.Optional;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Asks at every request who the person is now, so that a lost role or a removed account counts at
 * once and not at the next login; then does the request in that person's name, so that the engine's
 * own authorisations apply.
 */
final class CurrentAccount extends OncePerRequestFilter {
  private final Accounts accounts;
  private final boolean inName;

  /**
   * @param inName false where the engine's web applications set the name themselves
   */
  CurrentAccount(Accounts accounts, boolean inName) {
    this.accounts = accounts;
    this.inName = inName;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
    if (authentication == null || !(authentication.getPrincipal() instanceof Account known)) {
      chain.doFilter(request, response);
      return;
    }
    Optional<Account> now = accounts.find(known.name());
    if (now.isEmpty()) {
      HttpSession session = request.getSession(false);
      if (session != null) {
        session.invalidate();
      }
      SecurityContextHolder.clearContext();
      chain.doFilter(request, response);
      return;
    }
    if (!now.get().equals(known)) {
      SecurityContext context = SecurityContextHolder.createEmptyContext();
      context.setAuthentication(EngineLogin.loggedIn(now.get(), authentication.getDetails()));
      SecurityContextHolder.setContext(context);
    }
    if (!inName) {
      chain.doFilter(request, response);
      return;
    }
    try {
      accounts.as(now.get(), () -> chain.doFilter(request, response));
    } catch (ServletException | IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new ServletException(e);
    }
  }
}
