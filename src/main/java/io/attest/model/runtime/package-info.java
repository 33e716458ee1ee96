/**
 * Asks ONNX Runtime, a native library, for predictions of graphs that cannot be read as trees or
 * layers. Imports {@code model} and ONNX Runtime.
 */
package io.attest.model.runtime;
