package io.attest.web.security;

import io.attest.audit.log.EvidenceLog;
import io.attest.web.Roles;
import java.util.Map;
import org.springframework.context.event.EventListener;
import org.springframework.security.authentication.event.InteractiveAuthenticationSuccessEvent;
import org.springframework.stereotype.Component;

/**
 * Has the evidence log know when an administrator logs in: they can change what others only use.
 */
@Component
class AdministratorLogins {
  private final EvidenceLog log;

  AdministratorLogins(EvidenceLog log) {
    this.log = log;
  }

  @EventListener
  void done(InteractiveAuthenticationSuccessEvent event) {
    boolean administrator =
        event.getAuthentication().getAuthorities().stream()
            .anyMatch(a -> a.getAuthority().equals("ROLE_" + Roles.ADMINISTRATOR));
    if (administrator) {
      String who = event.getAuthentication().getName();
      log.record("administrator-login", who, who, Map.of());
    }
  }
}
