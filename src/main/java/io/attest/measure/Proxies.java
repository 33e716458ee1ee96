package io.attest.measure;

import io.attest.correlate.Associations;
import io.attest.correlate.Dependence;
import io.attest.data.CategoricalColumn;
import io.attest.data.Column;
import io.attest.data.Frame;
import io.attest.data.TextColumn;
import io.attest.model.ModelSpec.Protected;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Measures how much each feature tells about each protected attribute: a feature that tells much
 * can stand in for it, also in a model that does not see the attribute itself.
 */
public final class Proxies {
  private Proxies() {}

  /**
   * One feature against one protected attribute: the fact {@code proxy.strength}.
   *
   * @param measure as in {@link Dependence.Pair}
   * @param strength absolute association, 0 to 1; NaN where it does not exist
   * @param pValue of "no association"
   * @param rows number of rows with both values
   */
  public record Proxy(
      String feature, String attribute, String measure, double strength, double pValue, int rows) {}

  /**
   * Measures every feature against every protected attribute, by its column's values, not by its
   * groups. A feature that is the attribute itself is left out.
   *
   * @param features names of columns of {@code frame}
   * @return in the order of the attributes, then of the features
   */
  public static List<Proxy> of(Frame frame, List<String> features, List<Protected> attributes) {
    List<Proxy> out = new ArrayList<>();
    for (Protected attribute : attributes) {
      Column column = levelled(frame.column(attribute.column()));
      for (String feature : features) {
        if (!feature.equals(attribute.column())) {
          Dependence.Pair pair = Associations.pair(frame.column(feature), column);
          out.add(
              new Proxy(
                  feature,
                  attribute.column(),
                  pair.measure(),
                  Math.abs(pair.association()),
                  pair.pValue(),
                  pair.rows()));
        }
      }
    }
    return out;
  }

  /** A protected column need not be declared, and is then text: each text is a level. */
  static Column levelled(Column column) {
    if (!(column instanceof TextColumn text)) {
      return column;
    }
    List<String> levels = List.copyOf(new TreeSet<>(text.values()));
    int[] codes = new int[text.size()];
    for (int i = 0; i < codes.length; i++) {
      codes[i] =
          text.isMissing(i)
              ? CategoricalColumn.MISSING
              : java.util.Collections.binarySearch(levels, text.text(i));
    }
    return new CategoricalColumn(text.name(), codes, levels);
  }
}
