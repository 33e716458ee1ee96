/**
 * Figures about predictions and data: performance and where it is weak, calibration, thresholds and
 * their cost, fairness of groups and what drives it, proxies. Imports only {@code correlate},
 * {@code explain} (its tree growing and draws), {@code model}, {@code data} and mathematics.
 */
package io.attest.measure;
