package io.attest.process.people;

import io.attest.process.AttestProperties;
import java.util.List;
import java.util.Optional;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.User;
import org.camunda.bpm.engine.impl.cmd.SaveUserCmd;
import org.camunda.bpm.engine.impl.interceptor.CommandExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * With {@code attest.demo}, makes somebody for each part in an audit, so that one person at one
 * machine can play them all. They have one password, new at each start and printed.
 *
 * <p>Such people must not come into a database that is used, nor a database with such people into
 * use: a group marks it, and the start is refused on either mistake.
 */
@Component
class DemoPeople implements SmartLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(DemoPeople.class);

  /** Marks a database that was made with {@code attest.demo}. */
  static final String MARK = "demo";

  /** Who there is: the groups say what each may do. */
  record Person(String id, String first, String last, String part, List<String> groups) {}

  static final List<Person> PEOPLE =
      List.of(
          new Person("stella", "Stella", "Start", "starts audits", List.of(Groups.STARTER)),
          new Person("rita", "Rita", "Review", "reviews", List.of(Groups.REVIEWER)),
          new Person("abe", "Abe", "First", "approves and votes", List.of(Groups.APPROVER)),
          new Person("dora", "Dora", "Second", "approves and votes", List.of(Groups.APPROVER)),
          new Person("vera", "Vera", "Third", "approves and votes", List.of(Groups.APPROVER)),
          new Person("otto", "Otto", "Auditor", "reads everything", List.of(Groups.AUDITOR)));

  private final IdentityService identity;
  private final CommandExecutor commands;
  private final Permissions permissions;
  private final AttestProperties properties;
  private final TransactionTemplate transaction;
  private volatile boolean running;
  private volatile Optional<String> printed = Optional.empty();

  DemoPeople(
      IdentityService identity,
      CommandExecutor commands,
      Permissions permissions,
      AttestProperties properties,
      PlatformTransactionManager transactions) {
    this.identity = identity;
    this.commands = commands;
    this.permissions = permissions;
    this.properties = properties;
    this.transaction = new TransactionTemplate(transactions);
  }

  @Override
  public void start() {
    boolean marked = identity.createGroupQuery().groupId(MARK).count() > 0;
    if (marked && !properties.demo()) {
      throw new IllegalStateException(
          "This database was made with attest.demo=true and has people with a password that was"
              + " printed. Maybe set attest.data or spring.datasource.url to another place, or"
              + " start with --attest.demo=true.");
    }
    if (properties.demo()) {
      if (!marked && identity.createUserQuery().count() > 0) {
        throw new IllegalStateException(
            "attest.demo is true, but this database already has an administrator. People with a"
                + " printed password do not belong there. Maybe set attest.data to a new folder, or"
                + " leave attest.demo out.");
      }
      LOG.warn(
          "DEMONSTRATION: everybody here has one password, which is printed. Use no data that are"
              + " not for everybody, and let nobody else reach this address.");
      String password = properties.admin().password().orElseGet(FirstStart::generate);
      transaction.executeWithoutResult(status -> make(password));
      printed = Optional.of(password);
    }
    running = true;
  }

  private void make(String password) {
    permissions.grant();
    if (identity.createGroupQuery().groupId(MARK).count() == 0) {
      Group mark = identity.newGroup(MARK);
      mark.setName("Made with attest.demo");
      mark.setType("ATTEST");
      identity.saveGroup(mark);
    }
    make(
        new Person(
            properties.admin().user(),
            "Attest",
            "Administrator",
            "",
            List.of(Groups.ADMINISTRATOR)),
        password);
    PEOPLE.forEach(person -> make(person, password));
  }

  /** A restart gives the people that are there the new password, and leaves the rest as it is. */
  private void make(Person person, String password) {
    User there = identity.createUserQuery().userId(person.id()).singleResult();
    User user = there == null ? identity.newUser(person.id()) : there;
    user.setFirstName(person.first());
    user.setLastName(person.last());
    user.setPassword(password);
    commands.execute(new SaveUserCmd(user, true));
    identity.unlockUser(person.id());
    if (there == null) {
      person.groups().forEach(group -> identity.createMembership(person.id(), group));
      identity.createMembership(person.id(), MARK);
    }
  }

  @EventListener
  @Order(0) // below the address, above the audits that begin
  void print(ApplicationReadyEvent ready) {
    if (!(ready.getApplicationContext() instanceof WebServerApplicationContext)) {
      return;
    }
    printed.ifPresent(
        password -> {
          StringBuilder text = new StringBuilder("DEMONSTRATION. People, with one password:\n");
          for (Person person : PEOPLE) {
            text.append("  %-8s%s%n".formatted(person.id(), person.part()));
          }
          text.append("  %-8s%s%n".formatted(properties.admin().user(), "administrator"));
          text.append("Password: ").append(password).append("\nThe tour: docs/sample.md\n");
          System.out.println(text); // for a person at the console, never for a log file
        });
    printed = Optional.empty();
  }

  @Override
  public void stop() {
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Before the first administrator is made, who would not be alone then. */
  @Override
  public int getPhase() {
    return 59;
  }
}
