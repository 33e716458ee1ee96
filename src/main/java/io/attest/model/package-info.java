/**
 * Models that can be asked for predictions, and what their owners declare about them ({@code
 * model.yaml}). One sub-package per format. Imports only {@code data}, the JDK and parsers.
 */
package io.attest.model;
