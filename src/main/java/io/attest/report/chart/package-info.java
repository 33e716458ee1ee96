/**
 * Charts as SVG text, for pages and forms. Each takes light and dark from its surroundings ({@code
 * currentColor} and the CSS variables {@code --chart-accent} and {@code --chart-contrast}), says in
 * words what it shows, and gives the same text for the same values. Imports {@code audit}, {@code
 * correlate}, {@code explain}, {@code measure}; no graphics library, no framework.
 */
package io.attest.report.chart;
