package io.attest.process.people;

import io.attest.process.Refusal;
import io.attest.process.audit.Variables;
import io.attest.report.PlainText;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.camunda.bpm.engine.task.IdentityLink;
import org.springframework.stereotype.Component;

/**
 * What is asked of every task that a person completes: who it is, whether he may, what he chose.
 */
@Component
class TaskAnswers {
  /** The longest name of a task: a list shows no more; the engine would take 255. */
  static final int LONGEST_NAME = 120;

  private final IdentityService identity;
  private final Groups groups;

  TaskAnswers(IdentityService identity, Groups groups) {
    this.identity = identity;
    this.groups = groups;
  }

  /** Who is logged in. */
  String who() {
    return Optional.ofNullable(identity.getCurrentAuthentication())
        .map(Authentication::getUserId)
        .orElseThrow(() -> new Refusal("Nobody is logged in, so nobody can decide."));
  }

  /** Refuses who is in none of the groups that the task is for. */
  void inGroup(DelegateTask task, String who) {
    Set<String> wanted =
        task.getCandidates().stream()
            .map(IdentityLink::getGroupId)
            .filter(Objects::nonNull)
            .collect(Collectors.toSet());
    if (!groups.memberOfAny(who, wanted.toArray(String[]::new))) {
      throw new Refusal(
          who + " is in none of the groups " + wanted + " that decide \"" + task.getName() + "\".");
    }
  }

  /** The answer to a question with fixed choices. */
  static String choice(DelegateTask task, String name, List<String> choices) {
    return Variables.text(task, name)
        .filter(choices::contains)
        .orElseThrow(
            () ->
                new Refusal(
                    "\""
                        + task.getName()
                        + "\" needs a decision: "
                        + name
                        + " must be one of "
                        + choices
                        + ", not "
                        + task.getVariable(name)
                        + "."));
  }

  /** One line of text that came from outside, cut where it is too long for the engine. */
  static String fitting(String text, int most) {
    String line = PlainText.of(text).replaceAll("\\s+", " ").strip();
    return line.length() <= most ? line : line.substring(0, most - 1) + "\u2026";
  }
}
