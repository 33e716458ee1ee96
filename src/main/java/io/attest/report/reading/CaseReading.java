package io.attest.report.reading;

import io.attest.audit.Section;
import io.attest.report.Figures;
import java.util.Comparator;
import java.util.List;

/** What pushed the answer for one case up and down most. */
public final class CaseReading {
  private static final int NAMED = 2;

  private CaseReading() {}

  public static String of(Section.LocalRow row) {
    List<String> up = strongest(row, 1);
    List<String> down = strongest(row, -1);
    if (up.isEmpty() && down.isEmpty()) {
      return "No feature moves this case from the base value.";
    }
    String raised = up.isEmpty() ? "Nothing raises it" : "Raised most by " + Lists.and(up);
    String lowered = down.isEmpty() ? "nothing lowers it" : "lowered most by " + Lists.and(down);
    return raised + "; " + lowered + ".";
  }

  private static List<String> strongest(Section.LocalRow row, int sign) {
    double most =
        row.contributions().stream().mapToDouble(c -> Math.abs(c.contribution())).max().orElse(0);
    return row.contributions().stream()
        .filter(c -> sign * c.contribution() > 0.05 * most)
        .sorted(Comparator.comparingDouble((Section.Contribution c) -> -Math.abs(c.contribution())))
        .limit(NAMED)
        .map(
            c -> c.value().isBlank() ? c.feature() : c.feature() + " = " + Figures.brief(c.value()))
        .toList();
  }
}
