/**
 * One decision about one case: explained on request and asked what if, its reasons and the letter
 * that tells them, and the reasons of a whole file of cases. The stages {@code explain-case} and
 * {@code write-letter} of the process {@code explain-decision}. Imports {@code stage} and what that
 * may import.
 */
package io.attest.stage.decision;
