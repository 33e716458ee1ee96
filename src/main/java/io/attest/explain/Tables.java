package io.attest.explain;

import io.attest.data.CategoricalColumn;
import io.attest.data.Column;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.data.TextColumn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Explanations as tables: what goes to Parquet and CSV, whole.
 *
 * <p>{@code row} is the index of a row in what was explained, from 0; {@code output} the index of
 * an output.
 */
public final class Tables {
  private Tables() {}

  /** The tables of an explanation by name, in a fixed order. */
  public static Map<String, Frame> of(Explanation explanation) {
    Map<String, Frame> tables = new LinkedHashMap<>();
    if (byRow(explanation)) {
      tables.put(nameOfRows(explanation), ofRows(explanation, 0));
    } else if (explanation instanceof Effects effects) {
      tables.put("effects", effects(effects));
      if (effects.curves().stream().anyMatch(c -> c.iceRows().length > 0)) {
        tables.put("individual", individual(effects));
      }
    } else if (explanation instanceof Importance importance) {
      tables.put("importance", importance(importance));
    } else if (explanation instanceof Surfaces surfaces) {
      tables.put("surfaces", surfaces(surfaces));
      tables.put("pairs", pairs(surfaces));
    } else if (explanation instanceof Influence influence) {
      tables.put("influence", influence(influence));
      tests(influence.onTests(), tables);
      tables.put("parameters", parameters(influence));
      influence.removal().ifPresent(r -> tables.put("removal", removal(influence, r)));
    } else if (explanation instanceof TrainingInfluence influence) {
      tests(influence.onTests(), tables);
    } else if (explanation instanceof Counterfactuals counterfactuals) {
      tables.put("counterfactuals", changes(counterfactuals));
      tables.put("cases", cases(counterfactuals));
    } else if (explanation instanceof Anchors anchors) {
      tables.put("rules", rules(anchors));
    } else if (explanation instanceof Surrogate surrogate) {
      tables.putAll(SurrogateTables.of(surrogate));
    }
    return tables;
  }

  /** True if it explains single rows, has one table, and may be a block of more. */
  public static boolean byRow(Explanation explanation) {
    return explanation instanceof Attribution
        || explanation instanceof Interactions
        || explanation instanceof LocalSurrogate;
  }

  private static String nameOfRows(Explanation block) {
    return block instanceof Attribution
        ? "contributions"
        : block instanceof Interactions ? "interactions" : "lime";
  }

  /**
   * The one table of an explanation of single rows.
   *
   * @param firstRow the index of the first row, where these are a block of more
   * @throws IllegalArgumentException if it is not one
   */
  public static Frame ofRows(Explanation block, long firstRow) {
    if (block instanceof Attribution attribution) {
      return contributions(attribution, firstRow);
    }
    if (block instanceof Interactions interactions) {
      return interactions(interactions, firstRow);
    }
    if (block instanceof LocalSurrogate lines) {
      return lines(lines, firstRow);
    }
    throw new IllegalArgumentException(
        block.provenance().method() + " does not explain row by row.");
  }

  /** {@code row, output, base_value, prediction, residual, phi_<feature>...} */
  private static Frame contributions(Attribution a, long firstRow) {
    int k = a.outputs().size();
    int n = a.rows() * k;
    double[] row = new double[n];
    double[] output = new double[n];
    double[] base = new double[n];
    double[] prediction = new double[n];
    double[] residual = new double[n];
    double[][] phi = new double[a.features().size()][n];
    for (int i = 0; i < n; i++) {
      int r = i / k;
      int o = i % k;
      row[i] = firstRow + r;
      output[i] = o;
      base[i] = a.base(r, o);
      prediction[i] = a.prediction(r, o);
      residual[i] = a.residual(r, o);
      for (int j = 0; j < phi.length; j++) {
        phi[j][i] = a.value(r, j, o);
      }
    }
    List<Column> columns = new ArrayList<>();
    columns.add(new NumericColumn("row", row));
    columns.add(new NumericColumn("output", output));
    columns.add(new NumericColumn("base_value", base));
    columns.add(new NumericColumn("prediction", prediction));
    columns.add(new NumericColumn("residual", residual));
    for (int j = 0; j < phi.length; j++) {
      columns.add(new NumericColumn("phi_" + a.features().get(j), phi[j]));
    }
    return new Frame(columns, n);
  }

