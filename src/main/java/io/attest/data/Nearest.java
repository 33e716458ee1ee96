package io.attest.data;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that somebody may have meant. */
public final class Nearest {
  private Nearest() {}

  /** The closest of the names there are; empty if none is close. */
  public static Optional<String> to(String wanted, Collection<String> names) {
    String plain = plain(wanted);
    int limit = Math.max(1, plain.length() / 3);
    return names.stream()
        .filter(n -> !n.equals(wanted))
        .filter(n -> !plain.isEmpty() && !plain(n).isEmpty())
        .filter(n -> distance(plain, plain(n)) <= limit || contains(plain, plain(n)))
        .min(
            Comparator.comparingInt((String n) -> distance(plain, plain(n)))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** {@code " Maybe you meant x."} or nothing, to end a message with. */
  public static String hint(String wanted, Collection<String> names) {
    return to(wanted, names).map(n -> " Maybe you meant " + n + ".").orElse("");
  }

  /** The names, at most forty of them, for a message. */
  public static String list(Collection<String> names) {
    List<String> shown = new ArrayList<>(names.stream().limit(40).toList());
    return String.join(", ", shown)
        + (names.size() > 40 ? ", and " + (names.size() - 40) + " more" : "");
  }

  private static boolean contains(String a, String b) {
    return a.length() >= 4 && b.length() >= 4 && (a.contains(b) || b.contains(a));
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]", "");
  }

  /** Edit distance (Levenshtein), with a swap of neighbours as one step. */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        d[i][j] =
            Math.min(d[i - 1][j - 1] + (same ? 0 : 1), 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
