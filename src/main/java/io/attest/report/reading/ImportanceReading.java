package io.attest.report.reading;

import io.attest.audit.Section;
import io.attest.explain.Importance;
import java.util.Comparator;
import java.util.List;

/** How much of it all a few features have. */
public final class ImportanceReading {
  /** So much is most of it. */
  private static final double MOST = 0.6;

  /** More names than that are no longer a few. */
  private static final int FEW = 5;

  private ImportanceReading() {}

  /**
   * @param global largest first, as results have them
   */
  public static String of(List<Section.GlobalShare> global) {
    List<Section.GlobalShare> used = global.stream().filter(g -> g.share() > 0).toList();
    if (used.isEmpty()) {
      return "No feature moves the predictions.";
    }
    if (global.size() == 1) {
      return "The model has one feature: " + global.get(0).feature() + ".";
    }
    double sum = 0;
    int n = 0;
    while (n < used.size() && sum < MOST) {
      sum += used.get(n++).share();
    }
    if (n > FEW) {
      double first = used.stream().limit(FEW).mapToDouble(Section.GlobalShare::share).sum();
      return "No few features stand out: the first "
          + FEW
          + " of "
          + global.size()
          + " make up "
          + Answer.percent(first)
          + " of what the model says.";
    }
    return Lists.count(n, "feature")
        + (n == 1 ? " makes up " : " make up ")
        + Answer.percent(sum)
        + " of what the model says: "
        + Lists.and(used.stream().limit(n).map(Section.GlobalShare::feature).toList())
        + ".";
  }

  /** Of an importance by what it costs to do without a feature. */
  public static String of(Importance importance) {
    List<Importance.Item> items =
        importance.items().stream()
            .filter(i -> Double.isFinite(i.value()))
            .sorted(Comparator.comparingDouble(Importance.Item::value).reversed())
            .toList();
    if (items.isEmpty()) {
      return "Nothing was measured.";
    }
    Importance.Item first = items.get(0);
    List<Importance.Item> clear = items.stream().filter(i -> i.low() > 0).toList();
    boolean intervals = items.stream().anyMatch(i -> Double.isFinite(i.low()));
    if (first.value() <= 0 || (intervals && clear.isEmpty())) {
      return "For no feature can it be told that the model needs it.";
    }
    int rest = items.size() - clear.size();
    return "The model needs "
        + first.feature()
        + " most ("
        + importance.measure()
        + " "
        + Answer.number(first.value())
        + " without it)."
        + (!intervals || rest == 0
            ? ""
            : " Of "
                + rest
                + (rest == 1 ? " feature" : " features")
                + " it cannot be told whether it needs "
                + (rest == 1 ? "it." : "them."));
  }
}
