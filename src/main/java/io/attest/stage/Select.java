package io.attest.stage;

import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.data.Frame;
import io.attest.explain.Explainers;
import io.attest.model.DifferentiableModel;
import io.attest.model.LinearModel;
import io.attest.model.Metered;
import io.attest.model.tree.TreeEnsembleModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** Gives {@code select-explainers.dmn} its facts, and keeps its answer. The table decides. */
@Component("select")
public class Select {

  /** The trigger of an audit that rests on cheap explainers. */
  public static final String LIGHT = "watch-light";

  private final AuditStore audits;
  private final Snapshots snapshots;

  public Select(AuditStore audits, Snapshots snapshots) {
    this.audits = audits;
    this.snapshots = snapshots;
  }

  /** The inputs of the decision table, by name. */
  public Map<String, Object> facts(String auditId) {
    Snapshot snapshot = snapshots.load(auditId);
    Frame audit = snapshot.audit();
    double association =
        audits.require(auditId, Section.Correlated.class).dependence().pairs().stream()
            .mapToDouble(p -> Math.abs(p.association()))
            .filter(a -> !Double.isNaN(a))
            .max()
            .orElse(0);
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put(
        "family",
        snapshot.model() instanceof TreeEnsembleModel
            ? "tree"
            : snapshot.model() instanceof LinearModel
                ? "linear"
                : snapshot.model() instanceof DifferentiableModel ? "network" : "other");
    facts.put("task", snapshot.spec().task().name().toLowerCase(Locale.ROOT));
    facts.put("rows", audit.rows());
    facts.put("features", snapshot.model().info().features().size());
    facts.put("maxAssociation", Math.round(association * 1000) / 1000.0);
    facts.put("trainingData", snapshot.hasTraining());
    facts.put("labels", snapshot.declared().labels(audit).isPresent());
    facts.put("threshold", snapshot.spec().decision().isPresent());
    facts.put("remote", snapshot.model() instanceof Metered);
    facts.put("depth", audits.get(auditId).trigger().equals(LIGHT) ? "light" : "full");
    facts.put("tier", snapshot.spec().tier());
    facts.put("audience", audits.get(auditId).audience());
    return facts;
  }

  /**
   * Keeps what the table answered.
   *
   * @param answers its rows: {@code explainer, run, parameters, reason}
   * @return the explainers to run
   * @throws IllegalStateException if it names an explainer that does not exist, or none to run
   */
  public List<String> answered(
      String auditId, Map<String, Object> facts, List<Map<String, Object>> answers) {
    List<Section.Choice> choices =
        answers.stream()
            .map(
                a ->
                    new Section.Choice(
                        String.valueOf(a.get("explainer")),
                        Boolean.TRUE.equals(a.get("run")),
                        a.get("parameters") == null ? "" : a.get("parameters").toString(),
                        a.get("reason") == null ? "" : a.get("reason").toString()))
            .toList();
    for (Section.Choice choice : choices) {
      if (choice.run() && !Explainers.all().byName().keySet().contains(choice.explainer())) {
        throw new IllegalStateException(
            "select-explainers.dmn chose '"
                + choice.explainer()
                + "', but there is no such explainer. The explainers are "
                + Explainers.all().byName().keySet()
                + ".");
      }
    }
    List<String> chosen =
        choices.stream()
            .filter(Section.Choice::run)
            .map(Section.Choice::explainer)
            .distinct()
            .sorted()
            .toList();
    if (chosen.isEmpty()) {
      throw new IllegalStateException(
          "select-explainers.dmn chose no explainer for the facts " + facts + ". Add a row.");
    }
    Map<String, String> told = new TreeMap<>();
    facts.forEach((name, value) -> told.put(name, String.valueOf(value)));
    audits.save(auditId, new Section.Selected(told, choices));
    audits.keepExplained(auditId, chosen);
    return chosen;
  }
}