  /**
   * {@code row, output, intercept, local_prediction, prediction, r2, stability, width_agreement,
   * coefficient_<feature>..., contribution_<feature>..., low_<feature>..., high_<feature>...}
   */
  private static Frame lines(LocalSurrogate a, long firstRow) {
    int k = a.outputs().size();
    int n = a.rows() * k;
    double[] row = new double[n];
    double[] output = new double[n];
    for (int i = 0; i < n; i++) {
      row[i] = firstRow + i / k;
      output[i] = i % k;
    }
    List<Column> columns = new ArrayList<>();
    columns.add(new NumericColumn("row", row));
    columns.add(new NumericColumn("output", output));
    columns.add(new NumericColumn("intercept", a.intercepts()));
    columns.add(new NumericColumn("local_prediction", a.localPredictions()));
    columns.add(new NumericColumn("prediction", a.predictions()));
    columns.add(new NumericColumn("r2", a.r2()));
    columns.add(new NumericColumn("stability", a.stability()));
    columns.add(new NumericColumn("width_agreement", a.widthAgreement()));
    add(columns, "coefficient_", a, a.coefficients());
    add(columns, "contribution_", a, a.contributions().values());
    add(columns, "low_", a, a.low());
    add(columns, "high_", a, a.high());
    return new Frame(columns, n);
  }

  private static void add(List<Column> columns, String prefix, LocalSurrogate a, double[] values) {
    int k = a.outputs().size();
    int p = a.features().size();
    for (int j = 0; j < p; j++) {
      double[] column = new double[a.rows() * k];
      for (int i = 0; i < column.length; i++) {
        column[i] = values[(i / k * p + j) * k + i % k];
      }
      columns.add(new NumericColumn(prefix + a.features().get(j), column));
    }
  }

  /** {@code row, answer, response, rule, precision, low, high, coverage, reached, model_rows} */
  private static Frame rules(Anchors anchors) {
    List<Anchors.Rule> rules = anchors.rules();
    return Frame.of(
        List.of(
            numbers("row", rules.stream().map(r -> (double) r.row()).toList()),
            names("answer", rules.stream().map(Anchors.Rule::answer).toList()),
            numbers("response", rules.stream().map(Anchors.Rule::response).toList()),
            new TextColumn("rule", rules.stream().map(Anchors.Rule::words).toList()),
            numbers("precision", rules.stream().map(Anchors.Rule::precision).toList()),
            numbers("low", rules.stream().map(Anchors.Rule::low).toList()),
            numbers("high", rules.stream().map(Anchors.Rule::high).toList()),
            numbers("coverage", rules.stream().map(Anchors.Rule::coverage).toList()),
            names("reached", rules.stream().map(r -> r.reached() ? "yes" : "no").toList()),
            numbers("model_rows", rules.stream().map(r -> (double) r.modelRows()).toList())));
  }

  /** {@code row, output, i, j_<feature>...}, a line for each row of each matrix */
  private static Frame interactions(Interactions a, long firstRow) {
    int k = a.outputs().size();
    int p = a.features().size();
    int n = Math.multiplyExact(a.rows(), k * p);
    double[] row = new double[n];
    double[] output = new double[n];
    double[] first = new double[n];
    double[][] second = new double[p][n];
    for (int line = 0; line < n; line++) {
      int r = line / p / k;
      int o = line / p % k;
      int i = line % p;
      row[line] = firstRow + r;
      output[line] = o;
      first[line] = i;
      for (int j = 0; j < p; j++) {
        second[j][line] = a.value(r, i, j, o);
      }
    }
    List<Column> columns = new ArrayList<>();
    columns.add(new NumericColumn("row", row));
    columns.add(new NumericColumn("output", output));
    columns.add(new NumericColumn("i", first));
    for (int j = 0; j < p; j++) {
      columns.add(new NumericColumn("j_" + a.features().get(j), second[j]));
    }
    return new Frame(columns, n);
  }

