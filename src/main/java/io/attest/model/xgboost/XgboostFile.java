package io.attest.model.xgboost;

import io.attest.model.Feature;
import io.attest.model.InvalidModelException;
import io.attest.model.Task;
import io.attest.model.tree.Comparison;
import io.attest.model.tree.Missing;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsemble;
import io.attest.model.tree.TreeFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The content of an XGBoost model file: JSON or Universal Binary JSON, written by XGBoost 1.x to
 * 3.x; boosters {@code gbtree} (random forests included) and {@code dart}.
 *
 * <p>Numbers are compared as 32-bit floats, {@code x < threshold} goes left; a category in the set
 * of a split goes right, one that cannot be in it (negative, too large) left; NaN goes where {@code
 * default_left} says. The weight of a DART tree is multiplied into its leaves.
 */
public final class XgboostFile {
  private XgboostFile() {}

  /** Which trees count in a model that stopped early. */
  public enum Rounds {
    /** All, and the file must not say that fewer were best. */
    UNAMBIGUOUS,
    /** All, as {@code Booster.predict} does. */
    ALL,
    /** Up to the best iteration, as XGBoost's scikit-learn and R interfaces do. */
    BEST
  }

  private static final int MAX_CATEGORY = 1 << 16;
  private static final int MAX_DEPTH = 1000;

  /** True if the bytes look like one of the two formats. */
  public static boolean looksLike(byte[] bytes) {
    return isUbj(bytes) || firstSign(bytes) == '{';
  }

  private static boolean isUbj(byte[] bytes) {
    return bytes.length > 1 && bytes[0] == '{' && "iUIlL#$".indexOf(bytes[1]) >= 0;
  }

  private static int firstSign(byte[] bytes) {
    for (byte b : bytes) {
      if (!Character.isWhitespace(b)) {
        return b;
      }
    }
    return -1;
  }

  /**
   * Reads a model file.
   *
   * @param file its name, for messages
   * @throws InvalidModelException naming the file and what is wrong with it
   */
  public static TreeFile read(String file, byte[] bytes, Rounds rounds) {
    String head = new String(bytes, 0, Math.min(4, bytes.length), StandardCharsets.ISO_8859_1);
    if (head.equals("binf") || head.startsWith("\u0080")) {
      throw new InvalidModelException(
          file
              + " is XGBoost's old binary format or a pickle. Save the model as .json or .ubj:"
              + " booster.save_model(\"model.json\").");
    }
    boolean ubj = isUbj(bytes);
    Node root = ubj ? UbjFile.read(file, bytes) : JsonFile.read(file, bytes);
    if (root.find("learner").isEmpty() && root.find("Model").isPresent()) {
      root = root.at("Model");
    }
    return new Reader(root, rounds).read(ubj ? "xgboost-ubj" : "xgboost-json");
  }

  private static final class Reader {
    private final Node root;
    private final Rounds rounds;
    private int features;
    private int outputs;
    private String[] types;
    private int[] levelCount;

    Reader(Node root, Rounds rounds) {
      this.root = root;
      this.rounds = rounds;
    }

