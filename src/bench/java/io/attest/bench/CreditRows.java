package io.attest.bench;

import io.attest.model.Batch;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Invented applications for credit: 30 features that hang together as those of card holders do
 * (bills and payments of six months, months behind with payment, limit, age, ratios of them, four
 * codes), some of them missing, and whether the money came back. The same seed gives the same rows.
 *
 * @param values rows x features, row-major; NaN is missing
 * @param risk log-odds of default without noise
 * @param labels 1 for a default
 */
record CreditRows(int rows, float[] values, double[] risk, float[] labels) {
  static final int FEATURES = 30;

  private static final int MONTHS = 6;
  private static final int BILL = 0;
  private static final int PAID = 6;
  private static final int BEHIND = 12;
  private static final int LIMIT = 18;
  private static final int AGE = 19;
  private static final int RATIO = 23;

  /** Features that are codes, with their number of levels. */
  static final int[][] CODES = {{20, 2}, {21, 5}, {22, 3}, {28, 50}, {29, 20}};

  static CreditRows make(int rows, long seed) {
    float[] values = new float[rows * FEATURES];
    double[] risk = new double[rows];
    float[] labels = new float[rows];
    double[][] effects = effects();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < rows; i++) {
      float[] x = new float[FEATURES];
      risk[i] = one(x, effects, random);
      labels[i] = random.nextDouble() < 1 / (1 + Math.exp(-risk[i])) ? 1 : 0;
      System.arraycopy(x, 0, values, i * FEATURES, FEATURES);
    }
    return new CreditRows(rows, values, risk, labels);
  }

  /** What each level of a code adds, the same for all rows and seeds. */
  private static double[][] effects() {
    SplittableRandom random = new SplittableRandom(20240229);
    double[][] effects = new double[CODES.length][];
    for (int c = 0; c < CODES.length; c++) {
      effects[c] = new double[CODES[c][1]];
      for (int k = 0; k < effects[c].length; k++) {
        effects[c][k] = 0.5 * normal(random);
      }
    }
    return effects;
  }

  private static double one(float[] x, double[][] effects, SplittableRandom random) {
    double wealth = normal(random);
    double trouble = normal(random);
    double limit = 10_000 * Math.max(1, Math.rint(Math.exp(2.6 + 0.7 * wealth)));
    x[LIMIT] = (float) limit;
    x[AGE] = (float) Math.rint(21 + 40 * Math.pow(random.nextDouble(), 1.5) + 2 * wealth);
    double use = 1 / (1 + Math.exp(-(trouble + 0.7 * normal(random))));
    double late = trouble;
    double sumOfLate = 0;
    for (int m = 0; m < MONTHS; m++) {
      use = Math.max(0, Math.min(1.2, use + 0.12 * normal(random)));
      late = 0.85 * late + 0.5 * normal(random);
      int behind = (int) Math.max(-2, Math.min(8, Math.rint(late * 1.2 - 0.6)));
      double bill = use < 0.05 ? 0 : Math.rint(limit * use);
      double paid =
          random.nextInt(5) == 0
              ? 0
              : Math.rint(bill * Math.min(1, Math.exp(-2.2 + 0.5 * wealth + 0.9 * normal(random))));
      x[BILL + m] = (float) bill;
      x[PAID + m] = (float) paid;
      x[BEHIND + m] = behind;
      sumOfLate += Math.max(0, behind);
    }
    for (int r = 0; r < 5; r++) {
      x[RATIO + r] = x[BILL + r] == 0 ? Float.NaN : x[PAID + r] / x[BILL + r];
    }
    double codes = 0;
    for (int c = 0; c < CODES.length; c++) {
      int level = (int) (CODES[c][1] * Math.pow(random.nextDouble(), 1.6));
      x[CODES[c][0]] = level;
      codes += effects[c][level];
    }
    double risk =
        -1.9
            + 0.55 * Math.max(0, x[BEHIND])
            + 0.15 * sumOfLate
            + (x[BEHIND] > 1 && x[BILL] > 0.7 * limit ? 0.8 : 0)
            - 0.4 * wealth
            + (x[AGE] < 28 ? 0.5 : x[AGE] > 55 ? 0.3 : 0)
            + (x[PAID] == 0 && x[BEHIND + 1] > 0 ? 0.6 : 0)
            + codes;
    if (random.nextInt(50) == 0) {
      x[AGE] = Float.NaN;
    }
    if (random.nextInt(30) == 0) {
      x[21] = Float.NaN;
    }
    return risk;
  }

  private static double normal(SplittableRandom random) {
    double u = 1 - random.nextDouble();
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * random.nextDouble());
  }

  /** The first rows. */
  CreditRows first(int n) {
    return new CreditRows(
        n,
        Arrays.copyOf(values, n * FEATURES),
        Arrays.copyOf(risk, n),
        Arrays.copyOf(labels, n));
  }

  /** Some columns only. */
  static float[] columns(float[] values, int rows, int[] chosen) {
    float[] out = new float[rows * chosen.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < chosen.length; j++) {
        out[i * chosen.length + j] = values[i * FEATURES + chosen[j]];
      }
    }
    return out;
  }

  /** Five grades of risk, with some noise. */
  float[] grades(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] cuts = {-2.2, -1.3, -0.4, 0.8};
    float[] grades = new float[rows];
    for (int i = 0; i < rows; i++) {
      double noisy = risk[i] + 0.8 * normal(random);
      for (double cut : cuts) {
        grades[i] += noisy > cut ? 1 : 0;
      }
    }
    return grades;
  }

  Batch batch() {
    return batch(values, FEATURES);
  }

  static Batch batch(float[] values, int features) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return new Batch(values.length / features, features, wide);
  }
}
