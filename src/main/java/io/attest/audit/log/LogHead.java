package io.attest.audit.log;

import java.time.Instant;

/**
 * The end of the log as somebody saw it: what a later, rewritten log cannot agree with.
 *
 * @param sequence of the last entry; 0 if there was none
 * @param hash of that entry
 * @param at when it was seen
 */
public record LogHead(long sequence, String hash, Instant at) {}
