/**
 * Values of the players of a game that can only be asked what coalitions are worth: which
 * coalitions to ask for ({@link io.attest.explain.coalition.Design}), what a coalition is worth to
 * a model ({@link io.attest.explain.coalition.Game}), and how worths become Shapley or Owen values
 * with standard errors.
 *
 * <p>Imports {@code explain}, {@code model} and Hipparchus.
 */
package io.attest.explain.coalition;
