package io.attest.process.people;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attest.process.ProcessTest;
import java.util.List;
import org.camunda.bpm.engine.AuthorizationException;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.FilterService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.authorization.Permissions;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.filter.Filter;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.identity.User;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class FirstStartTest extends ProcessTest {
  @Autowired IdentityService identity;
  @Autowired AuthorizationService authorization;
  @Autowired FilterService filters;
  @Autowired RuntimeService runtime;
  @Autowired io.attest.process.people.Permissions permissions;

  @Test
  void thereIsOneAdministratorWithoutAKnownPassword() {
    assertThat(identity.createUserQuery().memberOfGroup("camunda-admin").list())
        .extracting(User::getId)
        .contains("admin");
    assertThat(identity.checkPassword("admin", "admin")).isFalse();
    assertThat(identity.createGroupQuery().list())
        .extracting(Group::getId)
        .contains("starter", "reviewer", "approver", "auditor", "camunda-admin");
  }

  @Test
  void eachGroupMayDoItsPartAndNoMore() {
    assertThat(may("starter", Permissions.ACCESS, Resources.APPLICATION, "tasklist")).isTrue();
    assertThat(may("starter", Permissions.CREATE, Resources.PROCESS_INSTANCE, "*")).isTrue();
    assertThat(may("starter", Permissions.ACCESS, Resources.APPLICATION, "cockpit")).isFalse();
    assertThat(may("auditor", Permissions.ACCESS, Resources.APPLICATION, "cockpit")).isTrue();
    assertThat(may("auditor", Permissions.READ, Resources.PROCESS_DEFINITION, "*")).isTrue();
    assertThat(may("auditor", Permissions.UPDATE, Resources.PROCESS_INSTANCE, "*")).isFalse();
    assertThat(may("auditor", Permissions.CREATE, Resources.PROCESS_INSTANCE, "*")).isFalse();
    assertThat(may("reviewer", Permissions.CREATE, Resources.PROCESS_INSTANCE, "*")).isFalse();
    assertThat(may("camunda-admin", Permissions.ALL, Resources.USER, "*")).isTrue();
  }

  @Test
  void anAuditorCannotStartAnything() {
    identity.setAuthentication("nobody", List.of("auditor"));
    try {
      assertThatThrownBy(() -> runtime.startProcessInstanceByKey("model-audit"))
          .isInstanceOf(AuthorizationException.class);
    } finally {
      identity.clearAuthentication();
    }
  }

  @Test
  void grantingAgainAddsNothing() {
    long grants = authorization.createAuthorizationQuery().count();
    permissions.grant();
    assertThat(authorization.createAuthorizationQuery().count()).isEqualTo(grants);
    assertThat(filters.createTaskFilterQuery().list())
        .extracting(Filter::getName)
        .contains("My tasks", "To review", "Overdue")
        .doesNotHaveDuplicates();
    for (String group : List.of("starter", "reviewer", "approver", "auditor", "camunda-admin")) {
      identity.setAuthentication("sam", List.of(group));
      try {
        List<Filter> own = filters.createTaskFilterQuery().list();
        assertThat(own).isNotEmpty();
        own.forEach(f -> assertThat(filters.count(f.getId())).as(f.getName()).isNotNegative());
      } finally {
        identity.clearAuthentication();
      }
    }
  }

  @Test
  void eachGroupSeesItsOwnLists() {
    assertThat(listsOf("starter"))
        .containsExactlyInAnyOrder(
            "My tasks",
            "To mend",
            "Conditions",
            "Schedules",
            "Overdue",
            "Waiting for my groups",
            "All tasks");
    assertThat(listsOf("reviewer"))
        .contains("My tasks", "To review", "To mend", "To vote", "To withdraw")
        .doesNotContain("To approve", "Schedules");
    assertThat(listsOf("approver"))
        .contains("My tasks", "To approve", "To vote", "To withdraw")
        .doesNotContain("To review", "To mend");
  }

  private List<String> listsOf(String group) {
    identity.setAuthentication("somebody", List.of(group));
    try {
      return filters.createTaskFilterQuery().list().stream().map(Filter::getName).toList();
    } finally {
      identity.clearAuthentication();
    }
  }

  private boolean may(
      String group,
      org.camunda.bpm.engine.authorization.Permission permission,
      org.camunda.bpm.engine.authorization.Resource resource,
      String id) {
    return authorization.isUserAuthorized("someone", List.of(group), permission, resource, id);
  }
}
