/**
 * Figures about predictions and data that need no explanation: performance, calibration, group
 * fairness, proxies. Imports only {@code correlate}, {@code model}, {@code data} and mathematics.
 */
package io.attest.measure;
