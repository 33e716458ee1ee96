package io.attest.explain.counterfactual;

import io.attest.explain.counterfactual.Found.Candidate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Search in any model, by its predictions alone, in batches: first every single change, then
 * further changes of the most promising ones; the nearest rows that have the wanted answer, with
 * everything taken back that it does not need; at last every number as near to what it was as it
 * may be. Nothing is proved, and nothing is drawn.
 *
 * @see <a href="https://doi.org/10.1007/s10618-023-00930-y">Brughmans, Leyman and Martens 2023,
 *     NICE</a>
 * @see <a href="https://doi.org/10.14778/3461535.3461555">Schleich, Geng, Zhang and Suciu 2021,
 *     GeCo</a>
 */
final class FreeSearch {
  private static final int BEAM = 16;
  private static final int OPTIONS = 24;
  private static final int STARTS = 8;
  private static final int STEPS = 12;

  private final double[] row;
  private final List<Variable> variables;
  private final Rules rules;
  private final Rules wished;
  private final Goal goal;
  private final Effort effort;

  FreeSearch(double[] row, List<Variable> variables, Rules rules, Goal goal, Effort effort) {
    this(row, variables, rules, rules, goal, effort);
  }

  /**
   * @param wished rules that need not be kept, but of which no more are broken than need be
   */
  FreeSearch(
      double[] row, List<Variable> variables, Rules rules, Rules wished, Goal goal, Effort effort) {
    this.row = row;
    this.variables = variables;
    this.rules = rules;
    this.wished = wished;
    this.goal = goal;
    this.effort = effort;
  }

  /** Values on the way. */
  private record State(List<Integer> changed, double[] values, double cost, double shortfall) {}

  /** Changes from nothing on, at most this many. */
  void grow(int most, Found found) {
    if (variables.isEmpty()) {
      return;
    }
    long all = effort.rowsLeft();
    int each = (int) Math.max(1, Math.min(OPTIONS, all / 4 / variables.size()));
    List<Variable> thin = variables.stream().map(v -> v.thinned(each)).toList();
    Integer[] promising = new Integer[thin.size()];
    Arrays.setAll(promising, i -> i);
    double[] reach = new double[thin.size()];
    Arrays.fill(reach, Double.POSITIVE_INFINITY);
    List<State> beam = List.of(new State(List.of(), row, 0, Double.POSITIVE_INFINITY));
    for (int level = 1; level <= most && !beam.isEmpty(); level++) {
      long share = effort.rowsLeft() / (most - level + 2);
      List<State> next = new ArrayList<>();
      Set<String> met = new HashSet<>();
      for (State state : beam) {
        for (int v : promising) {
          if (!state.changed().contains(v)) {
            for (Variable.Option option : thin.get(v).options()) {
              State child = child(state, v, option);
              if (next.size() < share && met.add(Arrays.toString(child.values()))) {
                next.add(child);
              }
            }
          }
        }
      }
      List<State> asked = ask(next);
      for (State s : asked) {
        if (s.shortfall() == 0) {
          if (rules.consistent(row, s.values())) {
            found.offer(new Candidate(s.changed(), s.values(), s.cost()));
          }
        }
        if (level == 1) {
          int v = s.changed().get(0);
          reach[v] = Math.min(reach[v], s.shortfall());
        }
      }
      if (level == 1) {
        Arrays.sort(promising, Comparator.comparingDouble((Integer v) -> reach[v]));
      }
      beam = beam(asked);
    }
  }

  private State child(State state, int variable, Variable.Option option) {
    double[] values = state.values().clone();
    variables.get(variable).set(values, option);
    List<Integer> changed = new ArrayList<>(state.changed());
    changed.add(variable);
    changed.sort(Comparator.naturalOrder());
    return new State(changed, values, state.cost() + option.cost(), Double.NaN);
  }

