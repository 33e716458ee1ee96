package io.attest.bench;

import ai.h2o.algos.tree.INode;
import ai.h2o.algos.tree.INodeStat;
import hex.genmodel.algos.tree.TreeSHAP;
import hex.genmodel.algos.tree.TreeSHAPEnsemble;
import hex.genmodel.algos.tree.TreeSHAPPredictor;
import io.attest.model.Batch;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsemble;
import java.util.ArrayList;
import java.util.List;

/**
 * H2O's TreeSHAP, which takes any trees: here those of the same model, from memory. Its nodes ask a
 * double array, which is less work than H2O's own nodes do.
 */
final class H2oTrees {
  private final TreeSHAPEnsemble<double[]> trees;
  private final TreeEnsemble ensemble;

  H2oTrees(TreeEnsemble ensemble) {
    this.ensemble = ensemble;
    List<TreeSHAPPredictor<double[]>> all = new ArrayList<>();
    for (Tree tree : ensemble.trees()) {
      Node[] nodes = new Node[tree.nodes()];
      for (int i = 0; i < nodes.length; i++) {
        nodes[i] = new Node(tree, i, ensemble);
      }
      all.add(new TreeSHAP<double[], Node, Node>(nodes, nodes, 0));
    }
    trees = new TreeSHAPEnsemble<>(all, 0);
  }

  private static final class Node implements INode<double[]>, INodeStat {
    private final Tree tree;
    private final int node;
    private final TreeEnsemble ensemble;

    Node(Tree tree, int node, TreeEnsemble ensemble) {
      this.tree = tree;
      this.node = node;
      this.ensemble = ensemble;
    }

    @Override
    public boolean isLeaf() {
      return tree.leaf(node);
    }

    @Override
    public float getLeafValue() {
      return (float) tree.value()[node];
    }

    @Override
    public int getSplitIndex() {
      return tree.feature()[node];
    }

    @Override
    public int next(double[] row) {
      return tree.follows(node, row[tree.feature()[node]], ensemble.comparison())
          ? tree.yes()[node]
          : tree.no()[node];
    }

    @Override
    public int getLeftChildIndex() {
      return tree.yes()[node];
    }

    @Override
    public int getRightChildIndex() {
      return tree.no()[node];
    }

    @Override
    public float getWeight() {
      return (float) tree.cover()[node];
    }
  }

  private double[][] rows(Batch batch, int n) {
    double[] x = ensemble.comparable(batch);
    int p = ensemble.features();
    double[][] rows = new double[n][];
    for (int i = 0; i < n; i++) {
      rows[i] = java.util.Arrays.copyOfRange(x, i * p, (i + 1) * p);
    }
    return rows;
  }

  /** Path-dependent values. */
  Contestant contributions(Batch batch) {
    int p = ensemble.features();
    return new Contestant(
        "H2O TreeSHAP",
        batch.rows(),
        false,
        n -> {
          double[][] rows = rows(batch, n);
          TreeSHAPPredictor.Workspace workspace = trees.makeWorkspace();
          return () -> {
            float[][] phi = new float[n][p + 1];
            for (int i = 0; i < n; i++) {
              trees.calculateContributions(rows[i], phi[i], 0, -1, workspace);
            }
            return () -> {
              double[] out = new double[n * p];
              for (int at = 0; at < out.length; at++) {
                out[at] = phi[at / p][at % p];
              }
              return out;
            };
          };
        });
  }

  /** Interventional values: one background row after the other, as H2O does it. */
  Contestant interventional(Batch batch, Batch background) {
    int p = ensemble.features();
    double[][] others = rows(background, background.rows());
    return new Contestant(
        "H2O TreeSHAP",
        batch.rows(),
        false,
        n -> {
          double[][] rows = rows(batch, n);
          return () -> {
            double[] out = new double[n * p];
            for (int i = 0; i < n; i++) {
              double[] phi = new double[p + 1];
              for (double[] other : others) {
                trees.calculateInterventionalContributions(rows[i], other, phi, null, false);
              }
              for (int j = 0; j < p; j++) {
                out[i * p + j] = phi[j] / others.length;
              }
            }
            return () -> out;
          };
        });
  }
}
