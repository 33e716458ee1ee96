/**
 * Linear and logistic models given as coefficients in YAML or JSON. Imports {@code model} and
 * Jackson.
 */
package io.attest.model.scorecard;
