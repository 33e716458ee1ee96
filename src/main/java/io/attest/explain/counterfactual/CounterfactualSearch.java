package io.attest.explain.counterfactual;

import io.attest.data.Nearest;
import io.attest.explain.Counterfactuals;
import io.attest.explain.Counterfactuals.Case;
import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.Request;
import io.attest.explain.Units;
import io.attest.explain.counterfactual.Goal.Wanted;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import io.attest.model.tree.TreeEnsembleModel;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Counterfactuals: the nearest other values for which the model gives the wanted answer, few
 * features changed, rules of the business kept.
 *
 * <p>Trees are searched exactly, by {@link BoxSearch}: what is given is proved the nearest, or a
 * gap is told. Other models are asked by {@link FreeSearch}. Both spend an effort that is counted
 * in tree walks and predicted rows and not in seconds, so that the result does not depend on the
 * machine; the deadlines are a last resort, and told when they end a search.
 *
 * <p>Parameters: what is wanted ({@code wanted, threshold}), which cases ({@code rows}), how many
 * alternatives ({@code count}) of how many changes at most ({@code changes}), rules ({@code
 * immutable, rising, falling, range, implies, one-of, whole}), how values are given ({@code scale,
 * round, units}), effort ({@code walks, budget, deadline, within}). {@code
 * docs/explainers/counterfactuals.md} says how each is written.
 *
 * @see <a href="https://arxiv.org/abs/1711.00399">Wachter, Mittelstadt and Russell 2018,
 *     Counterfactual Explanations without Opening the Black Box</a>
 */
public final class CounterfactualSearch implements Explainer<Counterfactuals> {
  /** The name of the method. */
  public static final String NAME = "counterfactuals";

  private static final int BLOCK = 4096;
  private static final long REASON_ROWS = 4000;
  private static final int NAMED = 12;

