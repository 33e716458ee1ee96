package io.attest.explain.shap;

import io.attest.explain.Dataset;
import io.attest.explain.Request;
import io.attest.model.tree.TreeEnsemble;
import java.util.List;

/**
 * The trees with the covers that path-dependent values weigh by: those of the model file, or where
 * it has none (ONNX) the numbers of rows that reach the nodes, of the training rows if they are at
 * hand and else of the background.
 *
 * @param trees with covers
 * @param backgroundRows how many background rows were counted; 0 if they were not needed
 * @param notes for the provenance: what was counted, if anything
 */
public record Covers(TreeEnsemble trees, long backgroundRows, List<String> notes) {

  public Covers {
    notes = List.copyOf(notes);
  }

  /**
   * @throws IllegalArgumentException if the trees have no covers and there are no rows to count
   */
  public static Covers of(TreeEnsemble trees, Request request) {
    if (trees.covered()) {
      return new Covers(trees, 0, List.of());
    }
    boolean training = request.training().filter(t -> t.size() > 0).isPresent();
    Dataset counted = training ? request.training().get() : request.background();
    int rows = counted.size();
    if (rows == 0) {
      throw new IllegalArgumentException(
          "The model file does not say how many training rows went each way, and there are neither"
              + " training nor background rows to count. Maybe give the training data, or a"
              + " background.");
    }
    String note =
        "The model file has no covers: the "
            + rows
            + (training ? " training" : " background")
            + (rows == 1 ? " row was" : " rows were")
            + " counted in their place.";
    return new Covers(trees.coveredBy(counted.rows()), training ? 0 : rows, List.of(note));
  }
}
