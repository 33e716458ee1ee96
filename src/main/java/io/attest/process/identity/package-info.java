/**
 * The people and tasks of the process engine behind the ports of {@code stage}, and the one login
 * for the engine's web applications. May import {@code stage}, the engine and Spring.
 */
package io.attest.process.identity;
