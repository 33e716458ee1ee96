package io.attest.model.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import io.attest.model.Feature;
import io.attest.model.Link;
import io.attest.model.Task;
import io.attest.model.tree.Missing;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsemble;
import io.attest.model.tree.TreeFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Reads the one ensemble of trees that a graph holds: {@code TreeEnsembleClassifier}, {@code
 * TreeEnsembleRegressor} or {@code TreeEnsemble} of the domain {@code ai.onnx.ml}, with operators
 * around it that move columns and apply links, as skl2onnx and onnxmltools write them.
 *
 * <p>Semantics are those of the ONNX specification. Where an input is a 32-bit float, or is cast to
 * one, values are compared as such. A missing value goes to the true side if {@code
 * nodes_missing_value_tracks_true} says so; otherwise a comparison with it is false, and "not
 * equal" true. The file holds no covers.
 *
 * <p>Operators: https://onnx.ai/onnx/operators/index.html#ai-onnx-ml.
 */
final class TreeReader {
  private static final String FIVE = "TreeEnsemble";
  private static final String CLASSIFIER = "TreeEnsembleClassifier";

  /** The operators that hold trees. */
  static final Set<String> ENSEMBLES = Set.of(FIVE, CLASSIFIER, "TreeEnsembleRegressor");

  /** Rounding of a sum of leaves that are probabilities as 32-bit floats. */
  private static final double SLACK = 1e-3;

  private final String file;
  private final ModelProto model;
  private final Graph graph;
  private final Operator op;
  private Task task;
  private Link link = Link.IDENTITY;
  private double[] base;
  private List<Tree> trees = new ArrayList<>();

  TreeReader(String file, ModelProto model) {
    this.file = file;
    this.model = model;
    this.graph = new Graph(file, model.getGraph());
    List<Operator> found =
        graph.operators().stream().filter(o -> ENSEMBLES.contains(o.type())).toList();
    if (found.size() != 1) {
      List<String> types = graph.operators().stream().map(Operator::type).distinct().toList();
      throw new UnsupportedGraphException(
          file
              + " holds "
              + (found.isEmpty() ? "no ensemble of trees" : found.size() + " ensembles of trees")
              + ", where one is supported. Its operators: "
              + types.subList(0, Math.min(10, types.size()))
              + (types.size() > 10 ? " and more" : "")
              + ". Maybe export the one model of trees alone.");
    }
    op = found.get(0);
  }

  /** True if any operator of the graph is an ensemble of trees. */
  static boolean hasTrees(ModelProto model) {
    return model.getGraph().getNodeList().stream().anyMatch(n -> ENSEMBLES.contains(n.getOpType()));
  }

  TreeFile read() {
    boolean classifier = op.type().equals(CLASSIFIER);
    if (op.inputs().size() != 1 || op.outputs().size() != (classifier ? 2 : 1)) {
      throw op.wrong("has " + op.inputs().size() + " inputs, " + op.outputs().size() + " outputs");
    }
    Graph.Columns columns = graph.columns(op.inputs().get(0), 0);
    List<String> classes = classifier ? classes() : List.of();
    long targets = classifier ? classes.size() : op.integer("n_targets", 1);
    Nodes.Forest forest =
        op.type().equals(FIVE)
            ? Nodes.five(op)
            : Nodes.old(op, classifier ? "class" : "target", count(targets));
    Trees reader = new Trees(op, columns, graph.features(), forest.trees());
    for (Nodes nodes : forest.trees()) {
      trees.addAll(reader.read(nodes));
    }
    aggregate(forest.trees().size());
    base = op.type().equals(FIVE) ? new double[0] : op.numbers("base_values");
    String transform = transform();
    if (classifier) {
      classifier(forest.targets(), transform);
    } else {
      regressor(forest.targets(), transform);
    }
    List<Feature> features = features(reader.levels());
    TreeEnsemble ensemble =
        new TreeEnsemble(
            trees,
            graph.features(),
            base.length,
            base,
            reader.comparison(),
            // Whole numbers are compared as 32-bit floats, too.
            columns.rounded() || columns.type() != Tensor.DOUBLE,
            Collections.nCopies(graph.features(), Missing.NAN));
    return new TreeFile(
        "onnx",
        OnnxFile.version(model),
        task,
        link,
        features,
        !graph.names().isEmpty(),
        Collections.nCopies(graph.features(), false),
        classes,
        ensemble);
  }

  private int count(long targets) {
    if (targets < 1 || targets > 1_000_000) {
      throw op.wrong("announces " + targets + " targets");
    }
    return (int) targets;
  }