  /**
   * {@code feature, output, grid, label, value, support, error, off_manifold}; the last two are
   * missing where they were not measured
   */
  private static Frame effects(Effects effects) {
    List<String> feature = new ArrayList<>();
    List<String> output = new ArrayList<>();
    List<Double> grid = new ArrayList<>();
    List<String> label = new ArrayList<>();
    List<Double> value = new ArrayList<>();
    List<Double> support = new ArrayList<>();
    List<Double> error = new ArrayList<>();
    List<Double> off = new ArrayList<>();
    for (Effects.Curve curve : effects.curves()) {
      for (int g = 0; g < curve.grid().length; g++) {
        feature.add(curve.feature());
        output.add(curve.output());
        grid.add(curve.grid()[g]);
        label.add(curve.categorical() ? curve.labels().get(g) : "");
        value.add(curve.mean()[g]);
        support.add((double) curve.support()[g]);
        error.add(curve.error().length == 0 ? Double.NaN : curve.error()[g]);
        off.add(curve.offManifold().length == 0 ? Double.NaN : curve.offManifold()[g]);
      }
    }
    return Frame.of(
        List.of(
            names("feature", feature),
            names("output", output),
            numbers("grid", grid),
            new TextColumn("label", label),
            numbers("value", value),
            numbers("support", support),
            numbers("error", error),
            numbers("off_manifold", off)));
  }

  /** {@code feature, output, row, grid, value} */
  private static Frame individual(Effects effects) {
    List<String> feature = new ArrayList<>();
    List<String> output = new ArrayList<>();
    List<Double> row = new ArrayList<>();
    List<Double> grid = new ArrayList<>();
    List<Double> value = new ArrayList<>();
    for (Effects.Curve curve : effects.curves()) {
      for (int i = 0; i < curve.iceRows().length; i++) {
        for (int g = 0; g < curve.grid().length; g++) {
          feature.add(curve.feature());
          output.add(curve.output());
          row.add((double) curve.iceRows()[i]);
          grid.add(curve.grid()[g]);
          value.add(curve.ice()[i][g]);
        }
      }
    }
    return Frame.of(
        List.of(
            names("feature", feature),
            names("output", output),
            numbers("row", row),
            numbers("grid", grid),
            numbers("value", value)));
  }

  /** {@code first, second, output, size, h2} */
  private static Frame pairs(Surfaces of) {
    List<Surfaces.Pair> pairs = of.pairs();
    return Frame.of(
        List.of(
            names("first", pairs.stream().map(Surfaces.Pair::first).toList()),
            names("second", pairs.stream().map(Surfaces.Pair::second).toList()),
            names("output", pairs.stream().map(Surfaces.Pair::output).toList()),
            numbers("size", pairs.stream().map(Surfaces.Pair::size).toList()),
            numbers("h2", pairs.stream().map(Surfaces.Pair::h2).toList())));
  }

  /** {@code first, second, output, grid_first, grid_second, value, support, off_manifold} */
  private static Frame surfaces(Surfaces of) {
    List<String> first = new ArrayList<>();
    List<String> second = new ArrayList<>();
    List<String> output = new ArrayList<>();
    List<Double> a = new ArrayList<>();
    List<Double> b = new ArrayList<>();
    List<Double> value = new ArrayList<>();
    List<Double> support = new ArrayList<>();
    List<Double> off = new ArrayList<>();
    for (Surfaces.Surface surface : of.surfaces()) {
      for (int i = 0; i < surface.firstGrid().length; i++) {
        for (int j = 0; j < surface.secondGrid().length; j++) {
          first.add(surface.first());
          second.add(surface.second());
          output.add(surface.output());
          a.add(surface.firstGrid()[i]);
          b.add(surface.secondGrid()[j]);
          value.add(surface.mean()[i][j]);
          support.add((double) surface.support()[i][j]);
          off.add(surface.offManifold().length == 0 ? Double.NaN : surface.offManifold()[i][j]);
        }
      }
    }
    return Frame.of(
        List.of(
            names("first", first),
            names("second", second),
            names("output", output),
            numbers("grid_first", a),
            numbers("grid_second", b),
            numbers("value", value),
            numbers("support", support),
            numbers("off_manifold", off)));
  }

