package io.attest.explain.surrogate;

import io.attest.explain.Explainer;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.Surrogate;
import io.attest.model.Batch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A shallow tree that mimics the model's response on the audit rows. One tree for all classes of a
 * multi-class model, grown on their probabilities together, so that it can be read as one story.
 *
 * <p>Parameters: {@code depth} (3), {@code min-leaf} (smallest leaf, as a share of the rows; 0.02),
 * {@code min-gain} (a split must explain at least this share of the variance; 0.002), {@code rows}
 * (most rows to grow it on; 20000), {@code folds} (5), {@code bootstraps} (20), {@code gate}
 * (fidelity that it needs; 0.9), {@code threshold} (where a binary model's response becomes a
 * decision; 0.5).
 *
 * <p>Works on any model. Cost: each row once, in predictions.
 *
 * @see <a href="https://doi.org/10.1201/9781315139470">Breiman, Friedman, Olshen and Stone 1984,
 *     Classification and Regression Trees</a>
 * @see <a href="https://papers.nips.cc/paper/1152">Craven and Shavlik 1996, Extracting
 *     Tree-Structured Representations of Trained Networks</a>
 */
public final class SurrogateTree implements Explainer<Surrogate> {

  private record Grown(RegressionTree tree) implements Student {
    @Override
    public void predict(Batch rows, double[] out) {
      tree.predict(rows, out);
    }
  }

  private final int threads;

  /** Works on as many threads as the machine has processors. */
  public SurrogateTree() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public SurrogateTree(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return "surrogate-tree";
  }

  @Override
  public Surrogate explain(Request request, Progress progress) {
    request.parameters().only(Mimicry.PARAMETERS);
    Mimicry<Grown> mimicry =
        new Mimicry<>(
            request,
            name(),
            threads,
            Map.of(),
            (from, weights) ->
                new Grown(
                    RegressionTree.fit(
                        from.columns, from.response, from.outputs, weights, from.limits)),
            progress);
    RegressionTree tree = mimicry.student.tree();
    return mimicry.surrogate(
        request,
        name(),
        "CART: at each node the best split by least squares, tried all; responses of all outputs"
            + " together",
        "Breiman, Friedman, Olshen and Stone 1984, Classification and Regression Trees; Craven and"
            + " Shavlik 1996, NIPS 8",
        nodes(mimicry, tree),
        rules(mimicry, tree),
        stability(mimicry, tree));
  }

  private static List<Surrogate.Node> nodes(Mimicry<Grown> mimicry, RegressionTree tree) {
    int n = tree.nodes().size();
    int[] parent = new int[n];
    Arrays.fill(parent, -1);
    double squares = mimicry.squares(-1);
    List<Surrogate.Node> nodes = new ArrayList<>();
    for (int id = 0; id < n; id++) {
      RegressionTree.Node node = tree.nodes().get(id);
      if (!node.leaf()) {
        parent[node.yes()] = id;
        parent[node.no()] = id;
      }
      nodes.add(
          new Surrogate.Node(
              id,
              parent[id],
              node.yes(),
              node.no(),
              node.leaf()
                  ? Optional.empty()
                  : Optional.of(mimicry.condition(Region.side(node, true))),
              node.value(),
              node.rows(),
              (double) node.rows() / mimicry.rows.rows(),
              node.leaf() ? 0 : node.gain() / squares));
    }
    return nodes;
  }

  private static List<Surrogate.Rule> rules(Mimicry<Grown> mimicry, RegressionTree tree) {
    int n = mimicry.rows.rows();
    int[] leaf = new int[n];
    for (int i = 0; i < n; i++) {
      leaf[i] = tree.leaf(mimicry.rows.values(), i * mimicry.rows.features());
    }
    List<Surrogate.Rule> rules = new ArrayList<>();
    for (Region.Leaf own : Region.leaves(tree)) {
      boolean[] inside = new boolean[n];
      for (int i = 0; i < n; i++) {
        inside[i] = leaf[i] == own.leaf();
      }
      rules.add(
          mimicry.rule(
              rules.size() + 1, own.region(), tree.nodes().get(own.leaf()).value(), inside));
    }
    return rules;
  }

  /** Of the root and the two nodes below it: deeper, every sample of rows differs. */
  private static List<Surrogate.Stability> stability(Mimicry<Grown> mimicry, RegressionTree tree) {
    List<Surrogate.Stability> found = new ArrayList<>();
    List<List<Boolean>> places = List.of(List.of(), List.of(true), List.of(false));
    List<String> names = List.of("first split", "split below its yes", "split below its no");
    for (int p = 0; p < places.size() && !mimicry.bootstraps.isEmpty(); p++) {
      Optional<RegressionTree.Node> own = at(tree, places.get(p)).filter(node -> !node.leaf());
      if (own.isEmpty()) {
        continue;
      }
      List<Double> thresholds = new ArrayList<>();
      for (Grown other : mimicry.bootstraps) {
        at(other.tree(), places.get(p))
            .filter(node -> node.feature() == own.get().feature())
            .ifPresent(node -> thresholds.add(node.threshold()));
      }
      double[] sorted =
          thresholds.stream()
              .mapToDouble(Double::doubleValue)
              .filter(Double::isFinite)
              .sorted()
              .toArray();
      found.add(
          new Surrogate.Stability(
              names.get(p),
              mimicry.info.features().get(own.get().feature()).name(),
              (double) thresholds.size() / mimicry.bootstraps.size(),
              quantile(sorted, 0.1),
              quantile(sorted, 0.9)));
    }
    return found;
  }

  private static Optional<RegressionTree.Node> at(RegressionTree tree, List<Boolean> path) {
    RegressionTree.Node node = tree.nodes().get(0);
    for (boolean yes : path) {
      if (node.leaf()) {
        return Optional.empty();
      }
      node = tree.nodes().get(yes ? node.yes() : node.no());
    }
    return Optional.of(node);
  }

  private static double quantile(double[] sorted, double share) {
    return sorted.length == 0 ? Double.NaN : sorted[(int) Math.rint(share * (sorted.length - 1))];
  }
}
