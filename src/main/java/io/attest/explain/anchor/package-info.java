/**
 * Rules that are enough for what a model answers to a row. Imports {@code explain}, {@code model}
 * and mathematics.
 */
package io.attest.explain.anchor;
