package io.attest.samples;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/** The thousand applications, with levels in words. */
record Applications(List<Map<String, String>> rows) {

  /** What the source writes, and what a reader of a report should read. */
  private static final Map<String, Map<String, String>> WORDS =
      Map.ofEntries(
          Map.entry("checking_status", Map.of(
              "<0", "overdrawn",
              "0<=X<200", "below 200 DM",
              ">=200", "200 DM or more",
              "no checking", "no account")),
          Map.entry("credit_history", Map.of(
              "no credits/all paid", "none or all repaid",
              "all paid", "all repaid at this bank",
              "existing paid", "current ones repaid so far",
              "delayed previously", "delays in the past",
              "critical/other existing credit", "critical or with other banks")),
          Map.entry("purpose", Map.of(
              "furniture/equipment", "furniture",
              "radio/tv", "radio or television",
              "domestic appliance", "household appliance")),
          Map.entry("savings_status", Map.of(
              "<100", "below 100 DM",
              "100<=X<500", "100 to 500 DM",
              "500<=X<1000", "500 to 1000 DM",
              ">=1000", "1000 DM or more",
              "no known savings", "unknown or none")),
          Map.entry("employment", Map.of(
              "<1", "below 1 year",
              "1<=X<4", "1 to 4 years",
              "4<=X<7", "4 to 7 years",
              ">=7", "7 years or more")),
          Map.entry("other_parties", Map.of("none", "nobody", "co applicant", "co-applicant")),
          Map.entry("property_magnitude", Map.of(
              "life insurance", "savings contract or life insurance",
              "car", "car or other",
              "no known property", "unknown or nothing")),
          Map.entry("other_payment_plans", Map.of("none", "no others", "bank", "to a bank", "stores", "to a shop")),
          Map.entry("own_telephone", Map.of("none", "no")),
          Map.entry("job", Map.of(
              "unemp/unskilled non res", "unskilled, not resident",
              "unskilled resident", "unskilled, resident",
              "high qualif/self emp/mgmt", "management or self-employed")),
          Map.entry("personal_status", Map.of(
              "female div/dep/mar", "female, divorced or married",
              "male div/sep", "male, divorced or separated",
              "male mar/wid", "male, married or widowed",
              "male single", "male, single")));

  static Applications read(Path file) throws IOException {
    List<Map<String, String>> rows = new ArrayList<>();
    try (CsvReader<NamedCsvRecord> csv = CsvReader.builder().ofNamedCsvRecord(file)) {
      for (NamedCsvRecord line : csv) {
        Map<String, String> row = new LinkedHashMap<>();
        row.put("application", String.format(Locale.ROOT, "A%04d", rows.size() + 1));
        line.getFieldsAsMap()
            .forEach(
                (name, value) ->
                    row.put(name, WORDS.getOrDefault(name, Map.of()).getOrDefault(value, value)));
        row.put("sex", row.get("personal_status").startsWith("female") ? "female" : "male");
        rows.add(row);
      }
    }
    return new Applications(rows);
  }

  boolean bad(int row) {
    return rows.get(row).get("class").equals("bad");
  }

  /** Of each class the same share, drawn with a fixed seed; in the order of the source. */
  List<Applications> split(double share, long seed) {
    List<Integer> first = new ArrayList<>();
    List<Integer> second = new ArrayList<>();
    for (boolean bad : new boolean[] {false, true}) {
      List<Integer> ofClass = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        if (bad(i) == bad) {
          ofClass.add(i);
        }
      }
      Collections.shuffle(ofClass, new Random(seed));
      int cut = (int) Math.round(share * ofClass.size());
      first.addAll(ofClass.subList(0, cut));
      second.addAll(ofClass.subList(cut, ofClass.size()));
    }
    return List.of(select(first), select(second));
  }

  private Applications select(List<Integer> chosen) {
    chosen.sort(Comparator.naturalOrder());
    return new Applications(chosen.stream().map(rows::get).toList());
  }

  void write(Path file) throws IOException {
    try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(file)) {
      csv.writeRecord(rows.get(0).keySet());
      rows.forEach(row -> csv.writeRecord(row.values()));
    }
  }
}
