package io.attest.rules;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The metrics that facts can have, with a title for people. {@code docs/facts.md} says what each
 * one measures; a test holds the two lists together.
 */
public final class Metrics {
  private static final Map<String, String> TITLES = titles();

  private Metrics() {}

  /** Every metric by its name in a fact. */
  public static Set<String> names() {
    return TITLES.keySet();
  }

  /** What a metric is in words, with its name: {@code The accuracy (performance.accuracy)}. */
  public static String title(String metric) {
    String title = TITLES.get(metric);
    return title == null ? "The metric " + metric : title + " (" + metric + ")";
  }

  private static Map<String, String> titles() {
    Map<String, String> t = new LinkedHashMap<>();
    t.put("data.rows", "The number of rows");
    t.put("data.rejected", "The share of refused rows");
    t.put("data.duplicates", "The share of repeated rows");
    t.put("data.missing", "The share of missing values in a column");
    t.put("correlation.max", "The association of two features");
    t.put("vif", "How far the other features explain a feature");
    t.put("performance.auc", "The area under the ROC curve");
    t.put("performance.log_loss", "The log loss");
    t.put("performance.brier", "The Brier score");
    t.put("performance.accuracy", "The accuracy");
    t.put("performance.calibration_error", "The calibration error");
    t.put("performance.rmse", "The root mean squared error");
    t.put("performance.mae", "The mean absolute error");
    t.put("performance.r2", "The share of variance explained");
    t.put("performance.slice_gap", "How much worse the model is in a segment");
    t.put("performance.calibration_slope", "The slope of the calibration");
    t.put("performance.calibration_intercept", "The intercept of the calibration");
    t.put("performance.slice.auc", "The area under the ROC curve in a segment");
    t.put("performance.slice.brier", "The Brier score in a segment");
    t.put("performance.slice.accuracy", "The accuracy in a segment");
    t.put("performance.slice.rmse", "The root mean squared error in a segment");
    t.put("performance.slice.mae", "The mean absolute error in a segment");
    t.put("performance.slice.r2", "The share of variance explained in a segment");
    t.put("performance.slice.calibration_gap", "How far predictions of a segment miss");
    t.put("performance.slice.error_ratio", "The error in a segment against that of all rows");
    t.put("performance.slice.bias", "How far predicted numbers of a segment miss on one side");
    t.put("performance.cost", "The cost of 100 decisions");
    t.put("performance.cost_ratio", "The cost against one answer for everybody");
    t.put("performance.threshold_regret", "What another threshold would save");
    t.put("segment.rows", "The number of labelled rows in a segment");
    t.put("importance.share", "The share of a feature");
    t.put("importance.rank", "The rank of a feature");
    t.put("importance.expected_rank_gap", "How far a feature is behind the rank experts expect");
    t.put("interaction.share", "The share of a pair of features");
    t.put("feature.forbidden", "The share of a feature that is not allowed");
    t.put("feature.protected", "The share of a protected attribute");
    t.put("feature.share_excess", "How far the share of a feature is above its bound");
    t.put("feature.share_shortfall", "How far the share of a feature is below its bound");
    t.put("effect.monotonicity", "How far an effect goes the expected way");
    t.put("effect.range", "The range of an effect");
    t.put("effect.off_manifold", "The share of a curve's cases that hardly exist");
    t.put("surrogate.fidelity", "The fidelity of a surrogate");
    t.put("explanation.additivity", "What contributions leave unexplained");
    t.put("explanation.agreement", "The agreement of two methods");
    t.put("explanation.stability", "The stability of an explanation between seeds");
    t.put("explanation.sensitivity", "The change of an explanation between like cases");
    t.put("explanation.infidelity", "What an explanation does not tell");
    t.put("explanation.faithfulness", "The faithfulness of an explanation");
    t.put("explanation.top_agreement", "The agreement of two methods on single cases");
    t.put("explanation.sign_agreement", "The agreement of two methods on for and against");
    t.put("explanation.subgroup_gap", "The gap of explanations between groups");
    t.put("explanation.missing", "An explainer that failed");
    t.put("lime.r2", "The fit of straight lines near cases");
    t.put("anchors.precision", "The precision of rules for cases");
    t.put("anchors.reached", "The share of rules that reached their precision");
    t.put("counterfactual.found", "The share of cases with an alternative");
    t.put("counterfactual.validity", "The share of alternatives that hold");
    t.put("counterfactual.changes", "The number of changes of an alternative");
    t.put("counterfactual.plausibility", "The plausibility of alternatives");
    t.put("counterfactual.against_rule", "The share of cases that only a forbidden change helps");
    t.put("influence.max_share", "The share of one training row");
    t.put("influence.validation", "How training again confirms influence");
    t.put("influence.agreement", "How new leaf values confirm influence");
    t.put("fairness.impact_ratio", "The impact ratio of a group");
    t.put("fairness.equal_opportunity", "The gap in recognised good cases of a group");
    t.put("fairness.equalised_odds", "The larger gap between groups in right and wrong answers");
    t.put("fairness.calibration_gap", "The calibration gap of a group");
    t.put("fairness.predictive_parity", "The gap in what a favourable decision means");
    t.put("fairness.gap_driver_protected", "The part of a gap that a protected attribute makes");
    t.put("proxy.strength", "How well a feature tells a protected attribute");
    t.put("drift.psi", "The population stability index of a feature");
    t.put("drift.inputs", "The number of inputs that have drifted");
    t.put("drift.ks", "The Kolmogorov-Smirnov statistic of a feature");
    t.put("drift.wasserstein", "How far the values of a feature have moved");
    t.put("drift.label_rate", "The change of the rate of the outcome");
    t.put("drift.attribution_share", "The change of the share of a feature");
    t.put("drift.attribution_psi", "The population stability index of contributions");
    t.put("drift.prediction_change", "The change of predictions of the same rows");
    t.put("drift.explanation_stability", "How alike two models explain the same rows");
    t.put("drift.score_psi", "The population stability index of the scores");
    t.put("drift.attribution_ndcg", "The likeness of the order of features to the baseline");
    t.put("drift.flips", "The share of fixed rows with another decision");
    t.put("drift.performance", "The change of performance since the baseline");
    t.put("drift.performance_loss", "The loss of performance that chance does not explain");
    return Collections.unmodifiableMap(t);
  }
}
