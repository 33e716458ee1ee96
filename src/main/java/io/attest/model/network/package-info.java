/**
 * Feed-forward networks in 64-bit arithmetic, with gradients by inputs and by parameters, whatever
 * file they came from. Imports {@code model} alone.
 */
package io.attest.model.network;
