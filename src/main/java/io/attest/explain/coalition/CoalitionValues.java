package io.attest.explain.coalition;

import io.attest.explain.Attribution;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.RowExplainer;
import io.attest.explain.Units;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * Explains rows by asking a game for the worths of coalitions. Values are rows x players x outputs
 * and add up to the prediction. A row is asked about level after level of its plan, until the
 * largest standard error is small beside its values, or the plan ends.
 */
public final class CoalitionValues implements RowExplainer.Prepared<Attribution> {

  /** Model rows that a unit of work should ask for, so that batches are large. */
  private static final int UNIT = 1 << 14;

  private static final int UNIT_ROWS = 256;
  private static final int UNIT_WORTHS = 1 << 22;
  private static final int PLANS = 3;

  /**
   * What is asked of whom.
   *
   * @param names of the players
   * @param of for each feature its player
   * @param plans the plan for a number of players
   * @param leaving true if players that cannot be worth anything leave the game
   * @param tolerance largest standard error, as a share of the range of a row's values, at which no
   *     more is asked; 0 to go to the end of the plan
   */
  public record Order(
      Model model,
      OutputSpace space,
      Game game,
      List<String> names,
      int[] of,
      IntFunction<Plan> plans,
      boolean leaving,
      double tolerance,
      int threads) {}

  /**
   * How it came about, in words.
   *
   * @param seed absent if nothing is drawn
   */
  public record Story(
      String method,
      String engine,
      String reference,
      Map<String, String> parameters,
      Optional<Long> seed,
      long backgroundRows,
      List<String> notes) {}

  private final Order order;
  private final Story story;
  private final Plan whole;
  private final double[] base;

  /** What preparation cost, until a block of rows has counted it. */
  private final AtomicLong prepared;

