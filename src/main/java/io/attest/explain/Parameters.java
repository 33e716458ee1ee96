package io.attest.explain;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Parameters of a method, by name, as a decision table or a command line gives them.
 *
 * @param values sorted by name, so that a report lists them in one order
 */
public record Parameters(Map<String, String> values) {

  /** No parameters: the method's defaults. */
  public static final Parameters NONE = new Parameters(Map.of());

  public Parameters {
    values = java.util.Collections.unmodifiableMap(new TreeMap<>(values));
  }

  /**
   * Reads {@code name=value; name=value}.
   *
   * @throws IllegalArgumentException naming the part that has no equals sign
   */
  public static Parameters parse(String text) {
    Map<String, String> values = new TreeMap<>();
    for (String part : text.split("[;\n]")) {
      if (part.isBlank()) {
        continue;
      }
      int equals = part.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            "Cannot read the parameter '" + part.strip() + "'. Write name=value; name=value.");
      }
      values.put(part.substring(0, equals).strip(), part.substring(equals + 1).strip());
    }
    return new Parameters(values);
  }

  /** These parameters, with those of {@code other} in their place where both have one. */
  public Parameters with(Parameters other) {
    Map<String, String> merged = new TreeMap<>(values);
    merged.putAll(other.values);
    return new Parameters(merged);
  }

  /**
   * Refuses a parameter that the method does not know.
   *
   * @throws IllegalArgumentException naming it and those there are
   */
  public Parameters only(Collection<String> known) {
    for (String name : values.keySet()) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "There is no parameter " + name + ". Maybe you meant one of " + known + ".");
      }
    }
    return this;
  }

  public Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /**
   * A whole number.
   *
   * @throws IllegalArgumentException if it is not one, or is below {@code min}
   */
  public int integer(String name, int otherwise, int min) {
    String text = values.get(name);
    if (text == null) {
      return otherwise;
    }
    int value;
    try {
      value = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "The parameter " + name + " is '" + text + "', but must be a whole number.", e);
    }
    if (value < min) {
      throw new IllegalArgumentException(
          "The parameter " + name + " is " + value + ", but must be at least " + min + ".");
    }
    return value;
  }

  /**
   * A number, or {@code otherwise} where none is given.
   *
   * @throws IllegalArgumentException as below
   */
  public double number(String name, double otherwise, double min, double max) {
    return number(name, min, max).orElse(otherwise);
  }

  /**
   * A number.
   *
   * @throws IllegalArgumentException if it is not one, or is below {@code min} or above {@code max}
   */
  public Optional<Double> number(String name, double min, double max) {
    String text = values.get(name);
    if (text == null) {
      return Optional.empty();
    }
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "The parameter " + name + " is '" + text + "', but must be a number.", e);
    }
    if (!(value >= min && value <= max)) {
      throw new IllegalArgumentException(
          "The parameter "
              + name
              + " is "
              + text
              + ", but must be "
              + (max == Double.MAX_VALUE ? "at least " + min : "from " + min + " to " + max)
              + ".");
    }
    return Optional.of(value);
  }

  /**
   * One of some words.
   *
   * @param otherwise where none is given
   * @throws IllegalArgumentException if it is another
   */
  public String choice(String name, String otherwise, List<String> words) {
    String text = values.getOrDefault(name, otherwise);
    if (!words.contains(text)) {
      int last = words.size() - 1;
      throw new IllegalArgumentException(
          "The parameter "
              + name
              + " is '"
              + text
              + "', but must be "
              + String.join(", ", words.subList(0, last))
              + " or "
              + words.get(last)
              + ".");
    }
    return text;
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    values.forEach((k, v) -> out.append(out.isEmpty() ? "" : "; ").append(k).append('=').append(v));
    return out.toString();
  }
}
