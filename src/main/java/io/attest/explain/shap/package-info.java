/**
 * Shapley values that follow from the structure of a model: exact for tree ensembles and linear
 * models. Imports {@code model}, {@code model.tree} and the JDK.
 */
package io.attest.explain.shap;
