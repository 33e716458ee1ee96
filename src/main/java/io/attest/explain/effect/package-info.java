/**
 * Effects: how the prediction goes with a feature. Partial dependence and individual conditional
 * expectation. Imports {@code explain}, {@code model} and mathematics.
 */
package io.attest.explain.effect;
