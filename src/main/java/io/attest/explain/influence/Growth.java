package io.attest.explain.influence;

/**
 * How a library grows a tree, as far as it is known: what splits are worth, where they stop, and
 * where between two values they are put.
 *
 * @param newton true if a split is worth what the sums of g and h say; false if it is what the
 *     variance of g says
 * @param depth splits on a path at most
 * @param leaves of a tree at most; the most worthy splits come first
 * @param minCurvature smallest sum of h of a leaf
 * @param minRows smallest number of rows of a leaf
 * @param middle true if a split lies in the middle between two values of the node; false if on a
 *     value
 */
record Growth(
    boolean newton, int depth, int leaves, double minCurvature, int minRows, boolean middle) {}