  private final Map<Integer, Plan> plans =
      new LinkedHashMap<>(8, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Plan> eldest) {
          return size() > PLANS;
        }
      };

  public CoalitionValues(Order order, Story story) {
    this.order = order;
    this.story = story;
    whole = order.plans().apply(order.names().size());
    base = order.game().empty(0, 1);
    prepared = new AtomicLong(order.game().prepared());
  }

  /** The plan for a number of players; the last few are kept, for they can be large. */
  private synchronized Plan plan(int players) {
    return players == order.names().size()
        ? whole
        : plans.computeIfAbsent(players, order.plans()::apply);
  }

  @Override
  public int block() {
    return rowsOfUnit(whole) * 4 * order.threads();
  }

  private int rowsOfUnit(Plan plan) {
    long first =
        (long) plan.designs() * plan.coalitions(0) * order.game().completions() / plan.parts();
    long worths =
        (long) plan.designs() * plan.coalitions(plan.levels() - 1) * order.game().outputs();
    return (int)
        Math.max(
            1,
            Math.min(
                UNIT_ROWS, Math.min(UNIT / Math.max(1, first), UNIT_WORTHS / Math.max(1, worths))));
  }

  @Override
  public Attribution explain(Batch rows, Progress progress) {
    if (rows.rows() == 0) {
      throw new IllegalArgumentException("There is no row to explain.");
    }
    progress.check();
    order.game().check(rows);
    int k = order.game().outputs();
    double[] predictions = order.model().predict(rows, order.space());
    for (int i = 0; i < predictions.length; i++) {
      if (!Double.isFinite(predictions[i])) {
        throw new IllegalArgumentException(
            "The model answers "
                + predictions[i]
                + " for row "
                + (i / k + 1)
                + ". Maybe it cannot handle a missing value of that row.");
      }
    }
    Result result = new Result(rows.rows(), predictions);
    result.asked.add(prepared.getAndSet(0));
    List<Unit> units = units(rows);
    new Units(order.threads(), units.size(), progress)
        .run(units.size(), u -> new Work(rows, units.get(u), result, progress).run());
    return attribution(result);
  }

  /** Rows that have the same players in the game. */
  private record Unit(int[] rows, int[] players) {}

  private List<Unit> units(Batch rows) {
    Map<BitSet, List<Integer>> together = new LinkedHashMap<>();
    for (int row = 0; row < rows.rows(); row++) {
      together.computeIfAbsent(active(rows, row), s -> new ArrayList<>()).add(row);
    }
    List<Unit> units = new ArrayList<>();
    // By their number, so that each plan is made once.
    together.entrySet().stream()
        .sorted((a, b) -> b.getKey().cardinality() - a.getKey().cardinality())
        .forEach(
            entry -> {
              int[] players = entry.getKey().stream().toArray();
              int[] all = entry.getValue().stream().mapToInt(i -> i).toArray();
              int step = rowsOfUnit(plan(players.length));
              for (int from = 0; from < all.length; from += step) {
                units.add(
                    new Unit(
                        Arrays.copyOfRange(all, from, Math.min(all.length, from + step)), players));
              }
            });
    return units;
  }

  private BitSet active(Batch rows, int row) {
    int n = order.names().size();
    BitSet active = new BitSet(n);
    if (!order.leaving()) {
      active.set(0, n);
      return active;
    }
    for (int j = 0; j < order.of().length; j++) {
      if (!order.game().idle(rows, row, j)) {
        active.set(order.of()[j]);
      }
    }
    return active;
  }

  /** What the units write, each for its own rows. */
  private final class Result {
    final double[] predictions;
    final double[] values;
    final double[] errors;
    final boolean[] open;
    final LongAdder asked = new LongAdder();

    Result(int rows, double[] predictions) {
      this.predictions = predictions;
      values = new double[rows * order.names().size() * order.game().outputs()];
      errors = new double[rows];
      open = new boolean[rows];
    }
  }

  private Attribution attribution(Result result) {
    int rows = result.errors.length;
    List<String> notes = new ArrayList<>(story.notes());
    for (int i = 0; i < rows; i++) {
      if (result.open[i]) {
        notes.add(
            "Some rows came to the end of the budget before their standard errors were within the"
                + " tolerance. The largest one is given as the error.");
        break;
      }
    }
    double largest = 0;
    for (double error : result.errors) {
      largest = error <= largest ? largest : error;
    }
    boolean exact = whole.exact() && !order.game().drawn();
    Attribution draft = attribution(result, notes, Optional.empty());
    Optional<Double> error =
        exact
            ? Optional.of(draft.relativeResidual())
            : Optional.of(largest).filter(e -> Double.isFinite(e));
    return attribution(result, notes, error);
  }

  private Attribution attribution(Result result, List<String> notes, Optional<Double> error) {
    int rows = result.errors.length;
    Provenance provenance =
        new Provenance(
            story.method(),
            story.engine(),
            story.reference(),
            story.parameters(),
            story.seed(),
            order.model().info().sha256(),
            order.model().info().named(order.space()),
            rows,
            story.backgroundRows(),
            rows + result.asked.sum(),
            error,
            notes);
    return new Attribution(
        provenance,
        order.names(),
        order.model().info().outputs(),
        rows,
        result.values,
        base,
        result.predictions);
  }

  /** Asks about the rows of one unit. */
  private final class Work {
    private final Batch rows;
    private final Unit unit;
    private final Result result;
    private final Progress progress;
    private final Plan plan;
    private final int n;
    private final int k = order.game().outputs();

    /** Worths by design, row of the unit, output and coalition. */
    private final double[][][][] worths;

    private final double[][] empty;
    private final double[] weights;

    Work(Batch rows, Unit unit, Result result, Progress progress) {
      this.rows = rows;
      this.unit = unit;
      this.result = result;
      this.progress = progress;
      n = unit.players().length;
      plan = plan(n);
      worths = new double[plan.designs()][unit.rows().length][k][0];
      empty = new double[plan.designs()][];
      weights = new double[plan.designs()];
      for (int d = 0; d < weights.length; d++) {
        empty[d] = order.game().empty(plan.part(d), plan.parts());
        weights[d] = plan.weight(order.game().share(plan.part(d), plan.parts()));
      }
    }

    void run() {
      if (n == 0) {
        return;
      }
      int[] left = IntStream.range(0, unit.rows().length).toArray();
      for (int level = 0; level < plan.levels() && left.length > 0; level++) {
        for (int d = 0; d < plan.designs(); d++) {
          ask(plan.design(d, level), d, left);
        }
        boolean last = level == plan.levels() - 1;
        int at = level;
        left = IntStream.of(left).filter(r -> !settle(r, at) && !last).toArray();
      }
    }

    private void ask(Design design, int d, int[] left) {
      int before = worths[d][left[0]][0].length;
      List<BitSet> fresh = design.coalitions().subList(before, design.coalitions().size());
      if (fresh.isEmpty()) {
        return;
      }
      int[] chosen = IntStream.of(left).map(r -> unit.rows()[r]).toArray();
      double[] out = new double[fresh.size() * chosen.length * k];
      result.asked.add(
          order
              .game()
              .worths(
                  rows,
                  chosen,
                  fresh.stream().map(this::known).toList(),
                  plan.part(d),
                  plan.parts(),
                  out,
                  progress::check));
      for (int r = 0; r < left.length; r++) {
        for (int o = 0; o < k; o++) {
          double[] grown = Arrays.copyOf(worths[d][left[r]][o], before + fresh.size());
          for (int c = 0; c < fresh.size(); c++) {
            grown[before + c] = out[(c * left.length + r) * k + o];
          }
          worths[d][left[r]][o] = grown;
        }
      }
    }

    private boolean[] known(BitSet members) {
      BitSet players = new BitSet();
      members.stream().forEach(i -> players.set(unit.players()[i]));
      boolean[] known = new boolean[order.of().length];
      for (int j = 0; j < known.length; j++) {
        known[j] = players.get(order.of()[j]);
      }
      return known;
    }

    /** Writes the values of a row; true if they are good enough. */
    private boolean settle(int r, int level) {
      int row = unit.rows()[r];
      int players = order.names().size();
      double largest = 0;
      double range = 0;
      for (int o = 0; o < k; o++) {
        double[] values = new double[n];
        double error = Math.sqrt(solve(r, o, level, values));
        largest = error <= largest ? largest : error;
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
          result.values[(row * players + unit.players()[i]) * k + o] = values[i];
          low = Math.min(low, values[i]);
          high = Math.max(high, values[i]);
        }
        range = Math.max(range, Math.max(high - low, Math.max(Math.abs(high), Math.abs(low))));
      }
      result.errors[row] = largest;
      boolean good = largest <= order.tolerance() * range;
      result.open[row] = order.tolerance() > 0 && !good && !Double.isNaN(largest);
      return good;
    }

    /** Values of a row and output; the largest squared standard error. */
    private double solve(int r, int o, int level, double[] values) {
      double prediction = result.predictions[unit.rows()[r] * k + o];
      double[][] each = new double[plan.designs()][n];
      double[] own = new double[n];
      double[] variances = new double[n];
      for (int d = 0; d < each.length; d++) {
        if (weights[d] == 0) {
          continue;
        }
        double full = order.game().full(prediction, plan.part(d), plan.parts());
        plan.design(d, level).solve(worths[d][r][o], empty[d][o], full, each[d], own);
        for (int i = 0; i < n; i++) {
          values[i] += weights[d] * each[d][i];
          variances[i] += weights[d] * weights[d] * own[i];
        }
      }
      if (order.game().drawn()) {
        between(each, values, variances);
      }
      double worst = 0;
      for (double v : variances) {
        worst = v <= worst ? worst : v;
      }
      return worst;
    }

    /** Parts are random draws of the same, so how far their values lie apart is the error. */
    private void between(double[][] each, double[] values, double[] variances) {
      int draws = each.length;
      for (int i = 0; i < n; i++) {
        double squares = 0;
        for (double[] one : each) {
          squares += (one[i] - values[i]) * (one[i] - values[i]);
        }
        variances[i] = draws < 2 ? Double.NaN : squares / (draws - 1) / draws;
      }
    }
  }
}
