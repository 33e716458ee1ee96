package io.attest.report.reading;

import java.util.List;

/** Names and small numbers in running text. */
final class Lists {
  private static final List<String> NUMBERS =
      List.of("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten");

  private Lists() {}

  /** {@code a, b and c}. */
  static String and(List<String> given) {
    List<String> names = given.stream().map(Lists::ended).toList();
    int n = names.size();
    return n < 2
        ? String.join("", names)
        : String.join(", ", names.subList(0, n - 1)) + " and " + names.get(n - 1);
  }

  /** Two names in a script that runs to the left would else be read as one, in wrong order. */
  private static String ended(String name) {
    boolean left =
        name.codePoints()
            .map(Character::getDirectionality)
            .anyMatch(
                d ->
                    d == Character.DIRECTIONALITY_RIGHT_TO_LEFT
                        || d == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC);
    return left ? name + "\u200E" : name;
  }

  /** {@code Three features}. */
  static String count(int n, String one) {
    return (n < NUMBERS.size() ? NUMBERS.get(n) : Integer.toString(n))
        + " "
        + one
        + (n == 1 ? "" : "s");
  }
}
