/**
 * Importance: how much a model's performance needs a feature. Imports {@code explain}, {@code
 * explain.tree} for the names of groups, {@code model} and mathematics.
 */
package io.attest.explain.importance;
