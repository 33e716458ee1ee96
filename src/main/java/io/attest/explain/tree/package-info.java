/**
 * The engines behind every exact explanation of trees, which the explainers in {@code shap} and
 * {@code effect} choose from: tables over the bottom of each tree for many rows, an integral along
 * the paths for few rows and deep trees, sets of background rows for deep trees with a background.
 *
 * <p>They see rows as codes: how a value compares with the thresholds of the model. Imports {@code
 * model} and {@code model.tree}.
 */
package io.attest.explain.tree;
