/**
 * What laws, guidance and standards ask for, as dated registers that an installation keeps in
 * {@code config/obligations}, and the matrix of controls: which of it an audit shows, and what
 * stays open. Imports {@code audit}; knows no engine: what was executed comes with the record.
 */
package io.attest.audit.obligation;
