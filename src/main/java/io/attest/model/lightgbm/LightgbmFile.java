package io.attest.model.lightgbm;

import io.attest.model.InvalidModelException;
import io.attest.model.tree.Comparison;
import io.attest.model.tree.Tree;
import io.attest.model.tree.TreeEnsemble;
import io.attest.model.tree.TreeFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The content of a LightGBM text model, as {@code save_model} of LightGBM 2.1 to 4.x writes it
 * (headers v2, v3, v4): boosted trees, DART, random forests.
 *
 * <p>Numbers are compared as 64-bit floats, {@code x <= threshold} goes left. What counts as
 * missing is said by each numeric split: nothing (NaN is compared as 0), zero and NaN, or NaN; and
 * so is where a missing value goes. A category in the set of a split goes left, any other, also a
 * missing one, right. Covers are numbers of training rows, whatever their weights were.
 *
 * <p>The raw output is what the link turns into LightGBM's own prediction. That is LightGBM's raw
 * score but for two cases: where the objective has a {@code sigmoid} other than 1 it is the score
 * times this parameter (so that it is a log-odds), and in a random forest it is the mean over the
 * trees, where LightGBM's raw score and contributions are sums.
 */
public final class LightgbmFile {
  private static final Set<String> VERSIONS = Set.of("v2", "v3", "v4");
  private static final String PER_ITERATION = "num_tree_per_iteration";

  private LightgbmFile() {}

  /** True if the bytes look like a LightGBM text model. */
  public static boolean looksLike(byte[] bytes) {
    String head = new String(bytes, 0, Math.min(6, bytes.length), StandardCharsets.ISO_8859_1);
    return head.startsWith("tree\n") || head.equals("tree\r\n");
  }

  /**
   * Reads a model file.
   *
   * @param file its name, for messages
   * @throws InvalidModelException naming the file, the tree, the line and what is wrong with it, or
   *     what it has that is not supported
   */
  public static TreeFile read(String file, byte[] bytes) {
    ModelText text = ModelText.read(file, bytes);
    Section header = text.header();
    String version = header.find("version").orElse("");
    if (!VERSIONS.contains(version)) {
      throw header.unsupported(
          "version",
          "the version of the text format is "
              + (version.isEmpty() ? "not said" : "'" + version + "'")
              + "; v2, v3 and v4 are known. Maybe load the model in LightGBM 4 and save it again.");
    }
    int count = text.trees().size();
    int outputs = header.integer(header.has(PER_ITERATION) ? PER_ITERATION : "num_class");
    if (outputs < 1 || count == 0 || count % outputs != 0) {
      throw header.wrong(PER_ITERATION, "is " + outputs + ", and the file has " + count + " trees");
    }
    if (header.has("tree_sizes")) {
      header.words("tree_sizes", count);
    }
    Objective objective = Objective.of(header, outputs);
    double scale = objective.scale();
    if (header.has("average_output")) {
      scale /= count / outputs;
    }
    Inputs inputs = new Inputs(header);
    List<Tree> trees = new ArrayList<>(count);
    for (int t = 0; t < count; t++) {
      trees.add(TreeText.read(text.trees().get(t), inputs, t % outputs, scale));
    }
    inputs.name(
        text.columns(),
        text.categories().map(line -> Categories.read(file, line)).orElse(List.of()));
    return new TreeFile(
        "lightgbm-" + version,
        "",
        objective.task(),
        objective.link(),
        inputs.features(),
        inputs.named(),
        inputs.levelsKnown(),
        new TreeEnsemble(
            trees,
            inputs.size(),
            outputs,
            new double[outputs],
            Comparison.LESS_OR_EQUAL,
            false,
            inputs.missing()));
  }
}