  private List<String> classes() {
    List<String> texts = op.texts("classlabels_strings");
    List<String> numbers =
        Arrays.stream(op.integers("classlabels_int64s")).mapToObj(Long::toString).toList();
    List<String> classes = texts.isEmpty() ? numbers : texts;
    if (classes.size() < 2 || Set.copyOf(classes).size() < classes.size()) {
      throw op.wrong("needs two classes or more, each once, and has " + classes);
    }
    return classes;
  }

  private List<Feature> features(int[] levels) {
    List<String> names = graph.names();
    List<Feature> features = new ArrayList<>();
    for (int j = 0; j < levels.length; j++) {
      List<String> codes = new ArrayList<>();
      for (int c = 0; c < levels[j]; c++) {
        codes.add(Integer.toString(c));
      }
      features.add(new Feature(names.isEmpty() ? "f" + j : names.get(j), codes));
    }
    return features;
  }

  private void aggregate(int count) {
    String how = "SUM";
    if (op.type().equals(FIVE)) {
      long number = op.integer("aggregate_function", 1);
      List<String> names = List.of("AVERAGE", "SUM", "MIN", "MAX");
      how = number >= 0 && number < names.size() ? names.get((int) number) : "number " + number;
    } else if (!op.type().equals(CLASSIFIER)) {
      how = op.text("aggregate_function", "SUM");
    }
    if (how.equals("AVERAGE")) {
      trees = trees.stream().map(t -> scaled(t, t.output(), 1.0 / count)).toList();
    } else if (!how.equals("SUM")) {
      throw op.unsupported(
          "takes the " + how + " of its trees",
          "Attest explains sums and averages of trees. Maybe train such a model.");
    }
  }

  private String transform() {
    if (!op.type().equals(FIVE)) {
      return op.text("post_transform", "NONE");
    }
    long number = op.integer("post_transform", 0);
    List<String> names = List.of("NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT");
    return number >= 0 && number < names.size() ? names.get((int) number) : "number " + number;
  }

  private UnsupportedGraphException transformUnsupported(String transform) {
    return op.unsupported(
        "has the post_transform " + transform,
        "Maybe export the model with NONE, LOGISTIC or SOFTMAX.");
  }

  private void classifier(int classes, String transform) {
    boolean oneColumn =
        classes == 2 && trees.stream().mapToInt(Tree::output).distinct().count() < 2;
    if (oneColumn) {
      // The column is the positive class's, whatever its number.
      trees = trees.stream().map(t -> scaled(t, 0, 1)).toList();
      base(base.length == 2 ? new double[] {base[1]} : base, 1);
    } else if (classes == 2 && base.length > 0) {
      throw op.unsupported(
          "has weights of both classes, and base_values",
          "Readers disagree on what such a file means. Maybe export it with weights of one.");
    } else {
      base(base, classes);
    }
    Scores scores = Scores.of(graph, op, op.outputs().get(1));
    link =
        switch (transform) {
          case "NONE" -> Link.IDENTITY;
          case "LOGISTIC" -> Link.LOGIT;
          case "SOFTMAX" -> {
            if (oneColumn) {
              throw transformUnsupported("SOFTMAX on the weights of one class");
            }
            yield Link.SOFTMAX;
          }
          default -> throw transformUnsupported(transform);
        };
    boolean probabilities = link == Link.IDENTITY && probabilities();
    if (link == Link.IDENTITY && !probabilities) {
      throw op.unsupported(
          "gives scores that are not probabilities",
          "Maybe export the probabilities: without raw_scores.");
    }
    boolean sumsToOne = probabilities || link == Link.SOFTMAX || oneColumn && link == Link.LOGIT;
    for (Operator step : scores.steps()) {
      neutral(step, sumsToOne);
    }
    task = classes == 2 ? Task.BINARY : Task.MULTICLASS;
    if (classes == 2 && !oneColumn) {
      positive();
    }
  }

  /** Refuses an operator after the trees that is not certain to change nothing. */
  private void neutral(Operator step, boolean sumsToOne) {
    boolean same =
        switch (step.type()) {
          case "Identity", "ZipMap" -> true;
          case "Cast" -> {
            long to = step.integer("to", 0);
            yield to == Tensor.FLOAT || to == Tensor.DOUBLE;
          }
          case "Normalizer" -> sumsToOne && step.text("norm", "MAX").equals("L1");
          default -> false;
        };
    if (!same) {
      throw step.unsupported(
          "changes what the trees predict", "Maybe export the model of trees alone.");
    }
  }

  /** Two classes with a score each become one output, the positive class's. */
  private void positive() {
    boolean difference = link == Link.SOFTMAX;
    trees =
        trees.stream()
            .filter(t -> difference || t.output() == 1)
            .map(t -> scaled(t, 0, t.output() == 1 ? 1 : -1))
            .toList();
    base = new double[] {difference ? base[1] - base[0] : base[1]};
    if (difference) {
      link = Link.LOGIT;
    }
  }

