/**
 * The pages: login, list of audits, one audit, its review for Tasklist, the start page, errors.
 * Templates lie in {@code templates/pages}. Imports {@code stage}, {@code report}, {@code audit}.
 */
package io.attest.web.page;
