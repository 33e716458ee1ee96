package io.attest.explain.counterfactual;

import io.attest.explain.Draws;
import io.attest.explain.counterfactual.Goal.Wanted;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The cases to search for.
 *
 * @param chosen indexes, ascending
 * @param open how many rows have not the wanted answer
 * @param drawn whether some were drawn by lot
 */
record Rows(List<Integer> chosen, int open, boolean drawn) {

  /**
   * Chooses. Named rows are taken whatever they say; of the others, those without the wanted answer
   * that are nearest to it; of the rest of those, some by lot.
   *
   * @param text {@code all}, or a list of {@code nearest:20}, {@code random:10}, {@code 7}, {@code
   *     3..9}
   * @param responses of all rows, rows x outputs
   * @throws IllegalArgumentException if it cannot be read, or there is no such row
   */
  static Rows of(String text, Wanted wanted, double[] responses, int rows, long seed) {
    int outputs = wanted.info().outputs().size();
    double[] away = new double[rows];
    for (int i = 0; i < rows; i++) {
      away[i] = wanted.distance(responses, i * outputs);
    }
    List<Integer> open = IntStream.range(0, rows).filter(i -> away[i] > 0).boxed().toList();
    if (text.equals("all")) {
      return new Rows(IntStream.range(0, rows).boxed().toList(), open.size(), false);
    }
    TreeSet<Integer> chosen = new TreeSet<>();
    int nearest = 0;
    int random = 0;
    for (String part : Names.split(text, ',')) {
      if (part.startsWith("nearest:")) {
        nearest = count(part, part.substring(8));
      } else if (part.startsWith("random:")) {
        random = count(part, part.substring(7));
      } else {
        int dots = part.indexOf("..");
        int first = count(part, dots < 0 ? part : part.substring(0, dots));
        int last = count(part, dots < 0 ? part : part.substring(dots + 2));
        if (first > last || last >= rows) {
          throw new IllegalArgumentException(
              "The parameter rows asks for row "
                  + part
                  + ", but the rows are 0 to "
                  + (rows - 1)
                  + ".");
        }
        IntStream.rangeClosed(first, last).forEach(chosen::add);
      }
    }
    // Beside the rows that are named, not among them: so many more.
    open.stream()
        .filter(i -> !chosen.contains(i))
        .sorted(Comparator.comparingDouble((Integer i) -> away[i]).thenComparing(i -> i))
        .limit(nearest)
        .toList()
        .forEach(chosen::add);
    List<Integer> others = new ArrayList<>(open);
    others.removeAll(chosen);
    boolean drawn = random > 0 && others.size() > random;
    for (int i : new Draws(seed, "counterfactuals rows").sample(others.size(), random)) {
      chosen.add(others.get(i));
    }
    return new Rows(List.copyOf(chosen), open.size(), drawn);
  }

  private static int count(String part, String text) {
    try {
      int value = Integer.parseInt(text.strip());
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IllegalArgumentException(
        "Cannot read '"
            + part
            + "' in the parameter rows. Write all, or for instance nearest:20, random:10, or row"
            + " numbers from 0 like 3, 7..9.");
  }
}
