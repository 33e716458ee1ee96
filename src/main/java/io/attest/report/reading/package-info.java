/**
 * One sentence on what a chart shows, made from its numbers, and a caution where its method
 * misleads. A sentence says no more than the numbers do: what is small hardly matters, what goes up
 * and down has no direction. Pure. Imports {@code audit}, {@code correlate}, {@code explain},
 * {@code measure} and the figures of {@code report}.
 */
package io.attest.report.reading;
