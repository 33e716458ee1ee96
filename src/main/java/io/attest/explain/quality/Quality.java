package io.attest.explain.quality;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How far the attributions of one method can be trusted, on a sample of the rows: figures about the
 * explanation, not about the model. {@code docs/quality.md} says what each is.
 *
 * @param figures in a fixed order; one that could not be measured is not there
 * @param rows rows in the sample
 * @param modelRows rows that the model was asked to predict for it, those of the explainer included
 * @param notes what could not be measured and why, and what was measured on fewer rows
 */
public record Quality(List<Figure> figures, long rows, long modelRows, List<String> notes) {

  public Quality {
    figures = List.copyOf(figures);
    notes = List.copyOf(notes);
  }

  /**
   * One figure.
   *
   * @param name for instance {@code infidelity}
   * @param value the mean over the rows, but for the additivity: there the largest
   * @param low lower end of the 95 % interval of that mean, by Student's t; NaN if there is none
   * @param high upper end
   * @param rows how many rows it was measured on
   * @param note what it says, for people
   */
  public record Figure(String name, double value, double low, double high, long rows, String note) {

    /** The name for people: {@code Stability order}. */
    public String title() {
      String text = name.replace('_', ' ');
      return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
  }

  public Optional<Figure> figure(String name) {
    return figures.stream().filter(f -> f.name().equals(name)).findFirst();
  }
}
