package io.attest.explain.influence;

import io.attest.explain.Dataset;
import io.attest.model.Feature;
import io.attest.model.Link;
import io.attest.model.ModelInfo;
import io.attest.model.Task;
import io.attest.model.tree.Comparison;
import io.attest.model.tree.EnsembleModel;
import io.attest.model.tree.Missing;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsemble;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** Boosted trees, trained as simply as can be, on rows without missing values. */
final class Grown {
  private final Dataset training;
  private final int outputs;
  private final boolean squared;
  private final int depth;
  private final double rate;
  private final double lambda;
  private final List<double[]> nodes = new ArrayList<>();

  private Grown(Dataset training, int outputs, boolean squared, int depth, double rate, double l) {
    this.training = training;
    this.outputs = outputs;
    this.squared = squared;
    this.depth = depth;
    this.rate = rate;
    this.lambda = l;
  }

  /**
   * @param outputs 1 for a number ({@code squared}) or a yes or no; the number of classes otherwise
   */
  static EnsembleModel model(
      Dataset training,
      int outputs,
      boolean squared,
      int rounds,
      int depth,
      double rate,
      double lambda,
      double base) {
    Grown grown = new Grown(training, outputs, squared, depth, rate, lambda);
    int p = training.rows().features();
    List<Feature> features = IntStream.range(0, p).mapToObj(j -> Feature.numeric("x" + j)).toList();
    double[] bases = new double[outputs];
    java.util.Arrays.fill(bases, base);
    return new EnsembleModel(
        new ModelInfo(
            "test",
            "",
            squared ? Task.REGRESSION : outputs > 1 ? Task.MULTICLASS : Task.BINARY,
            features,
            IntStream.range(0, outputs).mapToObj(k -> "out" + k).toList(),
            squared ? Link.IDENTITY : outputs > 1 ? Link.SOFTMAX : Link.LOGIT,
            "0".repeat(64)),
        new TreeEnsemble(
            grown.trees(rounds, bases),
            p,
            outputs,
            bases,
            Comparison.LESS,
            false,
            Collections.nCopies(p, Missing.NAN)));
  }

  private List<Tree> trees(int rounds, double[] bases) {
    int n = training.size();
    double[][] raw = new double[n][];
    for (int i = 0; i < n; i++) {
      raw[i] = bases.clone();
    }
    List<Tree> trees = new ArrayList<>();
    for (int r = 0; r < rounds; r++) {
      double[][] g = new double[outputs][n];
      double[][] h = new double[outputs][n];
      for (int i = 0; i < n; i++) {
        double y = training.labels().orElseThrow()[i];
        double sum = 0;
        for (double f : raw[i]) {
          sum += Math.exp(f);
        }
        for (int k = 0; k < outputs; k++) {
          double f = raw[i][k];
          double p = squared ? f : outputs == 1 ? 1 / (1 + Math.exp(-f)) : Math.exp(f) / sum;
          g[k][i] = p - (outputs == 1 ? y : y == k ? 1 : 0);
          h[k][i] = squared ? 1 : p * (1 - p);
        }
      }
      for (int k = 0; k < outputs; k++) {
        nodes.clear();
        int[] all = IntStream.range(0, n).toArray();
        node(all, g[k], h[k], 0);
        Tree tree = tree(k);
        for (int i = 0; i < n; i++) {
          int node = 0;
          while (!tree.leaf(node)) {
            double x = training.rows().at(i, tree.feature()[node]);
            node = x < tree.threshold()[node] ? tree.yes()[node] : tree.no()[node];
          }
          raw[i][k] += tree.value()[node];
        }
        trees.add(tree);
      }
    }
    return trees;
  }

  /** feature, threshold, yes, no, value, cover. */
  private int node(int[] rows, double[] g, double[] h, int level) {
    double sumG = sum(rows, g);
    double sumH = sum(rows, h);
    double[] node = {-1, 0, 0, 0, -rate * sumG / (sumH + lambda), rows.length};
    int id = nodes.size();
    nodes.add(node);
    double best = 1e-6;
    int[][] parts = null;
    for (int f = 0; f < training.rows().features() && level < depth; f++) {
      int feature = f;
      double[] values =
          IntStream.of(rows)
              .mapToDouble(i -> training.rows().at(i, feature))
              .sorted()
              .distinct()
              .toArray();
      for (int v = 1; v < values.length; v++) {
        double threshold = (values[v - 1] + values[v]) / 2;
        int[] yes =
            IntStream.of(rows).filter(i -> training.rows().at(i, feature) < threshold).toArray();
        int[] no =
            IntStream.of(rows).filter(i -> !(training.rows().at(i, feature) < threshold)).toArray();
        // As XGBoost has it unless told otherwise.
        if (sum(yes, h) < 1 || sum(no, h) < 1) {
          continue;
        }
        double gain =
            square(sum(yes, g)) / (sum(yes, h) + lambda)
                + square(sum(no, g)) / (sum(no, h) + lambda)
                - square(sumG) / (sumH + lambda);
        if ((float) gain > (float) best) {
          best = gain;
          node[0] = f;
          node[1] = threshold;
          parts = new int[][] {yes, no};
        }
      }
    }
    if (parts != null) {
      node[2] = node(parts[0], g, h, level + 1);
      node[3] = node(parts[1], g, h, level + 1);
    }
    return id;
  }

  private static double square(double x) {
    return x * x;
  }

  private static double sum(int[] rows, double[] of) {
    return IntStream.of(rows).mapToDouble(i -> of[i]).sum();
  }

  private Tree tree(int output) {
    int n = nodes.size();
    return new Tree(
        nodes.stream().mapToInt(d -> (int) d[0]).toArray(),
        nodes.stream().mapToDouble(d -> d[1]).toArray(),
        new long[n][],
        nodes.stream().mapToInt(d -> (int) d[2]).toArray(),
        nodes.stream().mapToInt(d -> (int) d[3]).toArray(),
        new boolean[n],
        nodes.stream().mapToDouble(d -> d[0] < 0 ? d[4] : 0).toArray(),
        nodes.stream().mapToDouble(d -> d[5]).toArray(),
        output);
  }
}