  /** {@code feature, value, low, high} */
  private static Frame importance(Importance importance) {
    List<Importance.Item> items = importance.items();
    return Frame.of(
        List.of(
            names("feature", items.stream().map(Importance.Item::feature).toList()),
            numbers("value", items.stream().map(Importance.Item::value).toList()),
            numbers("low", items.stream().map(Importance.Item::low).toList()),
            numbers("high", items.stream().map(Importance.Item::high).toList())));
  }

  /** {@code row, test_<audit row>...}: of losses, where there are labels, and of raw outputs */
  private static void tests(TestInfluence of, Map<String, Frame> tables) {
    if (of.labelled()) {
      tables.put("test_loss", byTest(of, of.loss()));
    }
    tables.put("test_margin", byTest(of, of.raw()));
  }

  private static Frame byTest(TestInfluence of, double[] values) {
    int m = of.tests().length;
    List<Column> columns = new ArrayList<>();
    columns.add(rowNumbers(of.rows()));
    for (int t = 0; t < m; t++) {
      double[] change = new double[of.rows()];
      for (int i = 0; i < change.length; i++) {
        change[i] = values[i * m + t];
      }
      columns.add(new NumericColumn("test_" + of.tests()[t], change));
    }
    return new Frame(columns, of.rows());
  }

  /** {@code row, param_<term>...} */
  private static Frame parameters(Influence influence) {
    List<Column> columns = new ArrayList<>();
    columns.add(rowNumbers(influence.rows()));
    changes("param_", influence, columns);
    return new Frame(columns, influence.rows());
  }

  /** {@code kind, name, change}: of each parameter, and of each test's loss and raw output */
  private static Frame removal(Influence influence, Influence.Removal removal) {
    List<String> kind = new ArrayList<>();
    List<String> name = new ArrayList<>();
    List<Double> change = new ArrayList<>();
    for (int t = 0; t < removal.parameters().length; t++) {
      kind.add("parameter");
      name.add(influence.terms().get(t));
      change.add(removal.parameters()[t]);
    }
    for (int t = 0; t < influence.onTests().tests().length; t++) {
      String test = "test_" + influence.onTests().tests()[t];
      if (removal.loss().length > 0) {
        kind.add("test_loss");
        name.add(test);
        change.add(removal.loss()[t]);
      }
      kind.add("test_margin");
      name.add(test);
      change.add(removal.raw()[t]);
    }
    return Frame.of(List.of(names("kind", kind), names("name", name), numbers("change", change)));
  }

  private static NumericColumn rowNumbers(int rows) {
    double[] row = new double[rows];
    for (int i = 0; i < rows; i++) {
      row[i] = i;
    }
    return new NumericColumn("row", row);
  }

  /** {@code row, leverage, residual, ..., dfbeta_<term>...} */
  private static Frame influence(Influence influence) {
    int n = influence.rows();
    List<Column> columns = new ArrayList<>();
    columns.add(rowNumbers(n));
    columns.add(new NumericColumn("leverage", influence.leverage()));
    columns.add(new NumericColumn("residual", influence.residual()));
    columns.add(new NumericColumn("studentized", influence.studentized()));
    columns.add(new NumericColumn("cook", influence.cook()));
    columns.add(new NumericColumn("dffits", influence.dffits()));
    if (influence.looLoss().length > 0) {
      columns.add(new NumericColumn("loo_loss", influence.looLoss()));
    }
    changes("dfbeta_", influence, columns);
    columns.add(new NumericColumn("self_influence", influence.self()));
    return new Frame(columns, n);
  }

  private static void changes(String prefix, Influence influence, List<Column> columns) {
    for (int t = 0; t < influence.terms().size(); t++) {
      double[] change = new double[influence.rows()];
      for (int i = 0; i < change.length; i++) {
        change[i] = influence.dfbeta(i, t);
      }
      columns.add(new NumericColumn(prefix + influence.terms().get(t), change));
    }
  }

