/**
 * Schedules: process instances of {@code audit-schedule}, one for each model that has one.
 *
 * <p>May import {@code stage}, {@code audit}, {@code model} and the frame in {@code process}.
 */
package io.attest.process.schedule;
