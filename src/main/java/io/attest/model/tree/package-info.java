/** Tree ensembles: one representation that every reader writes and every engine reads. */
package io.attest.model.tree;
