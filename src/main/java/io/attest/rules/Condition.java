package io.attest.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;

/**
 * One input cell of a decision table (FEEL unary tests), as far as it can be told without a FEEL
 * engine: anything, some texts, or ranges of numbers. What is none of these is a formula.
 */
public sealed interface Condition {

  /** True for anything: an empty cell. */
  record Any() implements Condition {}

  /**
   * @param words {@code "a", "b"}
   * @param but {@code not("a", "b")}
   */
  record Words(List<String> words, boolean but) implements Condition {
    boolean allows(String word) {
      return words.contains(word) != but;
    }
  }

  /**
   * @param ranges in the order of the cell
   * @param but {@code not(...)}: outside of all of them
   */
  record Numbers(List<Range> ranges, boolean but) implements Condition {

    /** The border of the ranges that is nearest to a value; none if there is no border. */
    public Optional<Double> limit(double value) {
      return ranges.stream()
          .flatMap(r -> java.util.stream.Stream.of(r.low(), r.high()))
          .filter(Double::isFinite)
          .min(java.util.Comparator.comparingDouble(b -> Math.abs(b - value)));
    }
  }

  /**
   * {@code matches(lower case(?), "regex")}: texts in which the expression is found.
   *
   * @param lower whether capitals are made small before
   */
  record Matching(String regex, boolean lower) implements Condition {

    /** The names in a usual expression, {@code (^|_)(age|sex)($|_)}; else the expression itself. */
    String names() {
      String inner =
          regex.replace("(^|_)", "").replace("($|_)", "").replaceAll("^\\((.*)\\)$", "$1");
      return inner.matches("[\\w ?|]+")
          ? inner.replaceAll("(\\w)\\?", "$1").replace("|", ", ").replace('_', ' ')
          : regex;
    }

    boolean allows(String word) {
      try {
        return Pattern.compile(regex).matcher(lower ? word.toLowerCase(Locale.ROOT) : word).find();
      } catch (PatternSyntaxException e) {
        return true;
      }
    }
  }

  /**
   * {@code contains(?, "text")}: texts in which another one is.
   *
   * @param but {@code not(contains(?, "text"))}
   */
  record Containing(String text, boolean but) implements Condition {
    boolean allows(String word) {
      return word.contains(text) != but;
    }
  }

  /** Anything else, in its own words. */
  record Formula(String text) implements Condition {}

  /** From where to where; infinite where it is open. */
  record Range(double low, boolean withLow, double high, boolean withHigh) {}

  Pattern WORD = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
  String NUMBER = "-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?";
  Pattern COMPARED = Pattern.compile("(<=|>=|<|>|=)?\\s*(" + NUMBER + ")");
  Pattern RANGE =
      Pattern.compile(
          "([\\[\\](])\\s*(" + NUMBER + ")\\s*\\.\\.\\s*(" + NUMBER + ")\\s*([\\[\\])])");
  Pattern MATCHES =
      Pattern.compile(
          "matches\\s*\\(\\s*(lower case\\s*\\(\\s*\\?\\s*\\)|\\?)\\s*,\\s*" + WORD + "\\s*\\)");
  Pattern CONTAINS = Pattern.compile("contains\\s*\\(\\s*\\?\\s*,\\s*" + WORD + "\\s*\\)");
  Pattern NOT = Pattern.compile("not\\s*\\((.*)\\)", Pattern.DOTALL);

  /** Reads a cell. */
  static Condition of(String cell) {
    String text = cell.strip();
    if (text.isEmpty() || text.equals("-")) {
      return new Any();
    }
    Matcher matches = MATCHES.matcher(text);
    if (matches.matches()) {
      return new Matching(
          matches.group(2).replaceAll("\\\\(.)", "$1"), !matches.group(1).equals("?"));
    }
    Matcher not = NOT.matcher(text);
    boolean but = not.matches();
    Matcher contains = CONTAINS.matcher(but ? not.group(1).strip() : text);
    if (contains.matches()) {
      return new Containing(contains.group(1).replaceAll("\\\\(.)", "$1"), but);
    }
    List<String> parts = parts(but ? not.group(1) : text);
    List<String> words = new ArrayList<>();
    List<Range> ranges = new ArrayList<>();
    for (String part : parts) {
      Matcher word = WORD.matcher(part);
      if (word.matches()) {
        words.add(word.group(1).replaceAll("\\\\(.)", "$1"));
      } else {
        range(part).ifPresent(ranges::add);
      }
    }
    if (words.size() == parts.size()) {
      return new Words(List.copyOf(words), but);
    }
    return ranges.size() == parts.size()
        ? new Numbers(List.copyOf(ranges), but)
        : new Formula(text);
  }

  /** The parts between commas that are not inside a text. */
  private static List<String> parts(String text) {
    List<String> parts = new ArrayList<>();
    boolean inText = false;
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' && (i == 0 || text.charAt(i - 1) != '\\')) {
        inText = !inText;
      } else if (c == ',' && !inText) {
        parts.add(text.substring(from, i).strip());
        from = i + 1;
      }
    }
    parts.add(text.substring(from).strip());
    return parts;
  }

  private static Optional<Range> range(String part) {
    Matcher range = RANGE.matcher(part);
    if (range.matches()) {
      return Optional.of(
          new Range(
              Double.parseDouble(range.group(2)),
              range.group(1).equals("["),
              Double.parseDouble(range.group(3)),
              range.group(4).equals("]")));
    }
    Matcher compared = COMPARED.matcher(part);
    if (!compared.matches()) {
      return Optional.empty();
    }
    double limit = Double.parseDouble(compared.group(2));
    double none = Double.POSITIVE_INFINITY;
    return Optional.of(
        switch (compared.group(1) == null ? "=" : compared.group(1)) {
          case "<" -> new Range(-none, false, limit, false);
          case "<=" -> new Range(-none, false, limit, true);
          case ">" -> new Range(limit, false, none, false);
          case ">=" -> new Range(limit, true, none, false);
          default -> new Range(limit, true, limit, true);
        });
  }

  /** Whether a text is let through; true where only a FEEL engine could tell. */
  default boolean mayBe(String word) {
    if (this instanceof Containing containing) {
      return containing.allows(word);
    }
    return this instanceof Matching matching
        ? matching.allows(word)
        : !(this instanceof Words words) || words.allows(word);
  }

  /** In plain words, to stand after "is": {@code below 0.8}. */
  default String inWords() {
    if (this instanceof Any) {
      return "anything";
    }
    if (this instanceof Formula formula) {
      return "such that " + formula.text();
    }
    if (this instanceof Matching matching) {
      return "like " + matching.names();
    }
    if (this instanceof Containing containing) {
      return (containing.but() ? "without" : "with") + " '" + containing.text() + "' in its name";
    }
    if (this instanceof Words words) {
      return (words.but() ? "not " : "") + String.join(" or ", words.words());
    }
    Numbers numbers = (Numbers) this;
    return (numbers.but() ? "not " : "")
        + numbers.ranges().stream().map(Condition::inWords).collect(Collectors.joining(" or "));
  }

  private static String inWords(Range range) {
    if (range.low() == range.high()) {
      return "exactly " + figure(range.low());
    }
    String low = (range.withLow() ? "at least " : "above ") + figure(range.low());
    String high = (range.withHigh() ? "at most " : "below ") + figure(range.high());
    if (Double.isInfinite(range.low())) {
      return high;
    }
    return Double.isInfinite(range.high()) ? low : low + " and " + high;
  }

  private static String figure(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.valueOf(value);
  }
}
