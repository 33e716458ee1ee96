/**
 * The domain rules as a table that can be read, checked and told in plain words: rows, their
 * conditions, the metrics that they may judge. What a table answers is asked through {@link
 * io.attest.rules.RuleEngine}, which the process engine implements.
 *
 * <p>Imports the JDK and {@code io.attest.data} only.
 */
package io.attest.rules;
