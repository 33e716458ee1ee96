package io.attest.model.onnx;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes of the trees' scores on their way to the outputs of the graph.
 *
 * @param steps operators that change nothing, add a constant or apply a link, first to last
 */
record Scores(List<Operator> steps) {
  private static final Set<String> LABELS = Set.of("ArgMax", "TopK", "LabelEncoder");

  private static final Set<String> STEPS =
      Set.of("Identity", "Cast", "ZipMap", "Normalizer", "Add", "Sigmoid", "Softmax", "Exp");

  /**
   * Follows each output of the graph back to the trees.
   *
   * @param ensemble the operator that holds the trees
   * @param value its output that holds the scores
   * @throws io.attest.model.InvalidModelException if an unknown operator stands between, or no
   *     output gives the scores
   */
  static Scores of(Graph graph, Operator ensemble, String value) {
    Optional<Scores> found = Optional.empty();
    for (String output : graph.outputs()) {
      Optional<Scores> scores = trace(graph, ensemble, value, output);
      if (scores.isPresent()) {
        if (found.isPresent() && !types(found.get()).equals(types(scores.get()))) {
          throw ensemble.unsupported(
              "has its scores in several outputs of the file, in different forms",
              "Maybe export one of them.");
        }
        found = scores;
      }
    }
    return found.orElseThrow(
        () ->
            ensemble.unsupported(
                "gives labels but no scores to the outputs of the file",
                "Maybe export the probabilities, too."));
  }

  private static List<String> types(Scores scores) {
    return scores.steps().stream()
        .map(Operator::type)
        .filter(t -> !t.equals("Identity") && !t.equals("Cast") && !t.equals("ZipMap"))
        .toList();
  }

  /** The way from the scores to an output; absent if the output is a label, or something else. */
  private static Optional<Scores> trace(
      Graph graph, Operator ensemble, String scores, String output) {
    List<Operator> steps = new ArrayList<>();
    String at = output;
    while (!at.equals(scores)) {
      Operator operator = graph.producer(at).orElse(null);
      if (operator == null || operator == ensemble || LABELS.contains(operator.type())) {
        return Optional.empty();
      }
      List<String> inputs =
          operator.inputs().stream()
              .filter(i -> !i.isEmpty() && graph.producer(i).isPresent())
              .filter(i -> !graph.producer(i).get().type().equals("Constant"))
              .toList();
      if (inputs.isEmpty()) {
        return Optional.empty();
      }
      if (steps.size() > Graph.MAX_STEPS) {
        throw operator.wrong("is one of too many in a row, or they run in circles");
      }
      if (inputs.size() > 1) {
        if (inputs.stream().anyMatch(i -> leadsTo(graph, i, scores))) {
          throw refused(operator);
        }
        return Optional.empty();
      }
      steps.add(0, operator);
      at = inputs.get(0);
    }
    for (Operator step : steps) {
      if (!STEPS.contains(step.type())) {
        throw refused(step);
      }
    }
    return Optional.of(new Scores(List.copyOf(steps)));
  }

  /** True if the scores, and not only a label made of them, have a part in a value. */
  private static boolean leadsTo(Graph graph, String value, String scores) {
    Deque<String> open = new ArrayDeque<>(List.of(value));
    Set<String> seen = new HashSet<>();
    while (!open.isEmpty()) {
      String at = open.pop();
      if (at.equals(scores)) {
        return true;
      }
      Optional<Operator> operator = graph.producer(at);
      if (seen.add(at) && operator.isPresent() && !LABELS.contains(operator.get().type())) {
        open.addAll(operator.get().inputs());
      }
    }
    return false;
  }

  private static UnsupportedGraphException refused(Operator operator) {
    return operator.unsupported(
        "changes what the trees predict",
        "Maybe export the model of trees alone, without the steps after it; for a classifier of"
            + " scikit-learn with target_opset={\"ai.onnx.ml\": 3}.");
  }
}
