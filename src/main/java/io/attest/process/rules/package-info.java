/**
 * Tables of domain rules and the engine: asks them as the process does, and knows which versions
 * are deployed.
 *
 * <p>Imports {@code io.attest.rules}, {@code io.attest.stage} and what {@code io.attest.process}
 * may import. {@link io.attest.process.rules.DmnRules} needs no running engine and no Spring, so
 * that the command line can use it.
 */
package io.attest.process.rules;
