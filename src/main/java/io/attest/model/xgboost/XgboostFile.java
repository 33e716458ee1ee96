package io.attest.model.xgboost;

import io.attest.model.InvalidModelException;
import io.attest.model.json.JsonFile;
import io.attest.model.json.Node;
import io.attest.model.tree.TreeFile;
import java.nio.charset.StandardCharsets;

/**
 * The content of an XGBoost model file: JSON or Universal Binary JSON, written by XGBoost 1.x to
 * 3.x; boosters {@code gbtree} (random forests and vector leaves included), {@code dart} and {@code
 * gblinear}.
 *
 * <p>Numbers are compared as 32-bit floats, {@code x < threshold} goes left; a category in the set
 * of a split goes right, one that cannot be in it (negative, too large) left; NaN goes where {@code
 * default_left} says. The weight of a DART tree is multiplied into its leaves.
 */
public final class XgboostFile {

  /** Which trees count in a model that stopped early. */
  public enum Rounds {
    /** All, and the file must not say that fewer were best. */
    UNAMBIGUOUS,
    /** All, as {@code Booster.predict} does. */
    ALL,
    /** Up to the best iteration, as XGBoost's scikit-learn and R interfaces do. */
    BEST
  }

  private final Learner learner;

  private XgboostFile(Learner learner) {
    this.learner = learner;
  }

  /** True if the bytes look like one of the two formats. */
  public static boolean looksLike(byte[] bytes) {
    return isUbj(bytes) || firstSign(bytes) == '{';
  }

  private static boolean isUbj(byte[] bytes) {
    return bytes.length > 1 && bytes[0] == '{' && "iUIlL#$".indexOf(bytes[1]) >= 0;
  }

  private static int firstSign(byte[] bytes) {
    for (byte b : bytes) {
      if (!Character.isWhitespace(b)) {
        return b;
      }
    }
    return -1;
  }

  /**
   * Reads what a model file says of the model, but not yet its trees or weights.
   *
   * @param file its name, for messages
   * @throws InvalidModelException naming the file and what is wrong with it
   */
  public static XgboostFile open(String file, byte[] bytes) {
    String head = new String(bytes, 0, Math.min(4, bytes.length), StandardCharsets.ISO_8859_1);
    if (head.equals("binf") || head.startsWith("\u0080")) {
      throw new InvalidModelException(
          file
              + " is XGBoost's old binary format or a pickle. Save the model as .json or .ubj:"
              + " booster.save_model(\"model.json\").");
    }
    boolean ubj = isUbj(bytes);
    Node root =
        ubj
            ? UbjFile.read(file, bytes)
            : JsonFile.read("XGBoost", file, bytes, JsonFile.Width.SINGLE);
    if (root.find("learner").isEmpty() && root.find("Model").isPresent()) {
      root = root.at("Model");
    }
    return new XgboostFile(Learner.of(root, ubj ? "xgboost-ubj" : "xgboost-json"));
  }

  /** True if the file holds weights ({@code gblinear}), false if trees. */
  public boolean linear() {
    return learner.linear();
  }

  /**
   * The weights of a linear model.
   *
   * @throws InvalidModelException naming the file and what is wrong with it, or if it holds trees
   */
  public LinearFile weights() {
    return LinearFile.of(learner);
  }

  /**
   * The trees.
   *
   * @throws InvalidModelException naming the file and what is wrong with it, or if it holds weights
   */
  public TreeFile trees(Rounds rounds) {
    return new Trees(learner).read(rounds);
  }
}
