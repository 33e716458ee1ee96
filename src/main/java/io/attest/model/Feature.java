package io.attest.model;

import java.util.List;

/**
 * One input of a model.
 *
 * @param name as in the data and in the report
 * @param levels for a categorical input the levels in the order of their codes; empty for a number
 */
public record Feature(String name, List<String> levels) {

  public Feature {
    levels = List.copyOf(levels);
  }

  public static Feature numeric(String name) {
    return new Feature(name, List.of());
  }

  public boolean categorical() {
    return !levels.isEmpty();
  }
}
