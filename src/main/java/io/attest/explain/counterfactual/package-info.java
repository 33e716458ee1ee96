/**
 * Counterfactuals: what would have changed the answer. A search that proves its answers for tree
 * ensembles, one that asks the model for all others. Imports {@code explain}, {@code model} and
 * {@code data}.
 */
package io.attest.explain.counterfactual;
