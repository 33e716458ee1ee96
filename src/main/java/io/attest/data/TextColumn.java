package io.attest.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Free text, identifiers for instance; the empty string means missing. Models do not see text.
 *
 * @param values one value a row
 */
public record TextColumn(String name, List<String> values) implements Column {

  public TextColumn {
    values = List.copyOf(values);
  }

  @Override
  public int size() {
    return values.size();
  }

  @Override
  public boolean isMissing(int row) {
    return values.get(row).isEmpty();
  }

  @Override
  public String text(int row) {
    return values.get(row);
  }

  @Override
  public TextColumn select(int[] rows) {
    List<String> out = new ArrayList<>(rows.length);
    for (int row : rows) {
      out.add(values.get(row));
    }
    return new TextColumn(name, out);
  }
}
