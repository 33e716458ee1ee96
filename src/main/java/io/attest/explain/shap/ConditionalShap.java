package io.attest.explain.shap;

import io.attest.explain.Attribution;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.RowExplainer;
import io.attest.explain.coalition.Empirical;
import io.attest.explain.coalition.Game;
import io.attest.explain.coalition.Gaussian;
import io.attest.explain.coalition.LinearGame;
import io.attest.explain.coalition.ModelGame;
import io.attest.model.LinearModel;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.List;

/**
 * Shapley values of any model, conditional: where features are unknown, they are what they usually
 * are in rows that have the known ones. True to the data; a feature that the model does not use can
 * get a share, because it tells of others.
 *
 * <p>Values are rows x features (or groups) x outputs and add up to the prediction. Parameters:
 * those of {@link KernelShap}; {@code distribution}: {@code gaussian} (default), {@code copula} or
 * {@code empirical}; {@code samples} (256; rows drawn for a coalition; gaussian and copula) and
 * {@code width} (0.1; of the kernel; empirical). The raw output of a linear model with a Gaussian
 * needs no samples: its conditional expectation has a closed form. Where samples are drawn, the
 * error is the largest standard error over eight independent draws, samples and coalitions
 * together.
 *
 * <p>Aas, Jullum and Loland, Artificial Intelligence 298 (2021).
 */
public final class ConditionalShap implements RowExplainer<Attribution> {
  private static final String REFERENCE =
      "Aas, Jullum and Loland 2021, Artificial Intelligence 298, 103502";

  private final int threads;

  /** Works on all processors. */
  public ConditionalShap() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public ConditionalShap(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return "conditional-shap";
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if a parameter is wrong, a value is missing, a feature is
   *     categorical and the distribution knows numbers only, or there are fewer than two background
   *     rows
   */
  @Override
  public Prepared<Attribution> prepare(Request request, long rows, Progress progress) {
    String distribution =
        request
            .parameters()
            .choice("distribution", "gaussian", List.of("gaussian", "copula", "empirical"));
    List<String> known = new ArrayList<>(CoalitionRequest.COMMON);
    known.addAll(CoalitionRequest.SEARCH);
    known.add("distribution");
    known.add(distribution.equals("empirical") ? "width" : "samples");
    request.parameters().only(known);
    progress.check();
    CoalitionRequest asked = CoalitionRequest.of(name(), request);
    asked.parameters().put("distribution", distribution);
    return distribution.equals("empirical")
        ? empirical(asked)
        : gaussian(asked, distribution.equals("copula"));
  }

  private Prepared<Attribution> gaussian(CoalitionRequest asked, boolean copula) {
    Request request = asked.request();
    int samples = request.parameters().integer("samples", 256, 2 * Gaussian.PARTS);
    if (samples % Gaussian.PARTS != 0) {
      throw new IllegalArgumentException(
          "The parameter samples is "
              + samples
              + ", but must be a multiple of "
              + Gaussian.PARTS
              + ": they are drawn in as many independent parts.");
    }
    asked.parameters().put("samples", Integer.toString(samples));
    if (!copula
        && asked.space() == OutputSpace.RAW
        && request.model() instanceof LinearModel linear) {
      LinearGame game = new LinearGame(linear, asked.background());
      return values(asked, game, "conditional (Gaussian, closed form)", game.notes());
    }
    Gaussian completion =
        new Gaussian(
            request.model().info().features(), asked.background(), copula, samples, request.seed());
    return values(
        asked,
        new ModelGame(request.model(), asked.space(), completion),
        "conditional (" + (copula ? "Gaussian copula" : "Gaussian") + ", " + samples + " samples)",
        completion.notes());
  }

  private Prepared<Attribution> empirical(CoalitionRequest asked) {
    Request request = asked.request();
    String width = request.parameters().text("width").orElse("0.1");
    double value;
    try {
      value = Double.parseDouble(width);
    } catch (NumberFormatException e) {
      value = Double.NaN;
    }
    if (!(value > 0) || Double.isInfinite(value)) {
      throw new IllegalArgumentException(
          "The parameter width is '" + width + "', but must be a number above 0.");
    }
    asked.parameters().put("width", width);
    Empirical completion =
        new Empirical(request.model().info().features(), asked.background(), value);
    return values(
        asked,
        new ModelGame(request.model(), asked.space(), completion),
        "conditional (background rows that are alike)",
        completion.notes());
  }

  private Prepared<Attribution> values(
      CoalitionRequest asked, Game game, String filling, List<String> notes) {
    return asked.search(
        game, name(), new CoalitionRequest.Words(filling, REFERENCE, notes), threads);
  }
}
