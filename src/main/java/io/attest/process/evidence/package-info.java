/**
 * Keeps the evidence: puts up the guards of the log and checks it at the start, lets the engine's
 * history go only where a sealed pack has it, and removes what need not be kept any longer. Imports
 * {@code stage} and {@code audit}; of {@code process} only its settings and the way to ask the
 * engine as nobody.
 */
package io.attest.process.evidence;
