package io.attest.process.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.process.ProcessTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class LightAuditTest extends ProcessTest {
  @Autowired LightAudit light;

  private static Map<String, Object> answer(String explainer, boolean run) {
    return Map.of("explainer", explainer, "run", run, "parameters", "", "reason", "Fits.");
  }

  @Test
  void keepsTheCheapOnesAndSaysWhyTheOthersAreLeftOut() {
    List<Map<String, Object>> chosen =
        light.of(
            List.of(answer("tree-shap", true), answer("sage", true), answer("lime", false)),
            Map.of("family", "tree"));
    assertThat(chosen).extracting(a -> a.get("run")).containsExactly(true, false, false);
    assertThat(chosen.get(0).get("reason"))
        .isEqualTo("Light audit: exact attributions at low cost. Fits.");
    assertThat(chosen.get(1).get("reason"))
        .isEqualTo("Light audit: left out; a full audit runs it.");
    assertThat(chosen.get(2)).as("was refused before").isEqualTo(answer("lime", false));
  }

  @Test
  void allStayWhereNothingWouldBeLeft() {
    List<Map<String, Object>> chosen =
        light.of(List.of(answer("kernel-shap", true), answer("lime", false)), Map.of());
    assertThat(chosen).extracting(a -> a.get("run")).containsExactly(true, false);
    assertThat(chosen.get(0).get("reason"))
        .isEqualTo("Light audit, but no cheaper explainer fits. Fits.");
  }
}
