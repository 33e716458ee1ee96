/**
 * How columns depend on each other: association measures, variance inflation, clusters. Imports
 * only {@code data} and mathematics.
 */
package io.attest.correlate;
