package io.attest.explain;

import java.util.List;

/**
 * How much a model's performance needs each feature.
 *
 * @param measure what is measured, in words: "increase in log loss"
 * @param reference the performance with nothing changed, in the same measure
 * @param items one a feature, in the order of the model
 */
public record Importance(Provenance provenance, String measure, double reference, List<Item> items)
    implements Explanation {

  public Importance {
    items = List.copyOf(items);
  }

  /**
   * One feature.
   *
   * @param value the mean over the repeats
   * @param low lower end of the 95 % interval of that mean
   * @param high upper end
   */
  public record Item(String feature, double value, double low, double high) {}
}
