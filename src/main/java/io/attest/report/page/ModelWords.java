package io.attest.report.page;

import io.attest.audit.inventory.DimensionScore;
import io.attest.audit.inventory.DimensionScore.Status;
import io.attest.audit.inventory.QualityScore;
import io.attest.report.Figures;
import java.util.Locale;
import java.util.Optional;

/** How pages and workbooks speak of the score of a model. */
public final class ModelWords {

  public String status(Status status) {
    return switch (status) {
      case MET -> "Met";
      case AT_RISK -> "At risk";
      case BREACHED -> "Breached";
      case NOT_MEASURED -> "Not measured";
      case NOT_APPLICABLE -> "Does not apply";
    };
  }

  /** The class of the look on pages. */
  public String look(Status status) {
    return switch (status) {
      case MET -> "pass";
      case AT_RISK -> "warn";
      case BREACHED -> "block";
      case NOT_MEASURED, NOT_APPLICABLE -> "none";
    };
  }

  /** A sign beside the word, so that nothing is said by colour alone. */
  public String mark(Status status) {
    return switch (status) {
      case MET -> "✓";
      case AT_RISK -> "!";
      case BREACHED -> "✕";
      case NOT_MEASURED -> "…";
      case NOT_APPLICABLE -> "–";
    };
  }

  /** {@code 5 of 8 met}. */
  public String whole(QualityScore score) {
    return score.applicable() == 0
        ? "no dimension applies"
        : score.met() + " of " + score.applicable() + " met";
  }

  /** The rest of {@link #whole}: what stands against the target, and what is not known. */
  public String rest(QualityScore score) {
    String breached = score.breached().isEmpty() ? "" : score.breached().size() + " breached";
    String unmeasured = score.unmeasured() == 0 ? "" : score.unmeasured() + " not measured";
    return breached + (breached.isEmpty() || unmeasured.isEmpty() ? "" : ", ") + unmeasured;
  }

  /** Points as a whole number; a dash where there are none. */
  public String points(Optional<Double> points) {
    // Rounded down: 79.9 does not reach 80 and must not look as if it did.
    return points
        .map(p -> String.format(Locale.ROOT, "%d", (long) Math.floor(p + 1e-9)))
        .orElse("–");
  }

  /** What the points come from, and what would be needed. */
  public String source(DimensionScore score) {
    return score
        .worst()
        .map(
            w ->
                w.fact().metric()
                    + " of "
                    + w.fact().subject()
                    + " is "
                    + Figures.text(w.fact().value())
                    + "; the target needs "
                    + Figures.text(w.needed())
                    + (w.indicator().rising() ? " or more" : " or less")
                    + ".")
        .orElse("The audit measured nothing of this dimension.");
  }

  /** Against the audit before. */
  public String change(DimensionScore score) {
    return score
        .change()
        .map(
            c ->
                Math.abs(c) < 0.5
                    ? "as before"
                    : (c > 0 ? "up " : "down ") + Math.round(Math.abs(c)))
        .orElse("");
  }
}
