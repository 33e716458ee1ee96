/** Tests that look at the application through Chromium. */
package io.attest.browser;
