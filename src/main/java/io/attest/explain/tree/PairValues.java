package io.attest.explain.tree;

import io.attest.explain.Progress;
import io.attest.explain.Units;
import io.attest.model.Batch;
import io.attest.model.tree.Codes;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsemble;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Shapley values of explained rows against each background row singly, for whoever goes on with
 * each of them on its own, as a link or a loss does.
 */
public final class PairValues {
  /** Rows that one thread takes at a time. */
  private static final int UNIT = 64;

  private final TreeEnsemble ensemble;
  private final Codes codes;
  private final Background background;
  private final List<BackgroundSets> trees;
  private final int players;
  private final int threads;

  private PairValues(
      TreeEnsemble ensemble,
      Codes codes,
      Background background,
      List<BackgroundSets> trees,
      int players,
      int threads) {
    this.ensemble = ensemble;
    this.codes = codes;
    this.background = background;
    this.trees = trees;
    this.players = players;
    this.threads = threads;
  }

  /**
   * Prepares.
   *
   * @param memory bytes for the work
   * @throws IllegalArgumentException if a path has more than 64 players
   */
  public static PairValues prepare(
      TreeEnsemble ensemble, Players players, Batch background, long memory, int threads) {
    Codes codes = new Codes(ensemble);
    double[] weights = new double[background.rows()];
    Arrays.fill(weights, 1);
    long perRow = 8L * players.count() * ensemble.outputs() * threads;
    for (Tree tree : ensemble.trees()) {
      perRow += tree.nodes() / 8 * threads;
    }
    int chunk = (int) Math.max(64, Math.min(Shelf.TILE, memory / 2 / Math.max(1, perRow)));
    Background coded = new Background(codes, background, weights, chunk);
    List<BackgroundSets> trees = new ArrayList<>();
    for (Tree tree : ensemble.trees()) {
      Paths paths = new Paths(tree, players.of());
      trees.add(
          new BackgroundSets(
              paths, new Splits(paths, codes), Value.SHAPLEY, players.count(), coded));
    }
    return new PairValues(ensemble, codes, coded, trees, players.count(), threads);
  }

  /** Takes the values of a row against some background rows. */
  public interface Sink {

    /**
     * @param row explained row
     * @param from first of the background rows
     * @param n number of background rows
     * @param values background rows x outputs x players, to be read before returning
     */
    void take(int row, int from, int n, double[] values);
  }

  /**
   * Explains rows; for one row the sink is called by one thread, in the order of the background.
   */
  public void explain(Batch rows, Sink sink, Progress progress) {
    Units.overRows(
        threads,
        rows.rows(),
        UNIT,
        progress,
        (from, to) -> {
          Codes.Rows coded = codes.rows(rows, from, to);
          for (Background.Chunk chunk : background.chunks()) {
            List<BackgroundSets.Sets> sets = new ArrayList<>();
            for (BackgroundSets tree : trees) {
              sets.add(tree.sets(chunk));
            }
            double[] values = new double[chunk.size() * ensemble.outputs() * players];
            for (int i = 0; i < coded.count(); i++) {
              progress.check();
              Arrays.fill(values, 0);
              for (int t = 0; t < trees.size(); t++) {
                walk(t, sets.get(t), coded, i, values);
              }
              sink.take(from + i, chunk.from(), chunk.size(), values);
            }
          }
        });
  }

  private void walk(int t, BackgroundSets.Sets sets, Codes.Rows rows, int row, double[] values) {
    BackgroundSets tree = trees.get(t);
    int output = ensemble.trees().get(t).output();
    int stride = ensemble.outputs() * players;
    sets.walk(
        rows,
        row,
        (leaf, set, e, r) -> {
          if ((e | r) == 0) {
            return;
          }
          int ne = Long.bitCount(e);
          int nr = Long.bitCount(r);
          double w = tree.value(leaf);
          double gain = ne == 0 ? 0 : w * Weights.SHAPLEY.of(ne - 1, ne + nr - 1);
          double loss = nr == 0 ? 0 : w * Weights.SHAPLEY.of(ne, ne + nr - 1);
          int[] above = tree.players(leaf);
          for (int word = 0; word < set.length; word++) {
            for (long b = set[word]; b != 0; b &= b - 1) {
              int at = ((word << 6) + Long.numberOfTrailingZeros(b)) * stride + output * players;
              for (long p = e; p != 0; p &= p - 1) {
                values[at + above[Long.numberOfTrailingZeros(p)]] += gain;
              }
              for (long p = r; p != 0; p &= p - 1) {
                values[at + above[Long.numberOfTrailingZeros(p)]] -= loss;
              }
            }
          }
        });
  }
}
