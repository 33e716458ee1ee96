/**
 * People: who may do what, who has to decide, and that nobody decides twice. Enforced in the
 * transaction of the decision, for every way in which a task can be completed.
 *
 * <p>May import {@code stage}, {@code audit} and the frame in {@code process}.
 */
package io.attest.process.people;
