package io.attest.process.identity;

import io.attest.stage.Account;
import io.attest.stage.Accounts;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.springframework.stereotype.Component;

/**
 * The accounts of the engine's identity service, with its own delay after wrong passwords and its
 * lock after too many of them.
 */
@Component
class EngineAccounts implements Accounts {
  private final IdentityService identity;

  EngineAccounts(IdentityService identity) {
    this.identity = identity;
  }

  @Override
  public Optional<Account> login(String name, String password) {
    if (name == null || name.isBlank() || password == null || password.isEmpty()) {
      return Optional.empty();
    }
    return asEngine(
        () -> identity.checkPassword(name, password) ? find(name) : Optional.<Account>empty());
  }

  @Override
  public Optional<Account> find(String name) {
    return asEngine(
        () ->
            Optional.ofNullable(identity.createUserQuery().userId(name).singleResult())
                .map(user -> new Account(user.getId(), fullName(user), groups(user.getId()))));
  }

  private java.util.Set<String> groups(String user) {
    return identity.createGroupQuery().groupMember(user).list().stream()
        .map(Group::getId)
        .collect(Collectors.toSet());
  }

  private static String fullName(User user) {
    String full =
        Stream.of(user.getFirstName(), user.getLastName())
            .filter(part -> part != null && !part.isBlank())
            .collect(Collectors.joining(" "));
    return full.isBlank() ? user.getId() : full;
  }

  @Override
  public void as(Account account, Work work) throws Exception {
    Authentication before = identity.getCurrentAuthentication();
    identity.setAuthentication(account.name(), List.copyOf(account.groups()), List.of());
    try {
      work.run();
    } finally {
      restore(before);
    }
  }

  /** Who may see which account is no question here: the login itself asks. */
  private <T> T asEngine(Supplier<T> query) {
    Authentication before = identity.getCurrentAuthentication();
    identity.clearAuthentication();
    try {
      return query.get();
    } finally {
      restore(before);
    }
  }

  private void restore(Authentication before) {
    if (before == null) {
      identity.clearAuthentication();
    } else {
      identity.setAuthentication(before);
    }
  }
}
