package io.attest.model.plugin;

import io.attest.model.Feature;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads models of a format that Attest does not know. To be implemented by a class with a public
 * constructor without arguments, in a jar whose {@code
 * META-INF/services/io.attest.model.plugin.ModelPlugin} names it.
 */
public interface ModelPlugin {

  /** What {@code model.plugin} in {@code model.yaml} calls it. */
  String name();

  /**
   * Opens a model. It must be thread-safe and deterministic, and its {@link Model#info()} must be
   * what {@link Declaration#info(Link)} gives. It may implement more than {@link Model}: {@link
   * io.attest.model.LinearModel}, for instance.
   *
   * @param file the model file; under another name than the owner gave it, and to be read only
   * @throws IOException if it cannot be read
   * @throws IllegalArgumentException if it is not sound or does not fit what is declared, with a
   *     message for the person who mends it
   */
  Model open(Path file, Declaration declared) throws IOException;

  /**
   * What the owner declares about the model.
   *
   * @param features in the order of a batch's columns
   * @param outputs names of the outputs: one for a binary model or a regression, one a class
   *     otherwise
   * @param sha256 of the model file
   * @param code which code reads it: name, jar and the jar's SHA-256
   */
  record Declaration(
      List<Feature> features, Task task, List<String> outputs, String sha256, String code) {

    public Declaration {
      features = List.copyOf(features);
      outputs = List.copyOf(outputs);
    }

    /** Before it is known which code reads it. */
    public Declaration(List<Feature> features, Task task, List<String> outputs, String sha256) {
      this(features, task, outputs, sha256, "");
    }

    /** What the model must say of itself. */
    public ModelInfo info(Link link) {
      return new ModelInfo("plugin", code, task, features, outputs, link, sha256);
    }
  }
}
