package io.attest.explain.importance;

import io.attest.explain.Draws;
import io.attest.explain.Explainer;
import io.attest.explain.Importance;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.Request;
import io.attest.explain.Units;
import io.attest.explain.tree.Players;
import io.attest.model.Batch;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.TDistribution;

/**
 * Shapley values of the loss: what knowing each feature takes off the loss of the mean prediction,
 * on every audit row with a label. They add up to the loss of the mean prediction minus that of the
 * model. Features that are not known have the values of background rows; the predictions over these
 * are averaged.
 *
 * <p>All coalitions are asked about if the budget allows. Else features join in random orders, each
 * order followed by its reverse, for every row in rounds: until the largest standard error of the
 * orders is at most {@code precision} of the distance from the least to the largest value, or the
 * budget is used. Where it does not do for one round, fewer rows are drawn.
 *
 * <p>The interval of a value is Student's over the rows: it tells what other cases would have
 * given, and other orders. The error of the provenance is that of the orders alone.
 *
 * <p>Parameters: {@code background} (background rows, drawn at random if there are more; 64),
 * {@code budget} (most rows to predict; 2000000), {@code precision} (percent; 2.5), {@code groups}
 * (features known together, as {@link Players#parse} reads them; each for itself).
 *
 * @see <a
 *     href="https://proceedings.neurips.cc/paper/2020/hash/c7bf0b7c1a86d5eb3be2c722cf2cf746-Abstract.html">
 *     Covert, Lundberg and Lee 2020, Understanding Global Feature Contributions with Additive
 *     Importance Measures</a>
 */
public final class Sage implements Explainer<Importance> {
  /** The name of the method: what its figures say is not what permutation importance says. */
  public static final String NAME = "sage";

  private static final int MOST_EXACT = 16;
  private static final int MOST_ROUNDS = 200;

  private final int threads;

