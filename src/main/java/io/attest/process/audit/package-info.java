/**
 * What the process {@code model-audit} calls while it runs: numbering and recording an audit, the
 * facts for the decision tables and their answers, the engine's history for the report.
 *
 * <p>May import {@code stage}, {@code audit}, {@code model} and the frame in {@code process}.
 */
package io.attest.process.audit;
