package io.attest.bench;

import java.util.function.IntFunction;

/**
 * A library in a comparison.
 *
 * @param rows the most rows that it is given at a time
 * @param all true if it is given all of them, however long that takes: batches are what it is for
 * @param on prepares a call on the first so many of the rows
 */
record Contestant(String name, int rows, boolean all, IntFunction<Timed> on) {}
