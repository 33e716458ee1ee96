package io.attest.explain.anchor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.explain.Anchors;
import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.ExplainerContractTest;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.WavyModel;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class AnchorRulesTest extends ExplainerContractTest<Anchors> {

  @Override
  protected Explainer<Anchors> explainer(int threads) {
    return new AnchorRules(threads);
  }

  @Override
  protected Model model(int features) {
    return WavyModel.of(Task.BINARY, features);
  }

  @Override
  protected double[] figures(Anchors result) {
    return result.rules().stream()
        .flatMapToDouble(
            r ->
                DoubleStream.of(
                    r.row(),
                    r.precision(),
                    r.low(),
                    r.high(),
                    r.coverage(),
                    r.reached() ? 1 : 0,
                    r.words().hashCode(),
                    r.modelRows()))
        .toArray();
  }

  @Override
  protected Optional<double[]> figures(Anchors result, int feature) {
    return Optional.empty();
  }

  @Override
  protected boolean seeded() {
    return true;
  }

  @Override
  protected Parameters parameters() {
    return Parameters.parse("budget=10000; rows=12");
  }

  /** A model that is any function of a row. */
  private record AnyModel(ModelInfo info, ToDoubleFunction<double[]> of) implements Model {
    static AnyModel of(Task task, List<Feature> features, ToDoubleFunction<double[]> of) {
      return new AnyModel(
          new ModelInfo("any", "", task, features, List.of("bad"), Link.IDENTITY, "0".repeat(64)),
          of);
    }

    @Override
    public void predict(Batch rows, OutputSpace space, double[] out) {
      for (int i = 0; i < rows.rows(); i++) {
        out[i] = of.applyAsDouble(rows.row(i));
      }
    }
  }

  private static Anchors explain(Model model, Batch audit, Batch background, String parameters) {
    return new AnchorRules(2)
        .explain(
            new Request(
                model,
                new Dataset(audit, Optional.empty()),
                new Dataset(background, Optional.empty()),
                Optional.empty(),
                Parameters.parse(parameters),
                1),
            Progress.NONE);
  }

  private static Batch random(int rows, int features, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] values = new double[rows * features];
    Arrays.setAll(values, i -> random.nextInt(40));
    return new Batch(rows, features, values);
  }

  @Test
  void theRuleThatTheModelIsMadeOfIsFound() {
    List<Feature> features =
        List.of(
            Feature.numeric("duration"),
            Feature.numeric("savings"),
            Feature.numeric("noise"),
            new Feature("home", List.of("own", "rent")));
    Batch numbers = random(400, 4, 3);
    double[] values = numbers.values().clone();
    for (int i = 3; i < values.length; i += 4) {
      values[i] = values[i] < 20 ? 0 : 1;
    }
    Batch background = new Batch(400, 4, values);
    // The quartiles of the background are about 10, 20 and 30.
    double[] column =
        IntStream.range(0, 400).mapToDouble(i -> background.at(i, 0)).sorted().toArray();
    double cut = column[200];
    Model model = AnyModel.of(Task.BINARY, features, r -> r[0] <= cut && r[3] == 1 ? 0.9 : 0.1);
    Anchors result =
        explain(model, new Batch(2, 4, new double[] {3, 5, 5, 1, 3, 5, 5, 0}), background, "");
    Anchors.Rule both = result.rules().get(0);
    assertThat(both.words()).isEqualTo("duration <= " + (int) cut + " and home = rent");
    assertThat(both.precision()).isEqualTo(1);
    assertThat(both.low()).isBetween(0.99, 1.0);
    assertThat(both.reached()).isTrue();
    assertThat(both.answer()).isEqualTo("bad >= 0.5");
    assertThat(both.response()).isEqualTo(0.9);
    long covered =
        IntStream.range(0, 400)
            .filter(i -> background.at(i, 0) <= cut && background.at(i, 3) == 1)
            .count();
    assertThat(both.coverage()).isEqualTo(covered / 400.0);
    assertThat(result.rules().get(1).words()).isEqualTo("home = own");
    assertThat(result.rules().get(1).answer()).isEqualTo("bad < 0.5");
  }

  /** All rules of small discrete problems, with their precision by enumeration. */
  @Property(tries = 15)
  void agreesWithAllRulesByEnumeration(@ForAll long seed) {
    int p = 4;
    SplittableRandom random = new SplittableRandom(seed);
    double[] table = IntStream.range(0, 16).mapToDouble(i -> random.nextInt(2)).toArray();
    List<Feature> features =
        IntStream.range(0, p).mapToObj(j -> new Feature("f" + j, List.of("no", "yes"))).toList();
    Model model =
        AnyModel.of(
            Task.BINARY, features, r -> table[(int) (r[0] + 2 * r[1] + 4 * r[2] + 8 * r[3])]);
    double[] cells = new double[16 * p];
    for (int i = 0; i < 16 * p; i++) {
      cells[i] = i / p >> i % p & 1;
    }
    Batch all = new Batch(16, p, cells);
    Anchors result = explain(model, all, all, "beam=200; budget=200000; conditions=4");
    for (Anchors.Rule rule : result.rules()) {
      double best = 0;
      double own = Double.NaN;
      for (int set = 0; set < 16; set++) {
        int same = 0;
        int under = 0;
        List<String> words = new ArrayList<>();
        for (int j = 0; j < p; j++) {
          if ((set >> j & 1) == 1) {
            words.add("f" + j + " = " + (all.at(rule.row(), j) == 1 ? "yes" : "no"));
          }
        }
        for (int b = 0; b < 16; b++) {
          // The background is complete, so that a case under the rule is any cell that it holds
          // for.
          if ((b & set) == (rule.row() & set)) {
            under++;
            same += table[b] == table[rule.row()] ? 1 : 0;
          }
        }
        double precision = (double) same / under;
        if (precision == 1) {
          best = Math.max(best, under / 16.0);
        }
        if (words.equals(rule.conditions().stream().map(Anchors.Condition::words).toList())) {
          own = precision;
        }
      }
      assertThat(rule.reached()).isTrue();
      assertThat(own).isEqualTo(1);
      assertThat(rule.precision()).isEqualTo(1);
      assertThat(rule.coverage()).isEqualTo(best);
    }
  }

  /** The precision that is stated is that of the definition: rows of the background, mended. */
  @Test
  void statedPrecisionsAreTrue() {
    Model model = WavyModel.of(Task.BINARY, 4);
    Batch background = random(60, 4, 5);
    double[] small = Arrays.stream(background.values()).map(v -> Math.rint(v / 8) - 2).toArray();
    Batch coarse = new Batch(60, 4, small);
    Anchors result = explain(model, coarse, coarse, "rows=20; conditions=2; precision=0.9");
    int held = 0;
    int sampled = 0;
    for (Anchors.Rule rule : result.rules()) {
      if (rule.conditions().isEmpty()) {
        continue;
      }
      double exact = exact(model, coarse, rule);
      sampled++;
      held += rule.low() <= exact && exact <= rule.high() ? 1 : 0;
      assertThat(rule.precision()).isCloseTo(exact, within(0.06));
    }
    assertThat(sampled).isGreaterThan(10);
    assertThat(held).isGreaterThanOrEqualTo(sampled - 3);
  }

  /** By going through every background row and every value it could be mended with. */
  private static double exact(Model model, Batch background, Anchors.Rule rule) {
    double own = model.predict(background.select(new int[] {rule.row()}), OutputSpace.RESPONSE)[0];
    double sum = 0;
    for (int b = 0; b < background.rows(); b++) {
      List<double[]> cases = List.of(background.row(b));
      for (Anchors.Condition condition : rule.conditions()) {
        int j = Integer.parseInt(condition.feature().substring(1));
        if (!holds(condition.words(), background.at(b, j))) {
          List<double[]> mended = new ArrayList<>();
          for (double[] one : cases) {
            for (int v = 0; v < background.rows(); v++) {
              if (holds(condition.words(), background.at(v, j))) {
                double[] copy = one.clone();
                copy[j] = background.at(v, j);
                mended.add(copy);
              }
            }
          }
          cases = mended;
        }
      }
      double[] values = cases.stream().flatMapToDouble(Arrays::stream).toArray();
      double[] out =
          model.predict(
              new Batch(cases.size(), background.features(), values), OutputSpace.RESPONSE);
      sum += Arrays.stream(out).filter(o -> o >= 0.5 == own >= 0.5).count() / (double) out.length;
    }
    return sum / background.rows();
  }

  private static boolean holds(String words, double value) {
    String[] w = words.split(" ");
    if (w.length == 5) {
      return value >= Double.parseDouble(w[0]) && value <= Double.parseDouble(w[4]);
    }
    double bound = Double.parseDouble(w[2]);
    return w[1].equals("<=") ? value <= bound : value >= bound;
  }

  @Test
  void whereNoRuleIsPreciseEnoughTheBestIsGivenAndTheBudgetKept() {
    // A coin that no condition on coarse quantiles can call.
    Model model =
        AnyModel.of(
            Task.BINARY,
            List.of(Feature.numeric("a"), Feature.numeric("b")),
            r -> ((int) (r[0] * 7 + r[1] * 13) & 1));
    Batch rows = random(200, 2, 9);
    Anchors result = explain(model, rows, rows, "rows=6; budget=10000");
    assertThat(result.rules())
        .hasSize(6)
        .allSatisfy(
            r -> {
              assertThat(r.reached()).isFalse();
              assertThat(r.precision()).isBetween(0.2, 0.9);
              assertThat(r.modelRows()).isLessThanOrEqualTo(10_000);
            });
    assertThat(result.provenance().notes())
        .anyMatch(n -> n.startsWith("For 6 of 6 rows no rule"))
        .anyMatch(n -> n.startsWith("6 of 200 rows"));
  }

  @Test
  void aRuleIsAboutTheRowAlone() {
    Request request = request(10, 5, 1);
    Anchors ten = new AnchorRules(2).explain(request, Progress.NONE);
    Request one =
        new Request(
            request.model(),
            request.audit().select(new int[] {7}),
            request.background(),
            request.training(),
            request.parameters(),
            1);
    Anchors.Rule alone = new AnchorRules(1).explain(one, Progress.NONE).rules().get(0);
    assertThat(alone.words()).isEqualTo(ten.rules().get(7).words());
    assertThat(alone.precision()).isEqualTo(ten.rules().get(7).precision());
  }

  @Test
  void classesAndNumbersHaveAnswersToo() {
    Batch rows = random(50, 3, 2);
    Anchors classes = explain(WavyModel.of(Task.MULTICLASS, 3), rows, rows, "rows=3");
    assertThat(classes.rules()).allSatisfy(r -> assertThat(r.answer()).isIn("a", "b", "c"));
    Model slope = AnyModel.of(Task.REGRESSION, List.of(Feature.numeric("x")), r -> r[0]);
    Batch line = random(100, 1, 4);
    Anchors number = explain(slope, line, line, "rows=3; within=12; bins=8");
    assertThat(number.provenance().parameters()).containsEntry("within", "12.0");
    assertThat(number.rules().get(0).answer()).startsWith("bad from ");
    assertThat(explain(slope, line, line, "rows=2; threshold=20").rules())
        .allSatisfy(
            r -> {
              assertThat(r.reached()).isTrue();
              assertThat(r.answer()).isIn("bad >= 20", "bad < 20");
            });
  }

  @Test
  void aMissingValueCanBeACondition() {
    Batch rows = random(100, 2, 6);
    double[] values = rows.values().clone();
    for (int i = 0; i < 60; i += 2) {
      values[i] = Double.NaN;
    }
    Model model =
        AnyModel.of(
            Task.BINARY,
            List.of(Feature.numeric("a"), Feature.numeric("b")),
            r -> Double.isNaN(r[0]) ? 1 : 0);
    Batch holes = new Batch(100, 2, values);
    assertThat(explain(model, holes.select(new int[] {0}), holes, "").rules().get(0).words())
        .isEqualTo("a is missing");
  }

  @Test
  void nothingIsNeededWhereAllAreAnsweredAlike() {
    Model model = AnyModel.of(Task.BINARY, List.of(Feature.numeric("a")), r -> r[0] > 38 ? 1 : 0);
    Batch rows = random(100, 1, 6);
    Anchors.Rule rule = explain(model, new Batch(1, 1, new double[1]), rows, "").rules().get(0);
    assertThat(rule.words()).isEqualTo("any case");
    assertThat(rule.coverage()).isEqualTo(1);
    assertThat(rule.modelRows()).isZero();
  }

  @Test
  void parametersThatDoNotFitAreRefused() {
    Batch rows = random(5, 3, 2);
    Model model = WavyModel.of(Task.MULTICLASS, 3);
    assertThatThrownBy(() -> explain(model, rows, rows, "threshold=0.5"))
        .hasMessageContaining("likeliest class");
    assertThatThrownBy(() -> explain(model, rows, rows, "within=1")).hasMessageContaining("within");
    assertThatThrownBy(() -> explain(model, rows, rows, "precision=2"))
        .hasMessageContaining("from 0.5 to 1");
    assertThatThrownBy(() -> explain(model, rows, rows, "budget=1")).hasMessageContaining("10000");
  }

  /** The budget is not spent on telling short rules apart that are not enough anyway. */
  @Test
  void longRulesAreFoundWithinTheBudget() {
    Batch rows = random(300, 12, 8);
    List<Feature> features =
        IntStream.range(0, 12).mapToObj(j -> Feature.numeric("f" + j)).toList();
    double[] cut = new double[3];
    for (int j = 0; j < 3; j++) {
      int at = j;
      cut[j] = IntStream.range(0, 300).mapToDouble(i -> rows.at(i, at)).sorted().toArray()[150];
    }
    // Three of three, or two of three and luck: short rules look promising.
    Model model =
        AnyModel.of(
            Task.BINARY,
            features,
            r -> {
              int held = 0;
              for (int j = 0; j < 3; j++) {
                held += r[j] <= cut[j] ? 1 : 0;
              }
              return held == 3 || (held == 2 && ((int) r[11] & 1) == 1) ? 1 : 0;
            });
    double[] one = new double[12];
    Anchors.Rule rule = explain(model, new Batch(1, 12, one), rows, "").rules().get(0);
    assertThat(rule.reached()).isTrue();
    assertThat(rule.conditions().stream().map(Anchors.Condition::feature))
        .containsExactly("f0", "f1", "f2");
    assertThat(rule.modelRows()).isLessThanOrEqualTo(50_000);
  }
}