  private void regressor(int targets, String transform) {
    base(base, targets);
    link =
        switch (transform) {
          case "NONE" -> Link.IDENTITY;
          case "LOGISTIC" -> Link.LOGIT;
          case "SOFTMAX" -> Link.SOFTMAX;
          default -> throw transformUnsupported(transform);
        };
    Scores scores = Scores.of(graph, op, op.outputs().get(0));
    for (Operator step : scores.steps()) {
      boolean raw = link == Link.IDENTITY;
      switch (step.type()) {
        case "Add" -> add(step, raw);
        case "Sigmoid" -> link(step, Link.LOGIT, raw);
        case "Exp" -> link(step, Link.LOG, raw);
        case "Softmax" -> {
          long axis = step.integer("axis", -1);
          link(step, Link.SOFTMAX, raw && (axis == 1 || axis == -1));
        }
        default -> neutral(step, link == Link.SOFTMAX || raw && targets > 1 && probabilities());
      }
    }
    if (targets == 1) {
      if (link == Link.SOFTMAX) {
        throw transformUnsupported("SOFTMAX on one target");
      }
      task = Task.REGRESSION;
    } else if (link == Link.SOFTMAX || link == Link.IDENTITY && probabilities()) {
      task = targets == 2 ? Task.BINARY : Task.MULTICLASS;
      if (targets == 2) {
        positive();
      }
    } else {
      throw op.unsupported(
          "predicts " + targets + " targets at once", "Maybe save one model a target.");
    }
  }

  private void link(Operator step, Link next, boolean possible) {
    if (!possible) {
      throw step.unsupported(
          "changes what the trees predict", "Maybe export the model of trees alone.");
    }
    link = next;
  }

  private void add(Operator step, boolean possible) {
    double[] constant =
        step.inputs().stream()
            .flatMap(i -> graph.constant(i).stream())
            .findFirst()
            .orElse(new double[0]);
    if (!possible || constant.length != 1 && constant.length != base.length) {
      throw step.unsupported(
          "adds something else than constants to the scores", "Maybe export the trees alone.");
    }
    for (int k = 0; k < base.length; k++) {
      base[k] += constant[constant.length == 1 ? 0 : k];
    }
    base(base, base.length);
  }

  private void base(double[] written, int outputs) {
    if (written.length != 0 && written.length != outputs) {
      throw op.wrong("has " + written.length + " base_values for " + outputs + " outputs");
    }
    for (double value : written) {
      if (!Double.isFinite(value)) {
        throw op.wrong("starts from " + value);
      }
    }
    base = written.length == 0 ? new double[outputs] : written;
  }

  /**
   * True if the scores cannot be anything else than probabilities: each between 0 and 1, and where
   * there are several, 1 together.
   */
  private boolean probabilities() {
    double[] low = base.clone();
    double[] high = base.clone();
    double total = Arrays.stream(base).sum();
    double least = total;
    double most = total;
    for (int t = 0; t < trees.size(); ) {
      Tree first = trees.get(t);
      double[] sum = new double[first.nodes()];
      for (; t < trees.size() && trees.get(t).yes() == first.yes(); t++) {
        Tree tree = trees.get(t);
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < sum.length; i++) {
          if (tree.leaf(i)) {
            sum[i] += tree.value()[i];
            min = Math.min(min, tree.value()[i]);
            max = Math.max(max, tree.value()[i]);
          }
        }
        low[tree.output()] += min;
        high[tree.output()] += max;
      }
      double min = Double.POSITIVE_INFINITY;
      double max = Double.NEGATIVE_INFINITY;
      for (int i = 0; i < sum.length; i++) {
        if (first.leaf(i)) {
          min = Math.min(min, sum[i]);
          max = Math.max(max, sum[i]);
        }
      }
      least += min;
      most += max;
    }
    boolean between =
        Arrays.stream(low).allMatch(v -> v >= -SLACK)
            && Arrays.stream(high).allMatch(v -> v <= 1 + SLACK);
    return between && (base.length == 1 || least >= 1 - SLACK && most <= 1 + SLACK);
  }

  private static Tree scaled(Tree tree, int output, double factor) {
    double[] value = tree.value();
    if (factor != 1) {
      value = Arrays.stream(value).map(v -> v * factor).toArray();
    }
    return new Tree(
        tree.feature(),
        tree.threshold(),
        tree.categories(),
        tree.yes(),
        tree.no(),
        tree.missingYes(),
        value,
        tree.cover(),
        output);
  }
}
