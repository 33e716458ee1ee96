package io.attest.process.people;

import io.attest.process.AsNobody;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.User;
import org.springframework.stereotype.Component;

/** The groups of people, as the engine knows them now. */
@Component
public class Groups {
  public static final String STARTER = "starter";
  public static final String REVIEWER = "reviewer";
  public static final String APPROVER = "approver";
  public static final String AUDITOR = "auditor";
  public static final String ADMINISTRATOR =
      org.camunda.bpm.engine.authorization.Groups.CAMUNDA_ADMIN;

  private final IdentityService identity;
  private final AsNobody asNobody;

  Groups(IdentityService identity, AsNobody asNobody) {
    this.identity = identity;
    this.asNobody = asNobody;
  }

  /** The groups that a user is in now, whatever they were when he logged in. */
  public Set<String> of(String user) {
    return asNobody.call(
        () ->
            identity.createGroupQuery().groupMember(user).list().stream()
                .map(Group::getId)
                .collect(Collectors.toSet()));
  }

  /** Whether a user is in at least one of these groups. */
  public boolean memberOfAny(String user, String... groups) {
    return of(user).stream().anyMatch(List.of(groups)::contains);
  }

  /** The user names of a group's members. */
  public List<String> members(String group) {
    return asNobody.call(
        () ->
            identity.createUserQuery().memberOfGroup(group).list().stream()
                .map(User::getId)
                .sorted()
                .toList());
  }

  /** The mail address of a user, if there is such a user and he has one. */
  public java.util.Optional<String> mailAddress(String user) {
    return asNobody.call(
        () ->
            java.util.Optional.ofNullable(identity.createUserQuery().userId(user).singleResult())
                .map(User::getEmail)
                .filter(mail -> !mail.isBlank()));
  }

  /** The mail addresses of a group's members, without those who have none. */
  public List<String> mailAddresses(String group) {
    return asNobody.call(
        () ->
            identity.createUserQuery().memberOfGroup(group).list().stream()
                .map(User::getEmail)
                .filter(mail -> mail != null && !mail.isBlank())
                .sorted()
                .toList());
  }
}
