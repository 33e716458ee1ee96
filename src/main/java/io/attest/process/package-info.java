/**
 * Carries audits through their processes: the only package, with its sub-packages, that sees the
 * BPMN engine and the routes. Here is the frame: configuration, content folders, deployment,
 * transactions, and what the engine may never do.
 *
 * <p>May import everything below: {@code stage}, {@code report}, {@code audit} and the library.
 */
package io.attest.process;
