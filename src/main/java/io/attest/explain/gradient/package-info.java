/**
 * Explainers that follow the gradient of a model from one case to another. Imports {@code explain},
 * {@code explain.tree} for its rules of integration, and {@code model}.
 */
package io.attest.explain.gradient;
