package io.attest.data;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A value that a person typed for a column: {@code 24}, {@code 1,5}, {@code 12 000 DM}, a level, or
 * {@code unknown}.
 *
 * @param value the number, or the code of the level; NaN where it is unknown, or wrong
 * @param fault what is wrong, as the end of a sentence that begins with the column's name; empty if
 *     nothing is
 */
public record Typed(double value, String fault) {
  private static final int LONGEST = 200;
  private static final Set<String> UNKNOWN =
      Set.of("unknown", "(missing)", "missing", "n/a", "na", "?");
  private static final String SPACES = "[ \\u00a0\\u2007\\u2009\\u202f'\\u2019]";
  private static final Pattern SPACED =
      Pattern.compile("[-+]?\\d{1,3}(" + SPACES + "\\d{3})+([.,]\\d+)?");
  private static final Pattern GROUPED_BY_COMMA =
      Pattern.compile("[-+]?\\d{1,3}(,\\d{3})+(\\.\\d+)?");
  private static final Pattern GROUPED_BY_POINT =
      Pattern.compile("[-+]?\\d{1,3}(\\.\\d{3})+(,\\d+)?");
  private static final Pattern EITHER = Pattern.compile("[-+]?[1-9]\\d{0,2},\\d{3}");

  /** True if nothing is wrong with it. */
  public boolean fits() {
    return fault.isEmpty();
  }

  /** Reads a value by what is declared about its column. */
  public static Typed of(Field field, String text) {
    String stripped = text.strip();
    if (stripped.length() > LONGEST) {
      return wrong("is longer than " + LONGEST + " characters. Maybe it was pasted by accident");
    }
    return switch (field.type()) {
      case NUMERIC -> number(field, stripped);
      case CATEGORICAL -> level(field, stripped);
      case TEXT -> wrong("is free text, which no model reads. Leave it out");
    };
  }

  private static Typed wrong(String fault) {
    return new Typed(Double.NaN, fault + ".");
  }

  private static Typed level(Field field, String text) {
    List<String> levels = field.levels();
    int code = levels.indexOf(text);
    if (code < 0) {
      List<String> alike = levels.stream().filter(l -> l.strip().equalsIgnoreCase(text)).toList();
      code = alike.size() == 1 ? levels.indexOf(alike.get(0)) : -1;
    }
    if (code >= 0) {
      return new Typed(code, "");
    }
    if (text.isEmpty()) {
      return nothing();
    }
    if (UNKNOWN.contains(text.toLowerCase(Locale.ROOT))) {
      return new Typed(Double.NaN, "");
    }
    return new Typed(
        Double.NaN,
        "is '"
            + text
            + "', which is none of: "
            + Nearest.list(levels)
            + "."
            + Nearest.hint(text, levels));
  }

  private static Typed nothing() {
    return wrong("has no value. Maybe it is not known: then say unknown");
  }

  private static Typed number(Field field, String text) {
    if (text.isEmpty()) {
      return nothing();
    }
    if (UNKNOWN.contains(text.toLowerCase(Locale.ROOT))) {
      return new Typed(Double.NaN, "");
    }
    String bare = withoutUnit(field, text);
    if (EITHER.matcher(bare).matches()) {
      return wrong(
          "is '"
              + text
              + "', which can be read in two ways. Maybe "
              + bare.replace(",", "")
              + ", or "
              + bare.replace(',', '.'));
    }
    double value = Numbers.parse(plain(bare), '.');
    if (Double.isNaN(value)) {
      return wrong(
          "is '"
              + text
              + "', which is no number. Maybe write it in digits, such as "
              + example(field)
              + ", or unknown");
    }
    return inRange(field, text, value);
  }

  private static String withoutUnit(Field field, String text) {
    String unit = field.unit().strip();
    boolean ends =
        !unit.isEmpty()
            && text.length() > unit.length()
            && text.regionMatches(true, text.length() - unit.length(), unit, 0, unit.length());
    return ends ? text.substring(0, text.length() - unit.length()).strip() : text;
  }

  /** With a point and no other signs between digits. */
  private static String plain(String text) {
    if (SPACED.matcher(text).matches()) {
      return text.replaceAll(SPACES, "").replace(',', '.');
    }
    boolean comma = text.indexOf(',') >= 0;
    if (comma && GROUPED_BY_COMMA.matcher(text).matches() && !decimalComma(text)) {
      return text.replace(",", "");
    }
    boolean points = text.indexOf('.') != text.lastIndexOf('.');
    if ((comma || points) && GROUPED_BY_POINT.matcher(text).matches()) {
      return text.replace(".", "").replace(',', '.');
    }
    return comma && text.indexOf('.') < 0 ? text.replace(',', '.') : text;
  }

  /** {@code 0,125}: nobody writes 125 like this. */
  private static boolean decimalComma(String text) {
    return text.matches("[-+]?0,\\d{3}");
  }

  private static Typed inRange(Field field, String text, double value) {
    boolean low = field.min().isPresent() && value < field.min().get();
    boolean high = field.max().isPresent() && value > field.max().get();
    if (!low && !high) {
      return new Typed(value, "");
    }
    return wrong(
        "is '"
            + text
            + "', which is "
            + (low ? "below " + shown(field.min().get()) : "above " + shown(field.max().get()))
            + unit(field)
            + ", the "
            + (low ? "smallest" : "largest")
            + " value that is declared. Maybe a digit is "
            + (low ? "missing" : "too many")
            + ", or it is not known: then say unknown");
  }

  private static String example(Field field) {
    return shown(field.min().or(field::max).orElse(12.5));
  }

  private static String unit(Field field) {
    return field.unit().isBlank() ? "" : " " + field.unit();
  }

  private static String shown(double value) {
    return new NumericColumn("", new double[] {value}).text(0);
  }
}
