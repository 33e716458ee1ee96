package io.attest.explain;

import io.attest.data.Column;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.data.TextColumn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** A surrogate as tables. */
final class SurrogateTables {
  private SurrogateTables() {}

  static Map<String, Frame> of(Surrogate surrogate) {
    Map<String, Frame> tables = new LinkedHashMap<>();
    if (!surrogate.nodes().isEmpty()) {
      tables.put("nodes", nodes(surrogate));
    }
    tables.put("rules", rules(surrogate));
    tables.put("fidelity", fidelity(surrogate.fidelity()));
    tables.put("stability", stability(surrogate.stability()));
    return tables;
  }

  /**
   * {@code node, parent, yes, no, condition, feature, threshold, levels, missing, rows, share,
   * gain, value_<output>...}; -1 for no node; {@code missing} is 1 if a missing value goes to yes
   */
  private static Frame nodes(Surrogate surrogate) {
    List<Surrogate.Node> nodes = surrogate.nodes();
    List<Column> columns = new ArrayList<>();
    columns.add(numbers("node", nodes, Surrogate.Node::id));
    columns.add(numbers("parent", nodes, Surrogate.Node::parent));
    columns.add(numbers("yes", nodes, Surrogate.Node::yes));
    columns.add(numbers("no", nodes, Surrogate.Node::no));
    columns.add(texts("condition", nodes, n -> n.split().map(c -> c.words("")).orElse("")));
    columns.add(texts("feature", nodes, n -> n.split().map(c -> c.feature()).orElse("")));
    columns.add(
        numbers(
            "threshold",
            nodes,
            n ->
                n.split()
                    .filter(c -> c.levels().isEmpty())
                    .map(c -> c.below())
                    .orElse(Double.NaN)));
    columns.add(
        texts("levels", nodes, n -> n.split().map(c -> String.join("|", c.levels())).orElse("")));
    columns.add(
        numbers(
            "missing", nodes, n -> n.split().map(c -> c.missing() ? 1.0 : 0).orElse(Double.NaN)));
    columns.add(numbers("rows", nodes, Surrogate.Node::rows));
    columns.add(numbers("share", nodes, Surrogate.Node::share));
    columns.add(numbers("gain", nodes, Surrogate.Node::gain));
    values(columns, surrogate.outputs(), nodes, Surrogate.Node::value);
    return new Frame(columns, nodes.size());
  }

  /** {@code rule, conditions, rows, share, spread, agreement, value_<output>...} */
  private static Frame rules(Surrogate surrogate) {
    List<Surrogate.Rule> rules = surrogate.rules();
    List<Column> columns = new ArrayList<>();
    columns.add(numbers("rule", rules, Surrogate.Rule::number));
    columns.add(
        texts(
            "conditions",
            rules,
            r ->
                r.conditions().isEmpty()
                    ? "otherwise"
                    : r.conditions().stream()
                        .map(c -> c.words(""))
                        .collect(Collectors.joining(" and "))));
    columns.add(numbers("rows", rules, Surrogate.Rule::rows));
    columns.add(numbers("share", rules, Surrogate.Rule::share));
    columns.add(numbers("spread", rules, Surrogate.Rule::spread));
    columns.add(numbers("agreement", rules, Surrogate.Rule::agreement));
    values(columns, surrogate.outputs(), rules, Surrogate.Rule::value);
    return new Frame(columns, rules.size());
  }

  /**
   * {@code output, r2_in_sample, r2_out_of_sample, rmse, agreement_in_sample,
   * agreement_out_of_sample}
   */
  private static Frame fidelity(List<Surrogate.Fidelity> of) {
    return Frame.of(
        List.of(
            texts("output", of, Surrogate.Fidelity::output),
            numbers("r2_in_sample", of, Surrogate.Fidelity::inSample),
            numbers("r2_out_of_sample", of, Surrogate.Fidelity::outOfSample),
            numbers("rmse", of, Surrogate.Fidelity::rmse),
            numbers("agreement_in_sample", of, Surrogate.Fidelity::agreementInSample),
            numbers("agreement_out_of_sample", of, Surrogate.Fidelity::agreementOutOfSample)));
  }

  /** {@code place, features, share, low, high} */
  private static Frame stability(List<Surrogate.Stability> of) {
    return Frame.of(
        List.of(
            texts("place", of, Surrogate.Stability::place),
            texts("features", of, Surrogate.Stability::features),
            numbers("share", of, Surrogate.Stability::share),
            numbers("low", of, Surrogate.Stability::low),
            numbers("high", of, Surrogate.Stability::high)));
  }

  private static <T> void values(
      List<Column> columns, List<String> outputs, List<T> of, Function<T, double[]> value) {
    for (int o = 0; o < outputs.size(); o++) {
      int output = o;
      columns.add(numbers("value_" + outputs.get(o), of, line -> value.apply(line)[output]));
    }
  }

  private static <T> NumericColumn numbers(String name, List<T> of, ToDoubleFunction<T> value) {
    return new NumericColumn(name, of.stream().mapToDouble(value).toArray());
  }

  private static <T> TextColumn texts(String name, List<T> of, Function<T, String> value) {
    return new TextColumn(name, of.stream().map(value).toList());
  }
}