    TreeFile read(String format) {
      Node learner = root.at("learner");
      Node parameters = learner.at("learner_model_param");
      features = positive(parameters.at("num_feature"));
      int classes = parameters.find("num_class").map(Node::integer).orElse(0);
      int targets = parameters.find("num_target").map(Node::integer).orElse(1);
      if (targets > 1) {
        throw new InvalidModelException(
            root.file()
                + " predicts "
                + targets
                + " targets at once, which is not supported. Maybe save one model a target.");
      }
      outputs = Math.max(1, classes);
      if (outputs > 1_000_000) {
        throw parameters.wrong("announces " + outputs + " classes");
      }
      Objective objective = Objective.of(learner.at("objective").at("name"));
      if ((objective.task() == Task.MULTICLASS) != outputs > 1) {
        throw parameters.wrong("has num_class " + classes + ", which does not fit the objective");
      }
      Node booster = learner.at("gradient_booster");
      String name = booster.at("name").text();
      Optional<Node> weights = booster.find("weight_drop");
      if (name.equals("dart")) {
        // XGBoost 1 and 2 nest the trees of DART in a gbtree, and keep the weights beside it.
        booster = booster.find("gbtree").orElse(booster);
      } else if (!name.equals("gbtree")) {
        throw new InvalidModelException(
            root.file()
                + ": the booster "
                + name
                + " is not supported, only gbtree and dart. "
                + (name.equals("gblinear") ? "Maybe write it as a scorecard." : ""));
      }
      types = types(learner);
      levelCount = new int[features];
      Node model = booster.at("model");
      // XGBoost 3 calls DART gbtree, and keeps the weights beside the trees.
      weights = weights.or(() -> model.find("weight_drop"));
      List<Tree> trees = trees(model, weights.map(Node::numbers), learner);
      TreeEnsemble ensemble =
          new TreeEnsemble(
              trees,
              features,
              outputs,
              base(parameters.at("base_score"), objective),
              Comparison.LESS,
              true,
              Collections.nCopies(features, Missing.NAN));
      List<String> names = names(learner);
      List<List<String>> levels = levels(model);
      List<Feature> inputs = new ArrayList<>();
      List<Boolean> known = new ArrayList<>();
      for (int j = 0; j < features; j++) {
        List<String> own = levels.get(j);
        known.add(!own.isEmpty());
        if (own.isEmpty() && (types[j].equals("c") || levelCount[j] > 0)) {
          own = new ArrayList<>();
          for (int c = 0; c < Math.max(1, levelCount[j]); c++) {
            own.add(Integer.toString(c));
          }
        }
        inputs.add(new Feature(names.isEmpty() ? "f" + j : names.get(j), own));
      }
      return new TreeFile(
          format,
          version(),
          objective.task(),
          objective.link(),
          List.copyOf(inputs),
          !names.isEmpty(),
          List.copyOf(known),
          ensemble);
    }

    private static int positive(Node node) {
      int n = node.integer();
      if (n < 1) {
        throw node.wrong("is " + n);
      }
      return n;
    }

    private String version() {
      return root.find("version")
          .map(Node::integers)
          .map(v -> String.join(".", Arrays.stream(v).mapToObj(Integer::toString).toList()))
          .orElse("");
    }

    private List<String> names(Node learner) {
      List<String> names =
          learner.find("feature_names").map(Node::list).orElse(List.of()).stream()
              .map(Node::text)
              .toList();
      if (!names.isEmpty() && names.size() != features) {
        throw learner.wrong("names " + names.size() + " features where num_feature is " + features);
      }
      return names;
    }

    private String[] types(Node learner) {
      List<Node> types = learner.find("feature_types").map(Node::list).orElse(List.of());
      if (!types.isEmpty() && types.size() != features) {
        throw learner.wrong(
            "has types of " + types.size() + " features where num_feature is " + features);
      }
      if (types.isEmpty() && features > 1_000_000) {
        throw learner.wrong("announces " + features + " features and names none");
      }
      String[] out = new String[features];
      Arrays.fill(out, "q");
      for (int j = 0; j < types.size(); j++) {
        out[j] = types.get(j).text();
      }
      return out;
    }

    /** A number, text of a number, or since 3.1 text of a list: {@code [5E-1]}. */
    private double[] base(Node node, Objective objective) {
      double[] written;
      if (node.value() instanceof Double d) {
        written = new double[] {d};
      } else if (node.value() instanceof double[] list) {
        written = list;
      } else {
        String text = node.text().strip();
        if (text.startsWith("[") && text.endsWith("]")) {
          text = text.substring(1, text.length() - 1);
        }
        String[] parts = text.split(",");
        written = new double[parts.length];
        for (int i = 0; i < parts.length; i++) {
          try {
            written[i] = Double.parseDouble(parts[i].strip());
          } catch (NumberFormatException e) {
            throw node.wrong("is '" + node.text() + "', which is not a number");
          }
        }
      }
      if (written.length != 1 && written.length != outputs) {
        throw node.wrong("has " + written.length + " numbers for " + outputs + " outputs");
      }
      double[] base = new double[outputs];
      for (int k = 0; k < outputs; k++) {
        base[k] = objective.raw(node, written[written.length == 1 ? 0 : k]);
      }
      return base;
    }

