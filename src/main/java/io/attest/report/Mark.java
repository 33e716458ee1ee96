package io.attest.report;

import io.attest.audit.Control;
import io.attest.audit.inventory.DimensionScore;

/** A judgement: a word with a symbol, so that the colour says nothing that the text does not. */
record Mark(String text, Look look) {

  static Mark verdict(String verdict) {
    return switch (verdict) {
      case "pass" -> new Mark("✓ Pass", Look.PASS);
      case "warn" -> new Mark("▲ Warn", Look.WARN);
      case "block" -> new Mark("✕ Block", Look.BLOCK);
      default -> new Mark("? " + verdict, Look.UNKNOWN);
    };
  }

  static Mark severity(String severity) {
    return severity.equals("info") ? new Mark("○ Info", Look.UNKNOWN) : verdict(severity);
  }

  static Mark state(String state) {
    return switch (state) {
      case "approved" -> new Mark("✓ Approved", Look.PASS);
      case "approved-with-conditions" -> new Mark("✓ Approved with conditions", Look.PASS);
      case "rejected" -> new Mark("✕ Rejected", Look.BLOCK);
      case "withdrawn" -> new Mark("✕ Withdrawn", Look.UNKNOWN);
      case "superseded" -> new Mark("✕ Superseded", Look.UNKNOWN);
      case "withdrawn-after-publication" -> new Mark("✕ Withdrawn after publication", Look.BLOCK);
      case "waiting" -> new Mark("○ Waiting for a person", Look.UNKNOWN);
      case "running" -> new Mark("○ Running", Look.UNKNOWN);
      default -> new Mark("? " + state, Look.UNKNOWN);
    };
  }

  /** Whether a model may be used. */
  static Mark use(String state) {
    return switch (state) {
      case "approved" -> new Mark("✓ Approved", Look.PASS);
      case "suspended" -> new Mark("✕ Suspended", Look.BLOCK);
      case "condition-failed" -> new Mark("✕ A condition was not met", Look.BLOCK);
      case "expired" -> new Mark("▲ Approval expired", Look.WARN);
      case "none" -> new Mark("○ Not approved", Look.UNKNOWN);
      default -> new Mark("? " + state, Look.UNKNOWN);
    };
  }

  static Mark control(Control.State state) {
    return switch (state) {
      case SHOWN -> new Mark("✓ Shown", Look.PASS);
      case EXAMINED -> new Mark("✕ Examined, findings open", Look.BLOCK);
      case PARTLY -> new Mark("▲ Partly", Look.WARN);
      case OPEN -> new Mark("✕ Open", Look.BLOCK);
      case OUTSIDE -> new Mark("○ Outside", Look.UNKNOWN);
    };
  }

  static Mark quality(DimensionScore.Status status) {
    return switch (status) {
      case MET -> new Mark("✓ Met", Look.PASS);
      case AT_RISK -> new Mark("▲ At risk", Look.WARN);
      case BREACHED -> new Mark("✕ Breached", Look.BLOCK);
      case NOT_MEASURED -> new Mark("○ Not measured", Look.UNKNOWN);
      case NOT_APPLICABLE -> new Mark("– Does not apply", Look.UNKNOWN);
    };
  }

  static Mark decision(String decision) {
    return switch (decision) {
      case "approve" -> new Mark("✓ Approve", Look.PASS);
      case "approve-with-conditions" -> new Mark("✓ Approve with conditions", Look.PASS);
      case "reject" -> new Mark("✕ Reject", Look.BLOCK);
      case "rework" -> new Mark("▲ Send back", Look.WARN);
      case "cancel" -> new Mark("✕ Cancel", Look.BLOCK);
      case "skip" -> new Mark("▲ Go on without", Look.WARN);
      case "retry" -> new Mark("○ Try again", Look.UNKNOWN);
      case "resubmit" -> new Mark("○ Resubmit", Look.UNKNOWN);
      case "abstain" -> new Mark("○ Abstain", Look.UNKNOWN);
      case "convened" -> new Mark("○ Convened", Look.UNKNOWN);
      case "request" -> new Mark("▲ Ask to withdraw", Look.WARN);
      case "confirm" -> new Mark("✕ Withdraw", Look.BLOCK);
      case "refuse" -> new Mark("✓ Let it stand", Look.PASS);
      default -> new Mark("? " + decision, Look.UNKNOWN);
    };
  }
}
