package io.attest.measure.drift;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How one column is distributed then and now. What cannot be measured is NaN.
 *
 * @param name of the column
 * @param categorical false for a number
 * @param then number of rows of the baseline
 * @param now number of rows now
 * @param missingThen share of missing values then, 0 to 1
 * @param missingNow share of missing values now
 * @param psi population stability index over {@code bins}, 0 or more
 * @param byChance the PSI that unchanged data of these sizes exceed in one of twenty comparisons of
 *     as many columns; smaller ones cannot be told from chance
 * @param ks of a number: largest distance of the two distribution functions, 0 to 1
 * @param p of a number by Kolmogorov and Smirnov, of categories by chi-square: how often unchanged
 *     data would differ as much; of this column alone
 * @param wasserstein of a number: mean distance that a value has moved, in the column's unit
 * @param scaled the same in standard deviations of the baseline; NaN where that is 0
 * @param totalVariation largest difference of the share of any set of bins, 0 to 1
 * @param meanThen of a number: mean then
 * @param meanNow of a number: mean now
 * @param bins what {@code psi} was made from
 * @param notes what has to be known to read the figures, a sentence each
 */
public record Shift(
    String name,
    boolean categorical,
    long then,
    long now,
    double missingThen,
    double missingNow,
    double psi,
    double byChance,
    double ks,
    double p,
    double wasserstein,
    double scaled,
    double totalVariation,
    double meanThen,
    double meanNow,
    List<Bin> bins,
    List<String> notes) {

  /** From here on the practice of credit scoring speaks of a moderate shift. */
  public static final double MODERATE = 0.1;

  /** From here on it speaks of a large one. */
  public static final double LARGE = 0.25;

  public Shift {
    bins = List.copyOf(bins);
    notes = List.copyOf(notes);
  }

  /**
   * A part of the values.
   *
   * @param label in words
   * @param then share of the rows then
   * @param now share of the rows now
   * @param part what it adds to the PSI
   */
  public record Bin(String label, double then, double now, double part) {}

  /** True if it is at least a moderate shift, and more than chance would do. */
  public boolean drifted() {
    return psi >= MODERATE && psi > byChance;
  }

  /** {@code large, moderate, little}, or {@code chance} where the rows are too few to tell. */
  public String size() {
    if (Double.isNaN(psi)) {
      return "unknown";
    }
    return psi < MODERATE ? "little" : !drifted() ? "chance" : psi < LARGE ? "moderate" : "large";
  }

  /** The bin that adds most to the PSI, if anything does. */
  public Optional<Bin> most() {
    return bins.stream().max(Comparator.comparingDouble(Bin::part)).filter(b -> b.part() > 0);
  }
}
