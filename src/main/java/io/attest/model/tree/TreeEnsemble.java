package io.attest.model.tree;

import java.util.List;

/**
 * A sum of trees.
 *
 * @param trees in the order of the file
 * @param features number of model inputs
 * @param outputs number of raw outputs
 * @param base what each raw output starts from, before any tree
 * @param float32 true if the library compares feature and threshold as 32-bit floats
 */
public record TreeEnsemble(
    List<Tree> trees, int features, int outputs, double[] base, boolean float32) {

  public TreeEnsemble {
    trees = List.copyOf(trees);
  }
}
