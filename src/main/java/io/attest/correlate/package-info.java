/**
 * How columns depend on each other: association measures, variance inflation, clusters. Imports
 * only {@code data}, mathematics, and {@code explain}'s {@code Progress}.
 */
package io.attest.correlate;
