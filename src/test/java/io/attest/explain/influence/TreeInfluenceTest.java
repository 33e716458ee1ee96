package io.attest.explain.influence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.ExplainerContractTest;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.TestInfluence;
import io.attest.explain.TrainingInfluence;
import io.attest.explain.WavyModel;
import io.attest.explain.influence.Replay.Boosted;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import io.attest.model.tree.EnsembleModel;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsemble;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class TreeInfluenceTest extends ExplainerContractTest<TrainingInfluence> {

  @Override
  protected Explainer<TrainingInfluence> explainer(int threads) {
    return new TreeInfluence(threads);
  }

  @Override
  protected Model model(int features) {
    return grown(draw(new Random(3), 30, features, 1, false), 1, false, 3);
  }

  /** Influence asks for a model that was grown on its training rows. */
  @Override
  protected Request request(int rows, int features, long seed) {
    Request request = super.request(rows, features, seed);
    Dataset training = request.training().orElseThrow();
    return training.size() == 0
        ? request
        : new Request(
            grown(training, 1, false, 8),
            request.audit(),
            request.background(),
            request.training(),
            request.parameters(),
            request.seed());
  }

  @Override
  protected double[] figures(TrainingInfluence r) {
    TestInfluence t = r.onTests();
    return Stream.of(t.loss(), t.raw(), new double[] {t.validation().orElseThrow().pearson()})
        .flatMapToDouble(Arrays::stream)
        .toArray();
  }

  @Override
  protected Optional<double[]> figures(TrainingInfluence result, int feature) {
    return Optional.empty();
  }

  private static EnsembleModel grown(Dataset training, int outputs, boolean squared, int rounds) {
    return Grown.model(training, outputs, squared, rounds, 2, 0.3, 1, 0.25);
  }

  private static Dataset draw(Random random, int n, int p, int outputs, boolean squared) {
    double[] values = random.doubles((long) n * p, -2, 2).toArray();
    double[] labels = new double[n];
    for (int i = 0; i < n; i++) {
      double raw = values[i * p] - values[i * p + p - 1] / 2 + random.nextGaussian();
      labels[i] =
          squared
              ? raw
              : outputs == 1 ? (raw > 0 ? 1 : 0) : Math.floorMod(Math.round(raw), outputs);
    }
    return new Dataset(new Batch(n, p, values), Optional.of(labels));
  }

  private static Boosting boosting(EnsembleModel model, Dataset training, String parameters) {
    Replay replay =
        Replay.of(model.trees(), Objective.of(model.info(), "it"), training, Progress.NONE);
    return Boosting.of(replay, Parameters.parse(parameters), false, new ArrayList<>());
  }

  private static TrainingInfluence explain(
      Model model, Dataset training, Dataset audit, String parameters) {
    return new TreeInfluence(2)
        .explain(
            new Request(
                model, audit, audit, Optional.of(training), Parameters.parse(parameters), 1),
            Progress.NONE);
  }

  /** Backwards is forwards; forwards is the slope of making all leaves again. */
  @Property(tries = 25)
  void itIsTheSlopeOfMakingTheLeavesAgain(@ForAll long seed) {
    Random random = new Random(seed);
    int outputs = random.nextInt(3) == 0 ? 3 : 1;
    boolean squared = outputs == 1 && random.nextBoolean();
    int n = 15 + random.nextInt(20);
    Dataset training = draw(random, n, 2, outputs, squared);
    Dataset audit = draw(random, 5, 2, outputs, squared);
    EnsembleModel model =
        Grown.model(
            training, outputs, squared, 6, 1 + random.nextInt(3), 0.3, 0.5 + random.nextInt(2), 0);
    Boosting boosting = boosting(model, training, "");
    int[][] places = boosting.replay().places(model.trees(), audit.rows());
    int k = random.nextInt(outputs);
    double[] seeds = new double[5 * outputs];
    for (int t = 0; t < 5; t++) {
      seeds[t * outputs + k] = 1;
    }
    double[] changes =
        new LeafInfluence(boosting)
            .changes(places, IntStream.range(0, 5).toArray(), seeds, Progress.NONE);
    LeafRefit refit = new LeafRefit(boosting);
    double[] before = refit.raw(boosting.replay().weights(), places, 5);
    assertThat(before).containsExactly(model.predict(audit.rows(), OutputSpace.RAW), within(1e-9));
    for (int i = 0; i < n; i++) {
      double[] forward = forward(boosting, places, i, 5);
      double step = 1e-5;
      double[] more = weights(boosting, i, 1 + step);
      double[] less = weights(boosting, i, 1 - step);
      double[] up = refit.raw(more, places, 5);
      double[] down = refit.raw(less, places, 5);
      for (int t = 0; t < 5; t++) {
        int at = t * outputs + k;
        assertThat(changes[i * 5 + t]).isCloseTo(forward[at], within(1e-12));
        assertThat(changes[i * 5 + t]).isCloseTo((down[at] - up[at]) / (2 * step), within(1e-6));
      }
    }
  }

  private static double[] weights(Boosting boosting, int row, double weight) {
    double[] weights = boosting.replay().weights().clone();
    weights[row] = weight;
    return weights;
  }

  /** LeafInfluence as it was published: forwards, one row at a time. */
  private static double[] forward(Boosting boosting, int[][] places, int row, int tests) {
    Replay replay = boosting.replay();
    int outputs = replay.outputs();
    double rate = boosting.shrinkage().rate();
    double[] raw = replay.start();
    double[] moved = new double[raw.length];
    double[] out = new double[tests * outputs];
    for (int k = 0; k < outputs && replay.mean(); k++) {
      for (int i = 0; i < replay.rows(); i++) {
        moved[i * outputs + k] = -replay.baseSlope(row, k);
      }
      for (int t = 0; t < tests; t++) {
        out[t * outputs + k] = -replay.baseSlope(row, k);
      }
    }
    int tree = 0;
    for (List<Boosted> round : replay.rounds()) {
      double[] before = moved.clone();
      for (Boosted b : round) {
        double[] change = new double[b.leaves()];
        double[] curvature = new double[b.leaves()];
        for (int i = 0; i < replay.rows(); i++) {
          double[] p = new double[outputs];
          replay.objective().response(raw, i * outputs, p);
          int k = b.output();
          double y = replay.objective().target(replay.labels()[i], k);
          boolean squared = replay.objective() == Objective.SQUARED;
          double theta = b.value()[b.at(i)] / rate;
          double h = squared ? 1 : p[k] * (1 - p[k]);
          curvature[b.at(i)] += h;
          for (int m = 0; m < outputs; m++) {
            double gm = squared ? 1 : k == m ? p[k] * (1 - p[k]) : -p[k] * p[m];
            double hm = squared ? 0 : (1 - 2 * p[k]) * gm;
            change[b.at(i)] -= (gm + theta * hm) * before[i * outputs + m];
          }
          if (i == row) {
            change[b.at(i)] += p[k] - y + theta * h;
          }
        }
        for (int l = 0; l < change.length; l++) {
          change[l] *= rate / (curvature[l] + boosting.shrinkage().lambda());
        }
        for (int i = 0; i < replay.rows(); i++) {
          moved[i * outputs + b.output()] += change[b.at(i)];
        }
        for (int t = 0; t < tests; t++) {
          out[t * outputs + b.output()] += change[places[tree][t]];
        }
        tree++;
      }
      replay.add(round, 1, raw);
    }
    return out;
  }

  /** The leaves of the same splits, made again here without any of the classes above. */
  @Property(tries = 15)
  void makingTheLeavesAgainLeavesTheRowOut(@ForAll long seed) {
    Random random = new Random(seed);
    boolean squared = random.nextBoolean();
    Dataset training = draw(random, 20, 2, 1, squared);
    Dataset audit = draw(random, 6, 2, 1, squared);
    EnsembleModel model = grown(training, 1, squared, 5);
    Boosting boosting = boosting(model, training, "");
    int[][] places = boosting.replay().places(model.trees(), audit.rows());
    int row = random.nextInt(20);
    double[] refit = new LeafRefit(boosting).raw(weights(boosting, row, 0), places, 6);
    double[] raw = new double[26];
    Arrays.fill(raw, 0.25);
    for (Tree tree : model.trees().trees()) {
      double[] g = new double[tree.nodes()];
      double[] h = new double[tree.nodes()];
      int[] at = new int[26];
      for (int i = 0; i < 26; i++) {
        Batch rows = i < 20 ? training.rows() : audit.rows();
        at[i] = leaf(tree, rows, i < 20 ? i : i - 20);
        if (i < 20 && i != row) {
          double p = squared ? raw[i] : 1 / (1 + Math.exp(-raw[i]));
          g[at[i]] += p - training.labels().orElseThrow()[i];
          h[at[i]] += squared ? 1 : p * (1 - p);
        }
      }
      for (int i = 0; i < 26; i++) {
        raw[i] -= h[at[i]] == 0 ? 0 : 0.3 * g[at[i]] / (h[at[i]] + 1);
      }
    }
    assertThat(refit).containsExactly(Arrays.copyOfRange(raw, 20, 26), within(1e-9));
  }

  private static int leaf(Tree tree, Batch rows, int row) {
    int node = 0;
    while (!tree.leaf(node)) {
      double x = rows.at(row, tree.feature()[node]);
      node = x < tree.threshold()[node] ? tree.yes()[node] : tree.no()[node];
    }
    return node;
  }

  /** Training again without a row is what another booster gives for the other rows. */
  @Property(tries = 10)
  void trainingAgainIsTrainingOnTheOtherRows(@ForAll long seed) {
    Random random = new Random(seed);
    int outputs = random.nextInt(3) == 0 ? 3 : 1;
    boolean squared = outputs == 1 && random.nextBoolean();
    Dataset training = draw(random, 40, 3, outputs, squared);
    Dataset audit = draw(random, 8, 3, outputs, squared);
    EnsembleModel model = grown(training, outputs, squared, 4);
    TrainingInfluence told = explain(model, training, audit, "retrain=40");
    TestInfluence.Validation validation = told.onTests().validation().orElseThrow();
    assertThat(validation.retrained()).isTrue();
    double[] said = new double[40 * 8];
    double[] real = new double[40 * 8];
    for (int i = 0; i < 40; i++) {
      int row = i;
      Dataset others = training.select(IntStream.range(0, 40).filter(j -> j != row).toArray());
      EnsembleModel without = grown(others, outputs, squared, 4);
      for (int t = 0; t < 8; t++) {
        said[i * 8 + t] = told.onTests().loss(i, t);
        real[i * 8 + t] = loss(without, audit, t) - loss(model, audit, t);
      }
    }
    assertThat(validation.pearson())
        .isCloseTo(
            new org.hipparchus.stat.correlation.PearsonsCorrelation().correlation(said, real),
            within(1e-6));
    assertThat(validation.rows()).isEqualTo(40);
    assertThat(told.provenance().notes()).anyMatch(n -> n.contains("the model was trained again"));
  }

  private static double loss(Model model, Dataset audit, int t) {
    double[] p = model.predict(audit.rows(), OutputSpace.RESPONSE);
    double y = audit.labels().orElseThrow()[t];
    return switch (model.info().task()) {
      case REGRESSION -> (p[t] - y) * (p[t] - y);
      case BINARY -> -Math.log(y == 1 ? p[t] : 1 - p[t]);
      case MULTICLASS -> -Math.log(p[t * 3 + (int) y]);
    };
  }

  @Test
  void changesAgreeWithLeavesMadeAgainAndBoostInRanksAlike() {
    for (boolean squared : new boolean[] {true, false}) {
      Dataset training = draw(new Random(5), 120, 4, 1, squared);
      Dataset audit = draw(new Random(6), 25, 4, 1, squared);
      EnsembleModel model = Grown.model(training, 1, squared, 30, 3, 0.1, 1, 0.1);
      Boosting boosting = boosting(model, training, "");
      int[][] places = boosting.replay().places(model.trees(), audit.rows());
      LeafRefit refit = new LeafRefit(boosting);
      double[] before = refit.raw(boosting.replay().weights(), places, 25);
      TestInfluence leaf = explain(model, training, audit, "retrain=120").onTests();
      TestInfluence boostIn =
          explain(model, training, audit, "retrain=120; method=boostin").onTests();
      Comparison same = new Comparison();
      Comparison ranks = new Comparison();
      for (int i = 0; i < 120; i++) {
        double[] after = refit.raw(weights(boosting, i, 0), places, 25);
        double[] change = IntStream.range(0, 25).mapToDouble(t -> after[t] - before[t]).toArray();
        same.add(Arrays.copyOfRange(leaf.raw(), i * 25, (i + 1) * 25), change);
        ranks.add(Arrays.copyOfRange(boostIn.raw(), i * 25, (i + 1) * 25), change);
      }
      assertThat(same.of("", false).orElseThrow().pearson()).isGreaterThan(0.99);
      assertThat(same.of("", false).orElseThrow().spearman()).isGreaterThan(0.97);
      assertThat(ranks.of("", false).orElseThrow().spearman()).isBetween(0.3, 0.97);
      // Splits change as well: no method that keeps them predicts a small ensemble's changes.
      assertThat(leaf.validation().orElseThrow().pearson()).isBetween(0.0, 0.9);
      assertThat(leaf.validation().orElseThrow().retrained()).isTrue();
    }
  }

  @Test
  void boostInIsItsDefinition() {
    Dataset training = draw(new Random(1), 25, 2, 1, false);
    Dataset audit = draw(new Random(2), 4, 2, 1, false);
    EnsembleModel model = grown(training, 1, false, 5);
    TestInfluence told = explain(model, training, audit, "method=boostin").onTests();
    double[] raw = new double[29];
    Arrays.fill(raw, 0.25);
    double[][] expected = new double[25][4];
    double[] y = training.labels().orElseThrow();
    for (Tree tree : model.trees().trees()) {
      int[] at = new int[29];
      double[] h = new double[tree.nodes()];
      double[] p = Arrays.stream(raw).map(f -> 1 / (1 + Math.exp(-f))).toArray();
      for (int i = 0; i < 29; i++) {
        at[i] = leaf(tree, i < 25 ? training.rows() : audit.rows(), i < 25 ? i : i - 25);
        h[at[i]] += i < 25 ? p[i] * (1 - p[i]) : 0;
      }
      for (int i = 0; i < 25; i++) {
        for (int t = 0; t < 4; t++) {
          if (at[i] == at[25 + t]) {
            double theta = tree.value()[at[i]] / 0.3;
            expected[i][t] +=
                (p[25 + t] - audit.labels().orElseThrow()[t])
                    * 0.3
                    * (p[i] - y[i] + theta * p[i] * (1 - p[i]))
                    / (h[at[i]] + 1);
          }
        }
      }
      for (int i = 0; i < 29; i++) {
        raw[i] += tree.value()[at[i]];
      }
    }
    for (int i = 0; i < 25; i++) {
      for (int t = 0; t < 4; t++) {
        assertThat(told.loss(i, t)).isCloseTo(expected[i][t], within(1e-9));
      }
    }
  }

  @Test
  void rateAndLambdaAreFoundAndWhatDoesNotComeOutIsRefused() {
    Dataset training = draw(new Random(1), 50, 3, 1, false);
    EnsembleModel model = Grown.model(training, 1, false, 6, 3, 0.17, 2.5, 0);
    Boosting boosting = boosting(model, training, "");
    assertThat(boosting.shrinkage()).isEqualTo(new Shrinkage(0.17, 2.5));
    assertThat(boosting.error()).isLessThan(1e-9);
    assertThat(boosting(model, training, "learning-rate=0.17; lambda=2.5").error())
        .isLessThan(1e-9);
    assertThatThrownBy(() -> boosting(model, training, "lambda=1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("do not come out")
        .hasMessageContaining("lambda 1.")
        .hasMessageContaining("All training rows grew each tree");
    assertThatThrownBy(() -> boosting(model, training, "lambda=-1"))
        .hasMessageContaining("at least 0");
    assertThatThrownBy(() -> explain(model, training, training, "method=guess"))
        .hasMessageContaining("boostin");
    double[] flipped = training.labels().orElseThrow().clone();
    flipped[7] = 1 - flipped[7];
    Dataset other = new Dataset(training.rows(), Optional.of(flipped));
    assertThatThrownBy(() -> boosting(model, other, "")).hasMessageContaining("their labels");
    Dataset fewer = training.select(IntStream.range(0, 45).toArray());
    assertThatThrownBy(() -> boosting(model, fewer, "")).hasMessageContaining("leaf");
  }

  @Test
  void treesOfARandomPartOfTheRowsCountItsShare() {
    // Half of the rows grew the trees; the file knows how many, and their sums.
    Dataset all = draw(new Random(4), 400, 3, 1, false);
    Random random = new Random(9);
    int[] part = IntStream.range(0, 400).filter(i -> random.nextInt(4) < 3).toArray();
    EnsembleModel model = Grown.model(all.select(part), 1, false, 1, 2, 0.2, 1, 0);
    List<String> notes = new ArrayList<>();
    Replay replay = Replay.of(model.trees(), Objective.LOGISTIC, all, Progress.NONE);
    Boosting boosting =
        Boosting.of(replay, Parameters.parse("learning-rate=0.2; lambda=1"), false, notes);
    assertThat(boosting.subsample().orElseThrow()).isCloseTo(part.length / 400.0, within(1e-9));
    assertThat(boosting.error()).isLessThan(2);
    assertThat(notes).anyMatch(n -> n.contains("random part of the training rows, about 7"));
    int[][] places = replay.places(model.trees(), all.rows());
    double[] weights = replay.weights();
    assertThat(new LeafRefit(boosting).raw(weights, places, 400))
        .containsExactly(model.predict(all.rows(), OutputSpace.RAW), within(1e-12));
    TrainingInfluence told =
        explain(model, all, all, "learning-rate=0.2; lambda=1; retrain=20; tests=10");
    assertThat(told.onTests().validation().orElseThrow().retrained()).isFalse();
    assertThat(told.onTests().validation().orElseThrow().pearson()).isGreaterThan(0.99);
    assertThat(told.provenance().notes())
        .anyMatch(n -> n.contains("could not be trained again: each tree grew on a random part"));
  }

  @Test
  void theMeanThatTheFirstRoundStartedFromMovesToo() {
    Dataset training = draw(new Random(8), 40, 2, 1, true);
    double mean = DoubleStream.of(training.labels().orElseThrow()).average().orElseThrow();
    EnsembleModel model = Grown.model(training, 1, true, 4, 2, 0.3, 0, mean);
    Boosting boosting = boosting(model, training, "");
    assertThat(boosting.replay().mean()).isTrue();
    assertThat(boosting.shrinkage()).isEqualTo(new Shrinkage(0.3, 0));
    int[][] places = boosting.replay().places(model.trees(), training.rows());
    int[] tests = IntStream.range(0, 40).toArray();
    double[] seeds = new double[40];
    Arrays.fill(seeds, 1);
    double[] changes = new LeafInfluence(boosting).changes(places, tests, seeds, Progress.NONE);
    for (int i = 0; i < 40; i++) {
      double[] forward = forward(boosting, places, i, 40);
      double[] refit = new LeafRefit(boosting).raw(weights(boosting, i, 1 - 1e-6), places, 40);
      double[] before = new LeafRefit(boosting).raw(weights(boosting, i, 1), places, 40);
      for (int t = 0; t < 40; t++) {
        assertThat(changes[i * 40 + t]).isCloseTo(forward[t], within(1e-12));
        assertThat(changes[i * 40 + t]).isCloseTo((refit[t] - before[t]) / 1e-6, within(1e-5));
      }
    }
    // LightGBM puts the mean into the leaves of the first tree.
    List<Tree> trees = new ArrayList<>(model.trees().trees());
    Tree first = trees.get(0);
    double[] lifted =
        IntStream.range(0, first.nodes())
            .mapToDouble(v -> first.leaf(v) ? first.value()[v] + mean : 0)
            .toArray();
    trees.set(
        0,
        new Tree(
            first.feature(),
            first.threshold(),
            first.categories(),
            first.yes(),
            first.no(),
            first.missingYes(),
            lifted,
            first.cover(),
            0));
    TreeEnsemble e = model.trees();
    TreeEnsemble folded =
        new TreeEnsemble(trees, 2, 1, new double[1], e.comparison(), e.float32(), e.missing());
    Boosting again = boosting(new EnsembleModel(model.info(), folded), training, "");
    assertThat(again.replay().mean()).isTrue();
    assertThat(again.replay().base()[0]).isCloseTo(mean, within(1e-12));
    assertThat(new LeafInfluence(again).changes(places, tests, seeds, Progress.NONE))
        .containsExactly(changes, within(1e-9));
  }

  @Test
  void whatIsNotAtHandIsAskedFor() {
    Request request = request(5, 2, 1);
    Dataset audit = request.audit();
    assertThatThrownBy(() -> explain(WavyModel.of(Task.BINARY, 2), audit, audit, ""))
        .hasMessageContaining("boosted trees");
    Dataset bare = new Dataset(audit.rows(), Optional.empty());
    assertThatThrownBy(() -> explain(request.model(), bare, audit, ""))
        .hasMessageContaining("labels of the training rows");
    TestInfluence unlabelled =
        explain(request.model(), request.training().orElseThrow(), bare, "").onTests();
    assertThat(unlabelled.loss()).isEmpty();
    assertThat(unlabelled.labelled()).isFalse();
    assertThat(unlabelled.validation()).isPresent();
    assertThat(unlabelled.maxShare()).isBetween(1 / 60.0, 0.5);
  }
}
