/**
 * The record of an audit: what each stage left (sections), who decided what, which files belong to
 * it, and where it is kept (H2 or PostgreSQL, and a folder of files named by their SHA-256).
 * Imports {@code explain}, {@code correlate}, {@code measure}, {@code model}, {@code data}, and
 * JDBC.
 */
package io.attest.audit;
