package io.attest.stage.rules;

import io.attest.audit.Section;
import java.util.List;

/**
 * What the rules were asked about an audit, and what came of it.
 *
 * @param domain of the model; empty if its declaration names none
 * @param verdict that was recorded
 */
public record JudgedAudit(
    String id,
    String model,
    String tier,
    String domain,
    String verdict,
    List<Section.Fact> facts,
    List<Section.Finding> findings) {}
