package io.attest.process.people;

import static org.camunda.bpm.engine.authorization.Permissions.ACCESS;
import static org.camunda.bpm.engine.authorization.Permissions.ALL;
import static org.camunda.bpm.engine.authorization.Permissions.CREATE;
import static org.camunda.bpm.engine.authorization.Permissions.READ;
import static org.camunda.bpm.engine.authorization.Permissions.READ_HISTORY;

import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.AuthorizationService;
import org.camunda.bpm.engine.FilterService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.authorization.Authorization;
import org.camunda.bpm.engine.authorization.Permission;
import org.camunda.bpm.engine.authorization.ProcessDefinitionPermissions;
import org.camunda.bpm.engine.authorization.Resource;
import org.camunda.bpm.engine.authorization.Resources;
import org.camunda.bpm.engine.filter.Filter;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.task.TaskQuery;
import org.springframework.stereotype.Component;

/**
 * The groups of people and what each may do. Granted where it is missing, at every start: what an
 * administrator adds stays, what he takes from these groups comes back.
 *
 * <p>A task needs no grant: the engine lets its candidate groups work on it.
 */
@Component
class Permissions {
  private static final String AUDIT = "model-audit";
  private static final String SCHEDULE = "audit-schedule";
  private static final String DECISION = "explain-decision";
  private static final String WATCH = "watch-model";
  private static final String FOLLOW = "follow-approval";
  private static final String WITHDRAWAL = "withdraw-report";

  private final IdentityService identity;
  private final AuthorizationService authorization;
  private final FilterService filters;
  private final TaskService tasks;

  Permissions(
      IdentityService identity,
      AuthorizationService authorization,
      FilterService filters,
      TaskService tasks) {
    this.identity = identity;
    this.authorization = authorization;
    this.filters = filters;
    this.tasks = tasks;
  }

  /** Makes what is missing. */
  void grant() {
    group(Groups.STARTER, "Starters");
    group(Groups.REVIEWER, "Reviewers");
    group(Groups.APPROVER, "Approvers");
    group(Groups.AUDITOR, "Auditors (read only)");
    group(Groups.ADMINISTRATOR, "Administrators");

    for (String group : List.of(Groups.STARTER, Groups.REVIEWER, Groups.APPROVER)) {
      grant(group, Resources.APPLICATION, "tasklist", ACCESS);
      grant(group, Resources.PROCESS_DEFINITION, AUDIT, READ);
      grant(group, Resources.PROCESS_DEFINITION, DECISION, READ);
      grant(group, Resources.PROCESS_DEFINITION, WATCH, READ);
      grant(group, Resources.PROCESS_DEFINITION, FOLLOW, READ);
    }
    for (String process : List.of(AUDIT, SCHEDULE, DECISION, WATCH)) {
      grant(
          Groups.STARTER,
          Resources.PROCESS_DEFINITION,
          process,
          READ,
          ProcessDefinitionPermissions.CREATE_INSTANCE);
    }
    grant(Groups.STARTER, Resources.PROCESS_INSTANCE, Authorization.ANY, CREATE);
    // Whoever may start a schedule may see it and end it.
    for (String process : List.of(SCHEDULE, WATCH)) {
      grant(
          Groups.STARTER,
          Resources.PROCESS_DEFINITION,
          process,
          ProcessDefinitionPermissions.READ_INSTANCE,
          ProcessDefinitionPermissions.DELETE_INSTANCE,
          ProcessDefinitionPermissions.UPDATE_INSTANCE);
    }
    for (String group : List.of(Groups.REVIEWER, Groups.APPROVER, Groups.AUDITOR)) {
      grant(
          group,
          Resources.PROCESS_DEFINITION,
          AUDIT,
          READ,
          ProcessDefinitionPermissions.READ_INSTANCE,
          READ_HISTORY);
      grant(
          group,
          Resources.PROCESS_DEFINITION,
          DECISION,
          READ,
          ProcessDefinitionPermissions.READ_INSTANCE,
          READ_HISTORY);
      grant(
          group,
          Resources.PROCESS_DEFINITION,
          WITHDRAWAL,
          READ,
          ProcessDefinitionPermissions.READ_INSTANCE,
          READ_HISTORY);
      grant(group, Resources.DECISION_DEFINITION, Authorization.ANY, READ, READ_HISTORY);
    }
    grant(Groups.AUDITOR, Resources.APPLICATION, "cockpit", ACCESS);
    grant(Groups.AUDITOR, Resources.APPLICATION, "tasklist", ACCESS);
    grant(
        Groups.AUDITOR,
        Resources.PROCESS_DEFINITION,
        Authorization.ANY,
        READ,
        ProcessDefinitionPermissions.READ_INSTANCE,
        ProcessDefinitionPermissions.READ_TASK,
        READ_HISTORY);
    grant(Groups.AUDITOR, Resources.DEPLOYMENT, Authorization.ANY, READ);

    for (Resource resource : Resources.values()) {
      grant(Groups.ADMINISTRATOR, resource, Authorization.ANY, ALL);
    }
    filters();
  }

  private void group(String id, String name) {
    if (identity.createGroupQuery().groupId(id).count() == 0) {
      Group group = identity.newGroup(id);
      group.setName(name);
      group.setType("ATTEST");
      identity.saveGroup(group);
    }
  }

