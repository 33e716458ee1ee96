package io.attest.data;

import java.util.List;

/**
 * Values out of a fixed list of levels.
 *
 * @param codes one code a row: an index into {@code levels}, or {@link #MISSING}; not to be changed
 *     by anyone
 * @param levels what the codes stand for, in the order that the model knows
 */
public record CategoricalColumn(String name, int[] codes, List<String> levels) implements Column {

  /** The code of a missing value. */
  public static final int MISSING = -1;

  public CategoricalColumn {
    levels = List.copyOf(levels);
  }

  @Override
  public int size() {
    return codes.length;
  }

  @Override
  public boolean isMissing(int row) {
    return codes[row] < 0;
  }

  @Override
  public String text(int row) {
    return codes[row] < 0 ? "" : levels.get(codes[row]);
  }

  @Override
  public CategoricalColumn select(int[] rows) {
    int[] out = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      out[i] = codes[rows[i]];
    }
    return new CategoricalColumn(name, out, levels);
  }
}
