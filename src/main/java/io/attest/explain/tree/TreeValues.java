package io.attest.explain.tree;

import io.attest.explain.Dataset;
import io.attest.explain.Progress;
import io.attest.explain.Units;
import io.attest.model.Batch;
import io.attest.model.tree.CodedTree;
import io.attest.model.tree.Codes;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsemble;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Exact values of the players of a tree ensemble, prepared once and then asked for blocks of rows.
 *
 * <p>Each tree has the engine that a cost model finds cheapest for the number of rows ({@link
 * Cost}); which one that is depends on the model, the number of rows and the memory allowed, never
 * on the number of threads. The values of a row do not depend on the block that it comes in.
 */
public final class TreeValues {
  /** Most rows that one thread takes through all trees at a time. */
  private static final int UNIT = 32 * Shelf.TILE;

  /** Bytes of tables that are used together: a small part of a third-level cache. */
  private static final long GROUP = 4 << 20;

  private final TreeEnsemble ensemble;
  private final Codes codes;
  private final int targets;
  private final List<TreeEngine> engines;
  private final double[] base;
  private final int threads;
  private final boolean pairs;
  private final int players;
  private final int tile;
  private final int unit;
  private final long group;
  private final String description;

  /**
   * What is to be computed.
   *
   * @param background at least one row, with weights; absent for path-dependent values
   * @param rows that will be explained in all
   * @param memory bytes that the work may take beside its results
   */
  public record Order(
      TreeEnsemble ensemble,
      Players players,
      Value value,
      Optional<Dataset> background,
      long rows,
      long memory,
      int threads) {}

  private TreeValues(
      Order order, Codes codes, List<TreeEngine> engines, double[] base, String description) {
    this.ensemble = order.ensemble();
    this.codes = codes;
    this.targets = targets(order);
    this.engines = engines;
    this.base = base;
    this.threads = threads(order);
    this.description = description;
    pairs = order.value().pairs();
    players = order.players().count();
    long fit = Math.max(1, order.memory() / 4 / threads / perRow(order));
    tile = (int) Math.min(Shelf.TILE, fit);
    unit = (int) Math.min(UNIT, fit / tile * tile);
    group = Math.min(GROUP, Cost.treeBytes(order.memory()));
  }

  private static long perRow(Order order) {
    long players = order.players().count();
    long figures = order.value().pairs() ? players * (players + 1) / 2 : players;
    return 8 * (figures * order.ensemble().outputs() + order.ensemble().features());
  }

  /** Rows of a unit if two threads share the memory: about how often tables are built. */
  static double typicalUnit(Order order) {
    return Math.max(1, Math.min(UNIT, order.memory() / 8 / perRow(order)));
  }

  /** Threads whose tables fit a half of the memory; what they find does not depend on it. */
  private static int threads(Order order) {
    long fit = order.memory() / 2 / (4 * Cost.treeBytes(order.memory()));
    return (int) Math.max(1, Math.min(order.threads(), fit));
  }

  private static int targets(Order order) {
    int p = order.players().count();
    return order.value().pairs() ? p * p : p;
  }

  /**
   * Prepares.
   *
   * @throws IllegalArgumentException if a path is too long for what is asked
   * @throws java.util.concurrent.CancellationException if {@code progress} is cancelled
   */
  public static TreeValues prepare(Order order, Progress progress) {
    TreeEnsemble ensemble = order.ensemble();
    Codes codes = new Codes(ensemble);
    Optional<Background> background =
        order.background().map(b -> new Background(codes, b.rows(), b.weightOfEach()));
    List<int[]> flat =
        background.stream().flatMap(b -> b.chunks().stream()).map(c -> c.rows().flat()).toList();
    int n = ensemble.trees().size();
    TreeEngine[] engines = new TreeEngine[n];
    double[][] expected = new double[n][1];
    String[] names = new String[n];
    new Units(order.threads(), n, Progress.NONE)
        .run(
            n,
            t -> {
              progress.check();
              Tree tree = ensemble.trees().get(t);
              Paths paths = new Paths(tree, order.players().of());
              Splits splits = new Splits(paths, codes);
              Cost.Choice choice = Cost.choose(order, paths, splits, background);
              engines[t] = choice.engine();
              names[t] = choice.name();
              expected[t][0] =
                  background
                      .map(b -> b.mean(new CodedTree(tree, codes), flat))
                      .orElseGet(paths::expected);
            });
    count(engines, order, progress);
    double[] base = ensemble.base().clone();
    Map<String, Integer> count = new TreeMap<>();
    for (int t = 0; t < n; t++) {
      base[ensemble.trees().get(t).output()] += expected[t][0];
      count.merge(names[t], 1, Integer::sum);
    }
    StringBuilder description = new StringBuilder();
    count.forEach(
        (name, trees) ->
            description
                .append(description.isEmpty() ? "" : ", ")
                .append(name)
                .append(" for ")
                .append(trees)
                .append(trees == 1 ? " tree" : " trees"));
    return new TreeValues(order, codes, Arrays.asList(engines), base, description.toString());
  }

