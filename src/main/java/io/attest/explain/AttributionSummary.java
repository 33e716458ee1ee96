package io.attest.explain;

import io.attest.model.OutputSpace;
import java.util.List;
import org.hipparchus.distribution.continuous.TDistribution;

/**
 * What attributions of many rows come to: the mean absolute contribution of each feature with its
 * interval, the signed mean, the largest residual. Folded block by block, row after row, so that
 * the figures do not depend on the blocks.
 *
 * <p>Of several outputs, a row's absolute contribution of a feature is the mean over the outputs.
 * Figures are in the space of the contributions. Not thread-safe.
 */
public final class AttributionSummary {
  private final Attribution first;
  private final double[] absolute;
  private final double[] signed;

  /** Welford's running mean of a row's absolute contribution, and sum of squared distances. */
  private final double[] running;

  private final double[] squares;
  private final double[] base;
  private final BlockProvenance provenance;
  private long rows;
  private double worst;
  private double scale = 1;

  /**
   * @param first the first block
   */
  public AttributionSummary(Attribution first) {
    this.first = withoutRows(first);
    int p = first.features().size();
    absolute = new double[p];
    signed = new double[p];
    running = new double[p];
    squares = new double[p];
    base = new double[first.outputs().size()];
    provenance = new BlockProvenance(first.provenance());
    add(first);
  }

  private static Attribution withoutRows(Attribution a) {
    return new Attribution(
        a.provenance(), a.features(), a.outputs(), 0, new double[0], new double[0], new double[0]);
  }

  /**
   * Adds a block of other rows, explained by the same method.
   *
   * @throws IllegalArgumentException if it has other features or outputs
   */
  public void add(Attribution block) {
    if (!block.features().equals(first.features()) || !block.outputs().equals(first.outputs())) {
      throw new IllegalArgumentException(
          "A block has other features or outputs than the blocks before it.");
    }
    int outputs = block.outputs().size();
    for (int i = 0; i < block.rows(); i++) {
      rows++;
      for (int j = 0; j < absolute.length; j++) {
        double row = 0;
        for (int k = 0; k < outputs; k++) {
          double value = block.value(i, j, k);
          row += Math.abs(value);
          signed[j] += value;
        }
        absolute[j] += row;
        double before = row / outputs - running[j];
        running[j] += before / rows;
        squares[j] += before * (row / outputs - running[j]);
      }
      for (int k = 0; k < outputs; k++) {
        // A running mean, so that a base value that is the same for all rows stays itself.
        base[k] += (block.base(i, k) - base[k]) / rows;
        worst = Math.max(worst, Math.abs(block.residual(i, k)));
        scale = Math.max(scale, Math.abs(block.prediction(i, k)));
      }
    }
    provenance.add(block.provenance(), block.rows());
  }

  public List<String> features() {
    return first.features();
  }

  public List<String> outputs() {
    return first.outputs();
  }

  /** What a prediction starts from, one an output; the mean where it depends on the row. */
  public double[] baseValues() {
    return base.clone();
  }

  public OutputSpace space() {
    return first.provenance().space();
  }

  public long rows() {
    return rows;
  }

  private double cells() {
    return Math.max(1, (double) rows * first.outputs().size());
  }

  /** Mean absolute contribution of a feature, over rows and outputs. */
  public double meanAbsolute(int feature) {
    return absolute[feature] / cells();
  }

  /** Signed mean. */
  public double mean(int feature) {
    return signed[feature] / cells();
  }

  /** The feature's part of the sum over all features; 0 if nothing contributes. */
  public double share(int feature) {
    double total = 0;
    for (double a : absolute) {
      total += a;
    }
    return total == 0 ? 0 : absolute[feature] / total;
  }

  /**
   * Half the width of the 95 % interval of the mean absolute contribution, by Student's t over the
   * rows; NaN for fewer than two rows.
   */
  public double halfWidth(int feature) {
    if (rows < 2) {
      return Double.NaN;
    }
    return new TDistribution(rows - 1.0).inverseCumulativeProbability(0.975)
        * Math.sqrt(squares[feature] / (rows - 1.0) / rows);
  }

  /** Largest absolute residual relative to the largest absolute prediction (at least 1). */
  public double relativeResidual() {
    return worst / scale;
  }

  /** How it came about: rows and cost of all blocks, the largest error, every note once. */
  public Provenance provenance() {
    return provenance.of();
  }
}
