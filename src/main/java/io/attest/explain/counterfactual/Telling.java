package io.attest.explain.counterfactual;

import io.attest.explain.Counterfactuals.Alternative;
import io.attest.explain.Counterfactuals.Case;
import io.attest.explain.Counterfactuals.Change;
import io.attest.explain.counterfactual.Goal.Wanted;
import io.attest.model.Feature;
import io.attest.model.ModelInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Puts what was found, or was not, into words.
 *
 * @param units what each number counts; empty if nothing
 */
record Telling(ModelInfo info, Rules rules, String[] units) {

  /**
   * Why there is no alternative.
   *
   * @param unless the features whose rules stand in the way
   */
  record Why(String words, List<String> unless) {}

  Case already(int index, double[] row, double[] response, String answer, Goal goal) {
    return new Case(
        index,
        row,
        response,
        answer,
        goal.words(),
        true,
        List.of(),
        Double.NaN,
        "The answer is " + answer + " already, as wanted: " + goal.words() + ".",
        List.of());
  }

  Case none(
      int index, double[] row, double[] response, String answer, Goal goal, double bound, Why why) {
    return new Case(
        index,
        row,
        response,
        answer,
        goal.words(),
        false,
        List.of(),
        bound,
        why.words(),
        why.unless());
  }

  Case found(
      int index,
      double[] row,
      double[] response,
      Wanted wanted,
      Goal goal,
      double bound,
      List<Variable> variables,
      List<Found.Candidate> chosen,
      double[] again,
      ToDoubleFunction<double[]> plausibility) {
    int k = info.outputs().size();
    String answer = wanted.answer(response, goal);
    List<Alternative> alternatives = new ArrayList<>();
    for (int i = 0; i < chosen.size(); i++) {
      Found.Candidate c = chosen.get(i);
      double[] out = Arrays.copyOfRange(again, i * k, (i + 1) * k);
      List<Change> changes =
          c.changed().stream()
              .map(v -> change(variables.get(v), row, c.values()))
              .sorted(Comparator.comparingDouble((Change ch) -> -ch.part()))
              .toList();
      alternatives.add(
          new Alternative(
              c.values(),
              out,
              wanted.answer(out, goal),
              changes,
              c.distance(),
              plausibility.applyAsDouble(c.values()),
              sentence(variables, c, row, wanted.answer(out, goal), answer, goal)));
    }
    return new Case(
        index, row, response, answer, goal.words(), false, alternatives, bound, "", List.of());
  }

  private Change change(Variable variable, double[] row, double[] values) {
    double part = variable.part(rules.ruler(), row, values);
    if (variable.features().length > 1) {
      return new Change(
          name(variable),
          member(variable, row),
          member(variable, values),
          Double.NaN,
          Double.NaN,
          part);
    }
    int f = variable.features()[0];
    Feature feature = info.features().get(f);
    return new Change(
        feature.name(),
        Words.value(feature, row[f]),
        Words.value(feature, values[f]),
        row[f],
        values[f],
        part);
  }

  /** What the names of a group's members begin with, or all of them. */
  private String name(Variable group) {
    List<String> names =
        Arrays.stream(group.features()).mapToObj(f -> info.features().get(f).name()).toList();
    String common = names.get(0);
    for (String name : names) {
      while (!name.startsWith(common)) {
        common = common.substring(0, common.length() - 1);
      }
    }
    String bare = common.replaceAll("[^\\p{L}\\p{N}]+$", "");
    return bare.isEmpty() ? String.join(" | ", names) : bare;
  }

  private String member(Variable group, double[] values) {
    return Arrays.stream(group.features())
        .filter(f -> values[f] == 1)
        .mapToObj(f -> info.features().get(f).name())
        .findFirst()
        .orElse("none");
  }

  private String sentence(
      List<Variable> variables,
      Found.Candidate c,
      double[] row,
      String now,
      String before,
      Goal goal) {
    List<String> parts = new ArrayList<>();
    for (int v : c.changed()) {
      Variable variable = variables.get(v);
      Change change = change(variable, row, c.values());
      String unit =
          variable.features().length > 1 || units[variable.features()[0]].isEmpty()
              ? ""
              : " " + units[variable.features()[0]];
      boolean words =
          variable.features().length > 1
              || info.features().get(variable.features()[0]).categorical();
      String quote = words ? "'" : "";
      parts.add(
          change.feature()
              + (parts.isEmpty() ? " were " : " ")
              + quote
              + change.to()
              + quote
              + " instead of "
              + quote
              + change.from()
              + quote
              + unit);
    }
    String last = parts.remove(parts.size() - 1);
    String all = parts.isEmpty() ? last : String.join(", ", parts) + " and " + last;
    return "If "
        + all
        + ", the answer would be "
        + now
        + " instead of "
        + before
        + ": "
        + goal.words()
        + ".";
  }

  Why tooMany(int most, boolean proved, List<String> needs, boolean late) {
    return new Why(
        none(proved, late, "changes " + most + (most == 1 ? " feature" : " features or fewer"))
            + " The nearest row of the data with the wanted answer takes "
            + needs.size()
            + ": "
            + String.join(", ", needs)
            + ".",
        List.of());
  }

  Why forbidden(
      double[] row, Optional<double[]> against, boolean proved, int alike, int rows, boolean late) {
    String none = none(proved, late, "keeps the rules");
    if (alike == 0) {
      return new Why(
          none + " The model gives none of " + rows + " rows of the data the wanted answer.",
          List.of());
    }
    if (against.isEmpty()) {
      return new Why(none, List.of());
    }
    List<Integer> broken = rules.broken(row, against.get());
    if (broken.isEmpty()) {
      return new Why(
          none
              + " What must go along with a change stands in the way: "
              + rules.implications().stream()
                  .map(i -> i.words(info.features()))
                  .collect(Collectors.joining(", "))
              + ".",
          List.of());
    }
    return new Why(
        none
            + " The nearest row of the data with the wanted answer is only reached against the rule"
            + (broken.size() == 1 ? " of " : "s of ")
            + broken.stream()
                .map(
                    f ->
                        info.features().get(f).name()
                            + " ("
                            + rules.words(f)
                            + "): "
                            + Words.value(info.features().get(f), row[f])
                            + " to "
                            + Words.value(info.features().get(f), against.get()[f]))
                .collect(Collectors.joining(", "))
            + ".",
        broken.stream().map(f -> info.features().get(f).name()).toList());
  }

  private static String none(boolean proved, boolean late, String which) {
    return (proved
            ? "Proved: no alternative "
            : late
                ? "The time was over before an alternative was found that "
                : "No alternative was found that ")
        + which
        + ".";
  }
}
