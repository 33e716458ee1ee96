/**
 * Shapley values: exact by the structure of tree ensembles and linear models, and for any other
 * model by asking it. Imports {@code explain}, {@code explain.tree}, {@code explain.coalition},
 * {@code model} and {@code model.tree}.
 */
package io.attest.explain.shap;
