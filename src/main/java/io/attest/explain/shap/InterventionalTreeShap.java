package io.attest.explain.shap;

import io.attest.explain.Attribution;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.RowExplainer;
import io.attest.explain.tree.Value;
import io.attest.model.Batch;
import io.attest.model.Link;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Exact Shapley values of a tree ensemble, interventional: where a feature is unknown, its value is
 * that of a background row, whatever the other features are. True to the model, where
 * path-dependent values are nearer to the data that it was trained on.
 *
 * <p>Values are rows x features x outputs. In raw space they are exact for a background of any
 * size, weighted or not. With {@code output=response} they are of the response: exact for few
 * features, otherwise rescaled, and the result says which. Parameters: those of {@link TreeShap},
 * {@code output} ({@code raw} or {@code response}) and {@code response} ({@code exact}, {@code
 * rescaled} or {@code auto}). No randomness.
 *
 * <p>Lundberg et al. 2020, Nature Machine Intelligence 2; Janzing, Minorics and Bloebaum 2020 on
 * what the two kinds mean; {@link io.attest.explain.tree} says how they are computed.
 */
public final class InterventionalTreeShap implements RowExplainer<Attribution> {
  private final int threads;

  /** Works on all processors. */
  public InterventionalTreeShap() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public InterventionalTreeShap(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return "tree-shap-interventional";
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the model is not a tree ensemble, a parameter is wrong, or
   *     there is no background row
   */
  @Override
  public Prepared<Attribution> prepare(Request request, long rows, Progress progress) {
    List<String> known = new ArrayList<>(TreeRequest.PARAMETERS);
    known.add(TreeRequest.OUTPUT);
    known.add(OutcomeShap.PARAMETER);
    request.parameters().only(known);
    progress.check();
    TreeRequest trees = TreeRequest.of(name(), request, true);
    String output =
        request.parameters().choice(TreeRequest.OUTPUT, "raw", List.of("raw", "response"));
    trees.parameters().put(TreeRequest.OUTPUT, output);
    Link link = request.model().info().link();
    if (output.equals("raw")) {
      // The other parameter would say nothing.
      request.parameters().only(without(known, OutcomeShap.PARAMETER));
    } else if (link != Link.IDENTITY) {
      return responses(trees, request, link);
    }
    return new TreeAttribution(
        trees,
        trees.values(Value.SHAPLEY, rows, threads, progress),
        name(),
        "interventional, exact",
        "Lundberg et al. 2020, Nature Machine Intelligence 2, 56-67",
        true);
  }

  private static List<String> without(List<String> names, String name) {
    return names.stream().filter(n -> !n.equals(name)).toList();
  }

  private Prepared<Attribution> responses(TreeRequest trees, Request request, Link link) {
    OutcomeShap shap =
        new OutcomeShap(
            trees,
            new Outcome(link, trees.trees().outputs(), Optional.empty()),
            name(),
            request.parameters().text(OutcomeShap.PARAMETER),
            threads);
    return new Prepared<>() {
      @Override
      public int block() {
        return shap.block();
      }

      @Override
      public Attribution explain(Batch rows, Progress progress) {
        return shap.explain(rows, Optional.empty(), progress);
      }
    };
  }
}
