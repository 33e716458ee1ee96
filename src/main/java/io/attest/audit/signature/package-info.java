/**
 * Signing with the key of the installation, and checking such signatures. Imports nothing of
 * Attest; Bouncy Castle for the format CMS.
 */
package io.attest.audit.signature;