  private List<State> ask(List<State> states) {
    double[] out = effort.predict(states.stream().map(State::values).toArray(double[][]::new));
    int outputs = states.isEmpty() ? 1 : out.length / states.size();
    List<State> asked = new ArrayList<>();
    for (int i = 0; i < states.size(); i++) {
      State s = states.get(i);
      asked.add(new State(s.changed(), s.values(), s.cost(), goal.shortfall(out, i * outputs)));
    }
    return asked;
  }

  /**
   * Half of those that come nearest to the goal, half of those that come nearest for their cost.
   */
  private List<State> beam(List<State> asked) {
    List<State> open = new ArrayList<>();
    double worst = 0;
    for (State s : asked) {
      boolean reached = s.shortfall() == 0 && rules.consistent(row, s.values());
      if (!reached && Double.isFinite(s.shortfall())) {
        open.add(s);
        worst = Math.max(worst, s.shortfall());
      }
    }
    double most = worst;
    Set<State> chosen = new java.util.LinkedHashSet<>();
    open.stream()
        .sorted(Comparator.comparingDouble(State::shortfall).thenComparingDouble(State::cost))
        .limit(BEAM / 2)
        .forEach(chosen::add);
    open.stream()
        .sorted(
            Comparator.comparingDouble((State s) -> -(most - s.shortfall()) / (s.cost() + 0.05)))
        .filter(s -> !chosen.contains(s))
        .limit(BEAM - chosen.size())
        .forEach(chosen::add);
    return List.copyOf(chosen);
  }

  /**
   * The nearest of the given rows, as far as the rules let the case become like them.
   *
   * @param alike rows that have the wanted answer
   * @return what is left of changes of the one that needs fewest, whatever their number
   */
  Optional<Candidate> land(double[][] alike, int most, Found found) {
    List<State> starts = new ArrayList<>();
    for (double[] other : alike) {
      double[] values = row.clone();
      List<Integer> changed = new ArrayList<>();
      double cost = 0;
      for (int v = 0; v < variables.size(); v++) {
        Variable variable = variables.get(v);
        boolean allowed = true;
        for (int f : variable.features()) {
          allowed &= rules.allows(f, row[f], other[f]);
        }
        double part = variable.part(rules.ruler(), row, other);
        if (allowed && part > 0) {
          for (int f : variable.features()) {
            values[f] = other[f];
          }
          changed.add(v);
          cost += part;
        }
      }
      starts.add(new State(changed, values, cost, Double.NaN));
    }
    starts.sort(Comparator.comparingDouble(State::cost));
    // Rules may keep the nearest from the goal, so a few more are asked than are needed.
    List<State> reached = new ArrayList<>();
    for (int from = 0; from < starts.size() && reached.size() < STARTS; from += 8 * STARTS) {
      if (effort.rowsLeft() < 8 * STARTS) {
        break;
      }
      ask(starts.subList(from, Math.min(starts.size(), from + 8 * STARTS))).stream()
          .filter(s -> s.shortfall() == 0 && rules.consistent(row, s.values()))
          .forEach(reached::add);
    }
    Optional<Candidate> fewest = Optional.empty();
    for (State s : reached.subList(0, Math.min(STARTS, reached.size()))) {
      Candidate lean = nearer(without(s));
      if (lean.changed().size() <= most) {
        found.offer(lean);
      }
      if (fewest.isEmpty() || dear(lean) < dear(fewest.get())) {
        fewest = Optional.of(lean);
      }
    }
    return fewest;
  }

  private int dear(Candidate c) {
    return wished.broken(row, c.values()).size() * (row.length + 1) + c.changed().size();
  }

