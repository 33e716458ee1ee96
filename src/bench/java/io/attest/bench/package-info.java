/**
 * Measures Attest beside other libraries, in one process and in turns, and writes {@code
 * docs/benchmarks.md}'s tables. Imports everything; nothing imports it.
 */
package io.attest.bench;
