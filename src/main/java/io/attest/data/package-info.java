/**
 * Typed columns, their schema, and the readers and writers of tables.
 *
 * <p>Imports only the JDK and parsers (FastCSV, Jackson, POI's reader, DuckDB's driver for
 * Parquet): a data scientist can use it alone.
 */
package io.attest.data;
