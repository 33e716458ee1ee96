package io.attest.model.tree;

import io.attest.model.Model;

/** A model that is a sum of trees, and can show them. */
public interface TreeEnsembleModel extends Model {

  /** The trees, with everything that decides where a row goes and what a leaf adds. */
  TreeEnsemble trees();
}
