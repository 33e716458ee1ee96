package io.attest.model.tree;

/**
 * One binary tree as arrays over its nodes; node 0 is the root.
 *
 * @param feature feature that the node splits on; -1 for a leaf
 * @param threshold numeric splits: where the split is, exactly as the model file says
 * @param categories categorical splits: bit set of the level codes that go to the {@code inSet}
 *     side; null for a numeric split or a leaf
 * @param left child of the rows that satisfy the split; for a leaf unused
 * @param right child of the others; for a leaf unused
 * @param missingLeft where a missing value goes
 * @param value of a leaf: what it adds to the raw output, weight of the tree included
 * @param cover share of the training rows (or of their hessian) that reached the node; what
 *     path-dependent SHAP weighs by
 * @param output index of the raw output that the tree adds to
 */
public record Tree(
    int[] feature,
    double[] threshold,
    long[][] categories,
    int[] left,
    int[] right,
    boolean[] missingLeft,
    double[] value,
    double[] cover,
    int output) {}
