package io.attest.report.reading;

import io.attest.audit.Section;

/** Whether single training rows have too much weight. */
public final class InfluenceReading {
  private InfluenceReading() {}

  public static String of(Section.InfluenceResult result) {
    int rows = result.trainingRows();
    double even = rows > 0 ? 1.0 / rows : Double.NaN;
    if (!Double.isFinite(result.maxShare()) || rows == 0) {
      return "The weight of single training rows is not known.";
    }
    String most = Answer.percent(result.maxShare());
    if (result.maxShare() >= 0.05) {
      return "One training row of " + rows + " has " + most + " of all influence: look at it.";
    }
    return "No single training row of "
        + rows
        + " rules the model: the one with most influence has "
        + most
        + " of it"
        + (even > 0 ? ", where an even share would be " + Answer.percent(even) : "")
        + ".";
  }
}
