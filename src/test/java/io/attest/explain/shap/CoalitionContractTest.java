package io.attest.explain.shap;

import io.attest.explain.Attribution;
import io.attest.explain.ExplainerContractTest;
import io.attest.explain.WavyModel;
import io.attest.model.Model;
import io.attest.model.Task;
import java.util.Optional;

/** What all explainers promise that ask for coalitions. */
abstract class CoalitionContractTest extends ExplainerContractTest<Attribution> {

  @Override
  protected Model model(int features) {
    return WavyModel.of(Task.MULTICLASS, features);
  }

  @Override
  protected double[] figures(Attribution result) {
    return result.values();
  }

  @Override
  protected Optional<double[]> figures(Attribution result, int feature) {
    int k = result.outputs().size();
    double[] out = new double[result.rows() * k];
    for (int i = 0; i < out.length; i++) {
      out[i] = result.value(i / k, feature, i % k);
    }
    return Optional.of(out);
  }

  @Override
  protected boolean additive() {
    return true;
  }

  /** Each row costs coalitions x background. */
  @Override
  protected int manyRows() {
    return 90;
  }
}
