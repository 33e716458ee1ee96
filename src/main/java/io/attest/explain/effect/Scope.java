package io.attest.explain.effect;

import io.attest.explain.Draws;
import io.attest.explain.Parameters;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The parameters that the effects of features have in common: of what, over what, measured how. */
final class Scope {
  private Scope() {}

  /** Reads the parameter {@code features}: names with commas between; {@code all} if absent. */
  static int[] features(Parameters parameters, Model model) {
    String text = parameters.text("features").orElse("all");
    List<String> names = model.info().featureNames();
    if (text.equals("all")) {
      return IntStream.range(0, names.size()).toArray();
    }
    return Arrays.stream(text.split(","))
        .map(String::strip)
        .distinct()
        .mapToInt(name -> feature("features", name, names))
        .toArray();
  }

  /** The index of a feature that a parameter names. */
  static int feature(String parameter, String name, List<String> names) {
    int at = names.indexOf(name);
    if (at < 0) {
      throw new IllegalArgumentException(
          "The parameter "
              + parameter
              + " names '"
              + name
              + "', which is no feature of the model. The features are "
              + names
              + ".");
    }
    return at;
  }

  /** Reads the parameter {@code space}: {@code response} if absent. */
  static OutputSpace space(Parameters parameters) {
    return parameters.choice("space", "response", List.of("raw", "response")).equals("raw")
        ? OutputSpace.RAW
        : OutputSpace.RESPONSE;
  }

  /** The word for a space in the parameters. */
  static String word(OutputSpace space) {
    return space == OutputSpace.RAW ? "raw" : "response";
  }

  /**
   * Reads the parameter {@code rows}, the number of background rows averaged over: {@code all} if
   * absent.
   *
   * @return indices of the rows, ascending
   * @throws IllegalArgumentException if there is none
   */
  static int[] rows(Parameters parameters, Batch background, long seed, String method) {
    String text = parameters.text("rows").orElse("all");
    int most = text.equals("all") ? Integer.MAX_VALUE : parameters.integer("rows", 1, 1);
    return sample(most, background, seed, method);
  }

  /** At most so many rows of the background, drawn at random if there are more. */
  static int[] sample(int most, Batch background, long seed, String method) {
    int rows = background.rows();
    if (rows == 0) {
      throw new IllegalArgumentException(
          "There is no background row to average over. Maybe every row of the data was refused.");
    }
    return most >= rows
        ? IntStream.range(0, rows).toArray()
        : new Draws(seed, method + " rows").sample(rows, most);
  }
}
