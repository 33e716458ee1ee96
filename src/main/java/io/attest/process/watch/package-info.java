/**
 * What the processes {@code watch-model} and {@code follow-approval} call while they run, and how
 * events reach a watch.
 *
 * <p>May import {@code stage}, {@code audit}, {@code process.audit}, {@code process.schedule} and
 * the frame in {@code process}.
 */
package io.attest.process.watch;