  /** Counts the background of each tree once, if what that keeps fits a quarter of the memory. */
  private static void count(TreeEngine[] engines, Order order, Progress progress) {
    List<BackgroundTables> tables = new ArrayList<>();
    long bytes = 0;
    for (TreeEngine engine : engines) {
      if (engine instanceof BackgroundTables one) {
        tables.add(one);
        bytes += one.bytes();
      }
    }
    if (bytes <= order.memory() / 4) {
      new Units(threads(order), tables.size(), Progress.NONE)
          .run(
              tables.size(),
              t -> {
                progress.check();
                tables.get(t).count();
              });
    }
  }

  /** The engines in words: {@code tables for 498 trees, path integral for 2 trees}. */
  public String description() {
    return description;
  }

  /** What the model is worth to nobody, one an output: the mean raw prediction of the worth. */
  public double[] base() {
    return base.clone();
  }

  /** Rows to ask for at a time. */
  public int block() {
    return unit * threads;
  }

  /** Takes the values of some rows. */
  public interface Sink {

    /**
     * @param from first of the rows
     * @param n number of rows
     * @param values outputs x targets x rows, to be read before returning; the targets of pairs are
     *     first player times players plus second, and are null for a second before the first
     */
    void take(int from, int n, double[][][] values);
  }

  /** Computes the values of a block of rows; the sink is called from several threads. */
  public void explain(Batch rows, Sink sink, Progress progress) {
    int n = rows.rows();
    int share = (n + threads - 1) / threads;
    int tilesEach = Math.max(1, (share + tile - 1) / tile);
    int each = Math.min(unit, tilesEach * tile);
    Steps steps = new Steps((long) n * Math.max(1, engines.size()), progress);
    Units.overRows(threads, n, each, steps, (from, to) -> explain(rows, from, to, sink, steps));
  }

  private void explain(Batch rows, int from, int to, Sink sink, Steps steps) {
    List<Codes.Rows> tiles = new ArrayList<>();
    List<double[][][]> values = new ArrayList<>();
    for (int start = from; start < to; start += tile) {
      int end = Math.min(to, start + tile);
      tiles.add(codes.rows(rows, start, end));
      values.add(zeros(end - start));
    }
    List<List<double[][]>> byOutput = new ArrayList<>();
    for (int k = 0; k < ensemble.outputs(); k++) {
      int output = k;
      byOutput.add(values.stream().map(v -> v[output]).toList());
    }
    Shelf shelf = new Shelf();
    // Trees with tables wait for each other, see TreeEngine.Tabled.
    List<TreeEngine.Tables> tables = new ArrayList<>();
    List<List<double[][]>> tablesTo = new ArrayList<>();
    long bytes = 0;
    int told = 0;
    for (int t = 0; t < engines.size(); t++) {
      steps.check();
      List<double[][]> target = byOutput.get(ensemble.trees().get(t).output());
      if (engines.get(t) instanceof TreeEngine.Tabled tabled) {
        tables.add(tabled.tables(shelf));
        tablesTo.add(target);
        bytes += tables.get(tables.size() - 1).bytes();
      } else {
        engines.get(t).run(tiles, target, shelf);
      }
      if (bytes >= group || t == engines.size() - 1) {
        add(tables, tiles, tablesTo, steps);
        tables.clear();
        tablesTo.clear();
        bytes = 0;
      }
      if ((t + 1) * 20L / engines.size() > told * 20L / engines.size()) {
        steps.add((long) (to - from) * (t + 1 - told));
        told = t + 1;
      }
    }
    for (int i = 0; i < tiles.size(); i++) {
      sink.take(from + i * tile, tiles.get(i).count(), values.get(i));
    }
  }

  private static void add(
      List<TreeEngine.Tables> tables,
      List<Codes.Rows> tiles,
      List<List<double[][]>> values,
      Steps steps) {
    for (int i = 0; i < tiles.size(); i++) {
      steps.check();
      for (int t = 0; t < tables.size(); t++) {
        tables.get(t).add(tiles.get(i), values.get(t).get(i));
      }
    }
    tables.forEach(TreeEngine.Tables::giveBack);
  }

  private double[][][] zeros(int rows) {
    double[][][] values = new double[ensemble.outputs()][targets][];
    for (double[][] output : values) {
      for (int target = 0; target < targets; target++) {
        if (!pairs || target / players <= target % players) {
          output[target] = new double[rows];
        }
      }
    }
    return values;
  }

  /** Progress in rows times trees, which a unit of rows reports some twenty times. */
  private static final class Steps implements Progress {
    private final long total;
    private final Progress progress;
    private long done;

    Steps(long total, Progress progress) {
      this.total = total;
      this.progress = progress;
    }

    synchronized void add(long steps) {
      done += steps;
      progress.report(done, total);
    }

    @Override
    public void report(long unitsDone, long units) {
      // Units of rows are too coarse.
    }

    @Override
    public boolean cancelled() {
      return progress.cancelled();
    }
  }
}
