package io.attest.model.xgboost;

import io.attest.model.Feature;
import io.attest.model.InvalidModelException;
import io.attest.model.json.Node;
import io.attest.model.tree.Comparison;
import io.attest.model.tree.Missing;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsemble;
import io.attest.model.tree.TreeFile;
import io.attest.model.xgboost.XgboostFile.Rounds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Reads the trees of a model. */
final class Trees {
  private static final int MAX_CATEGORY = 1 << 16;
  private static final int MAX_DEPTH = 1000;

  private final Learner learner;
  private final int[] levelCount;

  Trees(Learner learner) {
    this.learner = learner;
    this.levelCount = new int[learner.features()];
  }

  TreeFile read(Rounds rounds) {
    int features = learner.features();
    Node booster = learner.gradientBooster();
    Optional<Node> weights = booster.find("weight_drop");
    if (learner.booster().equals("dart")) {
      // XGBoost 1 and 2 nest the trees of DART in a gbtree, and keep the weights beside it.
      booster = booster.find("gbtree").orElse(booster);
    } else if (learner.linear()) {
      throw new InvalidModelException(
          learner.root().file() + " holds a linear model (gblinear), not trees.");
    }
    Node model = booster.at("model");
    // XGBoost 3 calls DART gbtree, and keeps the weights beside the trees.
    weights = weights.or(() -> model.find("weight_drop"));
    List<Tree> trees = trees(model, weights.map(Node::numbers), rounds);
    TreeEnsemble ensemble =
        new TreeEnsemble(
            trees,
            features,
            learner.outputs(),
            learner.base(),
            Comparison.LESS,
            true,
            Collections.nCopies(features, Missing.NAN));
    List<List<String>> levels = levels(model);
    List<Feature> inputs = new ArrayList<>();
    List<Boolean> known = new ArrayList<>();
    for (int j = 0; j < features; j++) {
      List<String> own = levels.get(j);
      known.add(!own.isEmpty());
      if (own.isEmpty() && (learner.categorical(j) || levelCount[j] > 0)) {
        own = new ArrayList<>();
        for (int c = 0; c < Math.max(1, levelCount[j]); c++) {
          own.add(Integer.toString(c));
        }
      }
      inputs.add(new Feature(learner.name(j), own));
    }
    return new TreeFile(
        learner.format(),
        learner.version(),
        learner.objective().task(),
        learner.objective().link(),
        inputs,
        !learner.names().isEmpty(),
        known,
        ensemble);
  }

