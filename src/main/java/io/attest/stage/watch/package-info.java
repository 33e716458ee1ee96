/**
 * Models between their audits: what a watch weighs and does, approvals that expire, conditions that
 * fail, and the gate that asks where a model stands. The stages of {@code watch-model} and {@code
 * follow-approval}. Imports {@code stage} and what that may import.
 */
package io.attest.stage.watch;
