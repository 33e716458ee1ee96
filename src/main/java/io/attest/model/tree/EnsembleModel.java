package io.attest.model.tree;

import io.attest.model.Batch;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import java.util.List;

/**
 * A tree ensemble as a model, whatever file it came from.
 *
 * <p>Leaves are kept as the file has them (32-bit floats in XGBoost's case) and summed as 64-bit
 * floats. A library that sums in 32 bits therefore differs in the last digits: about 1e-7 times the
 * sum of the absolute leaf values.
 */
public final class EnsembleModel implements TreeEnsembleModel {
  /** Fewer trees than this are asked faster by values than by codes, which cost a search each. */
  private static final int CODED_TREES = 32;

  /** Rows that are coded together: their codes fit the second-level cache. */
  private static final int CODED_ROWS = 2048;

  private final ModelInfo info;
  private final TreeEnsemble trees;

  /** Made for the first large batch: who loads a model to look at it needs none. */
  private volatile Coded coded;

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
    if (trees.trees().size() < CODED_TREES || rows.rows() < 16) {
      trees.raw(rows, out);
    } else {
      raw(rows, out);
    }
    if (space == OutputSpace.RESPONSE) {
      info.link().toResponse(out, trees.outputs());
    }
  }

  /** The model's trees for coded rows. */
  private record Coded(Codes codes, List<CodedTree> trees) {

    static Coded of(TreeEnsemble trees) {
      Codes codes = new Codes(trees);
      return new Coded(
          codes, trees.trees().stream().map(tree -> new CodedTree(tree, codes)).toList());
    }
  }

  /** Threads that come at once may each make it; they make the same. */
  private Coded coded() {
    Coded made = coded;
    if (made == null) {
      made = Coded.of(trees);
      coded = made;
    }
    return made;
  }

  /** The same numbers as {@link TreeEnsemble#raw}, in the same order of additions. */
  private void raw(Batch rows, double[] out) {
    int outputs = trees.outputs();
    Coded coded = coded();
    for (int from = 0; from < rows.rows(); from += CODED_ROWS) {
      int to = Math.min(rows.rows(), from + CODED_ROWS);
      Codes.Rows tile = coded.codes().rows(rows, from, to);
      for (int i = from; i < to; i++) {
        System.arraycopy(trees.base(), 0, out, i * outputs, outputs);
      }
      int[] flat = tile.flat();
      for (CodedTree tree : coded.trees()) {
        tree.add(tile, flat, out, from, outputs);
      }
    }
  }
}
