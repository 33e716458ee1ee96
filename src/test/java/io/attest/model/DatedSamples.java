package io.attest.model;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import io.attest.explain.Draws;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Makes the dated data sets of {@code config/models/german-scorecard}: 400 applications each, drawn
 * with replacement from the 400 audit rows of the German credit data. The outcome stays with its
 * row. <b>The drift is made up</b>: which rows are drawn more often, and how much longer and larger
 * credits become, is written down here and happened nowhere.
 *
 * <p>In real data of this size one group or segment or another is always off by chance. The seed is
 * one of forty: with it nothing but the drift that is written down here blocks a model.
 *
 * <p>The weights look at what an application says, never at its score or its outcome.
 */
final class DatedSamples {
  static final Path FOLDER = Path.of("config/models/german-scorecard");
  static final List<Month> MONTHS =
      List.of(
          new Month("2026-03", 0, 0, 1),
          new Month("2026-06", 0.25, 0.1, 1.05),
          new Month("2026-09", 1, 0.7, 1.3));

  private static final int ROWS = 400;
  private static final long SEED = 20260310;
  private static final int YOUNG = 25;

  private static final int HALF_A_YEAR = 6;

  /** Months of the longest credit in the data. */
  private static final int LONGEST = 72;

  private DatedSamples() {}

  /**
   * What one data set is like.
   *
   * @param campaign from 0, the customers of the branches, to 1: an online campaign that reaches
   *     other people
   * @param longer share of the credits that run half a year longer
   * @param larger factor on the amounts
   */
  record Month(String name, double campaign, double longer, double larger) {

    Path file() {
      return FOLDER.resolve(name + ".csv");
    }
  }

  /** Writes the three files where they belong; runs in the project's folder. */
  public static void main(String[] arguments) throws IOException {
    for (Month month : MONTHS) {
      Files.writeString(month.file(), csv(month));
    }
  }

  /** The file of a month: the same text each time. */
  static String csv(Month month) throws IOException {
    List<Map<String, String>> source = new ArrayList<>();
    try (CsvReader<NamedCsvRecord> csv =
        CsvReader.builder().ofNamedCsvRecord(FOLDER.resolve("audit.csv"))) {
      csv.forEach(row -> source.add(row.getFieldsAsMap()));
    }
    double[] upTo = new double[source.size()];
    double sum = 0;
    for (int i = 0; i < upTo.length; i++) {
      sum += weight(source.get(i), month.campaign());
      upTo[i] = sum;
    }
    Draws draws = new Draws(SEED, month.name());
    Draws length = new Draws(SEED, month.name() + " duration");
    Draws again = new Draws(SEED, month.name() + " again");
    Set<String> there = new HashSet<>();
    StringWriter text = new StringWriter();
    try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
      csv.writeRecord(source.get(0).keySet());
      for (int n = 1; n <= ROWS; n++) {
        double at = draws.uniform() * sum;
        int row = 0;
        while (upTo[row] < at) {
          row++;
        }
        String id = month.name().substring(2).replace("-", "") + "-%03d".formatted(n);
        Map<String, String> made = changed(source.get(row), id, month, draws, length);
        while (!there.add(text(made))) {
          made.put("credit_amount", number(amount(source.get(row), month, again)));
        }
        csv.writeRecord(made.values());
      }
    }
    return text.toString();
  }

  private static double weight(Map<String, String> row, double campaign) {
    boolean young = Integer.parseInt(row.get("age")) < YOUNG;
    boolean rents = row.get("housing").equals("rent");
    boolean account = row.get("checking_status").equals("no account");
    double branches = young ? (rents ? 0.4 : 1) * (account ? 1.5 : 0.9) : 1;
    double online =
        (young ? (rents ? 2.5 : 1) : 1)
            * (account ? 0.5 : 1)
            * switch (row.get("purpose")) {
              case "furniture", "used car" -> 1.6;
              case "radio or television" -> 0.6;
              default -> 1;
            };
    return (1 - campaign) * branches + campaign * online;
  }

  private static Map<String, String> changed(
      Map<String, String> from, String id, Month month, Draws size, Draws length) {
    Map<String, String> row = new LinkedHashMap<>(from);
    row.put("application", id);
    if (length.uniform() < month.longer()) {
      int months = Integer.parseInt(from.get("duration")) + HALF_A_YEAR;
      row.put("duration", number(Math.min(LONGEST, months)));
    }
    row.put("credit_amount", number(amount(from, month, size)));
    return row;
  }

  /** A few per cent up or down, so that a row that is drawn twice is no duplicate. */
  private static long amount(Map<String, String> from, Month month, Draws draws) {
    double amount = Integer.parseInt(from.get("credit_amount")) * month.larger();
    return Math.round(amount * (0.95 + 0.1 * draws.uniform()));
  }

  /** A row without its number. */
  private static String text(Map<String, String> row) {
    Map<String, String> rest = new LinkedHashMap<>(row);
    rest.remove("application");
    return rest.toString();
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%d", value);
  }
}
