package io.attest.report.reading;

import io.attest.audit.Section;

/** Whether features act on their own or together. */
public final class InteractionReading {
  private InteractionReading() {}

  public static String of(Section.InteractionsResult result) {
    double main = result.mainShare();
    if (result.pairs().isEmpty() || !Double.isFinite(main)) {
      return "There is no pair of features to look at.";
    }
    Section.PairShare first = result.pairs().get(0);
    return (main >= 0.8
            ? "Features act mostly on their own"
            : main >= 0.5 ? "Features act partly together" : "Features act mostly together")
        + ": single features have "
        + Answer.percent(main)
        + ", pairs the rest. The strongest pair is "
        + first.first()
        + " with "
        + first.second()
        + " ("
        + Answer.percent(first.share())
        + ").";
  }
}
