/**
 * Trains the two sample models of {@code config/models} from the German credit data; built and run
 * in the Maven profile {@code samples} alone.
 */
package io.attest.samples;