  /** Works on as many threads as the machine has processors. */
  public Sage() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public Sage(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return NAME;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if there is no audit row with a label or no background row, a
   *     label does not fit the model, a parameter is unknown or does not fit, or the model's answer
   *     is not a number
   */
  @Override
  public Importance explain(Request request, Progress progress) {
    Parameters parameters =
        request.parameters().only(List.of("background", "budget", "precision", "groups"));
    int most = parameters.integer("background", 64, 1);
    int budget = parameters.integer("budget", 2_000_000, 1000);
    double precision = precision(parameters);
    ModelInfo info = request.model().info();
    Optional<String> groups = parameters.text("groups").filter(g -> !g.isBlank());
    Players players =
        groups
            .map(g -> Players.parse(g, info.featureNames()))
            .orElse(Players.features(info.featureNames()));
    List<String> notes = new ArrayList<>();
    Scored all = Scored.of(request, name(), notes);
    Batch rows = request.background().rows();
    if (rows.rows() == 0) {
      throw new IllegalArgumentException(
          "There is no background row to take unknown features from.");
    }
    int[] used = new Draws(request.seed(), "sage background").sample(rows.rows(), most);
    Batch background = used.length < rows.rows() ? rows.select(used) : rows;
    if (used.length < rows.rows()) {
      notes.add(
          "Unknown features are taken from %s of %s background rows, drawn at random."
              .formatted(used.length, rows.rows()));
    }
    progress.check();
    int q = players.count();
    int m = background.rows();
    long perRound = 2L * Math.max(1, q - 1) * m;
    boolean exact = q <= MOST_EXACT && (1L << q) * m * all.labels().length <= budget;
    int fit = (int) Math.min(Integer.MAX_VALUE, Math.max(1, budget / perRound));
    int n = exact ? all.labels().length : Math.min(all.labels().length, fit);
    int[] chosen = new Draws(request.seed(), "sage rows").sample(all.labels().length, n);
    Scored scored = n < all.labels().length ? all.select(chosen) : all;
    if (n < all.labels().length) {
      notes.add(
          "Of %s rows with a label %s were drawn at random, for a budget of %s predicted rows."
              .formatted(all.labels().length, n, budget));
    }
    Run run = new Run(new CoalitionLoss(scored, background, players), request.seed(), progress);
    if (exact) {
      run.everyCoalition();
    } else {
      run.orders((int) Math.min(MOST_ROUNDS, Math.max(1, budget / perRound / n)), precision);
    }
    double model = scored.loss();
    double unknown = run.unknownLoss();
    List<Importance.Item> items = new ArrayList<>();
    double sum = 0;
    for (int j = 0; j < q; j++) {
      double value = run.mean(j);
      double half = run.halfWidth(j);
      sum += value;
      items.add(new Importance.Item(players.names().get(j), value, value - half, value + half));
    }
    notes.add(
        String.format(
            Locale.ROOT,
            "The values add up to %.6g: the loss %.6g of the mean prediction minus the loss %.6g of"
                + " the model (residual %.1e).",
            sum,
            unknown,
            model,
            unknown - model - sum));
    if (n == 1) {
      notes.add("Of one row there is no interval.");
    }
    if (!exact) {
      notes.add(run.told(precision));
    }
    Map<String, String> said = new TreeMap<>();
    said.put("background", Integer.toString(most));
    said.put("budget", Integer.toString(budget));
    said.put("precision", parameters.text("precision").orElse("2.5"));
    groups.ifPresent(g -> said.put("groups", g));
    boolean drawn = !exact || used.length < rows.rows();
    Provenance provenance =
        new Provenance(
            name(),
            exact
                ? "every coalition of features, exact for these rows and background"
                : "features joining in random orders and their reverse; error is the largest"
                    + " standard error of the orders",
            "Covert, Lundberg and Lee 2020, NeurIPS 33",
            said,
            drawn ? Optional.of(request.seed()) : Optional.empty(),
            info.sha256(),
            OutputSpace.RESPONSE,
            n,
            m,
            run.asked() + n,
            Optional.of(exact ? Double.NaN : run.error()).filter(Double::isFinite),
            notes);
    return new Importance(provenance, "decrease in " + scored.of().words(), model, items);
  }

  private static double precision(Parameters parameters) {
    String text = parameters.text("precision").orElse("2.5");
    try {
      double percent = Double.parseDouble(text);
      if (percent >= 0 && percent <= 100) {
        return percent / 100;
      }
    } catch (NumberFormatException e) {
      // Told below, as a number that does not fit is.
    }
    throw new IllegalArgumentException(
        "The parameter precision is '" + text + "', but must be a percentage from 0 to 100.");
  }

  /** The values of each row. */
  private final class Run {
    private final CoalitionLoss losses;
    private final long seed;
    private final Progress progress;
    private final int n;
    private final int q;

    /** Rows x players: sums over the rounds, and of squares. */
    private final double[][] sum;

    private final double[][] squares;
    private final double[] unknown;
    private int rounds;
    private long jobs;

    Run(CoalitionLoss losses, long seed, Progress progress) {
      this.losses = losses;
      this.seed = seed;
      this.progress = progress;
      n = losses.scored().labels().length;
      q = losses.players().count();
      sum = new double[n][q];
      squares = new double[n][q];
      unknown = new double[n];
    }

    long asked() {
      return jobs * losses.background().rows();
    }

    double unknownLoss() {
      return Arrays.stream(unknown).sum() / n;
    }

    /** Blocks of rows whose jobs make some thousands of rows together. */
    private int block(long perRow) {
      return (int) Math.max(1, Math.min(n, 4096 / Math.max(1, perRow)));
    }

    void everyCoalition() {
      int coalitions = 1 << q;
      double[] weight = weights();
      int size = block((long) coalitions * losses.background().rows());
      jobs = (long) coalitions * n;
      Units.overRows(
          threads,
          n,
          size,
          progress,
          (from, to) -> {
            for (int i = from; i < to; i++) {
              List<CoalitionLoss.Job> asked = new ArrayList<>();
              for (int s = 0; s < coalitions; s++) {
                boolean[] known = new boolean[q];
                for (int j = 0; j < q; j++) {
                  known[j] = (s >> j & 1) == 1;
                }
                asked.add(new CoalitionLoss.Job(i, known));
              }
              double[] loss = losses.of(asked);
              unknown[i] = loss[0];
              for (int s = 0; s < coalitions; s++) {
                for (int j = 0; j < q; j++) {
                  if ((s >> j & 1) == 0) {
                    sum[i][j] += weight[Integer.bitCount(s)] * (loss[s] - loss[s | 1 << j]);
                  }
                }
              }
            }
          });
      rounds = 1;
    }

    /** By the size of the coalition that a player joins. */
    private double[] weights() {
      double[] weight = new double[q];
      for (int s = 0; s < q; s++) {
        double orders = q;
        for (int k = 1; k <= s; k++) {
          orders = orders * (q - k) / k;
        }
        weight[s] = 1 / orders;
      }
      return weight;
    }

    void orders(int mostRounds, double precision) {
      int size = block(2L * Math.max(1, q - 1) * losses.background().rows());
      int blocks = (n + size - 1) / size;
      long total = (long) mostRounds * blocks + 1;
      Units units = new Units(threads, total, progress);
      double[] full = losses.known();
      units.run(1, unit -> System.arraycopy(losses.unknown(), 0, unknown, 0, n));
      jobs = 1;
      // By name, so that the order of the columns does not matter.
      int[] byName =
          IntStream.range(0, q)
              .boxed()
              .sorted(Comparator.comparing(j -> losses.players().names().get(j)))
              .mapToInt(j -> j)
              .toArray();
      do {
        int round = rounds;
        units.run(
            blocks,
            block -> round(round, block * size, Math.min(n, (block + 1) * size), byName, full));
        jobs += 2L * (q - 1) * n;
        rounds++;
      } while (rounds < mostRounds && (rounds < 2 || error() > precision * spread()));
      progress.report(total, total);
    }

    private void round(int round, int from, int to, int[] byName, double[] full) {
      List<CoalitionLoss.Job> asked = new ArrayList<>();
      int[][] orders = new int[to - from][];
      for (int i = from; i < to; i++) {
        int[] order = new Draws(seed, "sage order " + round + " " + i).permutation(q);
        orders[i - from] = Arrays.stream(order).map(o -> byName[o]).toArray();
        for (boolean reverse : new boolean[] {false, true}) {
          boolean[] known = new boolean[q];
          for (int s = 0; s < q - 1; s++) {
            known[orders[i - from][reverse ? q - 1 - s : s]] = true;
            asked.add(new CoalitionLoss.Job(i, known.clone()));
          }
        }
      }
      double[] loss = losses.of(asked);
      int at = 0;
      for (int i = from; i < to; i++) {
        double[] value = new double[q];
        for (boolean reverse : new boolean[] {false, true}) {
          double before = unknown[i];
          for (int s = 0; s < q; s++) {
            double after = s < q - 1 ? loss[at++] : full[i];
            value[orders[i - from][reverse ? q - 1 - s : s]] += (before - after) / 2;
            before = after;
          }
        }
        for (int j = 0; j < q; j++) {
          sum[i][j] += value[j];
          squares[i][j] += value[j] * value[j];
        }
      }
    }

    double mean(int player) {
      double mean = 0;
      for (int i = 0; i < n; i++) {
        mean += sum[i][player] / rounds / n;
      }
      return mean;
    }

    private double variance(int player) {
      double mean = mean(player);
      double squared = 0;
      for (int i = 0; i < n; i++) {
        double d = sum[i][player] / rounds - mean;
        squared += d * d;
      }
      return squared / Math.max(1, n - 1);
    }

    double halfWidth(int player) {
      return n == 1
          ? 0
          : new TDistribution(n - 1).inverseCumulativeProbability(0.975)
              * Math.sqrt(variance(player) / n);
    }

    /**
     * The largest standard error of the orders. After one round it is not known apart from the
     * spread of the rows, which bounds it; NaN after one round of one row.
     */
    double error() {
      if (rounds == 1 && n == 1) {
        return Double.NaN;
      }
      double worst = 0;
      for (int j = 0; j < q; j++) {
        double variance = variance(j) / n;
        if (rounds > 1) {
          variance = 0;
          for (int i = 0; i < n; i++) {
            double mean = sum[i][j] / rounds;
            variance += Math.max(0, squares[i][j] / rounds - mean * mean) / (rounds - 1) / n / n;
          }
        }
        worst = Math.max(worst, Math.sqrt(variance));
      }
      return worst;
    }

    private double spread() {
      double[] means = IntStream.range(0, q).mapToDouble(this::mean).toArray();
      return Arrays.stream(means).max().orElse(0) - Arrays.stream(means).min().orElse(0);
    }

    String told(double precision) {
      double reached = spread() > 0 ? error() / spread() : 0;
      return String.format(
          Locale.ROOT,
          "After %d %s of random orders the largest standard error is %.2g %% of the distance from"
              + " the least to the largest value, %s the %.2g %% asked for.",
          rounds,
          rounds == 1 ? "round" : "rounds",
          100 * reached,
          reached <= precision ? "within" : "above",
          100 * precision);
    }
  }
}
