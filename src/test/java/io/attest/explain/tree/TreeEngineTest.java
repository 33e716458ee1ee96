package io.attest.explain.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.attest.model.Batch;
import io.attest.model.tree.CodedTree;
import io.attest.model.tree.Codes;
import io.attest.model.tree.Missing;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsemble;
import io.attest.model.tree.Trees;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Every engine against the definitions, on trees with every kind of split. */
class TreeEngineTest {
  private static final int ROWS = 5;

  /** Something random to explain. */
  private record World(
      TreeEnsemble ensemble, Players players, Batch rows, Batch background, double[] weights) {

    static World of(long seed, int features, int depth, boolean grouped) {
      SplittableRandom random = new SplittableRandom(seed);
      TreeEnsemble plain = Trees.ensemble(random, features, features, 1, 2, depth);
      List<Missing> missing = new ArrayList<>();
      for (int j = 0; j < features; j++) {
        missing.add(Trees.categorical(j) ? Missing.NAN : Missing.values()[random.nextInt(3)]);
      }
      TreeEnsemble ensemble =
          new TreeEnsemble(
              plain.trees(),
              features,
              1,
              plain.base(),
              plain.comparison(),
              plain.float32(),
              missing);
      List<String> names = new ArrayList<>();
      for (int j = 0; j < features; j++) {
        names.add("x" + j);
      }
      Players players =
          grouped && features > 2
              ? Players.parse("g = x0 + x" + (features - 1), names)
              : Players.features(names);
      int background = 1 + random.nextInt(70);
      double[] weights = new double[background];
      boolean level = random.nextBoolean();
      for (int b = 0; b < background; b++) {
        weights[b] = level ? 1 : random.nextInt(4);
      }
      weights[0] = 1;
      return new World(
          ensemble,
          players,
          batch(random, ROWS, features),
          batch(random, background, features),
          weights);
    }

    private static Batch batch(SplittableRandom random, int rows, int features) {
      double[] values = new double[rows * features];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            random.nextInt(6) == 0
                ? Double.NaN
                : Trees.categorical(i % features)
                    ? random.nextInt(Trees.LEVELS + 1)
                    : random.nextInt(-16, 17) / 4.0;
      }
      return new Batch(rows, features, values);
    }

