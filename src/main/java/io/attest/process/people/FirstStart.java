package io.attest.process.people;

import io.attest.process.Address;
import io.attest.process.AttestProperties;
import java.security.SecureRandom;
import java.util.Optional;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.impl.cmd.SaveUserCmd;
import org.camunda.bpm.engine.impl.interceptor.CommandExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes the first administrator before the web server answers, so that nobody else can; prints the
 * generated password once, when the address is known. It is stored nowhere else.
 */
@Component
class FirstStart implements SmartLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(FirstStart.class);
  private static final String LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";

  private final IdentityService identity;
  private final CommandExecutor commands;
  private final Permissions permissions;
  private final AttestProperties.AdminSettings admin;
  private final Address address;
  private final TransactionTemplate transaction;
  private volatile boolean running;
  private volatile Optional<String> generated = Optional.empty();

  FirstStart(
      IdentityService identity,
      CommandExecutor commands,
      Permissions permissions,
      AttestProperties properties,
      Address address,
      PlatformTransactionManager transactions) {
    this.identity = identity;
    this.commands = commands;
    this.permissions = permissions;
    this.admin = properties.admin();
    this.address = address;
    this.transaction = new TransactionTemplate(transactions);
  }

  @Override
  public void start() {
    transaction.executeWithoutResult(
        status -> {
          permissions.grant();
          if (identity.createUserQuery().count() == 0) {
            createAdministrator();
          } else if (admin.reset()) {
            resetAdministrator();
          }
        });
    running = true;
  }

  private void createAdministrator() {
    User user = identity.newUser(admin.user());
    user.setFirstName("Attest");
    user.setLastName("Administrator");
    user.setPassword(password());
    save(user);
    // The first person can also start and review; approving needs a second person anyway.
    for (String group :
        new String[] {Groups.ADMINISTRATOR, Groups.STARTER, Groups.REVIEWER, Groups.AUDITOR}) {
      identity.createMembership(user.getId(), group);
    }
  }

  private void resetAdministrator() {
    User user = identity.createUserQuery().userId(admin.user()).singleResult();
    if (user == null) {
      createAdministrator();
      return;
    }
    user.setPassword(password());
    save(user);
    identity.unlockUser(user.getId());
    if (identity.createGroupQuery().groupMember(user.getId()).groupId(Groups.ADMINISTRATOR).count()
        == 0) {
      identity.createMembership(user.getId(), Groups.ADMINISTRATOR);
    }
    LOG.warn(
        "The administrator {} has a new password. Set attest.admin.reset back to false.",
        user.getId());
  }

  /** What the operator of the machine chose holds; the policy is for what people choose later. */
  private void save(User user) {
    commands.execute(new SaveUserCmd(user, admin.password().isPresent()));
  }

  private String password() {
    return admin
        .password()
        .orElseGet(
            () -> {
              generated = Optional.of(generate());
              return generated.get();
            });
  }

  /** 20 letters and digits in groups, about 115 bits, as the password policy wants them. */
  static String generate() {
    SecureRandom random = new SecureRandom();
    while (true) {
      StringBuilder password = new StringBuilder();
      for (int i = 0; i < 20; i++) {
        if (i > 0 && i % 5 == 0) {
          password.append('-');
        }
        password.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
      }
      String made = password.toString();
      if (made.matches(".*[A-Z].*") && made.matches(".*[a-z].*") && made.matches(".*[0-9].*")) {
        return made;
      }
    }
  }

  @EventListener
  @Order(Ordered.HIGHEST_PRECEDENCE) // before anything that may take time or fail
  void print(ApplicationReadyEvent ready) {
    if (!(ready.getApplicationContext() instanceof WebServerApplicationContext)) {
      return; // one audit on the command line: nobody can sign in
    }
    StringBuilder text = new StringBuilder("\nAttest is ready: " + address.local("/") + "\n");
    generated.ifPresent(
        password ->
            text.append("User: ")
                .append(admin.user())
                .append("\nPassword: ")
                .append(password)
                .append(
                    "\nThis password is shown only now. Change it in the menu of your name.\n"));
    generated = Optional.empty();
    System.out.println(text); // for a person at the console, never for a log file
  }

  @Override
  public void stop() {
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** After the deployment, before the web server. */
  @Override
  public int getPhase() {
    return 60;
  }
}
