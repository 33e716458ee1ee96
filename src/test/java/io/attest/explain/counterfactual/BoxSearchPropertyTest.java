package io.attest.explain.counterfactual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.attest.explain.Counterfactuals;
import io.attest.explain.Dataset;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import io.attest.model.tree.EnsembleModel;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsemble;
import io.attest.model.tree.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The exact search against trying everything, on random small ensembles with random rules. */
class BoxSearchPropertyTest {
  private static final int P = 5;

  @Property(tries = 60)
  void theNearestIsThatOfTryingEverything(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int outputs = random.nextBoolean() ? 1 : 3;
    TreeEnsemble trees = Trees.ensemble(random, P, P, outputs, 3 * outputs, 3);
    EnsembleModel model = Trees.model(trees);
    Batch rows = rows(random, 12);
    List<String> text = new ArrayList<>(List.of("rows=all", "whole=none", "round=no", "changes=2"));
    int fixed = random.nextInt(P + 2);
    if (fixed < P) {
      text.add("immutable=x" + fixed);
    }
    int rising = random.nextInt(P + 2);
    if (rising < P) {
      text.add((random.nextBoolean() ? "rising=x" : "falling=x") + rising);
    }
    boolean implies = random.nextBoolean();
    if (implies) {
      text.add("implies=x0 rises -> x1 rises by 0.5");
    }
    boolean range = random.nextBoolean();
    if (range) {
      text.add("range=x3:-1..1.5");
    }
    String wanted = outputs == 1 ? "other" : random.nextBoolean() ? "other" : "class 2";
    text.add("wanted=" + wanted);
    Parameters parameters = Parameters.parse(String.join(";", text));
    Dataset data = new Dataset(rows, Optional.empty());
    Counterfactuals found =
        new CounterfactualSearch(1)
            .explain(
                new Request(model, data, data, Optional.empty(), parameters, 1), Progress.NONE);
    Rules rules = Rules.of(parameters, Ruler.of(model.info().features(), rows));
    double[] out = model.predict(rows, OutputSpace.RESPONSE);
    for (Counterfactuals.Case c : found.cases()) {
      Goal goal =
          Goal.Wanted.of(parameters, model.info())
              .of(java.util.Arrays.copyOfRange(out, c.row() * outputs, (c.row() + 1) * outputs));
      double nearest = tryAll(model, trees, rows, c.row(), rules, goal);
      if (c.already()) {
        assertThat(nearest).isZero();
      } else if (nearest == Double.POSITIVE_INFINITY) {
        assertThat(c.alternatives()).as(parameters + " row " + c.row()).isEmpty();
        assertThat(c.bound()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(c.why()).startsWith("Proved: ");
      } else {
        assertThat(c.distance())
            .as(parameters + " row " + c.row())
            .isCloseTo(nearest, within(1e-12));
        assertThat(c.bound()).isEqualTo(c.distance());
      }
    }
  }

  /** One change at a time: of each feature the nearest, and of these as many as are wanted. */
  @Property(tries = 30)
  void asManyAsAreWantedAreGiven(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    TreeEnsemble trees = Trees.ensemble(random, P, P, 1, 4, 3);
    EnsembleModel model = Trees.model(trees);
    Batch rows = rows(random, 8);
    int count = 1 + random.nextInt(3);
    Parameters parameters =
        Parameters.parse("rows=all;whole=none;round=no;changes=1;count=" + count);
    Dataset data = new Dataset(rows, Optional.empty());
    Counterfactuals found =
        new CounterfactualSearch(1)
            .explain(
                new Request(model, data, data, Optional.empty(), parameters, 1), Progress.NONE);
    double[] out = model.predict(rows, OutputSpace.RESPONSE);
    for (Counterfactuals.Case c : found.cases()) {
      Goal goal = Goal.Wanted.of(parameters, model.info()).of(new double[] {out[c.row()]});
      double[] each =
          java.util.stream.IntStream.range(0, P)
              .mapToDouble(
                  only -> {
                    boolean[] fixed = new boolean[P];
                    java.util.Arrays.fill(fixed, true);
                    fixed[only] = false;
                    Rules all = Rules.of(parameters, Ruler.of(model.info().features(), rows));
                    Rules one =
                        new Rules(
                            all.ruler(),
                            fixed,
                            all.direction(),
                            all.from(),
                            all.to(),
                            all.whole(),
                            false,
                            List.of(),
                            List.of());
                    return tryAll(model, trees, rows, c.row(), one, goal);
                  })
              .filter(Double::isFinite)
              .sorted()
              .limit(count)
              .toArray();
      assertThat(c.alternatives().stream().mapToDouble(a -> a.distance()).toArray())
          .containsExactly(each, within(1e-12));
    }
  }

  /** The search that asks the model alone finds nothing that the exact search says is not there. */
  @Property(tries = 40)
  void theFreeSearchIsNeverNearer(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    EnsembleModel trees = Trees.model(Trees.ensemble(random, P, P, 1, 8, 4));
    // Where values are rounded to 32 bits, what is not such a number may be half a step nearer.
    double slack = trees.trees().float32() ? 1e-6 : 1e-12;
    Model hidden =
        new Model() {
          @Override
          public ModelInfo info() {
            return trees.info();
          }

          @Override
          public void predict(Batch rows, OutputSpace space, double[] out) {
            trees.predict(rows, space, out);
          }
        };
    Batch rows = rows(random, 20);
    Dataset data = new Dataset(rows, Optional.empty());
    Parameters parameters = Parameters.parse("rows=all;whole=none;round=no;changes=3;budget=4000");
    List<Counterfactuals> both = new ArrayList<>();
    for (Model model : List.of(trees, hidden)) {
      both.add(
          new CounterfactualSearch(1)
              .explain(
                  new Request(model, data, data, Optional.empty(), parameters, 1), Progress.NONE));
    }
    for (int i = 0; i < rows.rows(); i++) {
      Counterfactuals.Case exact = both.get(0).cases().get(i);
      Counterfactuals.Case free = both.get(1).cases().get(i);
      if (!free.alternatives().isEmpty()) {
        assertThat(free.distance()).isGreaterThanOrEqualTo(exact.bound() - slack);
        assertThat(exact.alternatives()).isNotEmpty();
      }
    }
  }

  private static Batch rows(SplittableRandom random, int n) {
    double[] values = new double[n * P];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          Trees.categorical(i % P)
              ? random.nextInt(Trees.LEVELS)
              : (float) random.nextDouble(-3, 3);
      if (random.nextInt(15) == 0) {
        values[i] = Double.NaN;
      }
    }
    return new Batch(n, P, values);
  }

