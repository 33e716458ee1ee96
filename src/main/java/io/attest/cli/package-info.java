/**
 * The command line. {@code predict} and {@code explain} work on files alone: they start no server,
 * no engine and no database, and must stay so, since people run them in loops. Imports whatever is
 * below it, but no framework beside picocli.
 */
package io.attest.cli;