  /** {@code row, alternative, feature, from, to, from_value, to_value, part} */
  private static Frame changes(Counterfactuals of) {
    List<Double> row = new ArrayList<>();
    List<Double> alternative = new ArrayList<>();
    List<Counterfactuals.Change> changes = new ArrayList<>();
    for (Counterfactuals.Case c : of.cases()) {
      for (int a = 0; a < c.alternatives().size(); a++) {
        for (Counterfactuals.Change change : c.alternatives().get(a).changes()) {
          row.add((double) c.row());
          alternative.add(a + 1.0);
          changes.add(change);
        }
      }
    }
    return Frame.of(
        List.of(
            numbers("row", row),
            numbers("alternative", alternative),
            names("feature", changes.stream().map(Counterfactuals.Change::feature).toList()),
            new TextColumn("from", changes.stream().map(Counterfactuals.Change::from).toList()),
            new TextColumn("to", changes.stream().map(Counterfactuals.Change::to).toList()),
            numbers("from_value", changes.stream().map(c -> c.fromValue()).toList()),
            numbers("to_value", changes.stream().map(c -> c.toValue()).toList()),
            numbers("part", changes.stream().map(c -> c.part()).toList())));
  }

  /**
   * {@code row, alternative, answer, wanted, already, changed, distance, plausibility, bound,
   * sentence, response_<output>...}: a line for each alternative, and one with alternative 0 for
   * each case as it is; its sentence says why there is no alternative.
   */
  private static Frame cases(Counterfactuals of) {
    List<Double> row = new ArrayList<>();
    List<Double> alternative = new ArrayList<>();
    List<Counterfactuals.Case> cases = new ArrayList<>();
    List<Optional<Counterfactuals.Alternative>> lines = new ArrayList<>();
    for (Counterfactuals.Case c : of.cases()) {
      for (int a = 0; a <= c.alternatives().size(); a++) {
        row.add((double) c.row());
        alternative.add((double) a);
        cases.add(c);
        lines.add(a == 0 ? Optional.empty() : Optional.of(c.alternatives().get(a - 1)));
      }
    }
    List<Column> columns = new ArrayList<>();
    columns.add(numbers("row", row));
    columns.add(numbers("alternative", alternative));
    columns.add(new TextColumn("answer", cases.stream().map(c -> c.answer()).toList()));
    columns.add(names("wanted", cases.stream().map(c -> c.wanted()).toList()));
    columns.add(numbers("already", cases.stream().map(c -> c.already() ? 1.0 : 0.0).toList()));
    columns.add(
        numbers(
            "changed",
            lines.stream().map(a -> (double) a.map(x -> x.changes().size()).orElse(0)).toList()));
    columns.add(
        numbers(
            "distance",
            lines.stream().map(a -> a.map(x -> x.distance()).orElse(Double.NaN)).toList()));
    columns.add(
        numbers(
            "plausibility",
            lines.stream().map(a -> a.map(x -> x.plausibility()).orElse(Double.NaN)).toList()));
    columns.add(numbers("bound", cases.stream().map(c -> c.bound()).toList()));
    columns.add(
        new TextColumn(
            "sentence",
            IntStream.range(0, lines.size())
                .mapToObj(i -> lines.get(i).map(a -> a.sentence()).orElse(cases.get(i).why()))
                .toList()));
    for (int k = 0; k < of.outputs().size(); k++) {
      int output = k;
      columns.add(
          numbers(
              "response_" + of.outputs().get(k),
              IntStream.range(0, lines.size())
                  .mapToObj(
                      i ->
                          lines
                              .get(i)
                              .map(a -> a.response())
                              .orElse(cases.get(i).response())[output])
                  .toList()));
    }
    return new Frame(columns, lines.size());
  }

  private static NumericColumn numbers(String name, List<Double> values) {
    return new NumericColumn(name, values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static CategoricalColumn names(String name, List<String> values) {
    List<String> levels = values.stream().distinct().toList();
    Map<String, Integer> code = new LinkedHashMap<>();
    levels.forEach(level -> code.put(level, code.size()));
    return new CategoricalColumn(name, values.stream().mapToInt(code::get).toArray(), levels);
  }
}
