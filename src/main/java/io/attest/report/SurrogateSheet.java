package io.attest.report;

import io.attest.audit.AuditRecord;
import io.attest.audit.Section;
import io.attest.data.Field;
import io.attest.explain.Surrogate;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A small tree and a list of rules that mimic the model, and how well they do. */
final class SurrogateSheet implements Sheet {
  @Override
  public String anchor() {
    return "surrogate_start";
  }

  @Override
  public String summary(AuditRecord record) {
    return Explanations.of(record, Section.SurrogateResult.class).stream()
        .map(heard -> summary(heard.result()))
        .findFirst()
        .orElseGet(() -> Explanations.none(record));
  }

  private static String summary(Section.SurrogateResult result) {
    boolean tree = !result.surrogate().nodes().isEmpty();
    double fidelity = result.surrogate().overall().explained();
    return (tree ? "A small tree" : "A list of rules")
        + (Double.isNaN(fidelity)
            ? " mimics the model, nobody knows how well."
            : " explains "
                + Figures.percent(fidelity)
                + " of the model"
                + (result.passes() ? "." : ": too little to stand for it."));
  }

  @Override
  public void fill(AuditRecord record, Page page) {
    page.freeze(0, 1);
    var surrogates = Explanations.of(record, Section.SurrogateResult.class);
    if (surrogates.isEmpty()) {
      Explanations.missing(record, page, "a surrogate");
      return;
    }
    Explanations.untested(record).forEach(page::missing);
    Map<String, String> units =
        record.spec().fields().stream()
            .collect(Collectors.toMap(Field::name, Field::unit, (a, b) -> a));
    for (var heard : surrogates) {
      surrogate(page, heard, units);
    }
  }

  private static void surrogate(
      Page page, Explanations.Heard<Section.SurrogateResult> heard, Map<String, String> units) {
    Surrogate surrogate = heard.result().surrogate();
    boolean tree = !surrogate.nodes().isEmpty();
    page.heading((tree ? "Tree" : "Rules") + " by " + heard.explainer());
    page.note(heard.source());
    surrogate.provenance().notes().forEach(heard.result().passes() ? page::note : page::missing);
    fidelity(page, surrogate);
    if (tree) {
      tree(page, surrogate, units);
    } else {
      rules(page, surrogate, units);
    }
    if (!surrogate.stability().isEmpty()) {
      stability(page, surrogate);
    }
  }

  private static void fidelity(Page page, Surrogate surrogate) {
    page.heading("How well it mimics the model");
    page.note(
        "Share of the variance of the model's answers that it explains (R squared), on its own rows"
            + " and on rows that were kept back; and the share of rows for which both decide alike.");
    TableWriter<Surrogate.Fidelity> table =
        page.table("surrogate_fidelity", surrogate.fidelity())
            .text("", f -> "R squared")
            .wrap("Output", Surrogate.Fidelity::output)
            .percent("Own rows", Surrogate.Fidelity::inSample)
            .percent("Kept back", Surrogate.Fidelity::outOfSample)
            .number("Typical difference", Surrogate.Fidelity::rmse);
    if (!Double.isNaN(surrogate.overall().agreementInSample())) {
      table
          .percent("Alike, own rows", Surrogate.Fidelity::agreementInSample)
          .percent("Alike, kept back", Surrogate.Fidelity::agreementOutOfSample);
    }
    table.write("There are no outputs.");
  }

  /** In the order in which it is read: each condition, then what is below its yes, then its no. */
  private static void tree(Page page, Surrogate surrogate, Map<String, String> units) {
    page.heading("The tree");
    page.note(
        "Each line is indented below the condition that it comes from. Gain: share of the variance of"
            + " the model's answers that the condition explains.");
    TableWriter<Surrogate.Node> table =
        page.table("surrogate_tree", surrogate.nodes())
            .count("Node", Surrogate.Node::id)
            .wrap("Condition", node -> line(surrogate, node, units));
    answer(table, surrogate.outputs(), Surrogate.Node::value);
    table
        .count("Rows", Surrogate.Node::rows)
        .percent("Share", Surrogate.Node::share)
        .percent("Gain", node -> node.split().isEmpty() ? Double.NaN : node.gain())
        .write("There is no tree.");
  }

  private static String line(Surrogate surrogate, Surrogate.Node node, Map<String, String> units) {
    String before = "";
    String answer = "";
    for (Surrogate.Node at = node; at.parent() >= 0; ) {
      Surrogate.Node parent = surrogate.nodes().get(at.parent());
      answer = answer.isEmpty() ? (parent.yes() == at.id() ? "yes: " : "no: ") : answer;
      before += "\u00A0\u00A0\u00A0\u00A0";
      at = parent;
    }
    return before
        + answer
        + node.split().map(s -> s.words(units.getOrDefault(s.feature(), "")) + "?").orElse("leaf");
  }

  private static void rules(Page page, Surrogate surrogate, Map<String, String> units) {
    page.heading("The rules, in order");
    page.note(
        "The first rule that holds is the one that counts. Spread: how far the model's answers under"
            + " a rule typically are from it.");
    TableWriter<Surrogate.Rule> table =
        page.table("surrogate_rules", surrogate.rules())
            .count("Rule", Surrogate.Rule::number)
            .wrap("If", rule -> conditions(rule, units));
    answer(table, surrogate.outputs(), Surrogate.Rule::value);
    table
        .count("Rows", Surrogate.Rule::rows)
        .percent("Share", Surrogate.Rule::share)
        .number("Spread", Surrogate.Rule::spread);
    if (surrogate.rules().stream().anyMatch(rule -> !Double.isNaN(rule.agreement()))) {
      table.percent("Decide alike", Surrogate.Rule::agreement);
    }
    table.write("There are no rules.");
  }

  private static String conditions(Surrogate.Rule rule, Map<String, String> units) {
    return rule.conditions().isEmpty()
        ? "otherwise"
        : rule.conditions().stream()
            .map(c -> c.words(units.getOrDefault(c.feature(), "")))
            .collect(Collectors.joining(" and "));
  }

  private static <T> void answer(
      TableWriter<T> table, List<String> outputs, Function<T, double[]> value) {
    if (outputs.size() == 1) {
      table.number("Mean answer", line -> value.apply(line)[0]);
      return;
    }
    table.text(
        "Most likely",
        line -> {
          double[] all = value.apply(line);
          int best = 0;
          for (int o = 1; o < all.length; o++) {
            best = all[o] > all[best] ? o : best;
          }
          return outputs.get(best) + " " + Figures.text(all[best]);
        });
  }

  private static void stability(Page page, Surrogate surrogate) {
    page.heading("Whether other rows would have told the same");
    page.note(
        "Share of bootstrap samples of the rows for which the same place is about the same features,"
            + " and from where to where the threshold then lies in eight of ten.");
    page.table("surrogate_stability", surrogate.stability())
        .wrap("Place", Surrogate.Stability::place)
        .wrap("About", Surrogate.Stability::features)
        .percent("Share", Surrogate.Stability::share)
        .number("Threshold from", Surrogate.Stability::low)
        .number("to", Surrogate.Stability::high)
        .write("Nothing was drawn again.");
  }
}
