package io.attest.data;

import java.nio.charset.Charset;
import java.util.List;
import java.util.Optional;

/**
 * How a file is written, as far as somebody said so; the rest is detected, and told in the notes.
 *
 * @param delimiter between the fields of a CSV file
 * @param encoding of a CSV or JSON lines file; UTF-8 where silent
 * @param decimal sign in the numbers of a CSV file: point or comma
 * @param missing texts that mean "missing" beside the empty field. A declared level is never
 *     missing, even if it stands here
 * @param sheet of a workbook; the first one where silent
 */
public record ReadOptions(
    Optional<Character> delimiter,
    Optional<Charset> encoding,
    Optional<Character> decimal,
    List<String> missing,
    Optional<String> sheet) {

  /** Nothing is said. */
  public static final ReadOptions NONE =
      new ReadOptions(
          Optional.empty(), Optional.empty(), Optional.empty(), List.of(), Optional.empty());

  public ReadOptions {
    missing = List.copyOf(missing);
  }

  /**
   * From the words of {@code model.yaml}.
   *
   * @throws UnreadableTable if the delimiter is not one character, the decimal sign not a point or
   *     comma, or the encoding unknown
   */
  public static ReadOptions of(
      Optional<String> delimiter,
      Optional<String> encoding,
      Optional<String> decimal,
      List<String> missing,
      Optional<String> sheet) {
    return new ReadOptions(
        delimiter.map(ReadOptions::sign),
        encoding.map(ReadOptions::charset),
        decimal.map(
            d -> {
              if (!d.equals(".") && !d.equals(",")) {
                throw new UnreadableTable("The decimal sign '" + d + "' must be '.' or ','.");
              }
              return d.charAt(0);
            }),
        missing,
        sheet);
  }

  private static char sign(String delimiter) {
    String sign = delimiter.equals("\\t") || delimiter.equals("tab") ? "\t" : delimiter;
    if (sign.length() != 1 || "\"\r\n".contains(sign)) {
      throw new UnreadableTable(
          "The delimiter '" + delimiter + "' must be one character, or tab; not a quote.");
    }
    return sign.charAt(0);
  }

  private static Charset charset(String name) {
    try {
      return Charset.forName(name);
    } catch (IllegalArgumentException e) {
      throw new UnreadableTable(
          "There is no encoding '"
              + name
              + "'."
              + Nearest.to(name, Charset.availableCharsets().keySet())
                  .map(n -> " Maybe you meant " + n + ".")
                  .orElse(" Usual ones are UTF-8, windows-1252, ISO-8859-1, UTF-16."),
          e);
    }
  }
}
