/**
 * REST under {@code /api}: start, list, read, cancel, upload, download. Described in {@code
 * docs/rest.md}.
 */
package io.attest.web.api;
