package io.attest.web;

/** The groups of the engine that mean something here; a role has the name of its group. */
public final class Roles {
  public static final String STARTER = "starter";
  public static final String REVIEWER = "reviewer";
  public static final String APPROVER = "approver";
  public static final String AUDITOR = "auditor";
  public static final String ADMINISTRATOR = "camunda-admin";

  private Roles() {}

  /** Everybody who may read audits. */
  public static String[] readers() {
    return new String[] {STARTER, REVIEWER, APPROVER, AUDITOR, ADMINISTRATOR};
  }

  /** Everybody who may withdraw audits; starters only their own. */
  public static String[] cancellers() {
    return new String[] {STARTER, REVIEWER, ADMINISTRATOR};
  }

  /** Everybody who decides on audits. */
  public static String[] deciders() {
    return new String[] {REVIEWER, APPROVER};
  }

  /** Everybody who may test tables of rules. */
  public static String[] ruleTesters() {
    return new String[] {REVIEWER, ADMINISTRATOR};
  }

  /** Everybody who sees the evidence log, and sets legal holds. */
  public static String[] keepers() {
    return new String[] {AUDITOR, ADMINISTRATOR};
  }

  /** Everybody who may start audits. */
  public static String[] starters() {
    return new String[] {STARTER, ADMINISTRATOR};
  }
}
