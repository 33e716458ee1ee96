/**
 * HTML of ours as PDF: tagged, with bookmarks, with its fonts inside, the same bytes for the same
 * text. Knows nothing of audits. Imports openhtmltopdf, PDFBox, jsoup and ICU only.
 */
package io.attest.report.pdf;