  /** Takes back, one after the other, the dearest change that the goal does not need. */
  private State without(State start) {
    State state = start;
    while (state.changed().size() > 1 && effort.rowsLeft() >= state.changed().size()) {
      List<State> fewer = new ArrayList<>();
      for (int v : state.changed()) {
        double[] values = state.values().clone();
        for (int f : variables.get(v).features()) {
          values[f] = row[f];
        }
        List<Integer> changed = new ArrayList<>(state.changed());
        changed.remove((Integer) v);
        fewer.add(new State(changed, values, cost(changed, values), Double.NaN));
      }
      Optional<State> best =
          ask(fewer).stream()
              .filter(s -> s.shortfall() == 0 && rules.consistent(row, s.values()))
              .min(
                  Comparator.comparingInt((State s) -> wished.broken(row, s.values()).size())
                      .thenComparingDouble(State::cost));
      if (best.isEmpty()) {
        break;
      }
      state = best.get();
    }
    return state;
  }

  private double cost(List<Integer> changed, double[] values) {
    double cost = 0;
    for (int v : changed) {
      cost += variables.get(v).part(rules.ruler(), row, values);
    }
    return cost;
  }

  /** Makes what was found nearer: every number as near to what it was as the goal lets it. */
  void refine(Found found, int most) {
    for (Candidate c : found.select(v -> 0)) {
      State s = without(new State(c.changed(), c.values(), c.distance(), 0));
      Candidate nearer = nearer(s);
      if (nearer.changed().size() <= most) {
        found.offer(nearer);
      }
    }
  }

  private Candidate nearer(State start) {
    State state = start;
    for (int round = 0; round < 3; round++) {
      for (int v : start.changed()) {
        int f = variables.get(v).features()[0];
        if (number(v) && effort.rowsLeft() >= STEPS) {
          state = towards(state, f, round);
        }
      }
    }
    for (int v : start.changed()) {
      int f = variables.get(v).features()[0];
      if (number(v) && effort.rowsLeft() >= STEPS) {
        state = rounded(state, f);
      }
    }
    return new Candidate(state.changed(), state.values(), state.cost());
  }

  private boolean number(int variable) {
    int[] features = variables.get(variable).features();
    return features.length == 1
        && !rules.ruler().features().get(features[0]).categorical()
        && !Double.isNaN(row[features[0]]);
  }

  /** The roundest value not much further off. */
  private State rounded(State state, int feature) {
    double now = state.values()[feature];
    List<State> rounder = new ArrayList<>();
    for (double value : Choices.rounder(rules, feature, now, now > row[feature])) {
      if (value == now) {
        break;
      }
      if (rules.allows(feature, row[feature], value)) {
        double[] values = state.values().clone();
        values[feature] = value;
        rounder.add(new State(state.changed(), values, cost(state.changed(), values), Double.NaN));
      }
    }
    return ask(rounder).stream()
        .filter(s -> s.shortfall() == 0 && rules.consistent(row, s.values()))
        .findFirst()
        .orElse(state);
  }

  /** Asks at even steps between what a number was and what it is now; finer in each round. */
  private State towards(State state, int feature, int round) {
    double was = row[feature];
    double now = state.values()[feature];
    double back = (was - now) / Math.pow(STEPS, round);
    List<State> steps = new ArrayList<>();
    for (int i = 1; i < STEPS; i++) {
      double value = tidy(feature, now + back * i / STEPS, now);
      if (value != now && value != was && rules.allows(feature, was, value)) {
        double[] values = state.values().clone();
        values[feature] = value;
        steps.add(new State(state.changed(), values, cost(state.changed(), values), Double.NaN));
      }
    }
    return ask(steps).stream()
        .filter(s -> s.shortfall() == 0 && rules.consistent(row, s.values()))
        .min(Comparator.comparingDouble(State::cost))
        .filter(s -> s.cost() < state.cost())
        .orElse(state);
  }

  /** As finely written as the data, towards the value that is known to do. */
  private double tidy(int feature, double value, double towards) {
    int decimals = rules.whole()[feature] ? 0 : rules.ruler().decimals()[feature];
    if (decimals < 0 || (!rules.round() && !rules.whole()[feature])) {
      return value;
    }
    double factor = Math.pow(10, decimals);
    double scaled = value * factor;
    return (towards > value ? Math.ceil(scaled) : Math.floor(scaled)) / factor;
  }
}
