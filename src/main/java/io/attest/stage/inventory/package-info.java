/**
 * All models at a glance: cards, scores, next audits. Imports {@code stage} and what that may
 * import.
 */
package io.attest.stage.inventory;
