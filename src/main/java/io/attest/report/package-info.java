/**
 * The Excel workbook of an audit: one class a sheet, listed in {@link
 * io.attest.report.AuditWorkbook}, on a template that an installation edits in Excel; {@code
 * docs/add-a-sheet.md} shows how a sheet is added. Drawings for pages and forms are in {@code
 * chart}. Imports {@code audit} and what lies below it, and Apache POI.
 */
package io.attest.report;
