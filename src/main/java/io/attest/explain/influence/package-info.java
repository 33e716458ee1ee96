/**
 * Influence: what each training row did to the fitted model. Imports {@code explain}, {@code model}
 * and mathematics.
 */
package io.attest.explain.influence;
