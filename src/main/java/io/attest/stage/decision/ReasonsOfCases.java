package io.attest.stage.decision;

import io.attest.audit.Section.Contribution;
import io.attest.audit.Wording;
import io.attest.data.CategoricalColumn;
import io.attest.data.Column;
import io.attest.data.Field;
import io.attest.data.FieldType;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.data.Typed;
import io.attest.explain.Attribution;
import io.attest.explain.Counterfactuals;
import io.attest.explain.Dataset;
import io.attest.explain.Explainers;
import io.attest.explain.Explanation;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.counterfactual.CounterfactualSearch;
import io.attest.model.LinearModel;
import io.attest.model.ModelSpec;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import io.attest.model.tree.TreeEnsembleModel;
import io.attest.report.letter.FoundReason;
import io.attest.report.letter.Reasons;
import io.attest.report.letter.ReasonsTable;
import io.attest.stage.DeclaredModel;
import io.attest.stage.DeclaredParameters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The reasons of many cases at once, without letters and without people. What a person would have
 * to decide is flagged; a case that cannot be read has its fault in place of reasons, and stops
 * nobody else.
 */
public final class ReasonsOfCases {
  private final DeclaredModel declared;
  private final ModelSpec words;
  private final String method;
  private final Function<Dataset, Attribution> contributions;
  private final Optional<Function<Dataset, Counterfactuals>> search;

  /**
   * @param declared the model; its declaration has a decision
   * @param words the declaration whose words the reasons have
   * @param method of the contributions
   * @param contributions finds them; one output
   * @param search finds what would have changed the outcomes of these cases; empty to leave it out
   * @throws IllegalArgumentException if the declaration decides nothing
   */
  ReasonsOfCases(
      DeclaredModel declared,
      ModelSpec words,
      String method,
      Function<Dataset, Attribution> contributions,
      Optional<Function<Dataset, Counterfactuals>> search) {
    if (declared.spec().decision().isEmpty() || declared.spec().task() == Task.MULTICLASS) {
      throw new IllegalArgumentException(
          "The model "
              + declared.spec().id()
              + " decides nothing: model.yaml has no decision with a threshold. Maybe add one.");
    }
    this.declared = declared;
    this.words = words;
    this.method = method;
    this.contributions = contributions;
    this.search = search;
  }

  /**
   * Without an audit.
   *
   * @param declared the model; its declaration has a decision
   * @param background rows that stand for "in general"; alternatives are searched among them
   * @param method of the contributions; one that fits the model if absent
   * @param changes whether to look for what would have changed unfavourable outcomes
   * @throws IllegalArgumentException if the declaration decides nothing
   */
  public static ReasonsOfCases of(
      DeclaredModel declared,
      Dataset background,
      Optional<String> method,
      boolean changes,
      long seed,
      int threads) {
    Explainers explainers = Explainers.all(threads);
    String name = method.orElseGet(() -> fitting(declared));
    return new ReasonsOfCases(
        declared,
        declared.spec(),
        name,
        cases ->
            attribution(
                name,
                explainers
                    .explainer(name)
                    .explain(
                        request(declared, cases, background, Parameters.NONE, seed),
                        Progress.NONE)),
        changes
            ? Optional.of(
                cases ->
                    (Counterfactuals)
                        explainers
                            .explainer(CounterfactualSearch.NAME)
                            .explain(
                                request(
                                    declared,
                                    cases,
                                    background,
                                    every(
                                        DeclaredParameters.of(
                                            CounterfactualSearch.NAME, declared.spec()),
                                        cases.size()),
                                    seed),
                                Progress.NONE))
            : Optional.empty());
  }

  private static String fitting(DeclaredModel declared) {
    return declared.model() instanceof TreeEnsembleModel
        ? "tree-shap"
        : declared.model() instanceof LinearModel ? "linear-shap" : "kernel-shap";
  }

  private static Request request(
      DeclaredModel declared, Dataset cases, Dataset general, Parameters parameters, long seed) {
    return new Request(declared.model(), cases, general, Optional.of(general), parameters, seed);
  }

  /** Asks for all cases, not only for those that an audit would pick. */
  static Parameters every(Parameters given, int cases) {
    return given.with(
        new Parameters(
            Map.of(
                "rows",
                IntStream.range(0, cases)
                    .mapToObj(Integer::toString)
                    .collect(Collectors.joining(", ")))));
  }

  /**
   * What each feature added, if an explainer told that.
   *
   * @throws IllegalArgumentException if it did not
   */
  static Attribution attribution(String method, Explanation explanation) {
    if (explanation instanceof Attribution a && a.outputs().size() == 1) {
      return a;
    }
    throw new IllegalArgumentException(
        method + " does not say what each feature added to one output. Maybe tree-shap.");
  }

  /** The method of the contributions. */
  public String method() {
    return method;
  }

  /**
   * Finds the reasons of each row.
   *
   * @param texts one text column for each declared feature, and the column of names if there is one
   * @return one line for each row, in their order; one without a name has its number, from 1
   */
  public List<ReasonsTable.Line> of(Frame texts) {
    return of(texts, 0);
  }