  /** Every pair of values next to a threshold, at the ends of a range, or that a rule names. */
  private static double tryAll(
      EnsembleModel model, TreeEnsemble trees, Batch rows, int at, Rules rules, Goal goal) {
    double[] row = rows.row(at);
    List<List<Double>> values = new ArrayList<>();
    for (int j = 0; j < P; j++) {
      TreeSet<Double> all = new TreeSet<>();
      if (Trees.categorical(j)) {
        for (int c = 0; c < Trees.LEVELS; c++) {
          all.add((double) c);
        }
      } else {
        all.add(rules.from()[j]);
        all.add(rules.to()[j]);
        all.add(row[j] + 0.5);
        for (Tree tree : trees.trees()) {
          for (int node = 0; node < tree.nodes(); node++) {
            if (tree.feature()[node] == j) {
              double t = tree.threshold()[node];
              all.addAll(
                  trees.float32()
                      ? List.of(
                          t, (double) Math.nextUp((float) t), (double) Math.nextDown((float) t))
                      : List.of(t, Math.nextUp(t), Math.nextDown(t)));
            }
          }
        }
      }
      int f = j;
      all.removeIf(v -> !rules.allows(f, row[f], v));
      values.add(new ArrayList<>(all));
      values.get(j).add(row[j]);
    }
    List<double[]> tried = new ArrayList<>();
    for (int a = 0; a < P; a++) {
      for (int b = a + 1; b < P; b++) {
        for (double va : values.get(a)) {
          for (double vb : values.get(b)) {
            double[] other = row.clone();
            other[a] = va;
            other[b] = vb;
            tried.add(other);
          }
        }
      }
    }
    double[] flat = tried.stream().flatMapToDouble(java.util.Arrays::stream).toArray();
    double[] out = model.predict(new Batch(tried.size(), P, flat), OutputSpace.RESPONSE);
    int outputs = model.info().outputs().size();
    double nearest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < tried.size(); i++) {
      if (goal.reached(out, i * outputs) && rules.keeps(row, tried.get(i))) {
        double distance = 0;
        for (int j = 0; j < P; j++) {
          distance += rules.ruler().part(j, row[j], tried.get(i)[j]);
        }
        nearest = Math.min(nearest, distance);
      }
    }
    return nearest;
  }
}
