package io.attest.stage;

import io.attest.audit.Section.Contribution;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The reasons of many cases at once, without letters and without people. What a person would have
 * to decide is flagged; a case that cannot be read has its fault in place of reasons, and stops
 * nobody else.
 */
public final class ReasonsOfCases {
  private final DeclaredModel declared;
  private final Dataset background;
  private final Optional<String> method;
  private final boolean changes;
  private final long seed;
  private final int threads;

  /**
   * @param declared the model; its declaration has a decision
   * @param background rows that stand for "in general"; alternatives are searched among them
   * @param method of the contributions; one that fits the model if absent
   * @param changes whether to look for what would have changed unfavourable outcomes
   * @throws IllegalArgumentException if the declaration decides nothing
   */
  public ReasonsOfCases(
      DeclaredModel declared,
      Dataset background,
      Optional<String> method,
      boolean changes,
      long seed,
      int threads) {
    if (declared.spec().decision().isEmpty() || declared.spec().task() == Task.MULTICLASS) {
      throw new IllegalArgumentException(
          "The model "
              + declared.spec().id()
              + " decides nothing: model.yaml has no decision with a threshold. Maybe add one.");
    }
    this.declared = declared;
    this.background = background;
    this.method = method;
    this.changes = changes;
    this.seed = seed;
    this.threads = threads;
  }

  /** The method of the contributions. */
  public String method() {
    return method.orElse(
        declared.model() instanceof TreeEnsembleModel
            ? "tree-shap"
            : declared.model() instanceof LinearModel ? "linear-shap" : "kernel-shap");
  }

  /**
   * Finds the reasons of each row.
   *
   * @param texts one text column for each declared feature, and the column of names if there is one
   * @return one line for each row, in their order
   */
  public List<ReasonsTable.Line> of(Frame texts) {
    List<String> faults = new ArrayList<>();
    Frame read = read(texts, faults);
    int[] good = IntStream.range(0, texts.rows()).filter(i -> faults.get(i).isEmpty()).toArray();
    ReasonsTable.Line[] lines = new ReasonsTable.Line[texts.rows()];
    for (int i = 0; i < lines.length; i++) {
      if (!faults.get(i).isEmpty()) {
        lines[i] = ReasonsTable.Line.faulty(name(texts, i), faults.get(i));
      }
    }
    if (good.length > 0) {
      explained(read.select(good), texts, good, lines);
    }
    return Arrays.asList(lines);
  }

  private String name(Frame texts, int row) {
    return declared.rowName(texts, row).orElse(Integer.toString(row + 1));
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

  private void explained(Frame rows, Frame texts, int[] good, ReasonsTable.Line[] lines) {
    ModelSpec spec = declared.spec();
    ModelSpec.Decision decision = spec.decision().orElseThrow();
    Dataset cases = new Dataset(declared.batch(rows), Optional.empty());
    double[] response = declared.model().predict(cases.rows(), OutputSpace.RESPONSE);
    Attribution a = attribution(cases);
    Set<String> guarded = Reasons.guarded(spec);
    Reasons reasons = new Reasons(spec.reasons().table(), guarded);
    boolean[] favoured = new boolean[good.length];
    for (int i = 0; i < favoured.length; i++) {
      favoured[i] = decision.favourable().equals("below") == response[i] < decision.threshold();
    }
    Map<Integer, Counterfactuals.Case> others = others(cases, favoured);
    for (int i = 0; i < good.length; i++) {
      int row = i;
      List<Contribution> contributions =
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
      List<FoundReason> found = reasons.of(contributions, rising, favoured[i]);
      lines[good[i]] =
          new ReasonsTable.Line(
              name(texts, good[i]),
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

  private Attribution attribution(Dataset cases) {
    Explanation explanation =
        Explainers.all(threads)
            .explainer(method())
            .explain(request(cases, Parameters.NONE), Progress.NONE);
    if (explanation instanceof Attribution attribution && attribution.outputs().size() == 1) {
      return attribution;
    }
    throw new IllegalArgumentException(
        method() + " does not say what each feature added to one output. Maybe tree-shap.");
  }

  private Request request(Dataset cases, Parameters parameters) {
    return new Request(
        declared.model(), cases, background, Optional.of(background), parameters, seed);
  }

  private Map<Integer, Counterfactuals.Case> others(Dataset cases, boolean[] favoured) {
    int[] wrong = IntStream.range(0, favoured.length).filter(i -> !favoured[i]).toArray();
    if (!changes || wrong.length == 0) {
      return Map.of();
    }
    Map<String, String> given =
        new TreeMap<>(DeclaredParameters.of(CounterfactualSearch.NAME, declared.spec()).values());
    given.put(
        "rows",
        IntStream.range(0, wrong.length)
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(", ")));
    Explanation found =
        Explainers.all(threads)
            .explainer(CounterfactualSearch.NAME)
            .explain(request(cases.select(wrong), new Parameters(given)), Progress.NONE);
    Map<Integer, Counterfactuals.Case> byRow = new HashMap<>();
    ((Counterfactuals) found).cases().forEach(c -> byRow.put(wrong[c.row()], c));
    return byRow;
  }

  /** The first alternative that leaves alone what is protected. */
  private String change(
      boolean favoured, Optional<Counterfactuals.Case> found, Set<String> guarded) {
    if (favoured) {
      return "";
    }
    if (!changes) {
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
                            other.changes().stream()
                                .map(
                                    ch ->
                                        ch.feature() + ": " + ch.to() + " in place of " + ch.from())
                                .collect(Collectors.joining("; and "))))
        .orElseGet(
            () ->
                "none found" + found.map(c -> c.why().isBlank() ? "" : ": " + c.why()).orElse(""));
  }
}
