package io.attest.process.audit;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.stream.Stream;

/** Numbers what begins on a day for a model: {@code ATT-german-credit-20261122-1}. */
public final class DayNumber {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyyMMdd", Locale.ROOT).withZone(ZoneId.systemDefault());

  private DayNumber() {}

  /**
   * The next number.
   *
   * @param kind {@code ATT} or {@code DEC}
   * @param given the numbers there are of this model
   */
  public static String next(String kind, String model, Instant now, Stream<String> given) {
    String prefix = kind + "-" + model + "-" + DAY.format(now) + "-";
    int last =
        given
            .filter(id -> id.startsWith(prefix))
            .mapToInt(id -> Integer.parseInt(id.substring(prefix.length())))
            .max()
            .orElse(0);
    return prefix + (last + 1);
  }
}
