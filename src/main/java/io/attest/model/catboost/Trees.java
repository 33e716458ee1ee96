package io.attest.model.catboost;

import io.attest.model.Feature;
import io.attest.model.InvalidModelException;
import io.attest.model.json.Node;
import io.attest.model.tree.Tree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Reads the trees of a model. */
final class Trees {
  private static final int MAX_DEPTH = 1000;

  private final Node root;
  private final Inputs inputs;
  private final boolean symmetric;
  private final List<Node> nodes;
  private final double scale;
  private final double[] bias;

  Trees(Node root, Inputs inputs) {
    this.root = root;
    this.inputs = inputs;
    Optional<Node> oblivious = root.find("oblivious_trees");
    symmetric = oblivious.isPresent();
    nodes = oblivious.orElseGet(() -> root.at("trees")).list();
    if (nodes.isEmpty()) {
      throw root.wrong("has no trees");
    }
    int outputs = symmetric ? width(nodes.get(0)) : leaf(nodes.get(0), 0).length;
    Optional<Node> written = root.find("scale_and_bias");
    scale = written.isPresent() ? finite(pair(written.get()).get(0)) : 1;
    bias = new double[outputs];
    if (written.isPresent()) {
      // Old versions write a number, new ones a list.
      Node second = pair(written.get()).get(1);
      double[] values =
          second.value() instanceof Double d ? new double[] {d} : second.numbers().clone();
      if (values.length != 0 && values.length != outputs) {
        throw second.wrong("has " + values.length + " numbers for " + outputs + " outputs");
      }
      for (int k = 0; k < values.length; k++) {
        if (!Double.isFinite(values[k])) {
          throw second.wrong("has the bias " + values[k]);
        }
        bias[k] = values[k];
      }
    }
  }

  private static List<Node> pair(Node node) {
    List<Node> list = node.list();
    if (list.size() != 2) {
      throw node.wrong("should be a scale and a bias");
    }
    return list;
  }

  private static double finite(Node node) {
    if (!Double.isFinite(node.number())) {
      throw node.wrong("is " + node.number());
    }
    return node.number();
  }

  int outputs() {
    return bias.length;
  }

  /** What each raw output starts from. */
  double[] bias() {
    return bias.clone();
  }

  /** One tree an output, in the order of the file. */
  List<Tree> read() {
    List<Tree> out = new ArrayList<>();
    for (Node node : nodes) {
      Growing tree = new Growing(node);
      if (symmetric) {
        symmetric(node, tree);
      } else {
        tree.weigh(asymmetric(node, tree, 0));
      }
      tree.addTo(out);
    }
    return out;
  }

  /** Values of a leaf of a symmetric tree. */
  private static int width(Node tree) {
    int depth = tree.find("splits").map(s -> s.list().size()).orElse(0);
    int values = tree.at("leaf_values").numbers().length;
    if (depth > 30 || values == 0 || values % (1L << depth) != 0) {
      throw tree.wrong("has " + values + " leaf_values for " + depth + " splits");
    }
    return values >> depth;
  }

  private void symmetric(Node node, Growing tree) {
    if (width(node) != outputs()) {
      throw node.wrong("has leaves of " + width(node) + " values where others have " + outputs());
    }
    List<Node> splits = node.find("splits").map(Node::list).orElse(List.of());
    double[] values = node.at("leaf_values").numbers();
    int leaves = values.length / outputs();
    Optional<Node> written = node.find("leaf_weights");
    double[] weights = written.isPresent() ? written.get().numbers() : new double[leaves];
    if (weights.length != leaves) {
      throw node.wrong("has " + weights.length + " leaf_weights for " + leaves + " leaves");
    }
    Split[] read = splits.stream().map(this::split).toArray(Split[]::new);
    tree.weigh(grow(node, tree, read, read.length, 0, values, weights));
  }

  /**
   * Grows what is below a node. Split i decides bit i of a leaf's number; the last one is the root,
   * as in CatBoost's own contributions.
   *
   * @param level number of splits still to come
   * @param bits decided by those above
   */
  private int grow(
      Node node,
      Growing tree,
      Split[] splits,
      int level,
      int bits,
      double[] values,
      double[] weights) {
    if (level == 0) {
      int start = bits * outputs();
      return tree.leaf(node, Arrays.copyOfRange(values, start, start + outputs()), weights[bits]);
    }
    int own = tree.split(splits[level - 1]);
    int zero = grow(node, tree, splits, level - 1, bits, values, weights);
    int one = grow(node, tree, splits, level - 1, bits | 1 << (level - 1), values, weights);
    tree.children(own, splits[level - 1], zero, one);
    return own;
  }

  private int asymmetric(Node node, Growing tree, int depth) {
    if (depth > MAX_DEPTH) {
      throw node.wrong("is deeper than " + MAX_DEPTH + " splits");
    }
    if (node.find("value").isPresent()) {
      double[] values = leaf(node, depth);
      if (values.length != outputs()) {
        throw node.wrong("has " + values.length + " values where others have " + outputs());
      }
      return tree.leaf(node, values, node.find("weight").map(Node::number).orElse(0.0));
    }
    Split split = split(node.at("split"));
    int own = tree.split(split);
    int zero = asymmetric(node.at("left"), tree, depth + 1);
    int one = asymmetric(node.at("right"), tree, depth + 1);
    tree.children(own, split, zero, one);
    return own;
  }

