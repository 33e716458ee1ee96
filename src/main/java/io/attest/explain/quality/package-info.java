/**
 * How far explanations can be trusted: figures about them, not about the model. Imports {@code
 * explain} and mathematics.
 */
package io.attest.explain.quality;
