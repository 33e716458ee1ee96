package io.attest.data;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The formats that a table can come in. */
public enum Format {
  /** Text with a delimiter; a header line names the columns. */
  CSV("csv", "tsv", "txt"),
  /** A sheet of an Excel workbook (Office Open XML); its first filled row names the columns. */
  XLSX("xlsx", "xlsm"),
  /** Apache Parquet. */
  PARQUET("parquet", "pq"),
  /** One JSON object a line. */
  JSONL("jsonl", "ndjson");

  private final List<String> endings;

  Format(String... endings) {
    this.endings = List.of(endings);
  }

  /** The name in {@code model.yaml} and on the command line. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The format of this name.
   *
   * @throws UnreadableTable if there is none
   */
  public static Format of(String word) {
    return Arrays.stream(values())
        .filter(f -> f.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new UnreadableTable(
                    "There is no format '" + word + "' of data. The formats are " + words() + "."));
  }

  /** The format that the ending of a file name stands for, if it does. */
  public static Optional<Format> ofFile(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT);
    return Arrays.stream(values())
        .filter(f -> f.endings.stream().anyMatch(e -> name.endsWith("." + e)))
        .findFirst();
  }

  /**
   * The declared format, or else the one that the file name stands for.
   *
   * @throws UnreadableTable if neither says it
   */
  public static Format of(Optional<String> declared, Path file) {
    return declared
        .map(Format::of)
        .or(() -> ofFile(String.valueOf(file.getFileName())))
        .orElseThrow(
            () ->
                new UnreadableTable(
                    file
                        + ": the name does not tell the format. Say format: "
                        + words()
                        + " beside the file's name."));
  }

  private static String words() {
    return String.join(", ", Arrays.stream(values()).map(Format::word).toList());
  }
}
