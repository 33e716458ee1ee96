package io.attest.report.page;

import io.attest.explain.Effects;
import io.attest.report.Figures;
import io.attest.report.chart.LineChart;
import java.util.List;
import java.util.Optional;

/**
 * How predictions go with one feature, by all methods that were heard, in one chart.
 *
 * @param output of several, which one
 * @param reading in a sentence
 * @param inWords the same for readers who know what a feature means, not its name
 * @param read the method that the sentence is from: {@code ale} or {@code pdp}
 * @param caution where the method misleads; empty if it does not
 * @param meaning of the feature, as declared; may be empty
 * @param individual how many single curves are drawn
 * @param curves what is drawn, for the table
 */
public record EffectFigure(
    String feature,
    String output,
    LineChart chart,
    String reading,
    String inWords,
    String read,
    Optional<String> caution,
    String meaning,
    int individual,
    List<Curve> curves) {

  /** One method's curve. */
  public record Curve(String explainer, String kind, Effects.Curve values) {
    /** What a point is called. */
    public String point(int g) {
      return values.categorical() ? values.labels().get(g) : Figures.text(values.grid()[g]);
    }

    /** The share of rows off the data behind a point; NaN if it was not measured. */
    public double off(int g) {
      return g < values.offManifold().length ? values.offManifold()[g] : Double.NaN;
    }

    public double error(int g) {
      return g < values.error().length ? values.error()[g] : Double.NaN;
    }

    public boolean accumulated() {
      return kind.equals(Effects.ALE);
    }
  }
}
