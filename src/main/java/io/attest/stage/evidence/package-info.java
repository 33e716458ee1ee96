/**
 * Whether what is kept still holds: the log of evidence is checked, packs are verified and run
 * again, retention removes what may go. (What writes a pack is {@code stage.Publish}.) Imports
 * {@code stage}, {@code stage.rules} and what they may import.
 */
package io.attest.stage.evidence;
