/**
 * The bridge between processes and routes: the route component {@code stage:}, which is fed by the
 * engine's external tasks. A task's topic, a stage and a route have the same name.
 *
 * <p>May import {@code stage} and the frame in {@code process}.
 */
package io.attest.process.bridge;
