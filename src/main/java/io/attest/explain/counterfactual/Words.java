package io.attest.explain.counterfactual;

import io.attest.model.Feature;
import java.math.BigDecimal;
import java.math.MathContext;

/** Values as a person writes them. */
final class Words {
  private Words() {}

  /** A number without more digits than it has; one that went through 32 bits, with theirs. */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    String shortest =
        (float) value == value ? Float.toString((float) value) : Double.toString(value);
    BigDecimal plain = new BigDecimal(shortest).stripTrailingZeros();
    return plain.signum() == 0 ? "0" : plain.toPlainString();
  }

  /** A number with so many digits that count. */
  static String figure(double value, int digits) {
    return Double.isFinite(value)
        ? new BigDecimal(value).round(new MathContext(digits)).toPlainString()
        : Double.toString(value);
  }

  /** A value of a feature: the level, or the number. */
  static String value(Feature feature, double value) {
    if (Double.isNaN(value)) {
      return "missing";
    }
    return feature.categorical() && value >= 0 && value < feature.levels().size()
        ? feature.levels().get((int) value)
        : number(value);
  }
}
