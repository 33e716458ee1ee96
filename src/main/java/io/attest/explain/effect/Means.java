package io.attest.explain.effect;

import io.attest.explain.tree.TreeCurves;
import io.attest.model.Batch;
import io.attest.model.Link;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import java.util.Arrays;

/** Mean predictions over rows with one or two features set. */
interface Means {

  /**
   * Means over all rows.
   *
   * @param fixed another feature to set for all of them; -1 for none
   * @param value what to set it to
   * @return values x outputs
   */
  double[][] of(int feature, double[] values, int fixed, double value);

  /** Equal for values of a feature that always have equal means. */
  int[] alike(int feature, double[] values);

  /** By asking any model. */
  record ByAsking(Asked asked, Batch rows, int outputs) implements Means {

    @Override
    public int[] alike(int feature, double[] values) {
      double[] distinct = Arrays.stream(values).distinct().sorted().toArray();
      return Arrays.stream(values).mapToInt(v -> Arrays.binarySearch(distinct, v)).toArray();
    }

    @Override
    public double[][] of(int feature, double[] values, int fixed, double value) {
      double[] distinct = Arrays.stream(values).distinct().sorted().toArray();
      int p = rows.features();
      double[][] means = new double[distinct.length][outputs];
      for (int g = 0; g < distinct.length; g++) {
        double set = distinct[g];
        double[] out =
            asked.predict(
                rows.rows(),
                (i, to, at) -> {
                  System.arraycopy(rows.values(), i * p, to, at, p);
                  to[at + feature] = set;
                  if (fixed >= 0) {
                    to[at + fixed] = value;
                  }
                });
        for (int i = 0; i < out.length; i++) {
          means[g][i % outputs] += out[i] / rows.rows();
        }
      }
      return Arrays.stream(values)
          .mapToObj(v -> means[Arrays.binarySearch(distinct, v)])
          .toArray(double[][]::new);
    }
  }

  /** Read off the steps of trees: each row is followed once for all values. */
  record ByTrees(TreeCurves curves, ModelInfo info, Batch rows, OutputSpace space)
      implements Means {

    @Override
    public int[] alike(int feature, double[] values) {
      return Arrays.stream(values).mapToInt(v -> curves.step(feature, v)).toArray();
    }

    @Override
    public double[][] of(int feature, double[] values, int fixed, double value) {
      int[] steps = alike(feature, values);
      int p = rows.features();
      double[] changed = rows.values().clone();
      for (int i = fixed; fixed >= 0 && i < changed.length; i += p) {
        changed[i] = value;
      }
      boolean[] free = new boolean[p];
      free[feature] = true;
      int k = info.outputs().size();
      double[][] means = new double[steps.length][k];
      double[] out = new double[k];
      curves.explain(
          new Batch(rows.rows(), p, changed),
          0,
          rows.rows(),
          free,
          (row, own, changes) -> {
            for (int g = 0; g < steps.length; g++) {
              for (int o = 0; o < k; o++) {
                out[o] = own[o] + changes[feature][o][steps[g]];
              }
              if (space == OutputSpace.RESPONSE && info.link() != Link.IDENTITY) {
                info.link().toResponse(out, k);
              }
              for (int o = 0; o < k; o++) {
                means[g][o] += out[o];
              }
            }
          });
      for (double[] mean : means) {
        for (int o = 0; o < k; o++) {
          mean[o] /= rows.rows();
        }
      }
      return means;
    }
  }
}
