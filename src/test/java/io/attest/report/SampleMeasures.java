package io.attest.report;

import io.attest.data.CategoricalColumn;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.explain.Draws;
import io.attest.measure.Fairness;
import io.attest.measure.GroupFairness;
import io.attest.measure.Membership;
import io.attest.measure.ScoreGaps;
import io.attest.measure.ThresholdSearch;
import io.attest.measure.Thresholds;
import io.attest.measure.WeakSpotSearch;
import io.attest.measure.WeakSpots;
import io.attest.model.ModelSpec;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Measures of made-up applicants, the young of whom a model likes less, with texts in the names.
 */
public final class SampleMeasures {
  private static final int ROWS = 600;

  private final String text;
  private final Frame frame;
  private final double[] scores = new double[ROWS];
  private final double[] labels = new double[ROWS];
  private final ModelSpec.Decision decision =
      new ModelSpec.Decision(0.3, "below", Optional.of(new ModelSpec.Costs(1, 5)));

  /**
   * @param text added to every name
   */
  public SampleMeasures(String text) {
    this.text = text;
    Draws draws = new Draws(7, "sample measures");
    double[] age = new double[ROWS];
    int[] sex = new int[ROWS];
    int[] purpose = new int[ROWS];
    for (int i = 0; i < ROWS; i++) {
      age[i] = 18 + draws.below(50);
      sex[i] = draws.below(40) == 0 ? 2 : draws.below(2);
      purpose[i] = draws.below(5) == 0 ? 3 : draws.below(3);
      double risk = (age[i] < 25 ? 0.45 : 0.22) + 0.2 * draws.normal() * 0.5;
      scores[i] = Math.min(0.97, Math.max(0.02, risk));
      double truth = purpose[i] == 3 ? 0.5 : scores[i] - (age[i] < 25 ? 0.08 : 0);
      labels[i] = draws.uniform() < truth ? 1 : 0;
    }
    frame =
        Frame.of(
            List.of(
                new NumericColumn("age" + text, age),
                new CategoricalColumn("sex" + text, sex, List.of("f" + text, "m", "not stated")),
                new CategoricalColumn(
                    "purpose" + text, purpose, List.of("car" + text, "home", "study", "trade"))));
  }

  public Fairness fairness() {
    List<ModelSpec.Protected> attributes =
        List.of(
            new ModelSpec.Protected(
                "age" + text,
                List.of(
                    new ModelSpec.Group(
                        "under 25" + text, List.of(), Optional.empty(), Optional.of(25.0)),
                    new ModelSpec.Group(
                        "25 and over", List.of(), Optional.of(25.0), Optional.empty()))),
            new ModelSpec.Protected("sex" + text, List.of()));
    Map<String, Membership> groups = Membership.all(frame, attributes);
    Fairness measured = GroupFairness.of(frame, attributes, decision, scores, Optional.of(labels));
    ScoreGaps gaps = new ScoreGaps(List.of("age" + text, "purpose" + text), measured.all(), groups);
    for (int i = 0; i < ROWS; i++) {
      gaps.add(i, scores[i], new double[] {0.8 * (scores[i] - 0.25), 0.2 * (scores[i] - 0.25)});
    }
    return measured.with(
        gaps.gaps("tree-shap", OutputSpace.RESPONSE, Set.of("age" + text)), List.of());
  }

  public WeakSpots weakSpots() {
    return WeakSpotSearch.of(
        frame,
        List.of("purpose" + text, "age" + text, "sex" + text),
        List.of("purpose" + text, "sex" + text),
        Task.BINARY,
        1,
        scores,
        labels,
        Optional.of(decision),
        1);
  }

  public Thresholds thresholds() {
    return ThresholdSearch.of(decision, scores, labels, 1).orElseThrow();
  }
}
