package io.attest.explain.influence;

import java.util.Arrays;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Training rows to leave out together, as a parameter names them. */
final class Group {
  private Group() {}

  /**
   * Reads indices from 0, separated by blanks or commas.
   *
   * @param rows how many training rows there are
   * @return ascending, each once; none if the text is blank
   * @throws IllegalArgumentException if one is no index of a training row, or none is left
   */
  static int[] of(String text, int rows) {
    TreeSet<Integer> group = new TreeSet<>();
    for (String part : text.strip().split("[\\s,]+")) {
      if (part.isEmpty()) {
        continue;
      }
      int row;
      try {
        row = Integer.parseInt(part);
      } catch (NumberFormatException e) {
        row = -1;
      }
      if (row < 0 || row >= rows) {
        throw new IllegalArgumentException(
            "The parameter group names '%s', but training rows are named by whole numbers from 0 to %s."
                .formatted(part, rows - 1));
      }
      group.add(row);
    }
    if (group.size() == rows) {
      throw new IllegalArgumentException("The parameter group names every training row.");
    }
    return group.stream().mapToInt(Integer::intValue).toArray();
  }

  static String text(int[] group) {
    return Arrays.stream(group).mapToObj(Integer::toString).collect(Collectors.joining(" "));
  }
}
