package io.attest.explain.anchor;

import io.attest.explain.Anchors;
import io.attest.explain.Dataset;
import io.attest.explain.Draws;
import io.attest.explain.Explainer;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.Request;
import io.attest.explain.RowHash;
import io.attest.explain.Units;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Anchors: for single rows a rule of few conditions under which the model nearly always answers as
 * it does for the row, whatever else is in the case.
 *
 * <p>Where there are more rows than {@code rows}, half of those explained are the nearest to being
 * answered otherwise, and the rest a seeded sample.
 *
 * <p>Parameters: {@code precision} (0.95), {@code delta} (chance that a bound is wrong; 0.05),
 * {@code beam} (rules that are made longer; 4), {@code conditions} (how many a rule has at most;
 * 5), {@code bins} (parts that numbers are cut into; 4), {@code budget} (rows the model may be
 * asked to predict for one row; 50000), {@code rows} (30), {@code threshold} (of two classes, or of
 * a number; 0.5 for classes), {@code within} (a regression without a threshold: what counts as the
 * same answer; half a standard deviation of the background's responses).
 *
 * @see <a href="https://doi.org/10.1609/aaai.v32i1.11491">Ribeiro, Singh and Guestrin 2018,
 *     Anchors: High-Precision Model-Agnostic Explanations</a>
 * @see <a href="https://proceedings.mlr.press/v30/Kaufmann13.html">Kaufmann and Kalyanakrishnan
 *     2013, Information Complexity in Bandit Subset Selection</a>
 */
public final class AnchorRules implements Explainer<Anchors> {

  /** By how much the lower bound of the precision may be below what was asked for. */
  static final double SLACK = 0.03;

  private static final List<String> PARAMETERS =
      List.of(
          "beam",
          "bins",
          "budget",
          "conditions",
          "delta",
          "precision",
          "rows",
          "threshold",
          "within");

  private final int threads;

  /** Works on as many threads as the machine has processors. */
  public AnchorRules() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public AnchorRules(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return "anchors";
  }

  record Settings(
      double precision, double delta, int beam, int conditions, int bins, int budget, int rows) {

    static Settings of(Parameters given) {
      return new Settings(
          given.number("precision", 0.95, 0.5, 1),
          given.number("delta", 0.05, 1e-9, 0.5),
          given.integer("beam", 4, 1),
          given.integer("conditions", 5, 1),
          given.integer("bins", 4, 2),
          given.integer("budget", 50_000, 10 * RuleSearch.FRESH),
          given.integer("rows", 30, 1));
    }

    Map<String, String> written() {
      Map<String, String> all = new TreeMap<>();
      all.put("precision", Double.toString(precision));
      all.put("delta", Double.toString(delta));
      all.put("beam", Integer.toString(beam));
      all.put("conditions", Integer.toString(conditions));
      all.put("bins", Integer.toString(bins));
      all.put("budget", Integer.toString(budget));
      all.put("rows", Integer.toString(rows));
      return all;
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if there is no row to explain or none in the background, or a
   *     parameter is unknown or does not fit
   */
  @Override
  public Anchors explain(Request request, Progress progress) {
    Settings settings = Settings.of(request.parameters().only(PARAMETERS));
    Model model = request.model();
    Batch rows = request.audit().rows();
    Dataset background = request.background();
    if (rows.rows() == 0) {
      throw new IllegalArgumentException("There is no row to explain.");
    }
    if (background.size() == 0) {
      throw new IllegalArgumentException("There is no background row.");
    }
    progress.check();
    double[] general = model.predict(background.rows(), OutputSpace.RESPONSE);
    Answer answer = Answer.of(model.info(), request.parameters(), general);
    double[] responses = model.predict(rows, OutputSpace.RESPONSE);
    int[] chosen = choose(answer, responses, rows.rows(), settings.rows(), request.seed());
    List<Feature> features = model.info().features();
    RowHash hash = new RowHash(model.info().featureNames());
    int k = model.info().outputs().size();
    Anchors.Rule[] rules = new Anchors.Rule[chosen.length];
    Units.overRows(
        threads,
        chosen.length,
        1,
        progress,
        (at, end) -> {
          int i = chosen[at];
          Draws draws = new Draws(request.seed(), "anchors " + Long.toHexString(hash.of(rows, i)));
          RuleSearch.Found found =
              new RuleSearch(
                      model,
                      answer,
                      background.rows(),
                      general,
                      settings,
                      rows.row(i),
                      Arrays.copyOfRange(responses, i * k, (i + 1) * k),
                      Piece.of(rows, i, background, features, settings.bins()),
                      draws,
                      progress)
                  .search();
          rules[at] =
              new Anchors.Rule(
                  i,
                  answer.words(responses, i),
                  answer.response(responses, i),
                  found.pieces().stream()
                      .map(
                          p ->
                              new Anchors.Condition(
                                  features.get(p.feature()).name(),
                                  p.words(features.get(p.feature()))))
                      .toList(),
                  found.precision(),
                  found.low(),
                  found.high(),
                  found.coverage(),
                  found.reached(),
                  found.modelRows());
        });
    return new Anchors(
        provenance(request, settings, answer, rules), settings.precision(), List.of(rules));
  }

  private static int[] choose(Answer answer, double[] responses, int rows, int wanted, long seed) {
    if (rows <= wanted) {
      return IntStream.range(0, rows).toArray();
    }
    Set<Integer> chosen = new LinkedHashSet<>();
    IntStream.range(0, rows)
        .boxed()
        .filter(i -> !Double.isNaN(answer.margin(responses, i)))
        .sorted(
            Comparator.comparingDouble((Integer i) -> answer.margin(responses, i))
                .thenComparing(i -> i))
        .limit(wanted / 2)
        .forEach(chosen::add);
    for (int i : new Draws(seed, "anchors rows").permutation(rows)) {
      if (chosen.size() < wanted) {
        chosen.add(i);
      }
    }
    return chosen.stream().mapToInt(i -> i).sorted().toArray();
  }

  private Provenance provenance(
      Request request, Settings settings, Answer answer, Anchors.Rule[] rules) {
    Map<String, String> parameters = settings.written();
    List<String> notes = new ArrayList<>();
    int rows = request.audit().size();
    if (rules.length < rows) {
      notes.add(
          "%s of %s rows were explained: %sa seeded sample. The parameter rows says how many."
              .formatted(
                  rules.length,
                  rows,
                  Double.isNaN(answer.within())
                      ? "half of them the nearest to being answered otherwise, the rest "
                      : ""));
    }
    long missed = Arrays.stream(rules).filter(r -> !r.reached()).count();
    if (missed > 0) {
      notes.add(
          "For %s of %s rows no rule of the precision %s was found within the budget: the best one"
                  .formatted(missed, rules.length, Piece.number(settings.precision()))
              + " found is given, with the precision that it has.");
    }
    if (Double.isNaN(answer.within())) {
      if (!Double.isNaN(answer.threshold())) {
        parameters.put("threshold", Double.toString(answer.threshold()));
      }
    } else {
      parameters.put("within", Double.toString(answer.within()));
    }
    return new Provenance(
        name(),
        "beam search with a KL-LUCB bandit; figures of each rule from "
            + RuleSearch.FRESH
            + " fresh draws; error is the largest half width of an interval",
        "Ribeiro, Singh and Guestrin 2018, AAAI; Kaufmann and Kalyanakrishnan 2013, COLT",
        parameters,
        Optional.of(request.seed()),
        request.model().info().sha256(),
        OutputSpace.RESPONSE,
        rules.length,
        request.background().size(),
        (long) rows
            + request.background().size()
            + Arrays.stream(rules).mapToLong(Anchors.Rule::modelRows).sum(),
        Optional.of(
            Arrays.stream(rules).mapToDouble(r -> (r.high() - r.low()) / 2).max().orElseThrow()),
        notes);
  }
}