  /**
   * The same of rows in the middle of a file.
   *
   * @param before how many rows of the file come before these
   */
  List<ReasonsTable.Line> of(Frame texts, long before) {
    List<String> faults = new ArrayList<>();
    Frame read = read(texts, faults);
    int[] good = IntStream.range(0, texts.rows()).filter(i -> faults.get(i).isEmpty()).toArray();
    ReasonsTable.Line[] lines = new ReasonsTable.Line[texts.rows()];
    for (int i = 0; i < lines.length; i++) {
      if (!faults.get(i).isEmpty()) {
        lines[i] = ReasonsTable.Line.faulty(name(texts, i, before), faults.get(i));
      }
    }
    if (good.length > 0) {
      explained(read.select(good), texts, good, before, lines);
    }
    return Arrays.asList(lines);
  }

  private String name(Frame texts, int row, long before) {
    return declared.rowName(texts, row).orElse(Long.toString(before + row + 1));
  }

  private Frame read(Frame texts, List<String> faults) {
    List<StringBuilder> told = new ArrayList<>();
    for (int i = 0; i < texts.rows(); i++) {
      told.add(new StringBuilder());
    }
    List<Column> columns = new ArrayList<>();
    for (Field field : declared.spec().fields()) {
      Column text = texts.column(field.name());
      double[] values = new double[texts.rows()];
      for (int i = 0; i < values.length; i++) {
        Typed typed = text.isMissing(i) ? new Typed(Double.NaN, "") : Typed.of(field, text.text(i));
        values[i] = typed.value();
        if (!typed.fits()) {
          told.get(i).append(told.get(i).isEmpty() ? "" : " ");
          told.get(i).append(field.name()).append(' ').append(typed.fault());
        }
      }
      columns.add(
          field.type() == FieldType.CATEGORICAL
              ? new CategoricalColumn(
                  field.name(),
                  Arrays.stream(values)
                      .mapToInt(v -> Double.isNaN(v) ? CategoricalColumn.MISSING : (int) v)
                      .toArray(),
                  field.levels())
              : new NumericColumn(field.name(), values));
    }
    told.forEach(t -> faults.add(t.toString()));
    return new Frame(columns, texts.rows());
  }

  private void explained(
      Frame rows, Frame texts, int[] good, long before, ReasonsTable.Line[] lines) {
    ModelSpec spec = declared.spec();
    ModelSpec.Decision decision = spec.decision().orElseThrow();
    Dataset cases = new Dataset(declared.batch(rows), Optional.empty());
    double[] response = declared.model().predict(cases.rows(), OutputSpace.RESPONSE);
    Attribution a = contributions.apply(cases);
    Set<String> guarded = new TreeSet<>(Reasons.guarded(spec));
    guarded.addAll(Reasons.guarded(words));
    Reasons reasons = new Reasons(words.reasons().table(), guarded);
    boolean[] favoured = new boolean[good.length];
    for (int i = 0; i < favoured.length; i++) {
      favoured[i] = decision.favourable().equals("below") == response[i] < decision.threshold();
    }
    Map<Integer, Counterfactuals.Case> others = others(cases, favoured);
    for (int i = 0; i < good.length; i++) {
      int row = i;
      List<Contribution> parts =
          IntStream.range(0, a.features().size())
              .mapToObj(
                  j ->
                      new Contribution(
                          a.features().get(j),
                          rows.find(a.features().get(j)).isPresent()
                              ? value(rows, a.features().get(j), row)
                              : "",
                          a.value(row, j, 0)))
              .toList();
      boolean rising = decision.favourable().equals("below") != favoured[i];
      List<FoundReason> found = reasons.of(parts, rising, favoured[i]);
      lines[good[i]] =
          new ReasonsTable.Line(
              name(texts, good[i], before),
              response[i],
              favoured[i] ? "favourable" : "unfavourable",
              found.stream().limit(Reasons.PRINCIPAL).toList(),
              change(favoured[i], Optional.ofNullable(others.get(i)), guarded),
              "");
    }
  }

  private String value(Frame rows, String feature, int row) {
    Column column = rows.column(feature);
    return column.isMissing(row) ? "not known" : column.text(row);
  }

  private Map<Integer, Counterfactuals.Case> others(Dataset cases, boolean[] favoured) {
    int[] wrong = IntStream.range(0, favoured.length).filter(i -> !favoured[i]).toArray();
    if (search.isEmpty() || wrong.length == 0) {
      return Map.of();
    }
    Counterfactuals found = search.get().apply(cases.select(wrong));
    Map<Integer, Counterfactuals.Case> byRow = new HashMap<>();
    found.cases().forEach(c -> byRow.put(wrong[c.row()], c));
    return byRow;
  }

  /** The first alternative that leaves alone what is protected. */
  private String change(
      boolean favoured, Optional<Counterfactuals.Case> found, Set<String> guarded) {
    if (favoured) {
      return "";
    }
    if (search.isEmpty()) {
      return "not looked for";
    }
    return found
        .flatMap(
            c ->
                c.alternatives().stream()
                    .filter(
                        other ->
                            other.changes().stream()
                                .noneMatch(
                                    ch ->
                                        Arrays.stream(ch.feature().split("\\s*[+,]\\s*"))
                                            .anyMatch(guarded::contains)))
                    .findFirst()
                    .map(
                        other ->
                            Wording.of(
                                other.changes(), f -> Wording.of(declared.spec().fields(), f))))
        .orElseGet(
            () ->
                "none found" + found.map(c -> c.why().isBlank() ? "" : ": " + c.why()).orElse(""));
  }
}
