package io.attest.process.watch;

import io.attest.audit.AuditStore;
import io.attest.audit.WatchStore;
import io.attest.audit.Watched;
import io.attest.process.OneAtATime;
import io.attest.process.audit.Variables;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.springframework.stereotype.Component;

/**
 * What happened to a model while an audit of it was under way: weighed once when that has ended,
 * all together. Which audits run and who weighs what is asked and written by one transaction at a
 * time, on all nodes, so that nothing is lost between the last question and the waiting, and
 * nothing is weighed by two.
 */
@Component
class WaitingEvents {
  private static final int LONGEST_DETAIL = 1000;

  /** The gravest first: of several the table is asked about the first. */
  private static final List<String> GRAVEST =
      List.of("incident", "condition-failed", "model-changed", "approval-expired", "data-arrived");

  /** Events that take in what waits. */
  private static final Set<String> TAKE_IN = Set.of("look", "audit-finished");

  private final WatchStore decisions;
  private final AuditStore audits;
  private final OneAtATime oneAtATime;

  WaitingEvents(WatchStore decisions, AuditStore audits, OneAtATime oneAtATime) {
    this.decisions = decisions;
    this.audits = audits;
    this.oneAtATime = oneAtATime;
  }

  /**
   * Lets the end of an audit, or a look, stand for all that waits: it gets the event that is the
   * gravest, the data that came last, and all their details. Does nothing while another audit runs.
   */
  void takeIn(DelegateExecution weigh) {
    String event = Variables.text(weigh, "event").orElse("look");
    if (!TAKE_IN.contains(event)) {
      return;
    }
    String model = Variables.text(weigh, "model").orElseThrow();
    oneAtATime.enter();
    List<Watched> waiting = audits.underWay(model) ? List.of() : decisions.waiting(model);
    if (waiting.isEmpty()) {
      return;
    }
    String detail = Variables.text(weigh, "eventDetail").orElse("");
    String as = detail.isEmpty() ? event : detail;
    waiting.forEach(
        w ->
            decisions.weighed(
                w, "Waited, and was weighed with all that waited: " + event + ", " + as));
    weigh.setVariableLocal("again", true);
    weigh.setVariableLocal("event", gravest(waiting).orElse(event));
    weigh.setVariableLocal("eventDetail", told(as, waiting));
    waiting.stream()
        .flatMap(w -> Optional.ofNullable(w.facts().get("eventData")).stream())
        .reduce((earlier, later) -> later)
        .ifPresent(data -> weigh.setVariableLocal("eventData", data));
  }

  private static Optional<String> gravest(List<Watched> waiting) {
    return waiting.stream()
        .map(Watched::event)
        .min(Comparator.comparingInt(WaitingEvents::rank).thenComparing(Comparator.naturalOrder()));
  }

  private static int rank(String event) {
    int rank = GRAVEST.indexOf(event);
    return rank < 0 ? GRAVEST.size() : rank;
  }

  /** As many as there is room for, the last ones first, and how many more there were. */
  private static String told(String as, List<Watched> waiting) {
    List<String> parts = new ArrayList<>();
    waiting.forEach(w -> parts.add(0, w.event() + " (" + w.detail() + ")"));
    StringBuilder text = new StringBuilder(as).append(". Waited for it: ");
    for (int i = 0; i < parts.size(); i++) {
      String rest = "and " + (parts.size() - i) + " more";
      if (text.length() + parts.get(i).length() + 2 + rest.length() > LONGEST_DETAIL) {
        return text.append(rest).toString();
      }
      text.append(i == 0 ? "" : "; ").append(parts.get(i));
    }
    return text.toString();
  }

  /**
   * Asks at the door of waiting whether there is still something to wait for. If the audit ended
   * meanwhile, the event is weighed anew at once; if the end of the audit took it in already, it is
   * done.
   */
  void beforeWaiting(DelegateExecution weigh) {
    if (!Variables.text(weigh, "action").equals(Optional.of(Watched.WAIT))) {
      return;
    }
    String key = Variables.text(weigh, "eventKey").orElseThrow();
    oneAtATime.enter();
    Optional<Watched> waiting = decisions.find(key).filter(Watched::waits);
    if (waiting.isEmpty()) {
      weigh.setVariable("action", "nothing");
      return;
    }
    boolean running = audits.underWay(Variables.text(weigh, "model").orElseThrow());
    weigh.setVariable("running", running);
    if (!running) {
      decisions.resume(waiting.get());
      weigh.setVariable("again", true);
    }
  }
}
