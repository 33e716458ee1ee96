package io.attest.process.audit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.dmn.engine.DmnDecisionTableResult;
import org.camunda.bpm.engine.DecisionService;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Leaves out of a light audit what {@code light-audit.dmn} holds for too dear, and says so in the
 * reason. Where nothing would be left, all stay: an audit without explanations proves nothing.
 */
@Component
class LightAudit {
  private static final String TABLE = "light-audit";

  // Asked for late: the service is made with the engine that this listener belongs to.
  private final ObjectProvider<DecisionService> decisions;

  LightAudit(ObjectProvider<DecisionService> decisions) {
    this.decisions = decisions;
  }

  /**
   * The choice of a light audit.
   *
   * @param answers what {@code select-explainers.dmn} chose: {@code explainer, run, reason}
   */
  List<Map<String, Object>> of(List<Map<String, Object>> answers, Map<String, Object> facts) {
    List<Map<String, Object>> light = answers.stream().map(a -> weighed(a, facts)).toList();
    if (light.stream().anyMatch(LightAudit::runs)) {
      return light;
    }
    return answers.stream()
        .map(
            a ->
                runs(a)
                    ? with(
                        a, true, "Light audit, but no cheaper explainer fits. " + a.get("reason"))
                    : a)
        .toList();
  }

  private Map<String, Object> weighed(Map<String, Object> answer, Map<String, Object> facts) {
    if (!runs(answer)) {
      return answer;
    }
    Map<String, Object> asked = new HashMap<>(facts);
    asked.put("explainer", answer.get("explainer"));
    DmnDecisionTableResult result = decisions.getObject().evaluateDecisionTableByKey(TABLE, asked);
    boolean keep = Boolean.TRUE.equals(result.getSingleResult().getEntry("keep"));
    String reason = "Light audit: " + result.getSingleResult().getEntry("reason");
    return with(answer, keep, keep ? reason + " " + answer.get("reason") : reason);
  }

  private static boolean runs(Map<String, Object> answer) {
    return Boolean.TRUE.equals(answer.get("run"));
  }

  private static Map<String, Object> with(Map<String, Object> answer, boolean run, String reason) {
    Map<String, Object> other = new HashMap<>(answer);
    other.put("run", run);
    other.put("reason", reason);
    return other;
  }
}
