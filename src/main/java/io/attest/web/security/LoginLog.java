package io.attest.web.security;

import io.attest.report.PlainText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.EventListener;
import org.springframework.security.authentication.event.AbstractAuthenticationFailureEvent;
import org.springframework.security.authentication.event.InteractiveAuthenticationSuccessEvent;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;

/** Leaves a line for every login and every refused one. */
@Component
class LoginLog {
  private static final Logger LOG = LoggerFactory.getLogger(LoginLog.class);
  private static final int LONGEST_NAME = 80;

  @EventListener
  void refused(AbstractAuthenticationFailureEvent event) {
    LOG.warn("Login refused: name {} from {}.", name(event.getAuthentication()), from(event));
  }

  @EventListener
  void done(InteractiveAuthenticationSuccessEvent event) {
    LOG.info("Login: {}.", name(event.getAuthentication()));
  }

  private static Object from(AbstractAuthenticationFailureEvent event) {
    return event.getAuthentication().getDetails()
            instanceof org.springframework.security.web.authentication.WebAuthenticationDetails d
        ? d.getRemoteAddress()
        : "unknown";
  }

  /** What somebody typed, fit for one line of a log. */
  private static String name(Authentication authentication) {
    String plain = PlainText.of(authentication.getName()).replace('\n', ' ').strip();
    return "\"" + plain.substring(0, Math.min(plain.length(), LONGEST_NAME)) + "\"";
  }
}
