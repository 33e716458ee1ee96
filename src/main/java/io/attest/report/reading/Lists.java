package io.attest.report.reading;

import java.util.List;

/** Names and small numbers in running text. */
final class Lists {
  private static final List<String> NUMBERS =
      List.of("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten");

  private Lists() {}

  /** {@code a, b and c}. */
  static String and(List<String> names) {
    int n = names.size();
    return n < 2
        ? String.join("", names)
        : String.join(", ", names.subList(0, n - 1)) + " and " + names.get(n - 1);
  }

  /** {@code Three features}. */
  static String count(int n, String one) {
    return (n < NUMBERS.size() ? NUMBERS.get(n) : Integer.toString(n))
        + " "
        + one
        + (n == 1 ? "" : "s");
  }
}
