package io.attest.explain.surrogate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.Progress;
import io.attest.explain.Surrogate;
import io.attest.explain.Tables;
import io.attest.explain.WavyModel;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SurrogateRulesTest extends SurrogateContract {

  @Override
  protected Explainer<Surrogate> explainer(int threads) {
    return new SurrogateRules(threads);
  }

  @Test
  void aModelThatIsASmallTreeIsSaidInTwoRulesAndTheRest() {
    Model model = SurrogateTreeTest.model(SurrogateTreeTest.MIXED, SurrogateTreeTest::steps);
    Surrogate rules =
        new SurrogateRules(2)
            .explain(
                SurrogateTreeTest.request(model, dataset(model, 500, 1), "", 1), Progress.NONE);
    assertThat(rules.nodes()).isEmpty();
    assertThat(rules.rules()).hasSize(3);
    assertThat(rules.rules().get(2).conditions()).isEmpty();
    assertThat(rules.overall().inSample()).isCloseTo(1, within(1e-12));
    assertThat(rules.passes(0.9)).isTrue();
    assertThat(rules.rules())
        .allSatisfy(r -> assertThat(r.spread()).isCloseTo(0, within(1e-12)))
        .extracting(r -> Math.round(10 * r.value()[0]))
        .containsExactlyInAnyOrder(1L, 4L, 9L);
    assertThat(Tables.of(rules).keySet()).containsExactly("rules", "fidelity", "stability");
    assertThat(Tables.of(rules).get("rules").column("conditions").text(2)).isEqualTo("otherwise");
  }

  /** The list as it is shown, applied to the rows: the first rule that holds counts. */
  @Property(tries = 30)
  void whatIsShownIsWhatCounts(@ForAll long seed) {
    Task task = Task.values()[Math.floorMod(seed, 3)];
    Model model = WavyModel.of(task, 3);
    Dataset whole = dataset(model, 150, seed);
    double[] values = whole.rows().values().clone();
    for (int i = 0; i < values.length; i += 7) {
      values[i] = Double.NaN;
    }
    Dataset data = new Dataset(new Batch(150, 3, values), whole.labels());
    int k = model.info().outputs().size();
    double[] f = model.predict(data.rows(), OutputSpace.RESPONSE);
    Surrogate list =
        new SurrogateRules(1)
            .explain(
                SurrogateTreeTest.request(model, data, "bootstraps=0;rules=5", seed),
                Progress.NONE);
    assertThat(list.rules().size()).isBetween(1, 5);
    assertThat(list.rules().get(list.rules().size() - 1).conditions()).isEmpty();
    long[] rows = new long[list.rules().size()];
    double[][] sums = new double[rows.length][k];
    double errors = 0;
    for (int i = 0; i < 150; i++) {
      double[] row = data.rows().row(i);
      int at = 0;
      while (!list.rules().get(at).conditions().stream()
          .allMatch(c -> SurrogateTreeTest.holds(c, model, row))) {
        at++;
      }
      rows[at]++;
      for (int o = 0; o < k; o++) {
        sums[at][o] += f[i * k + o];
        errors += Math.pow(f[i * k + o] - list.rules().get(at).value()[o], 2);
      }
    }
    double total = 0;
    for (int o = 0; o < k; o++) {
      double mean = 0;
      for (int i = 0; i < 150; i++) {
        mean += f[i * k + o] / 150;
      }
      for (int i = 0; i < 150; i++) {
        total += Math.pow(f[i * k + o] - mean, 2);
      }
    }
    for (int r = 0; r < rows.length; r++) {
      assertThat(list.rules().get(r).rows()).isEqualTo(rows[r]);
      for (int o = 0; o < k && rows[r] > 0; o++) {
        assertThat(list.rules().get(r).value()[o]).isCloseTo(sums[r][o] / rows[r], within(1e-10));
      }
    }
    assertThat(list.overall().inSample()).isCloseTo(1 - errors / total, within(1e-9));
  }

  @Test
  void moreRulesMimicBetterAndOneRuleIsTheMean() {
    Model model = WavyModel.of(Task.REGRESSION, 3);
    Dataset data = dataset(model, 400, 2);
    double before = -1;
    for (int most : new int[] {1, 2, 4, 8}) {
      Surrogate list =
          new SurrogateRules(2)
              .explain(
                  SurrogateTreeTest.request(model, data, "bootstraps=0;rules=" + most, 1),
                  Progress.NONE);
      assertThat(list.overall().inSample()).isGreaterThan(before);
      before = list.overall().inSample();
      if (most == 1) {
        assertThat(list.rules()).hasSize(1);
        assertThat(before).isCloseTo(0, within(1e-12));
      }
    }
    assertThat(before).isGreaterThan(0.5);
  }
}
