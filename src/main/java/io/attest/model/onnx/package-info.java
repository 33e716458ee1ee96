/**
 * Reads ONNX files: ensembles of trees with the graph that stands around them, networks and linear
 * models; hands other graphs to {@code model.runtime}. Imports {@code model}, {@code model.tree},
 * {@code model.network}, {@code model.runtime} and the ONNX messages.
 */
package io.attest.model.onnx;
