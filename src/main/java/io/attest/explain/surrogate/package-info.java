/**
 * Small models that mimic a model: a tree, a list of rules. Also the regression tree that they are
 * grown with, for whoever needs one. Imports {@code explain}, {@code model} and {@code data}.
 */
package io.attest.explain.surrogate;
