package io.attest.model.tree;

import io.attest.model.Batch;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;

/**
 * A tree ensemble as a model, whatever file it came from.
 *
 * <p>Leaves are kept as the file has them (32-bit floats in XGBoost's case) and summed as 64-bit
 * floats. A library that sums in 32 bits therefore differs in the last digits: about 1e-7 times the
 * sum of the absolute leaf values.
 */
public final class EnsembleModel implements TreeEnsembleModel {
  private final ModelInfo info;
  private final TreeEnsemble trees;

  public EnsembleModel(ModelInfo info, TreeEnsemble trees) {
    if (info.features().size() != trees.features() || info.outputs().size() != trees.outputs()) {
      throw new IllegalArgumentException("The trees do not fit what the model says of itself.");
    }
    this.info = info;
    this.trees = trees;
  }

  @Override
  public ModelInfo info() {
    return info;
  }

  @Override
  public TreeEnsemble trees() {
    return trees;
  }

  @Override
  public void predict(Batch rows, OutputSpace space, double[] out) {
    trees.raw(rows, out);
    if (space == OutputSpace.RESPONSE) {
      info.link().toResponse(out, trees.outputs());
    }
  }
}
