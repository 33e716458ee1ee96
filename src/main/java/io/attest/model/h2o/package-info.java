/** Reads H2O's MOJO files of trees. Imports {@code model} and {@code model.tree}. */
package io.attest.model.h2o;
