/**
 * Charts as plain data: SVG text for everywhere, JSON for the script of our pages. Each drawing
 * takes light and dark from its surroundings ({@code currentColor} and the CSS variables {@code
 * --chart-accent} and {@code --chart-contrast}), says in words what it shows, and gives the same
 * text for the same values. Imports {@code audit}, {@code correlate}, {@code explain}, {@code
 * measure}; no graphics library, no framework.
 */
package io.attest.report.chart;
