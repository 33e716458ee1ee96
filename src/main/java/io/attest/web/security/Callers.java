package io.attest.web.security;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;

/** Who calls: a person who opens a page, a script in a page, or a program without a browser. */
final class Callers {
  private Callers() {}

  /** A browser that opens a page and can be led to the login page. */
  static boolean opensPage(HttpServletRequest request) {
    String mode = request.getHeader("Sec-Fetch-Mode");
    if (mode != null && !mode.equals("navigate")) {
      return false;
    }
    String accept = request.getHeader(HttpHeaders.ACCEPT);
    return accept != null
        && accept.contains(MediaType.TEXT_HTML_VALUE)
        && request.getHeader("X-Requested-With") == null;
  }

  /**
   * Nothing in the request is of a browser. Browsers send passwords they remember to any site's
   * bidding; programs do not, so only they may do without the token.
   */
  static boolean isProgram(HttpServletRequest request) {
    return request.getHeader("Sec-Fetch-Mode") == null
        && request.getHeader("Sec-Fetch-Site") == null
        && request.getHeader(HttpHeaders.ORIGIN) == null
        && request.getHeader(HttpHeaders.REFERER) == null
        && request.getHeader(HttpHeaders.COOKIE) == null
        && request.getHeader("X-Requested-With") == null;
  }

  /** A program that sends name and password with each request. */
  static boolean isProgramWithPassword(HttpServletRequest request) {
    String authorization = request.getHeader(HttpHeaders.AUTHORIZATION);
    return authorization != null
        && authorization.toLowerCase(Locale.ROOT).startsWith("basic ")
        && isProgram(request);
  }
}