  /** The values of a tree's first leaf. */
  private static double[] leaf(Node tree, int depth) {
    Node node = tree;
    for (int d = depth; node.find("value").isEmpty(); d++) {
      if (d > MAX_DEPTH) {
        throw tree.wrong("is deeper than " + MAX_DEPTH + " splits");
      }
      node = node.at("left");
    }
    Node value = node.at("value");
    return value.value() instanceof Double number ? new double[] {number} : value.numbers();
  }

  /**
   * A question.
   *
   * @param categories the level asked for, as a set; null for a number
   * @param border the number is above it
   */
  private record Split(int input, double border, long[] categories, boolean missingAbove) {}

  private Split split(Node node) {
    String type = node.find("split_type").map(Node::text).orElse("FloatFeature");
    return switch (type) {
      case "FloatFeature" -> {
        int input = input(node, "float_feature_index", inputs.numbers());
        double border = (float) node.at("border").number();
        if (Double.isNaN(border)) {
          throw node.wrong("has no border");
        }
        yield new Split(input, border, null, inputs.missingAbove()[input]);
      }
      case "OneHotFeature" -> {
        int input = input(node, "cat_feature_index", inputs.categories());
        yield new Split(input, 0, level(node, input), false);
      }
      case "OnlineCtr" ->
          throw new InvalidModelException(
              root.file()
                  + " splits on statistics of the target by category (OnlineCtr), which is not"
                  + " supported: they depend on the training data. Maybe train with"
                  + " one_hot_max_size above the number of levels, or encode the categories as"
                  + " numbers before training.");
      default ->
          throw new InvalidModelException(
              root.file()
                  + " splits on a feature of the kind "
                  + type
                  + ", which is not supported.");
    };
  }

  private static int input(Node node, String name, int[] inputs) {
    int index = node.at(name).integer();
    if (index < 0 || index >= inputs.length || inputs[index] < 0) {
      throw node.wrong("has the " + name + " " + index + ", which features_info does not list");
    }
    return inputs[index];
  }

  private long[] level(Node node, int input) {
    Feature feature = inputs.features().get(input);
    int hash = CategoryNames.hash(node.at("value"));
    String name = inputs.names().byHash().get(hash);
    if (name == null) {
      throw new InvalidModelException(
          root.file()
              + " splits on a category of "
              + feature.name()
              + " that it does not name (hash "
              + hash
              + "). Maybe save the model with pool=<training pool>, so that its categories have"
              + " names.");
    }
    int code = feature.levels().indexOf(name);
    if (code < 0) {
      throw new InvalidModelException(
          root.file()
              + " asks whether "
              + feature.name()
              + " is '"
              + name
              + "', but its levels are "
              + feature.levels()
              + ". Maybe a level is misspelt or left out in model.yaml.");
    }
    long[] set = new long[(code >> 6) + 1];
    set[code >> 6] = 1L << (code & 63);
    return set;
  }

  /** A tree while it grows; its nodes are in the order of their making. */
  private final class Growing {
    private final Node node;
    private final List<Split> splits = new ArrayList<>();
    private final List<double[]> leaves = new ArrayList<>();
    private final List<int[]> children = new ArrayList<>();
    private final List<Double> weights = new ArrayList<>();
    private double[] cover = {};

    Growing(Node node) {
      this.node = node;
    }

    int split(Split split) {
      return add(split, new double[0], 0);
    }

    int leaf(Node where, double[] values, double weight) {
      if (!(weight >= 0) || Double.isInfinite(weight)) {
        throw where.wrong("has the leaf weight " + weight);
      }
      for (double value : values) {
        if (!Double.isFinite(value * scale)) {
          throw where.wrong("has the leaf value " + value);
        }
      }
      return add(null, values, weight);
    }

    private int add(Split split, double[] values, double weight) {
      splits.add(split);
      leaves.add(values);
      children.add(new int[2]);
      weights.add(weight);
      return splits.size() - 1;
    }

    /** A number not above the border, and a category that is the level, satisfy the question. */
    void children(int own, Split split, int zero, int one) {
      boolean number = split.categories() == null;
      children.get(own)[0] = number ? zero : one;
      children.get(own)[1] = number ? one : zero;
    }

    /** Children come after their parents, so their covers are summed from the end. */
    void weigh(int first) {
      cover = weights.stream().mapToDouble(Double::doubleValue).toArray();
      for (int i = cover.length - 1; i >= first; i--) {
        if (splits.get(i) != null) {
          cover[i] = cover[children.get(i)[0]] + cover[children.get(i)[1]];
        }
      }
      if (!Double.isFinite(cover[first])) {
        throw node.wrong("has leaf weights whose sum is " + cover[first]);
      }
    }

    void addTo(List<Tree> trees) {
      int n = splits.size();
      int[] feature = new int[n];
      double[] threshold = new double[n];
      long[][] categories = new long[n][];
      boolean[] missingYes = new boolean[n];
      double[][] value = new double[outputs()][n];
      for (int i = 0; i < n; i++) {
        Split split = splits.get(i);
        if (split == null) {
          feature[i] = -1;
          for (int k = 0; k < outputs(); k++) {
            value[k][i] = scale * leaves.get(i)[k];
          }
        } else {
          feature[i] = split.input();
          threshold[i] = split.border();
          categories[i] = split.categories();
          missingYes[i] = split.categories() == null && !split.missingAbove();
        }
      }
      int[] yes = children.stream().mapToInt(c -> c[0]).toArray();
      int[] no = children.stream().mapToInt(c -> c[1]).toArray();
      for (int k = 0; k < outputs(); k++) {
        trees.add(
            new Tree(feature, threshold, categories, yes, no, missingYes, value[k], cover, k));
      }
    }
  }
}
