package io.attest.explain;

import io.attest.model.OutputSpace;
import java.util.List;

/**
 * What interactions of many rows come to: the mean absolute main effect of each feature and the
 * mean absolute interaction of each pair, both its halves together. Folded block by block, row
 * after row, so that the figures do not depend on the blocks.
 *
 * <p>Figures are means over rows and outputs, in the space of the interactions. Not thread-safe.
 */
public final class InteractionSummary {
  private final Interactions first;
  private final double[][] absolute;
  private final double[][] signed;
  private final BlockProvenance provenance;
  private double total;
  private double worst;
  private double scale = 1;

  /**
   * @param first the first block
   */
  public InteractionSummary(Interactions first) {
    this.first =
        new Interactions(
            first.provenance(),
            first.features(),
            first.outputs(),
            0,
            new double[0],
            first.baseValues(),
            new double[0]);
    int p = first.features().size();
    absolute = new double[p][p];
    signed = new double[p][p];
    provenance = new BlockProvenance(first.provenance());
    add(first);
  }

  /**
   * Adds a block of other rows, explained by the same method.
   *
   * @throws IllegalArgumentException if it has other features or outputs
   */
  public void add(Interactions block) {
    if (!block.features().equals(first.features()) || !block.outputs().equals(first.outputs())) {
      throw new IllegalArgumentException(
          "A block has other features or outputs than the blocks before it.");
    }
    int p = absolute.length;
    for (int row = 0; row < block.rows(); row++) {
      for (int k = 0; k < block.outputs().size(); k++) {
        for (int i = 0; i < p; i++) {
          for (int j = i; j < p; j++) {
            double value = (i == j ? 1 : 2) * block.value(row, i, j, k);
            absolute[i][j] += Math.abs(value);
            signed[i][j] += value;
            total += Math.abs(value);
          }
        }
        worst = Math.max(worst, Math.abs(block.residual(row, k)));
        scale = Math.max(scale, Math.abs(block.prediction(row, k)));
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

  public OutputSpace space() {
    return first.provenance().space();
  }

  public long rows() {
    return provenance.rows();
  }

  private double cells() {
    return Math.max(1, (double) rows() * first.outputs().size());
  }

  /** Mean absolute interaction of a pair; of a feature with itself, its main effect. */
  public double meanAbsolute(int i, int j) {
    return absolute[Math.min(i, j)][Math.max(i, j)] / cells();
  }

  /** Signed mean. */
  public double mean(int i, int j) {
    return signed[Math.min(i, j)][Math.max(i, j)] / cells();
  }

  /** A pair's, or main effect's, part of the sum over all of them; 0 if there is nothing. */
  public double share(int i, int j) {
    return total == 0 ? 0 : absolute[Math.min(i, j)][Math.max(i, j)] / total;
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
