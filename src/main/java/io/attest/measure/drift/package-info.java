/**
 * How what is measured now differs from what was measured then: columns, scores, outcomes,
 * performance, contributions of features, answers to the same rows. Imports only {@code measure},
 * {@code data} and mathematics.
 */
package io.attest.measure.drift;