    double[] row(Batch from, int i) {
      int p = ensemble.features();
      return Arrays.copyOfRange(ensemble.comparable(from), i * p, (i + 1) * p);
    }
  }

  @Property(tries = 400)
  void pathDependentValuesAreThoseOfTheDefinition(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 6) int features,
      @ForAll @IntRange(min = 0, max = 7) int depth,
      @ForAll boolean grouped) {
    World world = World.of(seed, features, depth, grouped);
    int p = world.players().count();
    for (Tree tree : world.ensemble().trees()) {
      Codes codes = new Codes(world.ensemble());
      Paths paths = new Paths(tree, world.players().of());
      Splits splits = new Splits(paths, codes);
      for (Value value : List.of(Value.SHAPLEY, Value.BANZHAF, Value.INTERACTION)) {
        Map<String, TreeEngine> engines = new LinkedHashMap<>();
        tables(engines, paths, new CoalitionGame(value, Worth.cover(), p), splits);
        engines.put("integral", new PathIntegral(paths, splits, value, p));
        if (value == Value.SHAPLEY) {
          tables(engines, paths, PathDependent.shapley(), splits);
          engines.put("walk", new RowWalk(paths, splits, false));
        } else if (value == Value.BANZHAF) {
          tables(engines, paths, PathDependent.banzhaf(), splits);
          engines.put("walk", new RowWalk(paths, splits, true));
        }
        engines.forEach(
            (name, engine) -> {
              double[][] found = run(engine, value, p, codes, world.rows());
              for (int i = 0; i < ROWS; i++) {
                double[] worth =
                    BruteForce.pathDependent(
                        tree,
                        world.ensemble(),
                        world.players().of(),
                        p,
                        world.row(world.rows(), i));
                check(name + " " + value, found, i, value, worth, p);
              }
            });
      }
      assertThat(paths.expected())
          .isCloseTo(
              BruteForce.pathDependent(
                  tree, world.ensemble(), world.players().of(), p, world.row(world.rows(), 0))[0],
              within(1e-12));
    }
  }

  @Property(tries = 250)
  void interventionalValuesAreThoseOfTheDefinition(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 6) int features,
      @ForAll @IntRange(min = 0, max = 7) int depth,
      @ForAll boolean grouped) {
    World world = World.of(seed, features, depth, grouped);
    int p = world.players().count();
    double[][] background = new double[world.weights().length][];
    for (int b = 0; b < background.length; b++) {
      background[b] = world.row(world.background(), b);
    }
    for (Tree tree : world.ensemble().trees()) {
      Codes codes = new Codes(world.ensemble());
      Paths paths = new Paths(tree, world.players().of());
      Splits splits = new Splits(paths, codes);
      Background coded = new Background(codes, world.background(), world.weights());
      for (Value value : List.of(Value.SHAPLEY, Value.BANZHAF, Value.INTERACTION)) {
        Map<String, TreeEngine> engines = new LinkedHashMap<>();
        for (int bits : new int[] {6, 10}) {
          SubtreeTables.of(paths, new CoalitionGame(value, Worth.cover(), p), splits, bits)
              .ifPresent(
                  t -> {
                    engines.put("tables " + bits, new BackgroundTables(paths, t, coded, value, p));
                    BackgroundTables kept = new BackgroundTables(paths, t, coded, value, p);
                    kept.count();
                    engines.put("kept tables " + bits, kept);
                  });
        }
        engines.put("sets", new BackgroundSets(paths, splits, value, p, coded));
        engines.forEach(
            (name, engine) -> {
              double[][] found = run(engine, value, p, codes, world.rows());
              for (int i = 0; i < ROWS; i++) {
                double[] worth =
                    BruteForce.interventional(
                        tree,
                        world.ensemble(),
                        world.players().of(),
                        p,
                        world.row(world.rows(), i),
                        background,
                        world.weights());
                check(name + " " + value, found, i, value, worth, p);
                assertThat(coded.mean(new CodedTree(tree, codes), flat(coded)))
                    .isCloseTo(worth[0], within(1e-12));
              }
            });
      }
    }
  }

  private static void tables(
      Map<String, TreeEngine> engines, Paths paths, LeafGame game, Splits splits) {
    for (int bits : new int[] {6, 8, 11}) {
      SubtreeTables.of(paths, game, splits, bits)
          .ifPresent(t -> engines.put("tables " + bits + " " + game.getClass().getSimpleName(), t));
    }
  }

  private static double[][] run(
      TreeEngine engine, Value value, int players, Codes codes, Batch rows) {
    double[][] values = new double[value.pairs() ? players * players : players][rows.rows()];
    engine.run(
        List.of(codes.rows(rows, 0, rows.rows())), Collections.singletonList(values), new Shelf());
    return values;
  }

  private static void check(
      String name, double[][] found, int row, Value value, double[] worth, int players) {
    double scale = 1;
    for (double v : worth) {
      scale = Math.max(scale, Math.abs(v));
    }
    if (value == Value.INTERACTION) {
      double[][] exact = BruteForce.interactions(worth, players);
      for (int i = 0; i < players; i++) {
        for (int j = i; j < players; j++) {
          assertThat(found[i * players + j][row])
              .as("%s, row %d, pair %d %d", name, row, i, j)
              .isCloseTo(exact[i][j], within(1e-12 * scale));
        }
      }
      return;
    }
    double[] exact =
        value == Value.BANZHAF
            ? BruteForce.banzhaf(worth, players)
            : BruteForce.shapley(worth, players);
    for (int i = 0; i < players; i++) {
      assertThat(found[i][row])
          .as("%s, row %d, player %d", name, row, i)
          .isCloseTo(exact[i], within(1e-12 * scale));
    }
  }

  private static List<int[]> flat(Background background) {
    return background.chunks().stream().map(c -> c.rows().flat()).toList();
  }
}
