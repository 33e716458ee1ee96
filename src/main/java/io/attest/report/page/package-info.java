/**
 * An audit arranged for pages: what the audit page in the browser and the report as one file show
 * alike, in the same words. The templates are in {@code templates/pages}. Imports {@code audit} and
 * what lies below it, the drawings of {@code report.chart}, and for the file {@code report.pdf},
 * Thymeleaf and jsoup; knows neither the web nor sessions.
 */
package io.attest.report.page;
