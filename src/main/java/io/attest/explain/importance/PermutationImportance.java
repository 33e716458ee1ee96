package io.attest.explain.importance;

import io.attest.explain.Dataset;
import io.attest.explain.Draws;
import io.attest.explain.Explainer;
import io.attest.explain.Importance;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.Request;
import io.attest.explain.Units;
import io.attest.explain.tree.Players;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.TDistribution;

/**
 * Permutation importance: how much the loss grows when one column is shuffled among the rows. Loss
 * is the log loss of a classifier, the mean squared error of a regression, on every audit row with
 * a label.
 *
 * <p>Parameters: {@code repeats} (shuffles of each feature; 30), {@code groups} (features shuffled
 * together, as {@link Players#parse} reads them; each for itself), {@code conditional} (on:
 * shuffled only among rows that are alike in the other features, see {@link Strata}; off). The
 * interval is Student's over the repeats: it tells how much another shuffling could change the
 * figure, not other rows.
 *
 * <p>With labels of training rows at hand a note tells the loss there, too.
 *
 * <p>Works on any model. Cost: rows x features x repeats.
 *
 * @see <a href="https://doi.org/10.1023/A:1010933404324">Breiman 2001, Random Forests</a>
 * @see <a href="https://jmlr.org/papers/v20/18-760.html">Fisher, Rudin and Dominici 2019, All
 *     Models are Wrong, but Many are Useful</a>
 */
public final class PermutationImportance implements Explainer<Importance> {
  private static final int NAMED = 10;

  private static final List<String> SWITCH = List.of("on", "off");

  /** Training rows whose loss is told beside that of the audit rows, at most. */
  private static final int TRAINING = 10_000;

  /** From which row each row takes the values of a feature or group. */
  interface Shuffle {
    /**
     * @param strata rows that may be exchanged for each other
     */
    int[] order(String name, int repeat, List<int[]> strata);
  }

  /** An order that shuffles each stratum by itself. */
  static int[] within(List<int[]> strata, IntFunction<int[]> permutation) {
    int[] order = new int[strata.stream().mapToInt(s -> s.length).sum()];
    for (int[] stratum : strata) {
      int[] shuffled = permutation.apply(stratum.length);
      for (int i = 0; i < stratum.length; i++) {
        order[stratum[i]] = stratum[shuffled[i]];
      }
    }
    return order;
  }

  private final int threads;

