package io.attest.model.catboost;

import io.attest.model.Feature;
import io.attest.model.InvalidModelException;
import io.attest.model.Task;
import io.attest.model.json.JsonFile;
import io.attest.model.json.Node;
import io.attest.model.tree.Comparison;
import io.attest.model.tree.Missing;
import io.attest.model.tree.TreeEnsemble;
import io.attest.model.tree.TreeFile;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The content of a CatBoost model in JSON, symmetric or not.
 *
 * <p>Numbers are compared as 32-bit floats; a number above the border of a split goes to its 1
 * side. NaN goes there where the feature says {@code AsTrue}, else to the 0 side. A split of a
 * category asks whether it is one level. Splits on statistics of the target, on texts and on
 * embeddings are refused.
 */
public final class CatboostFile {
  private static final Pattern FIRST_NAME =
      Pattern.compile(
          "\\s*\\{\\s*\"(ctr_data|features_info|model_info|oblivious_trees|trees|scale_and_bias)\".*",
          Pattern.DOTALL);

  private CatboostFile() {}

  /** True if the bytes look like such a model. */
  public static boolean looksLike(byte[] bytes) {
    String head = new String(bytes, 0, Math.min(bytes.length, 200), StandardCharsets.UTF_8);
    return FIRST_NAME.matcher(head).matches();
  }

  /**
   * Reads a model file.
   *
   * @param file its name, for messages
   * @param declared the inputs as somebody declares them: the file does not hold all levels of a
   *     category, nor inputs that no tree could use
   * @throws InvalidModelException naming the file and what is wrong with it
   */
  public static TreeFile read(String file, byte[] bytes, Optional<List<Feature>> declared) {
    Node root = JsonFile.read("CatBoost", file, bytes, JsonFile.Width.DOUBLE);
    Loss loss = Loss.of(root);
    Inputs inputs = Inputs.of(root, declared);
    Trees trees = new Trees(root, inputs);
    int outputs = trees.outputs();
    if ((loss.task() == Task.MULTICLASS) != (outputs > 1) && loss.task() != Task.REGRESSION) {
      throw root.wrong("has leaves of " + outputs + " values, which does not fit its loss");
    }
    return new TreeFile(
        "catboost-json",
        version(root),
        loss.task(),
        loss.link(),
        inputs.features(),
        inputs.named(),
        Collections.nCopies(inputs.features().size(), false),
        new TreeEnsemble(
            trees.read(),
            inputs.features().size(),
            outputs,
            trees.bias(),
            Comparison.LESS_OR_EQUAL,
            true,
            Collections.nCopies(inputs.features().size(), Missing.NAN)));
  }

  private static String version(Node root) {
    // For instance: Git info:, Commit: ..., CatBoost version: 1.2.7
    String info =
        root.find("model_info")
            .flatMap(i -> i.find("catboost_version_info"))
            .map(v -> v.value() instanceof String text ? text : "")
            .orElse("");
    Matcher version = Pattern.compile("(?i)version:?\\s*v?(\\d+(\\.\\d+)+)").matcher(info);
    return version.find() ? version.group(1) : "";
  }
}
