package io.attest.process.people;

import io.attest.audit.Enquiry;
import io.attest.audit.EnquiryStore;
import io.attest.process.Refusal;
import io.attest.process.audit.AllowedData;
import io.attest.process.audit.Variables;
import io.attest.report.letter.Check;
import io.attest.report.letter.Draft;
import io.attest.report.letter.FoundReason;
import io.attest.stage.decision.Drafts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.springframework.stereotype.Component;

/**
 * The tasks of people in {@code explain-decision}: who may do them, what they may answer, and the
 * record of it in the transaction that completes the task. What a form checks is checked here
 * again.
 */
@Component
class EnquiryTasks {
  static final String CHECK = "check-decision";
  static final String MEND = "mend-request";

  private static final int LONGEST_COMMENT = 4000;
  private static final String CHANGES = "answerChanges";

  private static final Map<String, List<String>> ANSWERS =
      Map.of(CHECK, List.of("answerDecision", "answerComment"), MEND, List.of("mend"));

  private static final Map<String, List<String>> CHOICES =
      Map.of(CHECK, List.of("approve", "back", "refuse"), MEND, List.of("resubmit", "cancel"));

  private final EnquiryStore enquiries;
  private final Drafts drafts;
  private final TaskAnswers answers;
  private final AllowedData allowed;

  EnquiryTasks(EnquiryStore enquiries, Drafts drafts, TaskAnswers answers, AllowedData allowed) {
    this.enquiries = enquiries;
    this.drafts = drafts;
    this.answers = answers;
    this.allowed = allowed;
  }

  static boolean has(String key) {
    return ANSWERS.containsKey(key);
  }

  void notify(DelegateTask task) {
    Enquiry enquiry =
        Optional.ofNullable(task.getExecution().getProcessBusinessKey())
            .flatMap(enquiries::find)
            .orElseThrow(() -> new Refusal("This task belongs to no request."));
    if (task.getEventName().equals(TaskListener.EVENTNAME_CREATE)) {
      begin(task, enquiry);
    } else {
      complete(task, enquiry);
    }
  }

  private void begin(DelegateTask task, Enquiry enquiry) {
    ANSWERS.get(task.getTaskDefinitionKey()).forEach(answer -> task.setVariable(answer, null));
    enquiries.state(enquiry.id(), "waiting");
    String round = enquiry.round() > 1 ? " (round " + enquiry.round() + ")" : "";
    String name = task.getName() + ": " + enquiry.caseName() + ", " + enquiry.modelName();
    task.setName(TaskAnswers.fitting(name, TaskAnswers.LONGEST_NAME - round.length()) + round);
  }

  private void complete(DelegateTask task, Enquiry enquiry) {
    nothingElseChanged(task, enquiry);
    String who = answers.who();
    answers.inGroup(task, who);
    String key = task.getTaskDefinitionKey();
    String decision = TaskAnswers.choice(task, ANSWERS.get(key).get(0), CHOICES.get(key));
    if (key.equals(CHECK)) {
      check(task, enquiry, who, decision);
    } else {
      mend(task, enquiry, who, decision);
    }
    enquiries.state(enquiry.id(), "running");
  }

  private void nothingElseChanged(DelegateTask task, Enquiry enquiry) {
    Map<String, Object> fixed =
        Map.of(
            "auditId", enquiry.id(),
            "model", enquiry.model(),
            "basedOn", enquiry.auditId(),
            "startedBy", enquiry.askedBy());
    fixed.forEach(
        (name, value) -> {
          if (!value.equals(task.getVariable(name))) {
            throw new Refusal("The variable " + name + " of a request cannot be changed.");
          }
        });
  }

  private void check(DelegateTask task, Enquiry enquiry, String who, String decision) {
    if (who.equalsIgnoreCase(enquiry.askedBy())) {
      throw new Refusal(
          who
              + " entered the request "
              + enquiry.id()
              + " and cannot check its answer. Ask somebody"
              + " else.");
    }
    String comment = Variables.text(task, "answerComment").orElse("");
    if (comment.isEmpty() && !decision.equals("approve")) {
      throw new Refusal(
          "Say why: answerComment is empty, and the record needs a reason to "
              + (decision.equals("back") ? "send back" : "refuse")
              + ".");
    }
    if (comment.length() > LONGEST_COMMENT) {
      throw new Refusal("The comment is longer than " + LONGEST_COMMENT + " characters.");
    }
    String detail = "";
    if (decision.equals("approve")) {
      detail = approved(task, enquiry, who);
    } else if (decision.equals("back")) {
      enquiries.round(enquiry.id(), enquiry.round() + 1, who);
    }
    task.removeVariable(CHANGES);
    enquiries.step(enquiry.id(), who, "checked: " + decision, comment, detail);
  }

  /** The reasons as approved: for the record. */
  private String approved(DelegateTask task, Enquiry enquiry, String who) {
    Draft draft =
        drafts
            .of(enquiry)
            .orElseThrow(() -> new Refusal("There is no draft of " + enquiry.id() + " yet."));
    try {
      Check check = drafts.check(Variables.text(task, CHANGES).orElse(""));
      List<FoundReason> told = check.told(draft.reasons());
      String text = drafts.text(check);
      enquiries.checked(enquiry.id(), text, who);
      String detail = "reasons " + told.stream().map(FoundReason::key).toList();
      return check.equals(Check.NONE) ? detail : detail + "\nchanges " + text;
    } catch (IllegalArgumentException e) {
      throw new Refusal(e.getMessage(), e);
    }
  }

  private void mend(DelegateTask task, Enquiry enquiry, String who, String decision) {
    String detail = "";
    if (decision.equals("resubmit")) {
      String caseName = Variables.text(task, "caseName").orElse("");
      Optional<String> data = Variables.text(task, "data");
      data.filter(d -> !enquiry.data().equals(Optional.of(d))).ifPresent(allowed::check);
      if (caseName.length() > 200) {
        throw new Refusal("The name of the case is longer than 200 characters.");
      }
      if (caseName.isEmpty() && data.isEmpty()) {
        throw new Refusal("Say which case: its name in the data, or the number of its row.");
      }
      enquiries.mended(enquiry.id(), caseName, data, who);
      detail = "case: " + caseName + data.map(d -> "\ndata: " + d).orElse("");
    }
    enquiries.step(enquiry.id(), who, "mended: " + decision, "", detail);
  }
}
