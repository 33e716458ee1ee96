/**
 * JSON of model files as values that know where they stand, so that a message can say where a file
 * is wrong. Imports {@code model} and Jackson's streaming parser.
 */
package io.attest.model.json;
