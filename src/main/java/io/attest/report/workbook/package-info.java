/**
 * The Excel workbook of an audit: one class a sheet, listed in {@link
 * io.attest.report.workbook.AuditWorkbook}, on a template that an installation edits in Excel.
 * {@code docs/add-a-sheet.md} shows how a sheet is added. Imports {@code audit} and what lies below
 * it, and Apache POI.
 */
package io.attest.report.workbook;