  /** Names of categories, which XGBoost 3.1 and later keeps for data frames. */
  private List<List<String>> levels(Node model) {
    int features = learner.features();
    List<List<String>> out = new ArrayList<>(Collections.nCopies(features, List.of()));
    List<Node> columns =
        model.find("cats").flatMap(c -> c.find("enc")).map(Node::list).orElse(List.of());
    if (columns.isEmpty()) {
      return out;
    }
    if (columns.size() != features) {
      throw model.wrong("has categories of " + columns.size() + " features of " + features);
    }
    for (int j = 0; j < features; j++) {
      Node column = columns.get(j);
      int[] values = column.at("values").integers();
      List<String> names = new ArrayList<>();
      if (column.find("offsets").isPresent()) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = (byte) values[i];
        }
        int[] offsets = column.at("offsets").integers();
        for (int c = 0; c + 1 < offsets.length; c++) {
          if (offsets[c] < 0 || offsets[c + 1] < offsets[c] || offsets[c + 1] > bytes.length) {
            throw column.wrong("has offsets outside its text");
          }
          names.add(
              new String(bytes, offsets[c], offsets[c + 1] - offsets[c], StandardCharsets.UTF_8));
        }
      } else {
        for (int value : values) {
          names.add(Integer.toString(value));
        }
      }
      if (levelCount[j] > names.size() && !names.isEmpty()) {
        throw column.wrong("names fewer categories than the splits use");
      }
      out.set(j, names);
    }
    return out;
  }

  private List<Tree> trees(Node model, Optional<double[]> weights, Rounds rounds) {
    List<Node> nodes = model.at("trees").list();
    int[] groups = model.at("tree_info").integers();
    if (groups.length != nodes.size()) {
      throw model.wrong(
          "has " + nodes.size() + " trees and " + groups.length + " entries in tree_info");
    }
    weights.ifPresent(
        w -> {
          if (w.length != nodes.size()) {
            throw model.wrong("has " + nodes.size() + " trees and " + w.length + " weights");
          }
        });
    boolean vector = nodes.stream().anyMatch(node -> leafSize(node) > 1);
    int used = treesUsed(model, nodes.size(), vector, rounds);
    List<Tree> trees = new ArrayList<>(used);
    for (int t = 0; t < used; t++) {
      if (groups[t] < 0 || groups[t] >= learner.outputs()) {
        throw nodes.get(t).wrong("belongs to output " + groups[t] + " of " + learner.outputs());
      }
      read(nodes.get(t), groups[t], weights.isPresent() ? weights.get()[t] : 1, trees);
    }
    return trees;
  }

  private static int leafSize(Node tree) {
    return tree.at("tree_param").find("size_leaf_vector").map(Node::integer).orElse(0);
  }

  private int treesUsed(Node model, int trees, boolean vector, Rounds rounds) {
    Optional<Node> best = learner.attribute("best_iteration");
    if (best.isEmpty() || rounds == Rounds.ALL) {
      return trees;
    }
    int iteration = best.get().integer();
    if (iteration < 0) {
      throw best.get().wrong("is " + iteration);
    }
    int[] starts = starts(model, trees, vector);
    if (iteration + 1L >= starts.length - 1) {
      return trees;
    }
    if (rounds == Rounds.BEST) {
      return starts[iteration + 1];
    }
    throw new InvalidModelException(
        learner.root().file()
            + " holds "
            + (starts.length - 1)
            + " rounds, but training found round "
            + (iteration + 1)
            + " best, and XGBoost's interfaces differ in which they use. Say so in model.yaml:"
            + " format: xgboost-best (scikit-learn and R) or xgboost-all (Booster.predict).");
  }

  /** The first tree of each round, and the number of trees. */
  private int[] starts(Node model, int trees, boolean vector) {
    Optional<Node> written = model.find("iteration_indptr");
    if (written.isPresent()) {
      int[] starts = written.get().integers();
      for (int r = 0; r + 1 < starts.length; r++) {
        if (starts[r] > starts[r + 1]) {
          throw written.get().wrong("falls at round " + r);
        }
      }
      if (starts.length == 0 || starts[0] != 0 || starts[starts.length - 1] != trees) {
        throw written.get().wrong("does not run from 0 to " + trees);
      }
      return starts;
    }
    // XGBoost 1 does not write where a round starts. A vector leaf holds all outputs.
    int parallel =
        model
            .at("gbtree_model_param")
            .find("num_parallel_tree")
            .map(Node::integer)
            .or(this::parallelInAttributes)
            .orElse(1);
    long size = Math.max(1L, parallel) * (vector ? 1 : learner.outputs());
    int[] starts = new int[(int) ((trees + size - 1) / size) + 1];
    for (int r = 0; r < starts.length; r++) {
      starts[r] = (int) Math.min(trees, r * size);
    }
    return starts;
  }

  /** The first versions tell the size of a forest only where Python noted the best round. */
  private Optional<Integer> parallelInAttributes() {
    return learner
        .attribute("best_ntree_limit")
        .flatMap(
            limit ->
                learner.attribute("best_iteration").map(b -> limit.integer() / (b.integer() + 1)));
  }

  /** Adds the tree; one an output, of the same shape, where a leaf holds a value an output. */
  private void read(Node node, int output, double weight, List<Tree> trees) {
    int size = Math.max(1, leafSize(node));
    int outputs = learner.outputs();
    if (size > 1 && size != outputs) {
      throw node.wrong("has leaves of " + size + " values for " + outputs + " outputs");
    }
    int[] left = node.at("left_children").integers();
    int n = left.length;
    if (n == 0) {
      throw node.wrong("has no nodes");
    }
    int[] right = integers(node, "right_children", n);
    int[] feature = integers(node, "split_indices", n).clone();
    double[] condition = numbers(node, "split_conditions", n);
    double[] defaultLeft = numbers(node, "default_left", n);
    // Before 3.1, trees with vector leaves came without: then the cover is 0 everywhere.
    double[] cover =
        size > 1 && node.find("sum_hessian").isEmpty()
            ? new double[n]
            : numbers(node, "sum_hessian", n).clone();
    double[] type =
        node.find("split_type").isPresent() ? numbers(node, "split_type", n) : new double[n];
    Leaves leaves = Leaves.of(node, size, n, right, condition);
    long[][] sets = sets(node, n, type);
    int[] yes = new int[n];
    int[] no = new int[n];
    boolean[] missingYes = new boolean[n];
    double[] threshold = new double[n];
    double[][] value = new double[size][n];
    // Deleted nodes stay in the file; only what the root reaches is a part of the tree.
    BitSet seen = new BitSet(n);
    int[] stack = new int[n + 1];
    int[] depth = new int[n];
    int top = 0;
    stack[top++] = 0;
    seen.set(0);
    while (top > 0) {
      int i = stack[--top];
      if (!(cover[i] >= 0) || Double.isInfinite(cover[i])) {
        throw node.wrong("has the cover " + cover[i] + " at node " + i);
      }
      if (left[i] == -1 && (right[i] == -1 || leaves.apart())) {
        feature[i] = -1;
        for (int k = 0; k < size; k++) {
          value[k][i] = weight * leaves.value(i, k);
          if (!Double.isFinite(value[k][i])) {
            throw node.wrong("has the leaf value " + value[k][i] + " at node " + i);
          }
        }
        continue;
      }
      if (feature[i] < 0 || feature[i] >= learner.features()) {
        throw node.wrong(
            "splits on feature " + feature[i] + " of " + learner.features() + " at node " + i);
      }
      for (int child : new int[] {left[i], right[i]}) {
        if (child < 1 || child >= n || seen.get(child)) {
          throw node.wrong("has an impossible child " + child + " at node " + i);
        }
        seen.set(child);
        stack[top++] = child;
        depth[child] = depth[i] + 1;
        if (depth[child] > MAX_DEPTH) {
          throw node.wrong("is deeper than " + MAX_DEPTH + " splits");
        }
      }
      boolean categorical = type[i] == 1;
      if (categorical) {
        if (sets[i] == null) {
          throw node.wrong("has no categories at node " + i);
        }
        levelCount[feature[i]] = Math.max(levelCount[feature[i]], BitSet.valueOf(sets[i]).length());
      } else {
        sets[i] = null;
        threshold[i] = condition[i];
        if (Double.isNaN(threshold[i])) {
          throw node.wrong("has no threshold at node " + i);
        }
      }
      // A category in the set goes right, a number below the threshold left.
      yes[i] = categorical ? right[i] : left[i];
      no[i] = categorical ? left[i] : right[i];
      missingYes[i] = categorical != (defaultLeft[i] != 0);
    }
    for (int k = 0; k < size; k++) {
      trees.add(
          new Tree(
              feature,
              threshold,
              sets,
              yes,
              no,
              missingYes,
              value[k],
              cover,
              size > 1 ? k : output));
    }
  }

  /**
   * Where a tree keeps what its leaves hold.
   *
   * @param values {@code size} values an entry
   * @param index entry of each node
   * @param apart true if the leaves have a list of their own, whose entry is in place of the right
   *     child
   */
  private record Leaves(Node node, double[] values, int size, int[] index, boolean apart) {

    static Leaves of(Node node, int size, int n, int[] right, double[] condition) {
      if (size == 1) {
        return new Leaves(node, condition, 1, own(n), false);
      }
      Optional<Node> apart = node.find("leaf_weights");
      if (apart.isPresent()) {
        return new Leaves(node, apart.get().numbers(), size, right, true);
      }
      // XGBoost 2.0 to 3.0: the weights of all nodes, leaf or not.
      double[] all = node.at("base_weights").numbers();
      if (all.length != (long) n * size) {
        throw node.wrong("has " + all.length + " weights for " + n + " nodes of " + size);
      }
      return new Leaves(node, all, size, own(n), false);
    }

    private static int[] own(int n) {
      int[] own = new int[n];
      Arrays.setAll(own, i -> i);
      return own;
    }

    double value(int leaf, int output) {
      long place = (long) index[leaf] * size + output;
      if (place < 0 || place >= values.length) {
        throw node.wrong("has no weights for leaf " + leaf);
      }
      return values[(int) place];
    }
  }

  private static long[][] sets(Node node, int n, double[] type) {
    long[][] sets = new long[n][];
    if (Arrays.stream(type).noneMatch(t -> t == 1)) {
      return sets;
    }
    int[] categories = node.at("categories").integers();
    int[] nodes = node.at("categories_nodes").integers();
    int[] starts = integers(node, "categories_segments", nodes.length);
    int[] sizes = integers(node, "categories_sizes", nodes.length);
    for (int s = 0; s < nodes.length; s++) {
      if (nodes[s] < 0
          || nodes[s] >= n
          || starts[s] < 0
          || sizes[s] < 0
          || (long) starts[s] + sizes[s] > categories.length) {
        throw node.wrong("has a set of categories (number " + s + ") outside its lists");
      }
      BitSet set = new BitSet();
      for (int c = starts[s]; c < starts[s] + sizes[s]; c++) {
        if (categories[c] < 0 || categories[c] >= MAX_CATEGORY) {
          throw node.wrong(
              "has the category " + categories[c] + "; from 0 to " + (MAX_CATEGORY - 1) + " fit");
        }
        set.set(categories[c]);
      }
      sets[nodes[s]] = set.toLongArray();
    }
    return sets;
  }

  private static int[] integers(Node node, String name, int length) {
    int[] out = node.at(name).integers();
    if (out.length != length) {
      throw node.wrong("has " + out.length + " entries in " + name + " where " + length + " fit");
    }
    return out;
  }

  private static double[] numbers(Node node, String name, int length) {
    double[] out = node.at(name).numbers();
    if (out.length != length) {
      throw node.wrong("has " + out.length + " entries in " + name + " where " + length + " fit");
    }
    return out;
  }
}
