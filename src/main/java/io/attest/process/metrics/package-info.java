/**
 * Figures about the running of Attest for a monitoring system, in the format of Prometheus. May
 * import {@code stage}, {@code audit} and the frame in {@code process}; nobody imports it.
 */
package io.attest.process.metrics;
