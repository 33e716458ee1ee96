package io.attest.explain.shap;

import io.attest.explain.Dataset;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.Request;
import io.attest.explain.RowExplainer;
import io.attest.explain.tree.Players;
import io.attest.explain.tree.TreeValues;
import io.attest.explain.tree.Value;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import io.attest.model.tree.TreeEnsemble;
import io.attest.model.tree.TreeEnsembleModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What every explainer of trees reads from a request.
 *
 * @param trees with covers, where they are needed
 * @param background the rows that stand in for unknown players; absent if path-dependent
 * @param backgroundRows rows that the answer depends on
 * @param memory bytes for the work
 * @param parameters written out, defaults included
 */
record TreeRequest(
    Model model,
    TreeEnsemble trees,
    Players players,
    Optional<Dataset> background,
    long backgroundRows,
    long memory,
    Map<String, String> parameters,
    List<String> notes) {

  /** Names of the parameters that every tree explainer knows. */
  static final List<String> PARAMETERS = List.of("groups", "memory");

  /** The space of the values, where a method knows one or more. */
  static final String OUTPUT = "output";

  /** How unknown players are filled in, where the method leaves the choice. */
  static final String PERTURBATION = "perturbation";

  private static final int MEGABYTES = 512;

  /**
   * @param interventional whether unknown players come from the background
   * @throws IllegalArgumentException if the model has no trees, a parameter is wrong, or rows are
   *     lacking
   */
  static TreeRequest of(String method, Request request, boolean interventional) {
    Parameters given = request.parameters();
    if (!(request.model() instanceof TreeEnsembleModel model)) {
      throw new IllegalArgumentException(
          method
              + " explains tree ensembles, but this model is "
              + request.model().info().format()
              + ". Maybe linear-shap fits.");
    }
    List<String> features = model.info().featureNames();
    String groups = given.text("groups").orElse("");
    int megabytes = given.integer("memory", MEGABYTES, 16);
    Map<String, String> parameters = new TreeMap<>();
    parameters.put("memory", Integer.toString(megabytes));
    if (!groups.isBlank()) {
      parameters.put("groups", groups);
    }
    Players players =
        groups.isBlank() ? Players.features(features) : Players.parse(groups, features);
    List<String> notes = new ArrayList<>();
    if (interventional) {
      if (request.background().size() == 0) {
        throw new IllegalArgumentException(
            method + " needs background rows, and there are none. Maybe use tree-shap.");
      }
      return new TreeRequest(
          model,
          model.trees(),
          players,
          Optional.of(request.background()),
          request.background().size(),
          (long) megabytes << 20,
          parameters,
          notes);
    }
    Covers covers = Covers.of(model.trees(), request);
    notes.addAll(covers.notes());
    return new TreeRequest(
        model,
        covers.trees(),
        players,
        Optional.empty(),
        covers.backgroundRows(),
        (long) megabytes << 20,
        parameters,
        notes);
  }

  /**
   * Reads the request of a method that leaves the choice of {@link #PERTURBATION}, and knows the
   * raw output alone.
   *
   * @throws IllegalArgumentException as {@link #of}
   */
  static TreeRequest ofEither(String method, Request request) {
    List<String> known = new ArrayList<>(PARAMETERS);
    known.add(PERTURBATION);
    known.add(OUTPUT);
    Parameters given = request.parameters().only(known);
    TreeRequest trees = of(method, request, interventional(given));
    trees.rawOnly(method, given);
    trees.parameters().put(PERTURBATION, trees.perturbation());
    return trees;
  }

  /** In words how unknown players are filled in. */
  String perturbation() {
    return background.isPresent() ? "interventional" : "path-dependent";
  }

  /**
   * How raw values of some rows came about.
   *
   * @param error largest relative residual; absent if values do not promise to add up
   */
  Provenance provenance(
      String method, String engine, String reference, int rows, Optional<Double> error) {
    return new Provenance(
        method,
        engine,
        reference,
        parameters,
        Optional.empty(),
        model.info().sha256(),
        model.info().named(OutputSpace.RAW),
        rows,
        backgroundRows,
        rows,
        error,
        List.copyOf(notes));
  }

  /**
   * Which rows a tree explainer needs beside those to explain: trees without covers need rows to
   * count in their place.
   */
  static RowExplainer.Beside beside(Model model, boolean interventional) {
    if (interventional) {
      return RowExplainer.Beside.BACKGROUND;
    }
    return model instanceof TreeEnsembleModel trees && !trees.trees().covered()
        ? RowExplainer.Beside.TRAINING_OR_BACKGROUND
        : RowExplainer.Beside.NOTHING;
  }

  /**
   * Reads the parameter {@link #OUTPUT} of a method that knows the raw output alone, and writes it
   * down.
   *
   * @throws IllegalArgumentException if it asks for another one
   */
  void rawOnly(String method, Parameters given) {
    String output = given.text(OUTPUT).orElse("raw");
    if (!output.equals("raw")) {
      throw new IllegalArgumentException(
          method
              + " explains the raw output, not output="
              + output
              + ". Maybe use tree-shap-interventional, which explains the response, too.");
    }
    parameters.put(OUTPUT, "raw");
  }

  /** Reads the parameter {@link #PERTURBATION}: true for interventional. */
  static boolean interventional(Parameters parameters) {
    return parameters
        .choice(PERTURBATION, "path-dependent", List.of("path-dependent", "interventional"))
        .equals("interventional");
  }

  TreeValues values(Value value, long rows, int threads, Progress progress) {
    return TreeValues.prepare(
        new TreeValues.Order(trees, players, value, background, rows, memory, threads), progress);
  }

  /**
   * @throws IllegalArgumentException if there is no row, or there are too many for one array
   */
  static void check(int rows, long figuresOfRow) {
    if (rows == 0) {
      throw new IllegalArgumentException("There is no row to explain.");
    }
    if (rows * figuresOfRow > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          rows
              + " rows x "
              + figuresOfRow
              + " figures a row are too many values at once. Maybe explain fewer rows.");
    }
  }
}
