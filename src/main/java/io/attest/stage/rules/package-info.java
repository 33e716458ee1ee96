/**
 * The bench for domain rules: a version of the table against audits of the past. Imports {@code
 * stage} and what that may import.
 */
package io.attest.stage.rules;
