package io.attest.data;

import java.util.List;
import java.util.Optional;

/**
 * The declared columns of a table.
 *
 * @param fields in the order of the declaration
 */
public record Schema(List<Field> fields) {

  public Schema {
    fields = List.copyOf(fields);
  }

  public Optional<Field> find(String name) {
    return fields.stream().filter(f -> f.name().equals(name)).findFirst();
  }
}
