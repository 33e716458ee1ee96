package io.attest.explain.counterfactual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.data.Frame;
import io.attest.explain.Counterfactuals;
import io.attest.explain.Counterfactuals.Alternative;
import io.attest.explain.Counterfactuals.Case;
import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.ExplainerContractTest;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.Tables;
import io.attest.explain.WavyModel;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import io.attest.model.tree.Trees;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CounterfactualSearchTest extends ExplainerContractTest<Counterfactuals> {

  @Override
  protected Explainer<Counterfactuals> explainer(int threads) {
    return new CounterfactualSearch(threads);
  }

  @Override
  protected Model model(int features) {
    return WavyModel.of(Task.BINARY, features);
  }

  @Override
  protected Parameters parameters() {
    return Parameters.parse("budget=3000");
  }

  @Override
  protected double[] figures(Counterfactuals result) {
    return result.cases().stream()
        .flatMapToDouble(
            c ->
                DoubleStream.concat(
                    DoubleStream.concat(DoubleStream.of(c.row()), Arrays.stream(c.response())),
                    c.alternatives().stream()
                        .flatMapToDouble(
                            a ->
                                DoubleStream.concat(
                                    DoubleStream.of(a.distance(), a.plausibility()),
                                    a.changes().stream().mapToDouble(x -> x.toValue())))))
        .toArray();
  }

  @Override
  protected Optional<double[]> figures(Counterfactuals result, int feature) {
    String name = result.features().get(feature);
    return Optional.of(
        result.cases().stream()
            .mapToDouble(
                c ->
                    c.alternatives().stream()
                        .flatMap(a -> a.changes().stream())
                        .filter(x -> x.feature().equals(name))
                        .mapToDouble(Counterfactuals.Change::part)
                        .sum())
            .toArray());
  }

  /** Says what a function of the values says, as a raw output. */
  private record Said(ModelInfo info, ToDoubleFunction<double[]> raw) implements Model {

    @Override
    public void predict(Batch rows, OutputSpace space, double[] out) {
      for (int i = 0; i < rows.rows(); i++) {
        out[i] = raw.applyAsDouble(rows.row(i));
      }
      if (space == OutputSpace.RESPONSE) {
        info.link().toResponse(out, 1);
      }
    }
  }

  private static Said said(ToDoubleFunction<double[]> raw, Feature... features) {
    return new Said(
        new ModelInfo(
            "said",
            "",
            Task.REGRESSION,
            List.of(features),
            List.of("out"),
            Link.IDENTITY,
            "0".repeat(64)),
        raw);
  }

  private static Counterfactuals explain(Model model, Batch rows, Batch data, String parameters) {
    return new CounterfactualSearch(1)
        .explain(
            new Request(
                model,
                new Dataset(rows, Optional.empty()),
                new Dataset(data, Optional.empty()),
                Optional.empty(),
                Parameters.parse(parameters),
                1),
            Progress.NONE);
  }

  private static Batch batch(int features, double... values) {
    return new Batch(values.length / features, features, values);
  }

  /** Income 10 to 50, age 20 to 60, city a or b. */
  private static final Batch PEOPLE =
      batch(3, 10, 20, 0, 20, 30, 1, 30, 40, 0, 40, 50, 1, 50, 60, 0, 35, 33, 1, 12, 58, 1);

  private static final Feature[] INCOME_AGE_CITY = {
    Feature.numeric("income"), Feature.numeric("age"), new Feature("city", List.of("a", "b"))
  };

  @Test
  void whatWouldHaveChangedItIsSaidInWords() {
    Model model = said(x -> x[0] + (x[2] == 1 ? 7 : 0), INCOME_AGE_CITY);
    Counterfactuals found =
        explain(
            model,
            batch(3, 20, 30, 0),
            PEOPLE,
            "wanted=above; threshold=26; units=income:thousand a year");
    Case c = found.cases().get(0);
    assertThat(c.alternatives())
        .extracting(Alternative::sentence)
        .containsExactly(
            "If income were 26 instead of 20 thousand a year, the answer would be 26 instead of 20:"
                + " at least 26.",
            "If city were 'b' instead of 'a', the answer would be 27 instead of 20: at least"
                + " 26.");
    // The median of 10, 12, 20, 30, 35, 40, 50 is 30, of the distances from it 10.
    assertThat(c.alternatives().get(0).distance()).isCloseTo(0.6, within(1e-12));
    assertThat(c.alternatives().get(1).distance()).isEqualTo(1);
    assertThat(c.bound()).isNaN();
    assertThat(found.provenance().notes()).anyMatch(n -> n.contains("Whole numbers"));
    assertThat(found.quality().validity()).isEqualTo(1);
    assertThat(found.quality().diversity()).isEqualTo(1);
    assertThat(found.quality().sparsity()).isEqualTo(1);
    assertThat(found.quality().proximity()).isCloseTo(0.6, within(1e-12));
  }

  @Test
  void aCaseThatHasTheWantedAnswerNeedsNothing() {
    Model model = said(x -> x[0], INCOME_AGE_CITY);
    Counterfactuals found =
        explain(model, batch(3, 30, 30, 0, 20, 30, 0), PEOPLE, "wanted=25..32; rows=all");
    assertThat(found.cases().get(0).already()).isTrue();
    assertThat(found.cases().get(0).why()).contains("already, as wanted: from 25 to 32");
    assertThat(found.cases().get(1).alternatives().get(0).changes().get(0).toValue()).isEqualTo(25);
    assertThat(found.quality().searched()).isEqualTo(1);
  }

  /** Why there is none is worth as much as the alternative. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          wanted=above;threshold=25;immutable=income | against the rule of income (never changes): 20 to
          wanted=above;threshold=25;falling=income   | against the rule of income (may only fall): 20 to
          wanted=above;threshold=25;range=income:..22 | against the rule of income (goes from 10 to 22)
          wanted=above;threshold=99                  | gives none of 7 rows of the data the wanted answer
          wanted=above;threshold=25;implies=income rises -> age falls by 90 | income rises -> age falls by 90
          """)
  void whyThereIsNoneIsSaid(String parameters, String why) {
    Model model = said(x -> x[0], INCOME_AGE_CITY);
    Case c = explain(model, batch(3, 20, 30, 0), PEOPLE, parameters).cases().get(0);
    assertThat(c.alternatives()).isEmpty();
    assertThat(c.why()).contains(why);
    assertThat(c.unless().contains("income")).isEqualTo(why.contains("against"));
  }

  @Test
  void tooManyChangesAreSaid() {
    Model model = said(x -> Math.min(x[0] / 10, Math.min(x[1] / 10, x[2] * 9)), INCOME_AGE_CITY);
    Case c =
        explain(model, batch(3, 20, 30, 0), PEOPLE, "wanted=above;threshold=4;changes=2")
            .cases()
            .get(0);
    assertThat(c.alternatives()).isEmpty();
    assertThat(c.why())
        .isEqualTo(
            "No alternative was found that changes 2 features or fewer. The nearest row of the data"
                + " with the wanted answer takes 3: income, age, city.");
    Case more =
        explain(model, batch(3, 20, 30, 0), PEOPLE, "wanted=above;threshold=4;changes=3")
            .cases()
            .get(0);
    assertThat(more.alternatives().get(0).values()).containsExactly(40, 40, 1);
  }

  @Test
  void whatMustGoAlongGoesAlong() {
    Model model = said(x -> x[0], INCOME_AGE_CITY);
    Case c =
        explain(
                model,
                batch(3, 20, 30, 0),
                PEOPLE,
                "wanted=above;threshold=25;implies=income rises -> age rises by 2")
            .cases()
            .get(0);
    assertThat(c.alternatives().get(0).values()).containsExactly(25, 32, 0);
  }

  @Test
  void aGroupOfWhichOneIsOneChangesAsOne() {
    Feature[] cities = {
      Feature.numeric("city_a"), Feature.numeric("city_b"), Feature.numeric("city_c")
    };
    Model model = said(x -> x[0] + 2 * x[1] + 5 * x[2], cities);
    Batch data = batch(3, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0);
    Case c =
        explain(
                model,
                batch(3, 1, 0, 0),
                data,
                "wanted=above;threshold=2;one-of=city_a|city_b|city_c")
            .cases()
            .get(0);
    assertThat(c.alternatives()).hasSize(1);
    Alternative a = c.alternatives().get(0);
    assertThat(a.distance()).isEqualTo(1);
    assertThat(a.changes()).hasSize(1);
    assertThat(a.changes().get(0).feature()).isEqualTo("city");
    assertThat(a.changes().get(0).from()).isEqualTo("city_a");
    assertThat(Arrays.stream(a.values()).sum()).isEqualTo(1);
  }

  @Test
  void theTablesHoldEveryChangeAndEveryCase() {
    Model model = said(x -> x[0] + (x[2] == 1 ? 7 : 0), INCOME_AGE_CITY);
    Map<String, Frame> tables =
        Tables.of(explain(model, batch(3, 20, 30, 0), PEOPLE, "wanted=above; threshold=26"));
    assertThat(tables.keySet()).containsExactly("counterfactuals", "cases");
    assertThat(tables.get("counterfactuals").rows()).isEqualTo(2);
    assertThat(tables.get("counterfactuals").column("to").text(1)).isEqualTo("b");
    assertThat(tables.get("cases").rows()).isEqualTo(3);
    assertThat(tables.get("cases").column("response_out").text(2)).isEqualTo("27");
  }

  @Test
  void parametersThatCannotBeReadAreRefused() {
    Model model = said(x -> x[0], INCOME_AGE_CITY);
    Map.ofEntries(
            Map.entry("wanted=up;threshold=1", "must be below, above, other, or a range"),
            Map.entry("wanted=above", "no threshold of its own"),
            Map.entry("wanted=5..1", "is empty"),
            Map.entry("threshold=1;immutable=incom", "no such feature. Maybe you meant income."),
            Map.entry("threshold=1;range=income:5", "Write for instance duration:4..72"),
            Map.entry("threshold=1;range=city:0..1", "has levels"),
            Map.entry("threshold=1;range=age:9..1", "is empty"),
            Map.entry("threshold=1;rising=age;falling=age", "both in rising and in falling"),
            Map.entry("threshold=1;implies=age up", "Cannot read 'age up'"),
            Map.entry("threshold=1;scale=age:0", "no number above 0"),
            Map.entry("threshold=1;round=maybe", "must be yes or no"),
            Map.entry("threshold=1;one-of=age", "has one member"),
            Map.entry("threshold=1;one-of=age|age", "twice"),
            Map.entry("threshold=1;rows=4", "the rows are 0 to 0"),
            Map.entry("threshold=1;rows=first", "Cannot read 'first'"),
            Map.entry("threshold=1;deadline=5", "must be a time like PT10S"))
        .forEach(
            (parameters, message) ->
                assertThatThrownBy(() -> explain(model, batch(3, 20, 30, 0), PEOPLE, parameters))
                    .as(parameters)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(message));
  }

  @Test
  void theDeadlineIsKeptAndSaid() {
    Model waves = WavyModel.of(Task.REGRESSION, 5);
    AtomicLong asked = new AtomicLong();
    Model slow =
        new Said(
            waves.info(),
            x -> {
              asked.incrementAndGet();
              LockSupport.parkNanos(200_000);
              return waves.predict(new Batch(1, 5, x), OutputSpace.RAW)[0];
            });
    Batch rows = dataset(waves, 100, 3).rows();
    Counterfactuals found =
        explain(
            slow,
            rows,
            rows,
            "rows=nearest:1;wanted=above;threshold=1000;deadline=PT0.05S;budget=1000000");
    // Of the million predictions that would take minutes.
    assertThat(asked.get()).isLessThan(100_000);
    assertThat(found.cases().get(0).alternatives()).isEmpty();
    assertThat(found.cases().get(0).why()).startsWith("The time was over before");
    assertThat(found.provenance().notes()).anyMatch(n -> n.startsWith("The time was over"));
  }

  /** Little effort leaves a gap, much closes it. */
  @Test
  void whatIsLeftOpenIsTold() {
    SplittableRandom random = new SplittableRandom(5);
    Model model = Trees.model(Trees.ensemble(random, 9, 9, 1, 60, 5));
    Batch rows = dataset(model, 40, 7).rows();
    String all = "rows=nearest:10;changes=3;walks=";
    Counterfactuals little = explain(model, rows, rows, all + "1500");
    Counterfactuals much = explain(model, rows, rows, all + "50000000");
    assertThat(little.provenance().notes()).anyMatch(n -> n.startsWith("The effort"));
    assertThat(little.provenance().error().orElseThrow()).isPositive();
    assertThat(much.provenance().error()).contains(0.0);
    for (int i = 0; i < 10; i++) {
      Case l = little.cases().get(i);
      Case m = much.cases().get(i);
      assertThat(m.gap()).isZero();
      assertThat(l.bound()).isLessThanOrEqualTo(m.distance() + 1e-12);
      if (!l.alternatives().isEmpty()) {
        assertThat(l.distance()).isGreaterThanOrEqualTo(m.distance() - 1e-12);
      }
    }
  }

  @Test
  void drawnCasesAreSaid() {
    Model model = WavyModel.of(Task.BINARY, 3);
    Batch rows = dataset(model, 60, 3).rows();
    Counterfactuals found = explain(model, rows, rows, "rows=nearest:2,random:3;budget=500");
    assertThat(found.cases()).hasSize(5);
    assertThat(found.provenance().seed()).contains(1L);
    assertThat(found.provenance().notes()).anyMatch(n -> n.startsWith("5 of 60 rows"));
    double[] away =
        Arrays.stream(model.predict(rows, OutputSpace.RESPONSE))
            .map(r -> Math.abs(r - 0.5))
            .toArray();
    int nearest =
        IntStream.range(0, 60)
            .boxed()
            .min((a, b) -> Double.compare(away[a], away[b]))
            .orElseThrow();
    assertThat(found.cases()).anyMatch(c -> c.row() == nearest);
  }

  @ParameterizedTest
  @CsvSource({"300, 1", "300, 3", "9, 50"})
  void wideModelsAreSearchedToo(int features, int outputs) {
    SplittableRandom random = new SplittableRandom(8);
    Model model =
        Trees.model(Trees.ensemble(random, features, features, outputs, 2 * outputs + 40, 4));
    Batch rows = dataset(model, 30, 7).rows();
    double[] constant = rows.values().clone();
    for (int i = 0; i < 30; i++) {
      constant[i * features] = 1;
      constant[i * features + 1] = Double.NaN;
    }
    Counterfactuals found =
        explain(
            model,
            new Batch(30, features, constant),
            new Batch(30, features, constant),
            "rows=all");
    assertThat(found.quality().found()).isPositive();
    assertThat(found.quality().gap()).isZero();
    assertThat(found.cases())
        .allMatch(c -> c.alternatives().stream().noneMatch(a -> a.changed().contains("x0")));
  }

  /** Whatever the rules, what is given keeps them and does what was wanted. */
  @Property(tries = 60)
  void everyAlternativeKeepsEveryRule(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int p = 2 + random.nextInt(6);
    int kind = random.nextInt(3);
    Model model =
        kind == 0
            ? WavyModel.of(Task.BINARY, p)
            : kind == 1
                ? WavyModel.of(Task.MULTICLASS, p)
                : Trees.model(Trees.ensemble(random, p, p, 1, 12, 4));
    String prefix = kind == 2 ? "x" : "f";
    Batch rows = dataset(model, 30, seed).rows();
    int fixed = random.nextInt(p);
    int rising = random.nextInt(p);
    int falling = random.nextInt(p);
    int limited = random.nextInt(p);
    int cause = random.nextInt(p);
    int effect = random.nextInt(p);
    boolean range = !model.info().features().get(limited).categorical();
    int changes = 1 + random.nextInt(3);
    String text =
        "rows=all;budget=1500;changes="
            + changes
            + ";immutable="
            + prefix
            + fixed
            + (rising == falling
                ? ""
                : ";rising=" + prefix + rising + ";falling=" + prefix + falling)
            + (range ? ";range=" + prefix + limited + ":-1..1" : "")
            + (cause == effect
                ? ""
                : ";implies=" + prefix + cause + " rises -> " + prefix + effect + " changes by 1");
    Counterfactuals found = explain(model, rows, rows, text);
    for (Case c : found.cases()) {
      assertThat(c.alternatives().isEmpty()).isEqualTo(!c.why().isEmpty());
      double[] was = rows.row(c.row());
      for (Alternative a : c.alternatives()) {
        double[] now = a.values();
        assertThat(now[fixed]).isEqualTo(was[fixed]);
        if (rising != falling) {
          assertThat(now[rising]).isGreaterThanOrEqualTo(was[rising]);
          assertThat(now[falling]).isLessThanOrEqualTo(was[falling]);
        }
        if (range && now[limited] != was[limited]) {
          assertThat(now[limited]).isBetween(-1.0, 1.0);
        }
        if (cause != effect && now[cause] > was[cause]) {
          assertThat(Math.abs(now[effect] - was[effect])).isGreaterThanOrEqualTo(1);
        }
        long changed = IntStream.range(0, p).filter(j -> now[j] != was[j]).count();
        assertThat(changed).isBetween(1L, (long) changes).isEqualTo(a.changes().size());
        double[] out = model.predict(new Batch(1, p, now), OutputSpace.RESPONSE);
        assertThat(out).containsExactly(a.response());
        if (kind != 1) {
          assertThat(out[0] >= 0.5).isNotEqualTo(c.response()[0] >= 0.5);
        } else {
          assertThat(argmax(out)).isNotEqualTo(argmax(c.response()));
        }
        assertThat(a.plausibility()).isBetween(0.0, 1.0);
      }
    }
  }

  private static int argmax(double[] out) {
    int best = 0;
    for (int k = 1; k < out.length; k++) {
      best = out[k] > out[best] ? k : best;
    }
    return best;
  }
}
