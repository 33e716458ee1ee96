package io.attest.model.tree;

import io.attest.model.Feature;
import io.attest.model.Link;
import io.attest.model.Task;
import java.util.List;

/**
 * What a file of trees says of itself, whatever library wrote it.
 *
 * @param format for instance {@code xgboost-json}
 * @param version of the library that wrote the file; empty if the file does not say
 * @param features names and levels as far as the file knows them; a categorical feature whose
 *     levels the file does not name has their codes
 * @param named true if the file itself names the features
 * @param levelsKnown for each feature, true if the file itself names the levels
 * @param classes of a classifier, in the order of its codes, so that of two the second is the
 *     positive one; empty if the file does not name them
 */
public record TreeFile(
    String format,
    String version,
    Task task,
    Link link,
    List<Feature> features,
    boolean named,
    List<Boolean> levelsKnown,
    List<String> classes,
    TreeEnsemble trees) {

  public TreeFile {
    features = List.copyOf(features);
    levelsKnown = List.copyOf(levelsKnown);
    classes = List.copyOf(classes);
  }

  /** Of a file that does not name the classes. */
  public TreeFile(
      String format,
      String version,
      Task task,
      Link link,
      List<Feature> features,
      boolean named,
      List<Boolean> levelsKnown,
      TreeEnsemble trees) {
    this(format, version, task, link, features, named, levelsKnown, List.of(), trees);
  }
}
