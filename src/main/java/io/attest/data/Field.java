package io.attest.data;

import java.util.List;
import java.util.Optional;

/**
 * What is declared about one column.
 *
 * @param levels the allowed values of a categorical column, in the order of their codes; else empty
 * @param min smallest allowed number
 * @param max largest allowed number
 * @param unit what a number counts: months, DM; empty if nothing
 * @param meaning what the column says, in words for a reader of the report
 */
public record Field(
    String name,
    FieldType type,
    List<String> levels,
    Optional<Double> min,
    Optional<Double> max,
    String unit,
    String meaning) {

  public Field {
    levels = List.copyOf(levels);
  }

  public static Field numeric(String name) {
    return new Field(
        name, FieldType.NUMERIC, List.of(), Optional.empty(), Optional.empty(), "", "");
  }

  public static Field categorical(String name, List<String> levels) {
    return new Field(
        name, FieldType.CATEGORICAL, levels, Optional.empty(), Optional.empty(), "", "");
  }

  public static Field text(String name) {
    return new Field(name, FieldType.TEXT, List.of(), Optional.empty(), Optional.empty(), "", "");
  }
}
