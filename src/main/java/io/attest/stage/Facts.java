package io.attest.stage;

import io.attest.audit.Section;
import io.attest.audit.Section.Fact;
import io.attest.correlate.Dependence;
import io.attest.explain.Effects;
import io.attest.explain.Importance;
import io.attest.explain.quality.Agreement;
import io.attest.measure.Fairness;
import io.attest.measure.Performance;
import io.attest.measure.Proxies;
import io.attest.model.ModelSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What an audit found, as facts in long form: {@code metric, subject, value}. The domain rules see
 * one fact at a time and nothing else, so everything that a rule may want to judge is here, and
 * everything is aggregated: a decision table takes milliseconds a fact.
 *
 * <p>The metrics are listed in {@code docs/facts.md}.
 */
final class Facts {

  /** Weaker associations are in the matrix of the report; no rule is asked about them. */
  private static final double NOTABLE_ASSOCIATION = 0.5;

  private static final double NOTABLE_PROXY = 0.3;

  private final List<Fact> facts = new ArrayList<>();

  List<Fact> list() {
    return List.copyOf(facts);
  }

  private void add(String metric, String subject, double value) {
    if (!Double.isNaN(value)) {
      facts.add(new Fact(metric, subject, value));
    }
  }

  Facts data(Section.Table table) {
    add("data.rows", "audit data", table.kept());
    add("data.rejected", "audit data", share(table.read() - table.kept(), table.read()));
    add("data.duplicates", "audit data", share(table.duplicates(), table.kept()));
    for (Section.ColumnSummary column : table.columns()) {
      if (column.missing() > 0) {
        add("data.missing", column.name(), share(column.missing(), table.kept()));
      }
    }
    return this;
  }

  Facts dependence(Dependence dependence) {
    dependence.pairs().stream()
        .filter(p -> Math.abs(p.association()) >= NOTABLE_ASSOCIATION)
        .sorted(
            Comparator.comparingDouble((Dependence.Pair p) -> -Math.abs(p.association()))
                .thenComparing(Dependence.Pair::a)
                .thenComparing(Dependence.Pair::b))
        .forEach(p -> add("correlation.max", p.a() + " ~ " + p.b(), Math.abs(p.association())));
    for (int j = 0; j < dependence.columns().size(); j++) {
      add("vif", dependence.columns().get(j), dependence.vif()[j]);
    }
    return this;
  }

  Facts performance(Performance performance) {
    performance.metrics().forEach(m -> add(m.name(), "audit data", m.value()));
    return this;
  }

  Facts fairness(Fairness fairness) {
    for (Fairness.Attribute attribute : fairness.attributes()) {
      for (Fairness.Group group : attribute.groups()) {
        if (!group.small()) {
          String subject = attribute.column() + ": " + group.name();
          add("fairness.impact_ratio", subject, group.impactRatio());
          add("fairness.equal_opportunity", subject, group.opportunityGap());
        }
      }
    }
    return this;
  }

  /** How well features tell a protected attribute: the strongest of each, and every notable one. */
  Facts proxies(List<Proxies.Proxy> proxies) {
    Map<String, Proxies.Proxy> strongest = new TreeMap<>();
    for (Proxies.Proxy proxy : proxies) {
      if (!Double.isNaN(proxy.strength())) {
        strongest.merge(proxy.attribute(), proxy, (a, b) -> b.strength() > a.strength() ? b : a);
      }
    }
    for (Proxies.Proxy proxy : proxies) {
      if (proxy.strength() >= NOTABLE_PROXY || proxy.equals(strongest.get(proxy.attribute()))) {
        add("proxy.strength", proxy.feature() + " ~ " + proxy.attribute(), proxy.strength());
      }
    }
    return this;
  }

  Facts explanations(List<Section.Explained> explained, ModelSpec spec) {
    for (Section.Explained one : explained) {
      if (one.skipped().isPresent()) {
        add("explanation.missing", one.explainer(), 1);
      }
      one.result().ifPresent(result -> result(one.explainer(), result, spec));
    }
    return this;
  }

  private void result(String explainer, Section.Result result, ModelSpec spec) {
    if (result instanceof Section.AttributionResult attribution) {
      add("explanation.additivity", explainer, attribution.relativeResidual());
      int rank = 0;
      for (Section.GlobalShare share : attribution.global()) {
        rank++;
        add("importance.share", share.feature(), share.share());
        add("importance.rank", share.feature(), rank);
        expectation(spec, share.feature())
            .filter(e -> !e.allowed())
            .ifPresent(e -> add("feature.forbidden", share.feature(), share.share()));
        if (spec.protectedGroups().stream().anyMatch(p -> p.column().equals(share.feature()))) {
          add("feature.protected", share.feature(), share.share());
        }
      }
    } else if (result instanceof Section.EffectsResult effects) {
      for (Effects.Curve curve : effects.effects().curves()) {
        String subject =
            spec.task() == io.attest.model.Task.MULTICLASS
                ? curve.feature() + " on " + curve.output()
                : curve.feature();
        add("effect.range", subject, curve.range());
        expectation(spec, curve.feature())
            .flatMap(ModelSpec.Expectation::direction)
            .ifPresent(
                d ->
                    add(
                        "effect.monotonicity",
                        subject,
                        d.equals("rising") ? curve.direction() : -curve.direction()));
      }
    } else if (result instanceof Section.InfluenceResult influence) {
      add("influence.max_share", "training data", influence.maxShare());
    }
  }

  /** Whether two methods rank the features alike: Spearman's correlation of their figures. */
  Facts agreement(List<Section.Explained> explained) {
    Optional<Importance> importance =
        explained.stream()
            .flatMap(e -> e.result().stream())
            .filter(Section.ImportanceResult.class::isInstance)
            .map(r -> ((Section.ImportanceResult) r).importance())
            .findFirst();
    if (importance.isEmpty()) {
      return this;
    }
    for (Section.Explained one : explained) {
      if (one.result().orElse(null) instanceof Section.AttributionResult attribution) {
        Map<String, Double> contributions = new HashMap<>();
        attribution.global().forEach(g -> contributions.put(g.feature(), g.meanAbsolute()));
        add(
            "explanation.agreement",
            one.explainer() + " ~ permutation-importance",
            Agreement.of(contributions, importance.get()).rankCorrelation());
      }
    }
    return this;
  }

  private static Optional<ModelSpec.Expectation> expectation(ModelSpec spec, String feature) {
    return Optional.ofNullable(spec.expectations().get(feature));
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
