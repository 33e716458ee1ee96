/**
 * Reads LightGBM's text models. Imports {@code model}, {@code model.tree} and Jackson, for the
 * names of categories at the end of the file.
 */
package io.attest.model.lightgbm;
