package io.attest.model.json;

import io.attest.model.InvalidModelException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A value inside a model file, with the way to it, so that a message can say where a file is wrong.
 *
 * @param library whose file it is, for messages: XGBoost
 * @param file name of the file
 * @param path where the value is, for instance {@code learner.objective.name}
 * @param value a {@code Map<String, Object>}, {@code List<Object>}, {@code double[]} (any array of
 *     numbers or booleans), {@code Double}, {@code String} or null
 */
public record Node(String library, String file, String path, Object value) {

  /** The member of this name. */
  public Node at(String name) {
    return find(name).orElseThrow(() -> wrong("has no '" + name + "'"));
  }

  /** The member of this name, unless it is absent or null. */
  public Optional<Node> find(String name) {
    if (!(value instanceof Map<?, ?> map)) {
      throw wrong("should be an object");
    }
    Object member = map.get(name);
    return member == null ? Optional.empty() : Optional.of(child(name, member));
  }

  /** The elements of a list. */
  public List<Node> list() {
    if (value instanceof double[] numbers) {
      return Arrays.stream(numbers).mapToObj(n -> child("", n)).toList();
    }
    if (!(value instanceof List<?> list)) {
      throw wrong("should be a list");
    }
    Node[] out = new Node[list.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = child(Integer.toString(i), list.get(i));
    }
    return List.of(out);
  }

  /** A text. */
  public String text() {
    if (value instanceof String text) {
      return text;
    }
    throw wrong("should be text");
  }

  /** A list of nothing but numbers. */
  public double[] numbers() {
    if (value instanceof double[] numbers) {
      return numbers;
    }
    throw wrong("should be a list of numbers");
  }

  /** A number. */
  public double number() {
    if (value instanceof Double number) {
      return number;
    }
    throw wrong("should be a number");
  }

  /** A list of whole numbers. */
  public int[] integers() {
    double[] numbers = numbers();
    int[] out = new int[numbers.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (int) numbers[i];
      if (out[i] != numbers[i]) {
        throw wrong("has " + numbers[i] + " where a whole number should be");
      }
    }
    return out;
  }

  /** A whole number, also one written as text, as XGBoost does. */
  public int integer() {
    String text =
        value instanceof Double d && d == Math.rint(d)
            ? Long.toString(d.longValue())
            : value instanceof String s ? s.strip() : "";
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw wrong("should be a whole number");
    }
  }

  private Node child(String name, Object member) {
    return new Node(library, file, path.isEmpty() ? name : path + "." + name, member);
  }

  /** What to throw when this value is not as it should be. */
  public InvalidModelException wrong(String what) {
    return new InvalidModelException(
        file
            + " is not a sound "
            + library
            + " model: "
            + (path.isEmpty() ? "the file" : path)
            + " "
            + what
            + ". Maybe the file is cut off or damaged; save the model again.");
  }
}
