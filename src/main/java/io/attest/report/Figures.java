package io.attest.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Pattern;

/** Numbers as running text and axes show them; cells of the workbook hold the number itself. */
public final class Figures {
  private static final Pattern FRACTION = Pattern.compile("(?<![\\d.])\\d+\\.\\d{7,}+(?![\\d.Ee])");

  private Figures() {}

  /**
   * At most four significant digits, whole numbers in full; {@code not available} for what is not a
   * finite number.
   */
  public static String text(double value) {
    if (!Double.isFinite(value)) {
      return "not available";
    }
    double size = Math.abs(value);
    if (value == Math.rint(value) && size < 1e9) {
      return Long.toString((long) value);
    }
    if (size >= 1e7 || size < 1e-5) {
      return String.format(Locale.ROOT, "%.2e", value);
    }
    return new BigDecimal(value)
        .round(new MathContext(4, RoundingMode.HALF_EVEN))
        .stripTrailingZeros()
        .toPlainString();
  }

  /** The same with a plus sign where it is positive: for contributions. */
  public static String signed(double value) {
    return value > 0 ? "+" + text(value) : text(value);
  }

  /**
   * A text with its long decimal fractions in six significant digits, all else as it is: for
   * sentences and charts. Tables and files have them in full.
   */
  public static String brief(String text) {
    return FRACTION
        .matcher(text)
        .replaceAll(
            fraction ->
                new BigDecimal(fraction.group())
                    .round(new MathContext(6, RoundingMode.HALF_EVEN))
                    .stripTrailingZeros()
                    .toPlainString());
  }

  /** A share as a percentage with at most one decimal: {@code 12.5 %}. */
  public static String percent(double share) {
    if (!Double.isFinite(share)) {
      return "not available";
    }
    return new BigDecimal(share * 100)
            .setScale(1, RoundingMode.HALF_EVEN)
            .stripTrailingZeros()
            .toPlainString()
        + " %";
  }

  /** {@code 1 row}, {@code 20 rows}. */
  public static String count(long number, String one) {
    return number + " " + one + (number == 1 ? "" : "s");
  }
}
