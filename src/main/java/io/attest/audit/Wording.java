package io.attest.audit;

import io.attest.data.Field;
import io.attest.explain.Counterfactuals;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How a feature is spoken of to people, by its declaration. Pages, letters and tables of reasons
 * say the same in the same words.
 *
 * @param feature its name in the model
 * @param meaning as declared; may be empty
 * @param unit what a number counts; may be empty
 */
public record Wording(String feature, String meaning, String unit) {

  /** Units that English writes without an s after a one; of others nobody knows. */
  private static final Set<String> COUNTED =
      Set.of(
          "years",
          "months",
          "weeks",
          "days",
          "hours",
          "minutes",
          "seconds",
          "persons",
          "times",
          "points",
          "accounts",
          "credits",
          "loans",
          "cards",
          "children",
          "people");

  public static Wording of(Field field) {
    return new Wording(field.name(), field.meaning(), field.unit());
  }

  /** Of a feature by its name; of one that is not declared, its name alone. */
  public static Wording of(List<Field> fields, String feature) {
    return fields.stream()
        .filter(f -> f.name().equals(feature))
        .findFirst()
        .map(Wording::of)
        .orElse(new Wording(feature, feature, ""));
  }

  /** What it is called: its meaning, else its name. */
  public String name() {
    return meaning.isBlank() ? feature.replace('_', ' ') : meaning;
  }

  /**
   * A value with its unit: {@code 12 months}, {@code 1 month}; once, if it has it already; words
   * have none.
   */
  public String amount(String value) {
    if (unit.isBlank() || !value.matches("[-+]?[.0-9].*") || value.endsWith(" " + unit)) {
      return value;
    }
    return value + " " + (value.equals("1") || value.equals("-1") ? one(unit) : unit);
  }

  private static String one(String unit) {
    return switch (COUNTED.contains(unit) ? unit : "") {
      case "" -> unit;
      case "children" -> "child";
      case "people" -> "person";
      default -> unit.substring(0, unit.length() - 1);
    };
  }

  /**
   * What would have to be otherwise: {@code How long the credit is to run: 11 months instead of 12
   * months; and ...}.
   *
   * @param wording of a feature by its name; of one that is not declared, its name alone
   */
  public static String of(List<Counterfactuals.Change> changes, Function<String, Wording> wording) {
    return changes.stream()
        .map(
            c -> {
              Wording feature = wording.apply(c.feature());
              return feature.name()
                  + ": "
                  + feature.amount(c.to())
                  + " instead of "
                  + feature.amount(c.from());
            })
        .collect(Collectors.joining("; and "));
  }
}
