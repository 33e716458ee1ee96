/**
 * The evidence log: an append-only list of what was done, each entry bound to the one before by its
 * SHA-256, written in the transaction of what it records. Imports {@code audit} and JDBC.
 */
package io.attest.audit.log;
