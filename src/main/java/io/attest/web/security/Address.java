package io.attest.web.security;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.http.HttpMethod;
import org.springframework.http.server.PathContainer;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Requests by their whole address as the client wrote it.
 *
 * <p>The matchers that come with Spring look at what is left after the prefix of the servlet. The
 * engine's REST and web applications are servlets with prefixes: to them {@code
 * /engine-rest/assets/x} would be {@code /assets/x}, which is open to all.
 */
final class Address implements RequestMatcher {
  private final Optional<HttpMethod> method;
  private final List<PathPattern> patterns;

  private Address(Optional<HttpMethod> method, String... patterns) {
    this.method = method;
    this.patterns = Stream.of(patterns).map(PathPatternParser.defaultInstance::parse).toList();
  }

  static Address of(String... patterns) {
    return new Address(Optional.empty(), patterns);
  }

  static Address get(String... patterns) {
    return new Address(Optional.of(HttpMethod.GET), patterns);
  }

  static Address post(String... patterns) {
    return new Address(Optional.of(HttpMethod.POST), patterns);
  }

  @Override
  public boolean matches(HttpServletRequest request) {
    if (method.isPresent() && !method.get().matches(request.getMethod())) {
      return false;
    }
    String path = request.getRequestURI().substring(request.getContextPath().length());
    PathContainer parsed = PathContainer.parsePath(path);
    return patterns.stream().anyMatch(pattern -> pattern.matches(parsed));
  }
}