  private void grant(String group, Resource resource, String id, Permission... permissions) {
    Authorization there =
        authorization
            .createAuthorizationQuery()
            .groupIdIn(group)
            .authorizationType(Authorization.AUTH_TYPE_GRANT)
            .resourceType(resource)
            .resourceId(id)
            .singleResult();
    Authorization grant = there;
    if (grant == null) {
      grant = authorization.createNewAuthorization(Authorization.AUTH_TYPE_GRANT);
      grant.setGroupId(group);
      grant.setResource(resource);
      grant.setResourceId(id);
    }
    boolean changed = there == null;
    for (Permission permission : permissions) {
      if (!grant.isPermissionGranted(permission)) {
        grant.addPermission(permission);
        changed = true;
      }
    }
    if (changed) {
      authorization.saveAuthorization(grant);
    }
  }

  // --- what Tasklist shows --------------------------------------------------------------------

  private void filters() {
    filter(
        "My tasks",
        "Tasks that I have taken",
        -60,
        tasks.createTaskQuery().taskAssigneeExpression("${currentUser()}"));
    filter(
        "To review",
        "Audits that wait for a review, taken or not",
        -50,
        tasks
            .createTaskQuery()
            .taskDefinitionKey("review")
            .taskCandidateGroup(Groups.REVIEWER)
            .includeAssignedTasks(),
        Groups.REVIEWER);
    filter(
        "To approve",
        "Audits that wait for the second approval, taken or not",
        -45,
        tasks
            .createTaskQuery()
            .taskDefinitionKey("second-approval")
            .taskCandidateGroup(Groups.APPROVER)
            .includeAssignedTasks(),
        Groups.APPROVER);
    filter(
        "To vote",
        "Audits on which I have a vote, or stand in for who has",
        -44,
        tasks
            .createTaskQuery()
            .taskDefinitionKey("vote")
            .taskInvolvedUserExpression("${currentUser()}"),
        Groups.REVIEWER,
        Groups.APPROVER);
    filter(
        "To withdraw",
        "Published reports that somebody asks to withdraw",
        -43,
        tasks
            .createTaskQuery()
            .taskDefinitionKey(WithdrawalTasks.CONFIRM)
            .taskCandidateGroupIn(List.of(Groups.REVIEWER, Groups.APPROVER))
            .includeAssignedTasks(),
        Groups.REVIEWER,
        Groups.APPROVER);
    filter(
        "Answers to check",
        "Reasons and letters that wait for a check, taken or not",
        -42,
        tasks
            .createTaskQuery()
            .taskDefinitionKey(EnquiryTasks.CHECK)
            .taskCandidateGroup(Groups.REVIEWER)
            .includeAssignedTasks(),
        Groups.REVIEWER);
    filter(
        "To mend",
        "Data that were refused or sent back, requests that were refused, and explainers that failed",
        -40,
        tasks
            .createTaskQuery()
            .taskDefinitionKeyIn("mend-data", "mend-explainer", EnquiryTasks.MEND)
            .taskCandidateGroupInExpression("${currentUserGroups()}")
            .includeAssignedTasks(),
        Groups.STARTER,
        Groups.REVIEWER,
        Groups.ADMINISTRATOR);
    filter(
        "Conditions",
        "Conditions of approvals that are to be met, and models that are suspended",
        -35,
        tasks
            .createTaskQuery()
            .taskDefinitionKeyIn(
                ConditionTasks.MEET, ConditionTasks.EXTEND, ConditionTasks.SUSPENSION)
            .taskCandidateGroupInExpression("${currentUserGroups()}")
            .includeAssignedTasks(),
        Groups.STARTER,
        Groups.REVIEWER,
        Groups.APPROVER,
        Groups.ADMINISTRATOR);
    filter(
        "Schedules",
        "Schedules and watches that are running; who takes one can end it",
        -30,
        tasks
            .createTaskQuery()
            .processDefinitionKeyIn(SCHEDULE, WATCH)
            .taskDefinitionKeyIn("running", "watching"),
        Groups.STARTER,
        Groups.ADMINISTRATOR);
    filter(
        "Overdue",
        "Tasks of my groups whose date has passed",
        -20,
        tasks
            .createTaskQuery()
            .taskCandidateGroupInExpression("${currentUserGroups()}")
            .includeAssignedTasks()
            .dueBeforeExpression("${now()}"));
    filter(
        "Waiting for my groups",
        "Everything that anybody of my groups can take",
        -10,
        tasks
            .createTaskQuery()
            .taskCandidateGroupInExpression("${currentUserGroups()}")
            .taskUnassigned());
    filter("All tasks", "All tasks that I may see", 0, tasks.createTaskQuery());
  }

  /**
   * Makes a list of tasks where there is none of this name.
   *
   * @param groups who sees it; everybody if none is named
   */
  private void filter(
      String name, String description, int priority, TaskQuery query, String... groups) {
    if (filters.createTaskFilterQuery().filterName(name).count() > 0) {
      return;
    }
    Filter filter = filters.newTaskFilter(name);
    filter.setQuery(query);
    filter.setProperties(
        Map.of(
            "description",
            description,
            "priority",
            priority,
            "refresh",
            true,
            "color",
            "#555555",
            "showUndefinedVariable",
            false,
            "variables",
            List.of(
                Map.of("name", "model", "label", "Model"),
                Map.of("name", "auditId", "label", "Audit"),
                Map.of("name", "verdict", "label", "Verdict"))));
    filters.saveFilter(filter);
    if (groups.length > 0) {
      for (String group : groups) {
        grant(group, Resources.FILTER, filter.getId(), READ);
      }
      return;
    }
    Authorization everybody = authorization.createNewAuthorization(Authorization.AUTH_TYPE_GLOBAL);
    everybody.setResource(Resources.FILTER);
    everybody.setResourceId(filter.getId());
    everybody.addPermission(READ);
    authorization.saveAuthorization(everybody);
  }
}
