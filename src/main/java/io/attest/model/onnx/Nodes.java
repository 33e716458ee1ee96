package io.attest.model.onnx;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The nodes of one tree as the file has them: questions with a child for true and one for false,
 * and leaves with weights.
 *
 * @param feature column that the node asks about, of those that the trees see
 * @param value what it is compared with
 * @param members of a set question: the set; else null
 * @param missingTrue whether a missing value counts as true
 * @param weights for each target that a leaf of this tree names: what each node adds to it
 * @param root which node is the root
 */
record Nodes(
    Mode[] mode,
    int[] feature,
    double[] value,
    double[][] members,
    int[] whenTrue,
    int[] whenFalse,
    boolean[] missingTrue,
    SortedMap<Integer, double[]> weights,
    int root) {

  /** What a node asks. */
  enum Mode {
    BRANCH_LEQ,
    BRANCH_LT,
    BRANCH_GTE,
    BRANCH_GT,
    BRANCH_EQ,
    BRANCH_NEQ,
    BRANCH_MEMBER,
    LEAF
  }

  /** Most numbers in the leaves of an ensemble: 1 GiB. */
  private static final long MAX_CELLS = 1 << 27;

  private static final List<Mode> MODES = List.of(Mode.values());

  /** The trees of an ensemble, and how many targets or classes their leaves may name. */
  record Forest(List<Nodes> trees, int targets) {}

  /**
   * Refuses an ensemble whose nodes are no trees, or whose lists do not fit each other: a library
   * that trusts them would look for nodes outside of its memory.
   *
   * @throws io.attest.model.InvalidModelException naming what is wrong
   */
  static void check(Operator op) {
    boolean classifier = op.type().equals("TreeEnsembleClassifier");
    long targets =
        classifier
            ? op.texts("classlabels_strings").size() + op.integers("classlabels_int64s").length
            : op.integer("n_targets", 1);
    if (targets < 1 || targets > MAX_CELLS) {
      throw op.wrong("announces " + targets + " targets");
    }
    if (op.numbers("base_values").length > targets) {
      throw op.wrong("has more base_values than targets");
    }
    Forest forest =
        op.type().equals("TreeEnsemble")
            ? five(op)
            : old(op, classifier ? "class" : "target", (int) targets);
    forest.trees().forEach(nodes -> nodes.checkTree(op));
  }

  private void checkTree(Operator op) {
    boolean[] met = new boolean[size()];
    Deque<Integer> open = new ArrayDeque<>(List.of(root));
    int count = 0;
    while (!open.isEmpty()) {
      int node = open.pop();
      if (met[node]) {
        throw op.wrong("has a node with two parents: that is no tree");
      }
      met[node] = true;
      count++;
      if (mode[node] != Mode.LEAF) {
        open.push(whenTrue[node]);
        open.push(whenFalse[node]);
      }
    }
    if (count < size()) {
      throw op.wrong("has nodes that no other leads to");
    }
  }

  private static Nodes empty(int n) {
    Mode[] mode = new Mode[n];
    Arrays.fill(mode, Mode.LEAF);
    return new Nodes(
        mode,
        new int[n],
        new double[n],
        new double[n][],
        new int[n],
        new int[n],
        new boolean[n],
        new TreeMap<>(),
        0);
  }

  int size() {
    return mode.length;
  }

  private void add(Operator op, long[] cells, int leaf, int target, double weight) {
    if (!Double.isFinite(weight)) {
      throw op.wrong("has the leaf weight " + weight);
    }
    double[] values = weights.get(target);
    if (values == null) {
      cells[0] += size();
      if (cells[0] > MAX_CELLS) {
        throw op.wrong("has too many nodes for that many outputs");
      }
      values = new double[size()];
      weights.put(target, values);
    }
    values[leaf] += weight;
  }

  /**
   * Nodes of {@code TreeEnsembleClassifier} and {@code TreeEnsembleRegressor}.
   *
   * @param prefix of the leaves' attributes: {@code class} or {@code target}
   */
  static Forest old(Operator op, String prefix, int targets) {
    List<String> modes = op.texts("nodes_modes");
    int n = modes.size();
    if (n == 0) {
      throw op.wrong("has no nodes");
    }
    long[] treeIds = op.integers("nodes_treeids", n);
    long[] nodeIds = op.integers("nodes_nodeids", n);
    // For each tree, by its id: the entries of its nodes, by theirs.
    Map<Long, Map<Long, Integer>> entries = new LinkedHashMap<>();
    int[] local = new int[n];
    for (int i = 0; i < n; i++) {
      Map<Long, Integer> tree = entries.computeIfAbsent(treeIds[i], t -> new HashMap<>());
      local[i] = tree.size();
      if (tree.put(nodeIds[i], i) != null) {
        throw op.wrong("has node " + nodeIds[i] + " of tree " + treeIds[i] + " twice");
      }
    }
    Map<Long, Nodes> trees = new LinkedHashMap<>();
    entries.forEach((id, nodes) -> trees.put(id, empty(nodes.size())));
    long[] features = op.integers("nodes_featureids", n);
    double[] values = op.numbers("nodes_values", n);
    long[] whenTrue = op.integers("nodes_truenodeids", n);
    long[] whenFalse = op.integers("nodes_falsenodeids", n);
    long[] missing =
        op.has("nodes_missing_value_tracks_true")
            ? op.integers("nodes_missing_value_tracks_true", n)
            : new long[n];
    for (int i = 0; i < n; i++) {
      Nodes tree = trees.get(treeIds[i]);
      int at = local[i];
      tree.mode[at] = mode(op, modes.get(i));
      if (tree.mode[at] != Mode.LEAF) {
        tree.feature[at] = feature(op, features[i]);
        tree.value[at] = values[i];
        tree.missingTrue[at] = missing[i] != 0;
        Map<Long, Integer> own = entries.get(treeIds[i]);
        Integer yes = own.get(whenTrue[i]);
        Integer no = own.get(whenFalse[i]);
        if (yes == null || no == null) {
          throw op.wrong(
              "has no child " + (yes == null ? whenTrue : whenFalse)[i] + " in tree " + treeIds[i]);
        }
        tree.whenTrue[at] = local[yes];
        tree.whenFalse[at] = local[no];
      }
    }
    double[] weights = op.numbers(prefix + "_weights");
    long[] weightTree = op.integers(prefix + "_treeids", weights.length);
    long[] weightNode = op.integers(prefix + "_nodeids", weights.length);
    long[] weightTarget = op.integers(prefix + "_ids", weights.length);
    long[] cells = new long[1];
    for (int w = 0; w < weights.length; w++) {
      Integer entry = entries.getOrDefault(weightTree[w], Map.of()).get(weightNode[w]);
      if (entry == null || !modes.get(entry).equals("LEAF")) {
        throw op.wrong(
            "has a weight for node "
                + weightNode[w]
                + " of tree "
                + weightTree[w]
                + ", which is no leaf");
      }
      int target = target(op, weightTarget[w], targets);
      trees.get(weightTree[w]).add(op, cells, local[entry], target, weights[w]);
    }
    List<Nodes> rooted = new ArrayList<>();
    trees.forEach((id, tree) -> rooted.add(tree.rooted(op, id)));
    return new Forest(rooted, targets);
  }

  /** The same nodes with their root: the one node that is no other's child. */
  private Nodes rooted(Operator op, long id) {
    boolean[] child = new boolean[size()];
    for (int i = 0; i < size(); i++) {
      if (mode[i] != Mode.LEAF) {
        child[whenTrue[i]] = true;
        child[whenFalse[i]] = true;
      }
    }
    int root = -1;
    for (int i = 0; i < size(); i++) {
      if (!child[i]) {
        if (root >= 0) {
          throw op.wrong("has two roots in tree " + id);
        }
        root = i;
      }
    }
    if (root < 0) {
      throw op.wrong("has no root in tree " + id);
    }
    return new Nodes(
        mode, feature, value, members, whenTrue, whenFalse, missingTrue, weights, root);
  }

  /** Nodes of {@code TreeEnsemble}, version 5. */
  static Forest five(Operator op) {
    double[] modes = op.numbers("nodes_modes");
    int n = modes.length;
    if (n == 0) {
      throw op.wrong("has no nodes");
    }
    double[] splits = op.numbers("nodes_splits", n);
    long[] features = op.integers("nodes_featureids", n);
    long[][] child = {op.integers("nodes_truenodeids", n), op.integers("nodes_falsenodeids", n)};
    long[][] isLeaf = {op.integers("nodes_trueleafs", n), op.integers("nodes_falseleafs", n)};
    long[] missing =
        op.has("nodes_missing_value_tracks_true")
            ? op.integers("nodes_missing_value_tracks_true", n)
            : new long[n];
    double[] weights = op.numbers("leaf_weights");
    long[] targetIds = op.integers("leaf_targetids", weights.length);
    long announced = op.integer("n_targets", 1);
    if (announced < 1 || announced > Math.max(1, weights.length)) {
      throw op.wrong("announces " + announced + " targets and has " + weights.length + " leaves");
    }
    int targets = (int) announced;
    double[][] members = members(op, modes);
    boolean[] seen = new boolean[n];
    long[] cells = new long[1];
    List<Nodes> trees = new ArrayList<>();
    for (long root : op.integers("tree_roots")) {
      if (root < 0 || root >= n || seen[(int) root]) {
        throw op.wrong("has an impossible root " + root);
      }
      // Entries of this tree in the order they are met: a node as its index, a leaf as -1 - index.
      List<Integer> met = new ArrayList<>();
      int r = (int) root;
      seen[r] = true;
      boolean single = isLeaf[0][r] != 0 && isLeaf[1][r] != 0 && child[0][r] == child[1][r];
      met.add(single ? -1 - leaf(op, child[0][r], weights.length) : r);
      List<int[]> children = new ArrayList<>();
      for (int i = 0; i < met.size(); i++) {
        int[] pair = new int[2];
        children.add(pair);
        int node = met.get(i);
        for (int side = 0; side < 2 && node >= 0; side++) {
          long to = child[side][node];
          pair[side] = met.size();
          if (isLeaf[side][node] != 0) {
            met.add(-1 - leaf(op, to, weights.length));
          } else if (to < 0 || to >= n || seen[(int) to]) {
            throw op.wrong("has an impossible child " + to + " at node " + node);
          } else {
            seen[(int) to] = true;
            met.add((int) to);
          }
        }
      }
      Nodes tree = empty(met.size());
      for (int i = 0; i < met.size(); i++) {
        int node = met.get(i);
        if (node < 0) {
          int leaf = -1 - node;
          tree.add(op, cells, i, target(op, targetIds[leaf], targets), weights[leaf]);
          continue;
        }
        tree.mode[i] = mode(op, modes[node]);
        tree.feature[i] = feature(op, features[node]);
        tree.value[i] = splits[node];
        tree.members[i] = members[node];
        tree.missingTrue[i] = missing[node] != 0;
        tree.whenTrue[i] = children.get(i)[0];
        tree.whenFalse[i] = children.get(i)[1];
      }
      trees.add(tree);
    }
    if (trees.isEmpty()) {
      throw op.wrong("has no tree_roots");
    }
    return new Forest(trees, targets);
  }

  /** The sets of the set questions: they stand one after the other, each ended by NaN. */
  private static double[][] members(Operator op, double[] modes) {
    double[] values = op.numbers("membership_values");
    double[][] out = new double[modes.length][];
    int at = 0;
    for (int i = 0; i < modes.length; i++) {
      if (mode(op, modes[i]) == Mode.BRANCH_MEMBER) {
        int end = at;
        while (end < values.length && !Double.isNaN(values[end])) {
          end++;
        }
        if (at >= values.length) {
          throw op.wrong("has fewer sets in membership_values than nodes that ask for one");
        }
        out[i] = Arrays.copyOfRange(values, at, end);
        at = end + 1;
      }
    }
    return out;
  }

  private static Mode mode(Operator op, String name) {
    for (Mode mode : MODES) {
      if (mode.name().equals(name)) {
        return mode;
      }
    }
    throw op.wrong("has a node of the mode '" + name + "'; there are " + MODES);
  }

  private static Mode mode(Operator op, double number) {
    if (!(number >= 0 && number <= Mode.BRANCH_MEMBER.ordinal())) {
      throw op.wrong("has a node of the mode " + number + "; there are 0 to 6");
    }
    return MODES.get((int) number);
  }

  private static int feature(Operator op, long feature) {
    if (feature < 0 || feature > Integer.MAX_VALUE) {
      throw op.wrong("splits on feature " + feature);
    }
    return (int) feature;
  }

  private static int leaf(Operator op, long leaf, int leaves) {
    if (leaf < 0 || leaf >= leaves) {
      throw op.wrong("has no leaf " + leaf);
    }
    return (int) leaf;
  }

  private static int target(Operator op, long target, int targets) {
    if (target < 0 || target >= targets) {
      throw op.wrong("has a leaf for output " + target + " of " + targets);
    }
    return (int) target;
  }
}
