package io.attest.report.reading;

import io.attest.measure.Performance;
import java.util.List;

/** Whether predicted probabilities come true. */
public final class CalibrationReading {
  /** On average so far off is right enough. */
  private static final double NEAR = 0.02;

  private CalibrationReading() {}

  /**
   * @param positive what the probability is of; may be empty
   */
  public static String of(List<Performance.Bin> bins, String positive) {
    double rows = 0;
    double over = 0;
    double off = 0;
    double worst = 0;
    Performance.Bin worstBin = null;
    for (Performance.Bin b : bins) {
      double gap = b.predicted() - b.observed();
      if (b.rows() <= 0 || !Double.isFinite(gap)) {
        continue;
      }
      rows += b.rows();
      over += b.rows() * gap;
      off += b.rows() * Math.abs(gap);
      if (Math.abs(gap) > worst) {
        worst = Math.abs(gap);
        worstBin = b;
      }
    }
    if (rows == 0) {
      return "There are no predictions to compare with what happened.";
    }
    String what =
        positive.isBlank() ? "Predicted probabilities" : "Predicted probabilities of " + positive;
    Answer points = new Answer("", true);
    String lead;
    if (off / rows <= NEAR) {
      lead = " come true: they are " + points.distance(off / rows) + " off on average.";
    } else if (Math.abs(over) >= 0.6 * off) {
      lead =
          (over > 0 ? " are too high" : " are too low")
              + ": by "
              + points.distance(Math.abs(over) / rows)
              + " on average.";
    } else {
      lead =
          " are right on the whole, but "
              + points.distance(off / rows)
              + " off on average: too high in some places, too low in others.";
    }
    return what
        + lead
        + (worst > 2 * NEAR && bins.size() > 1
            ? " Farthest off around "
                + Answer.percent(worstBin.predicted())
                + ", where "
                + Answer.percent(worstBin.observed())
                + " happened."
            : "");
  }
}
