package io.attest.report.reading;

import io.attest.report.Figures;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * How the answer of a model is spoken of.
 *
 * @param name what begins a sentence: {@code The probability of bad}
 * @param probability true if values are shares of 1
 */
public record Answer(String name, boolean probability) {

  /** A value in running text: {@code 18 %}, {@code 0.412}. */
  public String value(double value) {
    return probability ? percent(value) : number(value);
  }

  /** How far two values are from each other: {@code 26 points}, {@code 0.41}. */
  public String distance(double distance) {
    if (!probability) {
      return number(distance);
    }
    String points = hundred(distance);
    return points + (points.equals("1") ? " point" : " points");
  }

  /** A number that is easily read: at most three digits count. */
  static String number(double value) {
    return Double.isFinite(value) && Math.abs(value) < 1e15
        ? Figures.text(
            Math.abs(value) >= 1000
                ? Math.rint(value)
                : new BigDecimal(value).round(new MathContext(3)).doubleValue())
        : Figures.text(value);
  }

  /** A share without decimals, but for the smallest. */
  static String percent(double share) {
    return Double.isFinite(share) ? hundred(share) + " %" : Figures.text(share);
  }

  private static String hundred(double share) {
    double size = Math.abs(share * 100);
    return new BigDecimal(share * 100)
        .setScale(size >= 2 ? 0 : size >= 0.2 ? 1 : 2, RoundingMode.HALF_EVEN)
        .stripTrailingZeros()
        .toPlainString();
  }
}
