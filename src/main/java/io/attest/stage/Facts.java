package io.attest.stage;

import io.attest.audit.Attributions;
import io.attest.audit.Section;
import io.attest.audit.Section.Fact;
import io.attest.correlate.Dependence;
import io.attest.explain.Counterfactuals;
import io.attest.explain.Effects;
import io.attest.explain.Provenance;
import io.attest.explain.quality.Agreement;
import io.attest.explain.quality.Quality;
import io.attest.measure.Fairness;
import io.attest.measure.Performance;
import io.attest.measure.Proxies;
import io.attest.measure.Thresholds;
import io.attest.measure.WeakSpots;
import io.attest.measure.drift.AttributionDrift;
import io.attest.measure.drift.MetricChange;
import io.attest.measure.drift.Shift;
import io.attest.model.ModelSpec;
import io.attest.model.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

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

  private static final double NOTABLE_INTERACTION = 0.05;

  /** Smaller shifts are in the report; no rule is asked about them, but for the largest. */
  private static final double NOTABLE_SHIFT = 0.05;

  private static final double NOTABLE_CHANGE = 0.01;

  /** Of each kind of drift no more are judged: the largest. */
  private static final int MOST_DRIFTS = 40;

  private static final double DIGITS = 1e12;

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

  /** Of groups large enough to judge; returns what was left out, a sentence each. */
  List<String> fairness(Fairness fairness) {
    return FairnessFacts.of(fairness, this::add);
  }

  /** Where the model is worse; returns what was left out, a sentence each. */
  List<String> weakSpots(WeakSpots weakSpots) {
    return WeakSpotFacts.of(weakSpots, this::add);
  }

  /** What the threshold costs, where costs are known. */
  Facts thresholds(Thresholds thresholds) {
    thresholds
        .costs()
        .ifPresent(
            cost -> {
              add("performance.cost", "100 cases", cost.now().value());
              add(
                  "performance.cost_ratio",
                  "one answer for everybody",
                  cost.now().value() / Math.min(cost.everyone(), cost.nobody()));
              // A regret below 0 praises the threshold; one that rounding makes is none.
              add(
                  "performance.threshold_regret",
                  "decision threshold",
                  Math.max(0, cost.regret().value()) / Math.max(cost.now().value(), 1e-12));
            });
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

  /**
   * What differs from the baseline. Of inputs, scores and features the largest and the notable ones
   * are judged, at most 40 of each.
   */
  Facts drift(Section.Drifted drift) {
    for (Shift input : notable(drift.inputs(), Shift::psi, NOTABLE_SHIFT)) {
      add("drift.psi", input.name(), input.psi());
      add("drift.ks", input.name(), input.ks());
      add("drift.wasserstein", input.name(), input.scaled());
    }
    if (!drift.inputs().isEmpty()) {
      add("drift.inputs", "inputs", drift.inputs().stream().filter(Shift::drifted).count());
    }
    notable(drift.scores(), Shift::psi, NOTABLE_SHIFT)
        .forEach(score -> add("drift.score_psi", score.name(), score.psi()));
    drift.labels().ifPresent(l -> add("drift.label_rate", l.name(), rate(l)));
    drift.performance().forEach(this::performance);
    drift.attribution().ifPresent(this::attribution);
    drift
        .fixedRows()
        .ifPresent(
            p -> {
              add("drift.flips", "baseline's rows", p.share());
              add("drift.prediction_change", "baseline's rows", p.meanAbsolute());
            });
    drift.stability().ifPresent(s -> add("drift.explanation_stability", s.method(), s.signs()));
    return this;
  }

  /** A loss that may as well be chance is no loss, so that no rule is asked about it. */
  private void performance(MetricChange change) {
    // 20 of 400 rows are 0.05, and not a little more because of how halves are kept.
    double worse = Math.rint(change.worse() * DIGITS) / DIGITS;
    add("drift.performance", change.metric(), worse);
    if (change.surelyWorse()) {
      add("drift.performance_loss", change.metric(), worse);
    }
  }

  private void attribution(AttributionDrift drift) {
    add("drift.attribution_ndcg", drift.method(), drift.ndcg());
    notable(drift.features(), f -> Math.abs(f.change()), NOTABLE_CHANGE)
        .forEach(f -> add("drift.attribution_share", f.name(), Math.abs(f.change())));
    notable(drift.features(), f -> f.shift().psi(), NOTABLE_SHIFT)
        .forEach(f -> add("drift.attribution_psi", f.name(), f.shift().psi()));
  }

  /** Of a rate the change; of other outcomes the largest change of a share. */
  private static double rate(Shift labels) {
    boolean rate = labels.bins().stream().allMatch(b -> Set.of("0", "1").contains(b.label()));
    return rate ? Math.abs(labels.meanNow() - labels.meanThen()) : labels.totalVariation();
  }

  private static <T> List<T> notable(List<T> all, ToDoubleFunction<T> size, double limit) {
    List<T> sorted =
        all.stream()
            .filter(t -> !Double.isNaN(size.applyAsDouble(t)))
            .sorted(Comparator.comparingDouble(t -> -size.applyAsDouble(t)))
            .limit(MOST_DRIFTS)
            .toList();
    return sorted.stream()
        .filter(t -> t == sorted.get(0) || size.applyAsDouble(t) >= limit)
        .toList();
  }

  Facts explanations(List<Section.Explained> explained, ModelSpec spec) {
    effects(explained, spec);
    for (Section.Explained one : explained) {
      if (one.skipped().filter(s -> !s.unfit()).isPresent()) {
        add("explanation.missing", one.explainer(), 1);
      }
      one.result().ifPresent(result -> result(one, result, spec));
      one.quality().ifPresent(quality -> quality(one.explainer(), quality));
    }
    Attributions.main(explained).ifPresent(main -> importance(main, spec));
    return this;
  }

  /**
   * Of each feature one curve is judged, so that no rule is asked twice: that among cases which
   * exist, where there is one.
   */
  private void effects(List<Section.Explained> explained, ModelSpec spec) {
    Map<String, Effects.Curve> judged = new LinkedHashMap<>();
    for (Section.Explained one : explained) {
      if (one.result().orElse(null) instanceof Section.EffectsResult result) {
        for (Effects.Curve curve : result.effects().curves()) {
          String subject =
              spec.task() == Task.MULTICLASS
                  ? curve.feature() + " on " + curve.output()
                  : curve.feature();
          judged.merge(subject, curve, (a, b) -> result.effects().accumulated() ? b : a);
          if (!result.effects().accumulated() && curve.mostOffManifold() > Effects.OFF) {
            add("effect.off_manifold", subject, curve.mostOffManifold());
          }
        }
      }
    }
    judged.forEach(
        (subject, curve) -> {
          add("effect.range", subject, curve.range());
          expectation(spec, curve.feature())
              .flatMap(ModelSpec.Expectation::direction)
              .ifPresent(
                  d ->
                      add(
                          "effect.monotonicity",
                          subject,
                          d.equals("rising") ? curve.direction() : -curve.direction()));
        });
  }

  private void quality(String explainer, Quality quality) {
    for (String figure : List.of("stability", "sensitivity", "infidelity", "faithfulness")) {
      quality.figure(figure).ifPresent(f -> add("explanation." + figure, explainer, f.value()));
    }
  }

  private void result(Section.Explained one, Section.Result result, ModelSpec spec) {
    // A method that gives no error of its own does not promise to add up.
    boolean additive = one.provenance().flatMap(Provenance::error).isPresent();
    if (result instanceof Section.AttributionResult attribution) {
      if (additive) {
        add("explanation.additivity", one.explainer(), attribution.relativeResidual());
      }
    } else if (result instanceof Section.LossResult loss) {
      add("explanation.additivity", one.explainer(), loss.relativeResidual());
    } else if (result instanceof Section.InteractionsResult interactions) {
      add("explanation.additivity", one.explainer(), interactions.relativeResidual());
      for (Section.PairShare pair : interactions.pairs()) {
        if (pair.share() >= NOTABLE_INTERACTION || pair.equals(interactions.pairs().get(0))) {
          add("interaction.share", pair.first() + " ~ " + pair.second(), pair.share());
        }
      }
    } else if (result instanceof Section.SurrogateResult mimic) {
      add("surrogate.fidelity", one.explainer(), mimic.surrogate().overall().outOfSample());
    } else if (result instanceof Section.InfluenceResult influence) {
      add("influence.max_share", "training data", influence.maxShare());
      influence
          .onTests()
          .flatMap(Section.InfluenceOnTests::validation)
          .filter(v -> !Double.isNaN(v.pearson()))
          .ifPresent(
              v ->
                  add(
                      v.retrained() ? "influence.validation" : "influence.agreement",
                      one.explainer(),
                      v.pearson()));
    } else if (result instanceof Section.LocalSurrogateResult lines) {
      add("lime.r2", one.explainer(), lines.r2());
    } else if (result instanceof Section.CounterfactualsResult changes) {
      counterfactuals(one.explainer(), changes);
    } else if (result instanceof Section.AnchorsResult anchors) {
      add("anchors.precision", one.explainer(), anchors.precision());
      add("anchors.reached", one.explainer(), anchors.reached());
    }
  }

  private void counterfactuals(String explainer, Section.CounterfactualsResult changes) {
    Counterfactuals.Quality quality = changes.quality();
    if (quality.searched() == 0) {
      return;
    }
    add("counterfactual.found", explainer, share(quality.found(), quality.searched()));
    add("counterfactual.validity", explainer, quality.validity());
    add("counterfactual.changes", explainer, quality.sparsity());
    add("counterfactual.plausibility", explainer, quality.plausibility());
    Map<String, Integer> fixed = new TreeMap<>();
    changes.cases().forEach(c -> c.unless().forEach(f -> fixed.merge(f, 1, Integer::sum)));
    fixed.forEach(
        (feature, cases) ->
            add("counterfactual.against_rule", feature, share(cases, quality.searched())));
  }

  /** Of one attribution only, so that no rule is asked twice about a feature. */
  private void importance(Section.Explained main, ModelSpec spec) {
    Section.AttributionResult attribution = (Section.AttributionResult) main.result().orElseThrow();
    Members members = Members.of(main.provenance(), spec);
    int rank = 0;
    for (Section.GlobalShare share : attribution.global()) {
      rank++;
      add("importance.share", share.feature(), share.share());
      add("importance.rank", share.feature(), rank);
      for (String feature : members.of(share.feature())) {
        String subject =
            feature.equals(share.feature()) ? feature : feature + " (in " + share.feature() + ")";
        expectation(spec, feature)
            .filter(e -> !e.allowed())
            .ifPresent(e -> add("feature.forbidden", subject, share.share()));
        expected(expectation(spec, feature), subject, share.share(), rank);
        if (spec.protectedGroups().stream().anyMatch(p -> p.column().equals(feature))) {
          add("feature.protected", subject, share.share());
        }
      }
    }
  }

  /**
   * Stated where they hold as well, so that a report can say that they were tested. The rank that
   * was expected stands in the subject, since a rule sees nothing else of it.
   */
  private void expected(
      Optional<ModelSpec.Expectation> expectation, String subject, double share, int rank) {
    expectation
        .flatMap(ModelSpec.Expectation::top)
        .ifPresent(
            top ->
                add(
                    "importance.expected_rank_gap",
                    subject + ": expected in the top " + top + ", found at rank " + rank,
                    rank - top));
    Optional<ModelSpec.Share> bounds = expectation.flatMap(ModelSpec.Expectation::share);
    bounds
        .flatMap(ModelSpec.Share::max)
        .ifPresent(max -> add("feature.share_excess", subject, share - max));
    bounds
        .flatMap(ModelSpec.Share::min)
        .ifPresent(min -> add("feature.share_shortfall", subject, min - share));
  }

  /**
   * Whether two methods rank the features alike: Spearman's correlation of their figures, over the
   * features that both speak of. Each attribution is compared with the permutation importance, and
   * the main one with the others.
   *
   * @param notes where to tell of features that could not be compared
   */
  Facts agreement(List<Section.Explained> explained, List<String> notes) {
    List<Section.Explained> attributions = Attributions.of(explained);
    explained.stream()
        .filter(e -> e.result().orElse(null) instanceof Section.ImportanceResult)
        .findFirst()
        .ifPresent(
            e -> {
              Map<String, Double> needs =
                  Agreement.figures(
                      ((Section.ImportanceResult) e.result().orElseThrow()).importance());
              attributions.forEach(a -> agreement(a, e.explainer(), needs, notes));
            });
    attributions.stream()
        .skip(1)
        .forEach(other -> agreement(attributions.get(0), other.explainer(), figures(other), notes));
    for (Section.Explained one : explained) {
      if (one.result().orElse(null) instanceof Section.LocalSurrogateResult lines
          && !attributions.isEmpty()) {
        agreement(
            attributions.get(0), one.explainer(), Attributions.figures(lines.global()), notes);
      }
    }
    return this;
  }

  /** Whether two methods say the same of the same rows, and whether they do so of every group. */
  Facts rows(List<RowsCompared> compared) {
    for (RowsCompared pair : compared) {
      add("explanation.top_agreement", pair.methods(), pair.features());
      add("explanation.sign_agreement", pair.methods(), pair.signs());
      pair.gaps()
          .forEach(
              (attribute, gap) ->
                  add("explanation.subgroup_gap", pair.methods() + ", " + attribute, gap));
    }
    return this;
  }

  private static Map<String, Double> figures(Section.Explained attribution) {
    return Attributions.figures((Section.AttributionResult) attribution.result().orElseThrow());
  }

  private void agreement(
      Section.Explained attribution,
      String other,
      Map<String, Double> figures,
      List<String> notes) {
    Map<String, Double> own = figures(attribution);
    Agreement agreement = Agreement.of(own, figures);
    String both = attribution.explainer() + " ~ " + other;
    add("explanation.agreement", both, agreement.rankCorrelation());
    if (agreement.features() < Math.max(own.size(), figures.size())) {
      notes.add(
          both
              + ": the agreement is over the "
              + agreement.features()
              + (agreement.features() == 1 ? " feature" : " features")
              + " that both methods speak of; groups were left out."
              + (agreement.features() < 3 ? " Fewer than three cannot be compared." : ""));
    }
  }

  private static Optional<ModelSpec.Expectation> expectation(ModelSpec spec, String feature) {
    return Optional.ofNullable(spec.expectations().get(feature));
  }

  private static double share(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }
}
