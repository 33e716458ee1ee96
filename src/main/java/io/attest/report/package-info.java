/**
 * What people read of an audit, and how figures and texts from outside are written for them: the
 * Excel workbook is in {@code workbook}, drawings for pages and forms are in {@code chart}. Imports
 * {@code audit} and what lies below it.
 */
package io.attest.report;
