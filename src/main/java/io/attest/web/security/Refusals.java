package io.attest.web.security;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.csrf.CsrfException;

/**
 * How a request is refused: a person is led to the login page or sees our error page, a program or
 * a script gets a problem in JSON. Only a program without a browser is told that it may send name
 * and password: a browser would open its own dialog.
 */
final class Refusals implements AuthenticationEntryPoint, AccessDeniedHandler {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final LoginUrlAuthenticationEntryPoint login =
      new LoginUrlAuthenticationEntryPoint("/login");

  Refusals() {
    // The name of the host in a request is the caller's word; no address is made from it.
    login.setFavorRelativeUris(true);
  }

  @Override
  public void commence(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException cause)
      throws IOException, jakarta.servlet.ServletException {
    boolean passwordSent = request.getHeader(HttpHeaders.AUTHORIZATION) != null;
    if (Callers.opensPage(request) && !passwordSent) {
      login.commence(request, response, cause);
      return;
    }
    if (Callers.isProgram(request)) {
      response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"Attest\", charset=\"UTF-8\"");
    }
    problem(
        response,
        HttpStatus.UNAUTHORIZED,
        passwordSent
            ? "The name or the password is wrong. After a wrong one, wait a little and try again."
            : "Log in first.");
  }

  @Override
  public void handle(
      HttpServletRequest request, HttpServletResponse response, AccessDeniedException cause)
      throws IOException {
    if (response.isCommitted()) {
      return;
    }
    if (Callers.opensPage(request)) {
      response.sendError(HttpStatus.FORBIDDEN.value());
      return;
    }
    problem(
        response,
        HttpStatus.FORBIDDEN,
        cause instanceof CsrfException
            ? "The header X-XSRF-TOKEN is missing or old. Maybe the session has ended: load the page"
                + " again."
            : "Your roles do not allow this.");
  }

  private static void problem(HttpServletResponse response, HttpStatus status, String detail)
      throws IOException {
    Map<String, Object> problem = new LinkedHashMap<>();
    problem.put("title", status.getReasonPhrase());
    problem.put("status", status.value());
    problem.put("detail", detail);
    response.setStatus(status.value());
    response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    response.getOutputStream().write(JSON.writeValueAsBytes(problem));
  }
}
