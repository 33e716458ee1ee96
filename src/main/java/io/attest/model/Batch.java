package io.attest.model;

import io.attest.data.CategoricalColumn;
import io.attest.data.Column;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows as a model sees them: numbers, and codes of levels as numbers; NaN is missing.
 *
 * @param rows number of rows
 * @param features number of features
 * @param values rows x features, row-major; not to be changed by a model
 */
public record Batch(int rows, int features, double[] values) {

  public Batch {
    if (values.length != rows * features) {
      throw new IllegalArgumentException(
          "A batch of " + rows + " x " + features + " has " + values.length + " values.");
    }
  }

  public double at(int row, int feature) {
    return values[row * features + feature];
  }

  /** A copy of one row. */
  public double[] row(int row) {
    return java.util.Arrays.copyOfRange(values, row * features, (row + 1) * features);
  }

  /** The given rows, in the given order. */
  public Batch select(int[] chosen) {
    double[] out = new double[chosen.length * features];
    for (int i = 0; i < chosen.length; i++) {
      System.arraycopy(values, chosen[i] * features, out, i * features, features);
    }
    return new Batch(chosen.length, features, out);
  }

  /**
   * Lays a table out for a model.
   *
   * @param features the model's inputs; a categorical column is coded by the feature's own levels
   * @throws IllegalArgumentException if a column is absent, is of the wrong kind, or holds a level
   *     that the model does not know
   */
  public static Batch of(Frame frame, List<Feature> features) {
    int p = features.size();
    double[] out = new double[frame.rows() * p];
    for (int j = 0; j < p; j++) {
      Feature feature = features.get(j);
      Column column = frame.column(feature.name());
      if (column instanceof NumericColumn numeric && !feature.categorical()) {
        for (int i = 0; i < frame.rows(); i++) {
          out[i * p + j] = numeric.values()[i];
        }
      } else if (column instanceof CategoricalColumn categorical && feature.categorical()) {
        double[] code = codes(categorical, feature);
        for (int i = 0; i < frame.rows(); i++) {
          int c = categorical.codes()[i];
          out[i * p + j] = c < 0 ? Double.NaN : code[c];
          if (c >= 0 && Double.isNaN(code[c])) {
            throw new IllegalArgumentException(
                "Row "
                    + (i + 1)
                    + ", column "
                    + feature.name()
                    + ": the model does not know the level '"
                    + categorical.levels().get(c)
                    + "'. It knows "
                    + feature.levels()
                    + ". Maybe the level is misspelt, or model.yaml lists other levels than the"
                    + " model was trained on.");
          }
        }
      } else {
        throw new IllegalArgumentException(
            "Column "
                + feature.name()
                + " is "
                + (column instanceof NumericColumn ? "numeric" : "not numeric")
                + " in the data but "
                + (feature.categorical() ? "categorical" : "numeric")
                + " in the model. Maybe model.yaml declares the wrong type.");
      }
    }
    return new Batch(frame.rows(), p, out);
  }

  private static double[] codes(CategoricalColumn column, Feature feature) {
    Map<String, Integer> known = new HashMap<>();
    for (int k = 0; k < feature.levels().size(); k++) {
      known.put(feature.levels().get(k), k);
    }
    double[] code = new double[column.levels().size()];
    for (int k = 0; k < code.length; k++) {
      Integer c = known.get(column.levels().get(k));
      code[k] = c == null ? Double.NaN : c;
    }
    return code;
  }
}
