package io.attest.explain.shap;

import io.attest.explain.Dataset;
import io.attest.explain.Parameters;
import io.attest.explain.Request;
import io.attest.explain.coalition.CoalitionValues;
import io.attest.explain.coalition.Game;
import io.attest.explain.coalition.Plan;
import io.attest.explain.tree.Players;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * What every explainer that asks for coalitions reads from a request.
 *
 * @param space of the values
 * @param players who plays: features or groups of them
 * @param owen true if groups join as a whole and their features share what they add
 * @param parameters written out, defaults included
 */
record CoalitionRequest(
    Request request,
    OutputSpace space,
    Players players,
    boolean owen,
    Map<String, String> parameters) {

  /** Parameters that they all know. */
  static final List<String> COMMON = List.of("groups", "output", "value");

  /** Parameters of a search within a budget. */
  static final List<String> SEARCH = List.of("budget", "tolerance");

  /** Up to so many players everybody is asked by default. */
  private static final int ALL = 12;

  private static final int COALITIONS = 2048;
  private static final String TOLERANCE = "0.005";

  /**
   * @throws IllegalArgumentException if a parameter is wrong or there is no background row
   */
  static CoalitionRequest of(String method, Request request) {
    Parameters given = request.parameters();
    List<String> features = request.model().info().featureNames();
    if (request.background().size() == 0) {
      throw new IllegalArgumentException(
          method + " needs background rows, and there are none. Maybe give a background.");
    }
    Map<String, String> parameters = new TreeMap<>();
    String output = given.choice("output", "raw", List.of("raw", "response"));
    parameters.put("output", output);
    OutputSpace space = output.equals("raw") ? OutputSpace.RAW : OutputSpace.RESPONSE;
    String groups = given.text("groups").orElse("");
    Players players =
        groups.isBlank() ? Players.features(features) : Players.parse(groups, features);
    if (!groups.isBlank()) {
      parameters.put("groups", groups);
    }
    String value = given.choice("value", "shapley", List.of("shapley", "owen"));
    parameters.put("value", value);
    if (value.equals("owen") && groups.isBlank()) {
      throw new IllegalArgumentException(
          "The parameter value=owen shares out what groups add, and there are none. Maybe give the"
              + " parameter groups, like: groups=address = zip + city.");
    }
    return new CoalitionRequest(request, space, players, value.equals("owen"), parameters);
  }

  /** Names of the columns of the answer: players, but for Owen values the features. */
  List<String> names() {
    return owen ? model().info().featureNames() : players.names();
  }

  /** For each feature its column. */
  int[] of() {
    return owen ? IntStream.range(0, players.of().length).toArray() : players.of();
  }

  Model model() {
    return request.model();
  }

  Dataset background() {
    return request.background();
  }

  /** Columns by group, of as many columns as there are; each for itself but for Owen values. */
  private int[][] groups(int columns) {
    if (!owen) {
      return IntStream.range(0, columns).mapToObj(i -> new int[] {i}).toArray(int[][]::new);
    }
    List<List<Integer>> members = new ArrayList<>();
    for (int g = 0; g < players.count(); g++) {
      members.add(new ArrayList<>());
    }
    for (int j = 0; j < columns; j++) {
      members.get(players.of()[j]).add(j);
    }
    return members.stream().map(m -> m.stream().mapToInt(j -> j).toArray()).toArray(int[][]::new);
  }

  /**
   * Values within a budget: all coalitions where it allows them, else a search that ends where
   * standard errors are small.
   *
   * @throws IllegalArgumentException if the budget is too small for the players
   */
  CoalitionValues search(Game game, String method, Words words, int threads) {
    Parameters given = request.parameters();
    int n = names().size();
    int standard = Math.max(2 * n + COALITIONS, n <= ALL ? 1 << n : 0);
    int budget = given.integer("budget", standard, 1);
    double tolerance = tolerance(given);
    parameters.put("budget", Integer.toString(budget));
    parameters.put("tolerance", given.text("tolerance").orElse(TOLERANCE));
    boolean exact = Plan.coalitions(n, groups(n)) <= budget;
    int least = 2 * n + 2;
    if (!exact && budget < least) {
      throw new IllegalArgumentException(
          "The parameter budget is "
              + budget
              + ", but "
              + n
              + " players need at least "
              + least
              + " coalitions. Maybe raise it, or join features with the parameter groups.");
    }
    boolean drawn = game.drawn();
    IntFunction<Plan> plans =
        columns -> {
          int[][] groups = groups(columns);
          if (Plan.coalitions(columns, groups) <= budget) {
            return Plan.exact(columns, groups, drawn ? game.parts() : 1);
          }
          return owen
              ? Plan.orders(
                  columns,
                  groups,
                  Math.max(2, budget / Math.max(1, 2 * (columns - 1))),
                  tolerance > 0,
                  game.parts(),
                  request.seed())
              : Plan.pairs(
                  columns,
                  budget,
                  tolerance > 0,
                  drawn ? game.parts() : 2,
                  game.parts(),
                  request.seed());
        };
    String search =
        exact
            ? "exact over all coalitions"
            : owen ? "antithetic orders of groups and members" : "pairs of coalitions, kriged";
    return values(game, method, words, search, plans, tolerance, exact, threads);
  }

  private static double tolerance(Parameters given) {
    String text = given.text("tolerance").orElse(TOLERANCE);
    try {
      double tolerance = Double.parseDouble(text);
      if (tolerance >= 0 && tolerance < 1) {
        return tolerance;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new IllegalArgumentException(
        "The parameter tolerance is '" + text + "', but must be a number from 0 to below 1.");
  }

  /**
   * Values by a given number of random orders, or by the features' own order.
   *
   * @param orders 0 for the features' own
   */
  CoalitionValues inOrders(Game game, String method, Words words, int orders, int threads) {
    IntFunction<Plan> plans =
        columns ->
            orders == 0
                ? Plan.identity(columns)
                : Plan.orders(
                    columns, groups(columns), orders, false, game.parts(), request.seed());
    return values(
        game,
        method,
        words,
        orders == 0 ? "the features' own order, both ways" : "antithetic orders",
        plans,
        0,
        orders == 0,
        threads);
  }

  /**
   * What only the method knows of how it works.
   *
   * @param filling how unknown features are filled in
   */
  record Words(String filling, String reference, List<String> notes) {}

  private CoalitionValues values(
      Game game,
      String method,
      Words words,
      String search,
      IntFunction<Plan> plans,
      double tolerance,
      boolean settled,
      int threads) {
    return new CoalitionValues(
        new CoalitionValues.Order(
            model(),
            space,
            game,
            names(),
            of(),
            plans,
            !owen && !parameters.getOrDefault("order", "").equals("identity"),
            tolerance,
            threads),
        new CoalitionValues.Story(
            method,
            words.filling() + ", " + search,
            words.reference(),
            parameters,
            settled && !game.drawn() ? Optional.empty() : Optional.of(request.seed()),
            background().size(),
            words.notes()));
  }
}
