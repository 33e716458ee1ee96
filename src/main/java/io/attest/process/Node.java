package io.attest.process;

/**
 * This running Attest among others on the same database.
 *
 * @param name the same after a restart, and different on every node: locks are held in this name
 */
public record Node(String name) {}
