/**
 * What people read of an audit: the Excel workbook, made from an {@link
 * io.attest.audit.AuditRecord} and a template that an installation may change. Imports {@code
 * audit} and what lies below it, and Apache POI.
 */
package io.attest.report;
