package io.attest.measure;

/**
 * So many of so many: a share of a sample, with the intervals that hold for small ones too.
 *
 * @param part 0 to {@code whole}
 * @param whole 0 or more
 */
public record Proportion(int part, int whole) {

  /** Below this a denominator of the ratio's interval is rounding. */
  private static final double NOTHING = 1e-12;

  public Proportion {
    if (part < 0 || part > whole) {
      throw new IllegalArgumentException(part + " of " + whole + " is no share.");
    }
  }

  /** The share; NaN of nobody. */
  public double value() {
    return whole == 0 ? Double.NaN : (double) part / whole;
  }

  /**
   * The share with Wilson's interval: unlike the normal one it stays inside 0..1 and does not
   * vanish at its ends.
   *
   * @see <a href="https://doi.org/10.1080/01621459.1927.10502953">Wilson 1927</a>
   */
  public Estimate estimate() {
    if (whole == 0) {
      return Estimate.NONE;
    }
    double n = whole;
    double p = value();
    double z2 = Estimate.Z * Estimate.Z;
    double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
    double half = Estimate.Z / (1 + z2 / n) * Math.sqrt(p * (1 - p) / n + z2 / (4 * n * n));
    return new Estimate(
        p, part == 0 ? 0 : centre - half, part == whole ? 1 : Math.min(1, centre + half));
  }

  /**
   * This share minus another of other rows, with Newcombe's interval: the two intervals of Wilson
   * put together.
   *
   * @see <a
   *     href="https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8%3C873::AID-SIM779%3E3.0.CO;2-I">Newcombe
   *     1998, method 10</a>
   */
  public Estimate minus(Proportion other) {
    Estimate a = estimate();
    Estimate b = other.estimate();
    double difference = a.value() - b.value();
    return new Estimate(
        difference,
        difference - Math.hypot(a.value() - a.low(), b.high() - b.value()),
        difference + Math.hypot(a.high() - a.value(), b.value() - b.low()));
  }

  /**
   * This share divided by another of other rows, with the interval of its logarithm (Katz). Where
   * one of them is 0 or 1, that interval does not exist or has no width: then Wilson's two
   * intervals are put together as Donner and Zou do.
   *
   * @return NaN if the other share is 0 or of nobody
   * @see <a href="https://doi.org/10.2307/2530610">Katz, Baptista, Azen and Pike 1978</a>
   * @see <a href="https://doi.org/10.1177/0962280210386207">Donner and Zou 2012</a>
   */
  public Estimate over(Proportion other) {
    if (whole == 0 || other.whole == 0 || other.part == 0) {
      return Estimate.NONE;
    }
    double ratio = value() / other.value();
    if (part == 0 || part == whole || other.part == other.whole) {
      return combined(ratio, other);
    }
    double error =
        Math.sqrt(1.0 / part - 1.0 / whole + 1.0 / other.part - 1.0 / other.whole) * Estimate.Z;
    return new Estimate(ratio, ratio * Math.exp(-error), ratio * Math.exp(error));
  }

  private Estimate combined(double ratio, Proportion other) {
    Estimate a = estimate();
    Estimate b = other.estimate();
    double product = a.value() * b.value();
    return new Estimate(
        ratio,
        end(
            product,
            a.low() * (2 * a.value() - a.low()),
            b.high() * (2 * b.value() - b.high()),
            -1),
        end(
            product,
            a.high() * (2 * a.value() - a.high()),
            b.low() * (2 * b.value() - b.low()),
            1));
  }

  private static double end(double product, double above, double below, int side) {
    return Math.abs(below) < NOTHING
        ? above / (2 * product)
        : Math.max(
            0,
            (product + side * Math.sqrt(Math.max(0, product * product - above * below))) / below);
  }
}
