package io.attest.stage.watch;

import io.attest.audit.WatchStore;
import io.attest.audit.Watched;
import io.attest.stage.Audits;
import io.attest.stage.Select;
import io.attest.stage.Stage;
import io.attest.stage.StageTask;
import io.attest.stage.StartRequest;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/**
 * Does what {@code revalidation.dmn} decided, and keeps the decision with its facts and its reason.
 * Runs once an event: a second run finds the decision and does nothing more. One rule on one basis
 * acts once, so that the next look does not start the same audit again.
 */
@Component("revalidate")
public class Revalidate implements Stage {
  private static final Set<String> ACTIONS =
      Set.of("nothing", Watched.WAIT, "light", "full", "suspend");
  private static final Set<String> DRIFTED = Set.of("some", "strong");
  private static final int LONGEST_REASON = 2000;

  private static final List<String> FACTS =
      List.of(
          "tier",
          "approval",
          "months",
          "modelChange",
          "dataChange",
          "running",
          "eventData",
          "lastAudit",
          "drift",
          "driftReason",
          "driftFrom",
          "driftAccepted",
          "driftData",
          "driftScores",
          "driftInputs",
          "driftPerformance",
          "driftFlips",
          "driftRanks");

  private final WatchStore store;
  private final Standings standings;
  private final Audits audits;
  private final Clock clock;

  public Revalidate(WatchStore store, Standings standings, Audits audits, Clock clock) {
    this.store = store;
    this.standings = standings;
    this.audits = audits;
    this.clock = clock;
  }

  @Override
  public Map<String, Object> run(StageTask task) {
    String key = task.text("eventKey").orElseThrow();
    Watched done = store.find(key).orElseGet(() -> act(task, key));
    return Map.of(
        "action",
        done.action().equals("suspend") && done.suspension().isEmpty() ? "nothing" : done.action(),
        "lastOutcome",
        done.outcome());
  }

  private Watched act(StageTask task, String key) {
    String model = task.text("model").orElseThrow();
    String action = task.text("action").orElse("");
    if (!ACTIONS.contains(action)) {
      throw new IllegalStateException(
          "revalidation.dmn answers the action '"
              + action
              + "' in rule "
              + task.text("rule").orElse("")
              + ". It must be one of "
              + ACTIONS.stream().sorted().toList()
              + ".");
    }
    if (action.equals(Watched.WAIT) && !Boolean.TRUE.equals(task.variables().get("running"))) {
      throw new IllegalStateException(
          "revalidation.dmn answers 'wait' in rule "
              + task.text("rule").orElse("")
              + " although no audit of "
              + model
              + " is under way, so nothing would end the waiting. Maybe the row lacks: audit under"
              + " way = true.");
    }
    String rule = task.text("rule").orElse("");
    String basis = task.text("basis").orElse("");
    Optional<Watched> before =
        store.list(model).stream()
            .filter(d -> !d.action().equals("nothing") && !d.waits())
            .filter(d -> d.rule().equals(rule) && d.basis().equals(basis))
            .findFirst();
    Optional<String> audit = Optional.empty();
    String suspension = "";
    String outcome;
    switch (action) {
      case "light", "full" -> {
        audit = start(task, model, action, rule, basis);
        if (audit.isEmpty()) {
          // Two events at once: the first started one.
          action = Watched.WAIT;
          outcome = "Another audit of the model began meanwhile: weighed again when it ends.";
        } else {
          outcome =
              before.isPresent()
                  ? "Answered before by " + audit.get() + "; nothing has changed since."
                  : "Started " + audit.get() + ", a " + action + " audit.";
        }
      }
      case "suspend" -> {
        boolean again = before.isPresent() || standings.suspension(model).isPresent();
        suspension = again ? "" : "open";
        outcome =
            again
                ? "A notice of suspension was given before on this ground, or stands."
                : "Notice of suspension given." + unaudited(task);
      }
      case Watched.WAIT -> outcome = "Waits for the end of the audit that is under way.";
      default -> outcome = "Nothing to do.";
    }
    Watched decided =
        new Watched(
            key,
            model,
            clock.instant(),
            task.text("event").orElse("look"),
            task.text("eventDetail").orElse(""),
            facts(task),
            action,
            rule,
            task.text("reason").orElse(""),
            task.text("reference").orElse(""),
            basis,
            audit,
            outcome,
            suspension,
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    store.create(decided);
    return decided;
  }

  /** What came with the event is not forgotten over the notice. */
  private static String unaudited(StageTask task) {
    return task.text("eventData")
        .map(data -> " No audit of " + data + " was started: start one by hand if it is wanted.")
        .orElse("");
  }

  /**
   * The data of the audit that this drift was found in, so that the drift is looked at again and
   * not the declared data held against themselves. What the event brought, and a declaration or
   * declared data that changed since, are newer.
   */
  private static Optional<String> drifted(StageTask task) {
    return DRIFTED.contains(task.text("drift").orElse(""))
            && task.text("dataChange").equals(Optional.of("none"))
            && !task.text("modelChange").equals(Optional.of("declaration"))
        ? task.text("driftData")
        : Optional.empty();
  }

  private Optional<String> start(
      StageTask task, String model, String action, String rule, String basis) {
    Optional<String> data = task.text("eventData").or(() -> drifted(task));
    String why =
        "Re-validation, rule "
            + rule
            + " ("
            + action
            + " audit): "
            + task.text("reason").orElse("")
            + " Event: "
            + task.text("event").orElse("look")
            + task.text("eventDetail").map(d -> ", " + d).orElse("")
            + ". Drift: "
            + task.text("drift").orElse("")
            + drifted(task)
                .filter(d -> data.equals(Optional.of(d)))
                .map(
                    d ->
                        ", found in "
                            + task.text("driftFrom").orElse("")
                            + ", with whose data it is audited")
                .orElse("")
            + ". Reference: "
            + task.text("reference").orElse("none")
            + ".";
    return audits.startAlone(
        new StartRequest(
            model,
            why.length() <= LONGEST_REASON ? why : why.substring(0, LONGEST_REASON - 3) + "...",
            "",
            data,
            action.equals("light") ? Select.LIGHT : "watch",
            "watch",
            Optional.of("watch:" + model + ":" + rule + ":" + basis)));
  }

  private static Map<String, String> facts(StageTask task) {
    Map<String, String> facts = new TreeMap<>();
    for (String name : FACTS) {
      Object value = task.variables().get(name);
      if (value != null) {
        facts.put(name, value.toString());
      }
    }
    return facts;
  }
}