  /** Works on as many threads as the machine has processors. */
  public PermutationImportance() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public PermutationImportance(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return "permutation-importance";
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if there is no audit row with a label, a label does not fit
   *     the model, a parameter is unknown or does not fit, or the model's answer is not a number
   */
  @Override
  public Importance explain(Request request, Progress progress) {
    // By name, not by index: the order of the columns must not matter.
    return explain(
        request,
        (name, repeat, strata) -> {
          Draws draws = new Draws(request.seed(), "permutation-importance " + repeat + " " + name);
          return within(strata, draws::permutation);
        },
        progress);
  }

  /** The same with a given way to shuffle. */
  Importance explain(Request request, Shuffle shuffle, Progress progress) {
    Parameters parameters = request.parameters().only(List.of("repeats", "groups", "conditional"));
    int repeats = parameters.integer("repeats", 30, 2);
    ModelInfo info = request.model().info();
    Optional<String> groups = parameters.text("groups").filter(g -> !g.isBlank());
    Players players =
        groups
            .map(g -> Players.parse(g, info.featureNames()))
            .orElse(Players.features(info.featureNames()));
    boolean conditional = conditional(parameters);
    List<String> notes = new ArrayList<>();
    Scored scored = Scored.of(request, name(), notes);
    progress.check();
    double reference = scored.loss();
    int p = players.count();
    int n = scored.rows().rows();
    Units units = new Units(threads, (long) p * repeats + (conditional ? p : 0), progress);
    List<List<int[]>> strata = strata(conditional, scored, info, players, units, notes);
    double[][] increase = new double[p][repeats];
    units.run(
        p * repeats,
        unit -> {
          int j = unit / repeats;
          int repeat = unit % repeats;
          int[] order = shuffle.order(players.names().get(j), repeat, strata.get(j));
          increase[j][repeat] = scored.loss(features(players, j), order) - reference;
        });
    double factor = new TDistribution(repeats - 1).inverseCumulativeProbability(0.975);
    double worst = 0;
    List<Importance.Item> items = new ArrayList<>();
    for (int j = 0; j < p; j++) {
      double mean = Arrays.stream(increase[j]).sum() / repeats;
      double squares = Arrays.stream(increase[j]).map(v -> (v - mean) * (v - mean)).sum();
      double error = Math.sqrt(squares / (repeats - 1) / repeats);
      worst = Math.max(worst, error);
      items.add(
          new Importance.Item(
              players.names().get(j), mean, mean - factor * error, mean + factor * error));
    }
    long training = training(request, scored, reference, notes);
    Map<String, String> said = new TreeMap<>();
    said.put("repeats", Integer.toString(repeats));
    said.put("conditional", conditional ? "on" : "off");
    groups.ifPresent(g -> said.put("groups", g));
    Provenance provenance =
        new Provenance(
            name(),
            "every labelled row, columns shuffled "
                + (groups.isPresent() ? "by group" : "one at a time")
                + (conditional ? " among rows alike in the others" : "")
                + "; error is the largest standard error over the repeats",
            conditional
                ? "Breiman 2001, Machine Learning 45; Molnar et al. 2023, Data Mining and Knowledge"
                    + " Discovery"
                : "Breiman 2001, Machine Learning 45; Fisher, Rudin and Dominici 2019, JMLR 20(177)",
            said,
            Optional.of(request.seed()),
            info.sha256(),
            OutputSpace.RESPONSE,
            n,
            0,
            n * (1 + (long) p * repeats) + training,
            Optional.of(worst),
            notes);
    return new Importance(provenance, scored.of().measure(), reference, items);
  }

  private static boolean conditional(Parameters parameters) {
    return parameters.choice("conditional", "off", SWITCH).equals("on");
  }

  private static int[] features(Players players, int player) {
    return IntStream.range(0, players.of().length).filter(j -> players.of()[j] == player).toArray();
  }

  /** Of each player the rows that it is shuffled among. */
  private static List<List<int[]>> strata(
      boolean conditional,
      Scored scored,
      ModelInfo info,
      Players players,
      Units units,
      List<String> notes) {
    int p = players.count();
    if (!conditional) {
      int[] all = IntStream.range(0, scored.rows().rows()).toArray();
      return Collections.nCopies(p, List.of(all));
    }
    Strata strata = new Strata(scored.rows(), info.features());
    List<List<int[]>> found = new ArrayList<>(Collections.nCopies(p, List.of()));
    units.run(p, j -> found.set(j, strata.of(features(players, j))));
    List<String> free = new ArrayList<>();
    int most = 0;
    for (int j = 0; j < p; j++) {
      most = Math.max(most, found.get(j).size());
      if (found.get(j).size() == 1) {
        free.add(players.names().get(j));
      }
    }
    notes.add(
        "Shuffled within up to "
            + most
            + " strata of rows that are alike in the other features."
            + (free.isEmpty()
                ? ""
                : " Among all rows, since the others tell too little of them: "
                    + String.join(", ", free.subList(0, Math.min(NAMED, free.size())))
                    + (free.size() > NAMED ? " and %s more".formatted(free.size() - NAMED) : "")
                    + "."));
    return found;
  }

  /** Tells the loss on the training rows, if they have labels; how many were predicted. */
  private static long training(
      Request request, Scored scored, double reference, List<String> notes) {
    Optional<Dataset> training = request.training().filter(t -> t.labels().isPresent());
    if (training.isEmpty()) {
      return 0;
    }
    double[] labels = training.get().labels().orElseThrow();
    int[] known =
        IntStream.range(0, labels.length).filter(i -> scored.of().fits(labels[i])).toArray();
    if (known.length == 0) {
      return 0;
    }
    int[] drawn =
        new Draws(request.seed(), "permutation-importance training").sample(known.length, TRAINING);
    Dataset rows = training.get().select(Arrays.stream(drawn).map(i -> known[i]).toArray());
    double loss =
        new Scored(scored.model(), scored.of(), rows.rows(), rows.labels().orElseThrow()).loss();
    notes.add(
        String.format(
            Locale.ROOT,
            "The mean loss is %.4g on %s training rows, and %.4g on these.",
            loss,
            rows.size() < known.length
                ? rows.size() + " of " + known.length + ", drawn at random,"
                : Integer.toString(rows.size()),
            reference));
    return rows.size();
  }
}
