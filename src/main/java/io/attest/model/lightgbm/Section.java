package io.attest.model.lightgbm;

import io.attest.model.InvalidModelException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The lines {@code key=value} of one part of a model file, with their numbers, so that a message
 * can say where the file is wrong.
 *
 * @param file name of the file
 * @param name of the part: {@code header} or, for instance, {@code tree 3}
 * @param line number of its first line, from 1
 * @param lines by key
 */
record Section(String file, String name, int line, Map<String, Line> lines) {

  /**
   * @param number of the line in the file, from 1
   */
  record Line(int number, String value) {}

  Section(String file, String name, int line) {
    this(file, name, line, new LinkedHashMap<>());
  }

  void add(int number, String text) {
    int equals = text.indexOf('=');
    String key = equals < 0 ? text.strip() : text.substring(0, equals);
    String value = equals < 0 ? "" : text.substring(equals + 1);
    if (lines.put(key, new Line(number, value)) != null) {
      throw wrong(key, "is there twice");
    }
    // The one line that says what it says by being there.
    if (equals < 0 && !key.equals("average_output")) {
      throw wrong(key, "is not of the form key=value");
    }
  }

  boolean has(String key) {
    return lines.containsKey(key);
  }

  Optional<String> find(String key) {
    return Optional.ofNullable(lines.get(key)).map(line -> line.value().strip());
  }

  String text(String key) {
    return find(key).orElseThrow(() -> wrong(key, "is not there"));
  }

  int integer(String key) {
    return (int) whole(key, text(key), Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  int[] integers(String key, int length) {
    String[] words = words(key, length);
    int[] out = new int[length];
    for (int i = 0; i < length; i++) {
      out[i] = (int) whole(key, words[i], Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
    return out;
  }

  /** Words of 32 bits without a sign. */
  long[] unsigned(String key, int length) {
    String[] words = words(key, length);
    long[] out = new long[length];
    for (int i = 0; i < length; i++) {
      out[i] = whole(key, words[i], 0, 0xFFFFFFFFL);
    }
    return out;
  }

  double[] numbers(String key, int length) {
    String[] words = words(key, length);
    double[] out = new double[length];
    for (int i = 0; i < length; i++) {
      out[i] = number(key, words[i]);
    }
    return out;
  }

  /** The words between single spaces; an empty line has none. */
  String[] words(String key, int length) {
    String text = text(key);
    String[] out = text.isEmpty() ? new String[0] : text.split(" ", -1);
    if (out.length != length) {
      throw wrong(key, "has " + out.length + " entries where " + length + " fit");
    }
    return out;
  }

  long whole(String key, String word, long least, long most) {
    boolean digits = !word.isEmpty() && word.length() < 12;
    for (int i = 0; i < word.length() && digits; i++) {
      char c = word.charAt(i);
      digits = c >= '0' && c <= '9' || c == '-' && i == 0 && word.length() > 1;
    }
    long value = digits ? Long.parseLong(word) : 0;
    if (!digits || value < least || value > most) {
      throw wrong(key, "has '" + shown(word) + "' where a whole number should be");
    }
    return value;
  }

  /** A number as C writes it, whatever the locale here: {@code 1e-35, inf, nan}. */
  double number(String key, String word) {
    boolean plain = !word.isEmpty();
    for (int i = 0; i < word.length() && plain; i++) {
      // Java alone would also take 1d, 0x1p3 and digits of other scripts.
      plain = "0123456789+-.eE".indexOf(word.charAt(i)) >= 0;
    }
    try {
      if (plain) {
        return Double.parseDouble(word);
      }
    } catch (NumberFormatException e) {
      throw notANumber(key, word);
    }
    return switch (word) {
      case "inf", "+inf", "infinity" -> Double.POSITIVE_INFINITY;
      case "-inf", "-infinity" -> Double.NEGATIVE_INFINITY;
      case "nan", "-nan", "NaN" -> Double.NaN;
      default -> throw notANumber(key, word);
    };
  }

  private InvalidModelException notANumber(String key, String word) {
    return wrong(
        key,
        "has '"
            + shown(word)
            + "' where a number should be"
            + (word.indexOf(',') >= 0
                ? ": it looks as if written where numbers have a decimal comma"
                : ""));
  }

  private static String shown(String word) {
    return word.length() <= 40 ? word : word.substring(0, 40) + "...";
  }

  /** What to throw when the line of this key is not as it should be. */
  InvalidModelException wrong(String key, String what) {
    Line at = lines.get(key);
    return new InvalidModelException(
        file
            + " is not a sound LightGBM model: "
            + name
            + ", line "
            + (at == null ? line : at.number())
            + ": '"
            + shown(key)
            + "' "
            + what
            + ". Maybe the file is cut off or damaged; save the model again.");
  }

  /** What to throw when the model has something that Attest does not read. */
  InvalidModelException unsupported(String key, String what) {
    Line at = lines.get(key);
    return new InvalidModelException(
        file + ", " + name + ", line " + (at == null ? line : at.number()) + ": " + what);
  }
}