  private static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          Map.entry("wanted", "other"),
          Map.entry("rows", "nearest:20, random:10"),
          Map.entry("count", "3"),
          Map.entry("changes", "3"),
          Map.entry("immutable", ""),
          Map.entry("rising", ""),
          Map.entry("falling", ""),
          Map.entry("range", ""),
          Map.entry("implies", ""),
          Map.entry("one-of", ""),
          Map.entry("scale", ""),
          Map.entry("whole", "auto"),
          Map.entry("round", "yes"),
          Map.entry("units", ""),
          Map.entry("walks", "20000000"),
          Map.entry("budget", "20000"),
          Map.entry("deadline", "PT10S"),
          Map.entry("within", "PT5M"));

  private final int threads;

  /** Works on as many threads as the machine has processors. */
  public CounterfactualSearch() {
    this(Runtime.getRuntime().availableProcessors());
  }

  /**
   * @param threads how many threads to work on; the result does not depend on it
   */
  public CounterfactualSearch(int threads) {
    this.threads = threads;
  }

  @Override
  public String name() {
    return NAME;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if there is no row to explain or none to compare with, a
   *     parameter is unknown, or cannot be read, or names a feature or row that there is not
   */
  @Override
  public Counterfactuals explain(Request request, Progress progress) {
    List<String> known = new ArrayList<>(DEFAULTS.keySet().stream().sorted().toList());
    known.add("threshold");
    Parameters given = request.parameters().only(known);
    Map<String, String> written = new TreeMap<>(DEFAULTS);
    written.putAll(given.values());
    Model model = request.model();
    ModelInfo info = model.info();
    Wanted wanted = Wanted.of(given, info);
    if (!Double.isNaN(wanted.threshold())) {
      written.put("threshold", Double.toString(wanted.threshold()));
    }
    Parameters parameters = new Parameters(written);
    if (request.audit().size() == 0) {
      throw new IllegalArgumentException("There is no row to explain.");
    }
    Batch data =
        request
            .training()
            .map(Dataset::rows)
            .filter(b -> b.rows() > 0)
            .orElse(request.background().rows());
    if (data.rows() == 0) {
      throw new IllegalArgumentException(
          "counterfactuals needs training or background rows, to know which values there are.");
    }
    Rules rules = Rules.of(parameters, Ruler.of(info.features(), data));
    progress.check();
    double[] responses = predict(model, request.audit().rows(), progress);
    Rows rows =
        Rows.of(
            parameters.text("rows").orElseThrow(),
            wanted,
            responses,
            request.audit().size(),
            request.seed());
    Optional<Cells> cells =
        model instanceof TreeEnsembleModel t
            ? Optional.of(new Cells(t.trees())).filter(Cells::clear)
            : Optional.empty();
    Choices choices = new Choices(rules, cells, data);
    Crowd crowd = Crowd.of(rules.ruler(), choices.units(), data, threads, progress);
    Batch crowdRows = batch(crowd.rows(), info.features().size());
    Search search =
        new Search(
            model,
            wanted,
            rules,
            choices,
            cells.map(c -> new BoxSearch(((TreeEnsembleModel) model).trees(), c)),
            crowd,
            predict(model, crowdRows, progress),
            new Telling(info, rules, units(parameters, info)),
            parameters.integer("count", 3, 1),
            parameters.integer("changes", 3, 1),
            parameters.integer("walks", 0, 0),
            parameters.integer("budget", 0, 0),
            duration(parameters, "deadline"),
            System.nanoTime() + duration(parameters, "within"),
            progress);
    List<Integer> chosen = rows.chosen();
    Done[] done = new Done[chosen.size()];
    new Units(threads, chosen.size(), progress)
        .run(
            done.length,
            i -> done[i] = search.one(chosen.get(i), request.audit().rows(), responses));
    List<Case> cases = Arrays.stream(done).map(Done::found).toList();
    long modelRows =
        request.audit().size()
            + crowdRows.rows()
            + Arrays.stream(done).mapToLong(Done::modelRows).sum();
    Optional<Double> error =
        cells.map(
            c -> cases.stream().mapToDouble(Case::gap).filter(Double::isFinite).max().orElse(0));
    Provenance provenance =
        new Provenance(
            NAME,
            cells.isPresent()
                ? "exact search over the cells of the trees (branch and bound); error is the largest"
                    + " gap between an alternative and what is proved impossible"
                : "search by predictions: single changes, the most promising joined, rows with the"
                    + " wanted answer; nothing is proved",
            "Wachter, Mittelstadt and Russell 2018, Harvard Journal of Law & Technology 31(2);"
                + " Parmentier and Vidal 2021, ICML; Brughmans, Leyman and Martens 2023, Data"
                + " Mining and Knowledge Discovery",
            written,
            rows.drawn() ? Optional.of(request.seed()) : Optional.empty(),
            info.sha256(),
            OutputSpace.RESPONSE,
            cases.size(),
            data.rows(),
            modelRows,
            error,
            notes(request, rules, rows, crowd, data, done));
    return new Counterfactuals(provenance, info.featureNames(), info.outputs(), cases);
  }

  /** A case, what it cost, and how its search ended. */
  private record Done(Case found, long modelRows, boolean late, boolean exhausted) {}

  private static List<String> notes(
      Request request, Rules rules, Rows rows, Crowd crowd, Batch data, Done[] done) {
    List<String> notes = new ArrayList<>();
    if (rows.chosen().size() < request.audit().size()) {
      notes.add(
          "%s of %s rows were searched; %s have not the wanted answer."
              .formatted(rows.chosen().size(), request.audit().size(), rows.open()));
    }
    boolean training = request.training().filter(t -> t.size() > 0).isPresent();
    notes.add(
        "Ranges and distances are those of the %s %s rows%s."
            .formatted(
                data.rows(),
                training ? "training" : "background",
                crowd.rows().length < data.rows()
                    ? "; neighbours are looked for among "
                        + crowd.rows().length
                        + " of them, evenly taken"
                    : ""));
    List<String> flat =
        rules.ruler().flat().stream()
            .filter(name -> !request.parameters().text("scale").orElse("").contains(name))
            .toList();
    if (!flat.isEmpty()) {
      notes.add(
          "More than half of the data have one and the same value, so that distances are in mean"
              + " absolute deviations: "
              + list(flat)
              + ".");
    }
    List<String> whole =
        IntStream.range(0, rules.whole().length)
            .filter(j -> rules.whole()[j])
            .mapToObj(j -> rules.ruler().features().get(j).name())
            .toList();
    if (!whole.isEmpty()) {
      notes.add("Whole numbers, as in the data: " + list(whole) + ".");
    }
    if (rules.round()) {
      notes.add(
          "Values are rounded to what a person would type, where this costs at most 0.02 of"
              + " distance; gaps are gaps to rounded values.");
    }
    long late = Arrays.stream(done).filter(Done::late).count();
    if (late > 0) {
      notes.add(
          "The time was over before the search for %s of %s cases was: another run may find other"
                  .formatted(late, done.length)
              + " alternatives. Give a later deadline, or less effort.");
    }
    long ended = Arrays.stream(done).filter(d -> d.exhausted() && !d.late()).count();
    if (ended > 0) {
      notes.add(
          "The effort (parameters walks, budget) ended the search for %s of %s cases."
              .formatted(ended, done.length));
    }
    return notes;
  }

  private static String list(List<String> names) {
    return names.stream().limit(NAMED).collect(Collectors.joining(", "))
        + (names.size() > NAMED ? " and " + (names.size() - NAMED) + " more" : "");
  }

  private static String[] units(Parameters parameters, ModelInfo info) {
    String[] units = new String[info.features().size()];
    Arrays.fill(units, "");
    for (Names.Item item :
        new Names("units", info.featureNames()).items(parameters.text("units").orElse(""))) {
      units[item.feature()] = item.value();
    }
    return units;
  }

  private static long duration(Parameters parameters, String name) {
    String text = parameters.text(name).orElseThrow();
    try {
      return Duration.parse(text).toNanos();
    } catch (DateTimeParseException | ArithmeticException e) {
      throw new IllegalArgumentException(
          "The parameter "
              + name
              + " is '"
              + text
              + "', but must be a time like PT10S or PT5M."
              + Nearest.hint(text, List.of("PT" + text)),
          e);
    }
  }

  private static Batch batch(double[][] rows, int features) {
    double[] values = new double[rows.length * features];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, values, i * features, features);
    }
    return new Batch(rows.length, features, values);
  }

  private static double[] predict(Model model, Batch rows, Progress progress) {
    int p = rows.features();
    int k = model.info().outputs().size();
    double[] out = new double[rows.rows() * k];
    for (int from = 0; from < rows.rows(); from += BLOCK) {
      progress.check();
      int to = Math.min(rows.rows(), from + BLOCK);
      double[] part =
          model.predict(
              new Batch(to - from, p, Arrays.copyOfRange(rows.values(), from * p, to * p)),
              OutputSpace.RESPONSE);
      System.arraycopy(part, 0, out, from * k, part.length);
    }
    return out;
  }

  /** What all cases share. */
  private record Search(
      Model model,
      Wanted wanted,
      Rules rules,
      Choices choices,
      Optional<BoxSearch> boxes,
      Crowd crowd,
      double[] crowdResponses,
      Telling telling,
      int count,
      int changes,
      long walks,
      long budget,
      long deadline,
      long end,
      Progress progress) {

    Done one(int index, Batch audit, double[] responses) {
      int k = model.info().outputs().size();
      double[] row = audit.row(index);
      double[] response = Arrays.copyOfRange(responses, index * k, (index + 1) * k);
      Goal goal = wanted.of(response);
      if (goal.reached(response, 0)) {
        return new Done(
            telling.already(index, row, response, wanted.answer(response, goal), goal),
            0,
            false,
            false);
      }
      Effort effort =
          new Effort(model, progress, walks, budget, Math.min(end, System.nanoTime() + deadline));
      List<Variable> variables = choices.of(row);
      Found found = new Found(count);
      double bound =
          boxes.isEmpty()
              ? Double.NaN
              : boxes.get().search(row, variables, rules, goal, changes, found, effort);
      double[][] alike = alike(goal);
      if (!(bound >= found.nearest())) {
        FreeSearch free = new FreeSearch(row, variables, rules, goal, effort);
        free.grow(changes, found);
        free.land(alike, changes, found);
        free.refine(found, changes);
        bound = Math.min(bound, found.nearest());
      }
      List<Found.Candidate> chosen = found.select(crowd::plausibility);
      double[][] values = chosen.stream().map(Found.Candidate::values).toArray(double[][]::new);
      double[] again = effort.certain(values);
      for (int i = 0; i < values.length; i++) {
        // The promise of the method, so it is not left to the searches.
        if (!goal.reached(again, i * k) || !rules.keeps(row, values[i])) {
          throw new IllegalStateException(
              "An alternative of row " + index + " does not do what it should: this is a defect.");
        }
      }
      long rows = effort.rows();
      Case told;
      if (chosen.isEmpty()) {
        Effort more =
            new Effort(
                model, progress, 0, REASON_ROWS, Math.min(end, System.nanoTime() + deadline));
        told =
            telling.none(
                index,
                row,
                response,
                wanted.answer(response, goal),
                goal,
                bound,
                why(row, variables, goal, alike, bound, effort, more));
        rows += more.rows();
      } else {
        told =
            telling.found(
                index,
                row,
                response,
                wanted,
                goal,
                bound,
                variables,
                chosen,
                again,
                crowd::plausibility);
      }
      return new Done(told, rows, effort.late(), effort.exhausted());
    }

    private double[][] alike(Goal goal) {
      int k = model.info().outputs().size();
      return IntStream.range(0, crowd.rows().length)
          .filter(i -> goal.reached(crowdResponses, i * k))
          .mapToObj(i -> crowd.rows()[i])
          .toArray(double[][]::new);
    }

    private Telling.Why why(
        double[] row,
        List<Variable> variables,
        Goal goal,
        double[][] alike,
        double bound,
        Effort searched,
        Effort more) {
      boolean proved = bound == Double.POSITIVE_INFINITY;
      Optional<Found.Candidate> wide =
          new FreeSearch(row, variables, rules, goal, more).land(alike, 0, new Found(1));
      if (wide.isPresent()) {
        List<String> needs =
            wide.get().changed().stream().map(v -> variables.get(v).name()).toList();
        return telling.tooMany(changes, proved, needs, searched.late());
      }
      Rules loose = rules.relaxed();
      Choices any = new Choices(loose, Optional.empty(), new Batch(0, row.length, new double[0]));
      List<Variable> all = any.everything();
      Optional<Found.Candidate> against =
          new FreeSearch(row, all, loose, rules, goal, more).land(alike, 0, new Found(1));
      return telling.forbidden(
          row,
          against.map(Found.Candidate::values),
          proved,
          alike.length,
          crowd.rows().length,
          searched.late());
    }
  }
}