    /** Names of categories, which XGBoost 3.1 and later keeps for data frames. */
    private List<List<String>> levels(Node model) {
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

    private List<Tree> trees(Node model, Optional<double[]> weights, Node learner) {
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
      int used = treesUsed(model, nodes.size(), learner);
      List<Tree> trees = new ArrayList<>(used);
      for (int t = 0; t < used; t++) {
        if (groups[t] < 0 || groups[t] >= outputs) {
          throw nodes.get(t).wrong("belongs to output " + groups[t] + " of " + outputs);
        }
        trees.add(tree(nodes.get(t), groups[t], weights.isPresent() ? weights.get()[t] : 1));
      }
      return trees;
    }

    private int treesUsed(Node model, int trees, Node learner) {
      Optional<Node> best = learner.find("attributes").flatMap(a -> a.find("best_iteration"));
      if (best.isEmpty() || rounds == Rounds.ALL) {
        return trees;
      }
      int parallel =
          model.at("gbtree_model_param").find("num_parallel_tree").map(Node::integer).orElse(1);
      long perRound = (long) Math.max(1, parallel) * outputs;
      long wanted = (best.get().integer() + 1L) * perRound;
      if (wanted >= trees) {
        return trees;
      }
      if (wanted < 1) {
        throw best.get().wrong("is " + best.get().integer());
      }
      if (rounds == Rounds.BEST) {
        return (int) wanted;
      }
      throw new InvalidModelException(
          root.file()
              + " holds "
              + trees / perRound
              + " rounds, but training found round "
              + (best.get().integer() + 1)
              + " best, and XGBoost's interfaces differ in which they use. Say so in model.yaml:"
              + " format: xgboost-best (scikit-learn and R) or xgboost-all (Booster.predict).");
    }

    private Tree tree(Node node, int output, double weight) {
      Node parameters = node.at("tree_param");
      int leafSize = parameters.find("size_leaf_vector").map(Node::integer).orElse(0);
      if (leafSize > 1) {
        throw new InvalidModelException(
            root.file()
                + ": leaves with several values (multi_strategy = multi_output_tree) are not"
                + " supported. Maybe train with multi_strategy = one_output_per_tree.");
      }
      int[] left = node.at("left_children").integers();
      int n = left.length;
      int[] right = integers(node, "right_children", n);
      int[] feature = integers(node, "split_indices", n);
      double[] condition = numbers(node, "split_conditions", n);
      double[] defaultLeft = numbers(node, "default_left", n);
      double[] cover = numbers(node, "sum_hessian", n).clone();
      double[] type =
          node.find("split_type").isPresent() ? numbers(node, "split_type", n) : new double[n];
      if (n == 0) {
        throw node.wrong("has no nodes");
      }
      long[][] sets = sets(node, n, type);
      int[] yes = new int[n];
      int[] no = new int[n];
      boolean[] missingYes = new boolean[n];
      double[] threshold = new double[n];
      double[] value = new double[n];
      feature = feature.clone();
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
        if (left[i] == -1 && right[i] == -1) {
          feature[i] = -1;
          value[i] = weight * condition[i];
          if (!Double.isFinite(value[i])) {
            throw node.wrong("has the leaf value " + value[i] + " at node " + i);
          }
          continue;
        }
        if (feature[i] < 0 || feature[i] >= features) {
          throw node.wrong("splits on feature " + feature[i] + " of " + features + " at node " + i);
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
          levelCount[feature[i]] =
              Math.max(levelCount[feature[i]], BitSet.valueOf(sets[i]).length());
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
      return new Tree(feature, threshold, sets, yes, no, missingYes, value, cover, output);
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
}
