package io.attest.process;

import java.util.function.Supplier;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.springframework.stereotype.Component;

/**
 * Does something for Attest itself while a user is logged in: the engine then asks for nobody's
 * permissions. For reading and for acts that were checked before.
 */
@Component
public class AsNobody {
  private final IdentityService identity;

  AsNobody(IdentityService identity) {
    this.identity = identity;
  }

  /** Does the work and gives its answer. */
  public <T> T call(Supplier<T> work) {
    Authentication user = identity.getCurrentAuthentication();
    identity.clearAuthentication();
    try {
      return work.get();
    } finally {
      if (user != null) {
        identity.setAuthentication(user);
      }
    }
  }
}
