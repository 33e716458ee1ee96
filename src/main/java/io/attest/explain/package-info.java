/**
 * The explainers, and the sealed family of their results.
 *
 * <p>An explainer asks a {@link io.attest.model.Model} and says what its predictions depend on.
 * Each method has a package of its own and a page in {@code docs/explainers/}. Imports only {@code
 * model}, {@code data} and mathematics: no framework, no database, no files.
 */
package io.attest.explain;
