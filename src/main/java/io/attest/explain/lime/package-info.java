/**
 * A straight line near each row in place of the model. Imports {@code explain}, {@code model} and
 * mathematics.
 */
package io.attest.explain.lime;
