/**
 * Why one case was decided so, for the person concerned: which reasons are told, which rights
 * apply, and the letter as a Word file and as PDF.
 *
 * <p>May import {@code report}, {@code audit}, {@code model}, {@code data}, POI and the PDF
 * library.
 */
package io.attest.report.letter;
