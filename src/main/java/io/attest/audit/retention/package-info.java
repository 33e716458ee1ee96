/**
 * What must be kept, and the removal of what need not be: legal holds, references between audits
 * and files. Imports {@code audit}, its log, and JDBC.
 */
package io.attest.audit.retention;
