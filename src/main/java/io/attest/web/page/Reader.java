package io.attest.web.page;

import io.attest.audit.Audit;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.springframework.http.ResponseCookie;

/** Who reads the page of an audit: it says the same to both, in another order of importance. */
public enum Reader {
  /** Words, units and readings; figures are folded. */
  BUSINESS("For the business"),
  /** All figures are open. */
  VALIDATOR("For validation");

  static final String COOKIE = "attest-audience";

  private final String title;

  Reader(String title) {
    this.title = title;
  }

  public String title() {
    return title;
  }

  /** In addresses. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  public boolean validator() {
    return this == VALIDATOR;
  }

  static Optional<Reader> of(String key) {
    return Arrays.stream(values()).filter(r -> r.key().equals(key)).findFirst();
  }

  /** Whom the audit was made for. */
  static Reader usual(Audit audit) {
    String audience = audit.audience().toLowerCase(Locale.ROOT);
    return audience.contains("validation") || audience.contains("regulator") ? VALIDATOR : BUSINESS;
  }

  /** Keeps the choice; it is no secret, and no script needs it. */
  String cookie() {
    return ResponseCookie.from(COOKIE, key())
        .path("/audits")
        .httpOnly(true)
        .sameSite("Lax")
        .maxAge(Duration.ofDays(180))
        .build()
        .toString();
  }
}
