package io.attest.model.scorecard;

import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.LinearModel;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Raw output = intercept + sum of weight x number + sum of the weights of the levels.
 *
 * <p>A level whose weight is exactly 0 is the reference of its feature and has no term, so that the
 * {@link #design} of an unpenalised fit is not singular.
 */
public final class Scorecard implements LinearModel {
  /** Level of a term that is a number, not a level. */
  private static final int NUMBER = -1;

  /** Level of a term that stands for a missing value. */
  private static final int MISSING = -2;

  /**
   * What one feature adds.
   *
   * @param slope of a number; 0 for a categorical feature
   * @param levels weight of each level, in the order of the codes; empty for a number
   * @param missing weight of a missing value; NaN if a missing value is refused
   */
  public record Weights(double slope, double[] levels, double missing) {}

  private final ModelInfo info;
  private final double l2;
  private final boolean interceptPenalised;
  private final double[] coefficients;
  private final int[] termFeatures;
  private final int[] termLevels;
  private final List<String> termNames;

  /** For each feature and level (the last two: the number, a missing value) its term; -1: none. */
  private final int[][] termOf;

  private final boolean[] missingAllowed;

  /**
   * @param weights one a feature, in the order of {@link ModelInfo#features()}
   * @param l2 weight of the L2 penalty that the fit used; 0 if none
   */
  public Scorecard(
      ModelInfo info,
      double intercept,
      List<Weights> weights,
      double l2,
      boolean interceptPenalised) {
    this.info = info;
    this.l2 = l2;
    this.interceptPenalised = interceptPenalised;
    int p = info.features().size();
    if (weights.size() != p || info.outputs().size() != 1) {
      throw new IllegalArgumentException("The weights do not fit what the model says of itself.");
    }
    List<String> names = new ArrayList<>(List.of("(intercept)"));
    List<int[]> terms = new ArrayList<>(List.of(new int[] {-1, NUMBER}));
    List<Double> values = new ArrayList<>(List.of(intercept));
    termOf = new int[p][];
    missingAllowed = new boolean[p];
    for (int j = 0; j < p; j++) {
      Feature feature = info.features().get(j);
      Weights w = weights.get(j);
      int levels = feature.levels().size();
      if (w.levels().length != levels) {
        throw new IllegalArgumentException("The weights of " + feature.name() + " do not fit.");
      }
      termOf[j] = new int[levels + 2];
      Arrays.fill(termOf[j], -1);
      if (levels == 0) {
        termOf[j][0] = names.size();
        names.add(feature.name());
        terms.add(new int[] {j, NUMBER});
        values.add(w.slope());
      }
      for (int k = 0; k < levels; k++) {
        if (w.levels()[k] != 0) {
          termOf[j][k] = names.size();
          names.add(feature.name() + " = " + feature.levels().get(k));
          terms.add(new int[] {j, k});
          values.add(w.levels()[k]);
        }
      }
      missingAllowed[j] = !Double.isNaN(w.missing());
      if (missingAllowed[j] && w.missing() != 0) {
        termOf[j][levels + 1] = names.size();
        names.add(feature.name() + " = (missing)");
        terms.add(new int[] {j, MISSING});
        values.add(w.missing());
      }
    }
    coefficients = values.stream().mapToDouble(Double::doubleValue).toArray();
    termFeatures = terms.stream().mapToInt(t -> t[0]).toArray();
    termLevels = terms.stream().mapToInt(t -> t[1]).toArray();
    termNames = List.copyOf(names);
  }

  @Override
  public ModelInfo info() {
    return info;
  }

  @Override
  public double[] coefficients() {
    return coefficients.clone();
  }

  @Override
  public int[] termFeatures() {
    return termFeatures.clone();
  }

  @Override
  public List<String> termNames() {
    return termNames;
  }

  @Override
  public double l2() {
    return l2;
  }

  @Override
  public boolean interceptPenalised() {
    return interceptPenalised;
  }

  @Override
  public void design(Batch rows, double[] out) {
    int m = coefficients.length;
    Arrays.fill(out, 0, rows.rows() * m, 0);
    for (int i = 0; i < rows.rows(); i++) {
      out[i * m] = 1;
      for (int j = 0; j < termOf.length; j++) {
        int term = term(rows, i, j);
        if (term >= 0) {
          out[i * m + term] = termLevels[term] == NUMBER ? rows.at(i, j) : 1;
        }
      }
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if a value is missing and the scorecard has no weight for
   *     that, or if a code stands for no level
   */
  @Override
  public void predict(Batch rows, OutputSpace space, double[] out) {
    for (int i = 0; i < rows.rows(); i++) {
      double sum = coefficients[0];
      for (int j = 0; j < termOf.length; j++) {
        int term = term(rows, i, j);
        if (term >= 0) {
          sum += coefficients[term] * (termLevels[term] == NUMBER ? rows.at(i, j) : 1);
        }
      }
      out[i] = sum;
    }
    if (space == OutputSpace.RESPONSE) {
      // Only this batch: the array may be larger.
      double[] batch = Arrays.copyOf(out, rows.rows());
      info.link().toResponse(batch, 1);
      System.arraycopy(batch, 0, out, 0, batch.length);
    }
  }

  /** The term that a row's value switches on; -1 if none does (a reference level). */
  private int term(Batch rows, int row, int feature) {
    double x = rows.at(row, feature);
    int[] terms = termOf[feature];
    int levels = terms.length - 2;
    if (Double.isNaN(x)) {
      if (!missingAllowed[feature]) {
        throw refused(
            row,
            feature,
            "is missing, and the scorecard has no weight for that. Maybe"
                + " add it under 'missing:' in the scorecard, or drop such rows");
      }
      return terms[levels + 1];
    }
    if (levels == 0) {
      return terms[0];
    }
    if (x < 0 || x >= levels || x != Math.rint(x)) {
      throw refused(row, feature, "is the code " + x + ", but there are " + levels + " levels");
    }
    return terms[(int) x];
  }

  private IllegalArgumentException refused(int row, int feature, String what) {
    return new IllegalArgumentException(
        "Row " + (row + 1) + ", feature " + info.features().get(feature).name() + " " + what + ".");
  }
}
