/**
 * What the process {@code explain-decision} calls while it runs, and how programs and the drop
 * folder begin it.
 *
 * <p>May import {@code stage}, {@code audit}, {@code model}, {@code process.audit}, {@code
 * process.door} and the frame in {@code process}.
 */
package io.attest.process.decision;
