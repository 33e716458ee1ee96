/**
 * Reads tree ensembles from ONNX files, with the graph that stands around them. Imports {@code
 * model}, {@code model.tree} and the ONNX messages.
 */
package io.attest.model.onnx;
