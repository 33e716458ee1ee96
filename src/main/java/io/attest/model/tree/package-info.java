/**
 * Tree ensembles: one representation that every reader writes and every engine reads. Imports only
 * {@code model}.
 */
package io.attest.model.tree;
