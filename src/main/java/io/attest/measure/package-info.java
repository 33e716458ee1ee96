/**
 * Figures about predictions that need no explanation: performance, calibration, group fairness.
 * Imports only {@code model}, {@code data} and mathematics.
 */
package io.attest.measure;
