package io.attest.web.security;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.security.web.csrf.CsrfTokenRepository;
import org.springframework.security.web.csrf.DefaultCsrfToken;

/**
 * One token against forged requests for everything: kept in the session where the engine's web
 * applications look for theirs, and told to scripts in the cookie that they read.
 *
 * <p>Had each side a token of its own, they would overwrite each other's cookie {@code XSRF-TOKEN},
 * and a request with the wrong one ends the session.
 */
final class SessionToken implements CsrfTokenRepository {
  static final String COOKIE = "XSRF-TOKEN";
  static final String HEADER = "X-XSRF-TOKEN";
  static final String PARAMETER = "_csrf";

  /** The name of the attribute in Camunda's CsrfPreventionFilter. */
  static final String ATTRIBUTE = "CAMUNDA_CSRF_TOKEN";

  private final SecureRandom random = new SecureRandom();

  @Override
  public CsrfToken generateToken(HttpServletRequest request) {
    byte[] bytes = new byte[24];
    random.nextBytes(bytes);
    return token(HexFormat.of().formatHex(bytes));
  }

  @Override
  public void saveToken(CsrfToken token, HttpServletRequest request, HttpServletResponse response) {
    if (token == null) {
      HttpSession session = request.getSession(false);
      if (session != null) {
        session.removeAttribute(ATTRIBUTE);
      }
      cookie("", 0, request, response);
      return;
    }
    request.getSession().setAttribute(ATTRIBUTE, token.getToken());
    cookie(token.getToken(), -1, request, response);
  }

  @Override
  public CsrfToken loadToken(HttpServletRequest request) {
    HttpSession session = request.getSession(false);
    return session != null && session.getAttribute(ATTRIBUTE) instanceof String value
        ? token(value)
        : null;
  }

  /** Tells the token again where the browser has lost the cookie or has an old one. */
  void tellAgain(CsrfToken token, HttpServletRequest request, HttpServletResponse response) {
    Cookie[] cookies = request.getCookies() == null ? new Cookie[0] : request.getCookies();
    int same = 0;
    int others = 0;
    for (Cookie c : cookies) {
      if (c.getName().equals(COOKIE)) {
        if (c.getValue().equals(token.getToken())) {
          same++;
        } else {
          others++;
        }
      }
    }
    if (same == 0 || others > 0) {
      cookie(token.getToken(), -1, request, response);
    }
  }

  private static void cookie(
      String value, long seconds, HttpServletRequest request, HttpServletResponse response) {
    String path = request.getContextPath().isEmpty() ? "/" : request.getContextPath();
    response.addHeader(
        HttpHeaders.SET_COOKIE,
        ResponseCookie.from(COOKIE, value)
            .path(path)
            .maxAge(seconds)
            .sameSite("Lax")
            .secure(request.isSecure())
            .build()
            .toString());
  }

  private static CsrfToken token(String value) {
    return new DefaultCsrfToken(HEADER, PARAMETER, value);
  }
}
