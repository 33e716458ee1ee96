package io.attest.model.lightgbm;

import java.nio.charset.StandardCharsets;

/**
 * A model file of two small trees, to change one thing in.
 *
 * <p>Tree 0: age &lt;= 30 ? 1 : (colour in {1, 33} ? 2 : 4); missing age goes left. Tree 1: a
 * single leaf of 0.25.
 */
final class SmallModel {
  private String text =
      """
      tree
      version=v4
      num_class=1
      num_tree_per_iteration=1
      label_index=0
      max_feature_idx=1
      objective=binary sigmoid:1
      feature_names=age colour
      feature_infos=[18:90] 33:1:-1:0
      tree_sizes=300 100

      Tree=0
      num_leaves=3
      num_cat=1
      split_feature=0 1
      split_gain=2 1
      threshold=30 0
      decision_type=10 1
      left_child=-1 -2
      right_child=1 -3
      leaf_value=1 2 4
      leaf_weight=1 0.5 1
      leaf_count=4 2 4
      internal_value=0 0
      internal_weight=0 1.5
      internal_count=10 6
      cat_boundaries=0 2
      cat_threshold=2 2
      is_linear=0
      shrinkage=1


      Tree=1
      num_leaves=1
      num_cat=0
      split_feature=
      split_gain=
      threshold=
      decision_type=
      left_child=
      right_child=
      leaf_value=0.25
      leaf_weight=
      leaf_count=
      internal_value=
      internal_weight=
      internal_count=
      is_linear=0
      shrinkage=0.1


      end of trees

      feature_importances:
      age=1

      parameters:
      [boosting: gbdt]
      end of parameters

      pandas_categorical:null
      """;

  /** Replaces what must be there. */
  SmallModel with(String old, String now) {
    if (!text.contains(old)) {
      throw new IllegalArgumentException("No " + old);
    }
    text = text.replace(old, now);
    return this;
  }

  byte[] bytes() {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
