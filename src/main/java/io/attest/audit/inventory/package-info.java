/**
 * How the models of an installation stand: the entry of each in the inventory, its card, and its
 * score over the dimensions of quality, each worked out from what audits stored. Nothing here is
 * kept: it is computed when somebody looks. Imports {@code audit}, {@code model} and what those
 * may.
 */
package io.attest.audit.inventory;
