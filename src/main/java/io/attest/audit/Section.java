package io.attest.audit;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.attest.correlate.Dependence;
import io.attest.explain.Counterfactuals;
import io.attest.explain.Effects;
import io.attest.explain.Importance;
import io.attest.explain.Provenance;
import io.attest.explain.Surfaces;
import io.attest.explain.Surrogate;
import io.attest.explain.TestInfluence;
import io.attest.explain.quality.Quality;
import io.attest.measure.Fairness;
import io.attest.measure.Performance;
import io.attest.measure.Thresholds;
import io.attest.measure.WeakSpots;
import io.attest.measure.drift.AttributionDrift;
import io.attest.measure.drift.MetricChange;
import io.attest.measure.drift.PredictionChange;
import io.attest.measure.drift.Shift;
import io.attest.model.OutputSpace;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one stage leaves in the record of an audit: small facts, and the hashes of the files that
 * hold the rest. One a stage; {@link Explained} one for each explainer.
 */
public sealed interface Section {

  /** The stage that wrote it. */
  @JsonIgnore
  String stage();

  /** Which of several of one stage: the explainer; else empty. */
  @JsonIgnore
  default String part() {
    return "";
  }

  /**
   * What came in.
   *
   * @param audit the rows to audit the model on
   * @param training the training rows, where there are any
   * @param modelFile the model as it was audited
   * @param modelYaml its declaration as it was audited
   * @param format the model's format
   * @param libraryVersion of the library that wrote it; empty if the file does not say
   */
  record Ingested(
      Table audit,
      Optional<Table> training,
      Artifact modelFile,
      Artifact modelYaml,
      String format,
      String libraryVersion)
      implements Section {
    @Override
    public String stage() {
      return "ingest";
    }
  }

  /**
   * One table that was read.
   *
   * @param source where it came from, as declared
   * @param sourceSha256 of the bytes that came in
   * @param snapshot the rows kept, as Parquet
   * @param read rows read
   * @param kept rows kept
   * @param duplicates kept rows that repeat an earlier one in every column
   * @param rejects why rows were refused, with counts and first examples
   * @param columns name, type, unit, meaning, missing values, and range or levels seen
   * @param notes how the file was read: delimiter, encoding, decimal sign; columns not used
   */
  record Table(
      String source,
      String sourceSha256,
      Artifact snapshot,
      long read,
      long kept,
      long duplicates,
      List<Reject> rejects,
      List<ColumnSummary> columns,
      List<String> notes) {}

  /**
   * @param reason in words, without the value
   * @param rows how many rows were refused for it
   * @param examples the first ones: {@code row 17, column age: 'abc'}
   */
  record Reject(String reason, long rows, List<String> examples) {}

  /**
   * @param type {@code numeric}, {@code categorical}, {@code text}
   * @param summary range or levels with counts, in words
   */
  record ColumnSummary(
      String name, String type, String unit, String meaning, long missing, String summary) {}

  record Correlated(Dependence dependence) implements Section {
    @Override
    public String stage() {
      return "correlate";
    }
  }

  /**
   * @param facts what the decision table was told
   * @param choices every explainer that the table spoke of, chosen or refused
   */
  record Selected(Map<String, String> facts, List<Choice> choices) implements Section {
    @Override
    public String stage() {
      return "select";
    }
  }

  /** One row of the answer of {@code select-explainers.dmn}. */
  record Choice(String explainer, boolean run, String parameters, String reason) {}

  /**
   * What one explainer found, or why it was not heard.
   *
   * @param explainer its name
   * @param provenance how it came about; absent if it was skipped
   * @param files the whole explanation, as Parquet, one file for each of its tables
   * @param result the part that reports show; absent if it was skipped
   * @param skipped who skipped it after it failed, and why; absent if it ran
   * @param millis how long it took: for information, not part of the result
   * @param quality how far it can be trusted, where that was measured; absent in older records
   */
  record Explained(
      String explainer,
      Optional<Provenance> provenance,
      List<Artifact> files,
      Optional<Result> result,
      Optional<Skipped> skipped,
      long millis,
      Optional<Quality> quality)
      implements Section {

    /** Without figures of its quality. */
    public Explained(
        String explainer,
        Optional<Provenance> provenance,
        List<Artifact> files,
        Optional<Result> result,
        Optional<Skipped> skipped,
        long millis) {
      this(explainer, provenance, files, result, skipped, millis, Optional.empty());
    }

    /** The same with figures of its quality. */
    public Explained with(Quality measured) {
      return new Explained(
          explainer, provenance, files, result, skipped, millis, Optional.of(measured));
    }

    @Override
    public String stage() {
      return "explain";
    }

    @Override
    public String part() {
      return explainer;
    }
  }

  /**
   * The audit went on without this explainer: the report says "not tested".
   *
   * @param by the person who decided so after it failed; empty if the method itself found that it
   *     does not fit the model or the data
   * @param error what it failed with; empty if it did not
   */
  record Skipped(String by, Instant at, String reason, String error) {

    /** True if nothing failed: the method does not fit. */
    @JsonIgnore
    public boolean unfit() {
      return by.isEmpty();
    }
  }

  /** The part of an explanation that reports show. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = AnchorsResult.class, name = "anchors"),
    @JsonSubTypes.Type(value = LocalSurrogateResult.class, name = "local-surrogate"),
    @JsonSubTypes.Type(value = AttributionResult.class, name = "attribution"),
    @JsonSubTypes.Type(value = CounterfactualsResult.class, name = "counterfactuals"),
    @JsonSubTypes.Type(value = EffectsResult.class, name = "effects"),
    @JsonSubTypes.Type(value = ImportanceResult.class, name = "importance"),
    @JsonSubTypes.Type(value = InfluenceResult.class, name = "influence"),
    @JsonSubTypes.Type(value = InteractionsResult.class, name = "interactions"),
    @JsonSubTypes.Type(value = SurfacesResult.class, name = "surfaces"),
    @JsonSubTypes.Type(value = SurrogateResult.class, name = "surrogate"),
    @JsonSubTypes.Type(value = LossResult.class, name = "loss")
  })
  sealed interface Result {}

  /**
   * Of an attribution: global figures of every row, local ones of a stated selection.
   *
   * @param output the output that the figures are of: the positive one, or the first
   * @param space where contributions are measured; older records do not say it, and are raw
   * @param global one a feature, largest first
   * @param relativeResidual largest residual relative to the largest prediction
   * @param local the rows shown, and why each was picked
   */
  record AttributionResult(
      String output,
      OutputSpace space,
      double baseValue,
      List<GlobalShare> global,
      double relativeResidual,
      List<LocalRow> local)
      implements Result {
    public AttributionResult {
      space = space == null ? OutputSpace.RAW : space;
    }
  }

  /**
   * @param meanAbsolute mean absolute contribution over all rows
   * @param interval of that mean, 95 %; absent with fewer than two rows, and in older records
   * @param share of the sum over all features
   * @param mean signed mean
   */
  record GlobalShare(
      String feature, double meanAbsolute, Optional<Interval> interval, double share, double mean) {

    /** Lower end of the interval, NaN if there is none. */
    public double low() {
      return interval.map(Interval::low).orElse(Double.NaN);
    }

    /** Upper end of the interval, NaN if there is none. */
    public double high() {
      return interval.map(Interval::high).orElse(Double.NaN);
    }
  }

  /** From where to where. */
  record Interval(double low, double high) {}

  /**
   * @param row index in the snapshot, from 0
   * @param id the case's name, or the row number
   * @param why {@code worst error}, {@code borderline}, {@code random}
   * @param label what happened, as in the data; empty if unknown
   * @param response the model's response
   * @param prediction the model's output in the space of the contributions
   * @param contributions largest first
   */
  record LocalRow(
      int row,
      String id,
      String why,
      String label,
      double response,
      double prediction,
      double residual,
      List<Contribution> contributions) {}

  /** One feature of one case: its value in words, and what it added. */
  record Contribution(String feature, String value, double contribution) {}

  /**
   * Of lines near single rows: figures of every row, and the lines of a stated selection.
   *
   * @param output the output that the figures are of, as in {@link AttributionResult}
   * @param space where lines are measured
   * @param r2 median over the rows of the share of the variance near the row that the line explains
   * @param r2Low what one row in twenty stays below
   * @param stability mean over the rows
   * @param widthAgreement mean over the rows where it can be told; NaN if there is none
   * @param level rows near which the model says the same everywhere: they have no R2
   * @param global coefficient x distance from the mean, one a feature, largest first
   * @param local the rows shown
   */
  record LocalSurrogateResult(
      String output,
      OutputSpace space,
      double r2,
      double r2Low,
      double stability,
      double widthAgreement,
      long level,
      List<GlobalShare> global,
      List<LocalLine> local)
      implements Result {}

  /**
   * The line near one row.
   *
   * @param row the case, with contributions to the line; its residual is what the line misses
   * @param coefficients largest first
   */
  record LocalLine(LocalRow row, double r2, double stability, List<Coefficient> coefficients) {}

  /** A coefficient with its 95 % interval. */
  record Coefficient(String feature, double value, double low, double high) {}

  /**
   * Rules that are enough for single answers.
   *
   * @param wanted the precision asked for
   * @param precision mean over the rules
   * @param reached share of the rules that have the precision asked for
   */
  record AnchorsResult(double wanted, double precision, double reached, List<AnchorRule> rules)
      implements Result {}

  /**
   * @param row index in the snapshot, from 0
   * @param id the case's name, or the row number
   * @param label what happened, as in the data; empty if unknown
   * @param answer what the model answers, in words: what the rule is enough for
   * @param response the response that the answer is about
   * @param rule in words
   * @param precision with its confidence interval from {@code low} to {@code high}
   * @param coverage share of the background that the rule holds for
   * @param reached false where this is only the best rule that was found
   */
  record AnchorRule(
      int row,
      String id,
      String label,
      String answer,
      double response,
      String rule,
      double precision,
      double low,
      double high,
      double coverage,
      boolean reached) {}

  /** Effect curves without the individual ones, which are in the files. */
  record EffectsResult(Effects effects) implements Result {}

  record ImportanceResult(Importance importance) implements Result {}

  /**
   * Of interactions: figures of every row.
   *
   * @param output the output that the figures are of; of several, the figures are means over them
   * @param space where interactions are measured
   * @param features how many there are
   * @param relativeResidual largest residual relative to the largest prediction
   * @param mainShare share of all main effects in the sum of mean absolute main effects and
   *     interactions
   * @param pairs the strongest pairs, strongest first
   * @param allPairs how many pairs there are
   * @param matrix of the features with the largest part in it all: shares of main effects on the
   *     diagonal, beside it those of interactions
   */
  record InteractionsResult(
      String output,
      OutputSpace space,
      int features,
      double relativeResidual,
      double mainShare,
      List<PairShare> pairs,
      long allPairs,
      List<MatrixRow> matrix)
      implements Result {}

  /**
   * Two features together.
   *
   * @param meanAbsolute mean absolute interaction, both halves, over all rows
   * @param share of the sum of mean absolute main effects and interactions
   * @param mean signed mean; NaN of several outputs, where it says nothing
   */
  record PairShare(String first, String second, double meanAbsolute, double share, double mean) {}

  /**
   * @param values one for each feature of the matrix, in the order of its rows
   */
  record MatrixRow(String feature, List<Double> values) {}

  /**
   * Pairs of features by Friedman's H, and what is predicted over the strongest.
   *
   * @param space where the surfaces are measured
   * @param pairs the strongest, strongest first
   * @param allPairs how many pairs act together at all
   */
  record SurfacesResult(
      OutputSpace space, List<Surfaces.Pair> pairs, long allPairs, List<Surfaces.Surface> surfaces)
      implements Result {}

  /** A small model that mimics the model. */
  record SurrogateResult(Surrogate surrogate) implements Result {

    /** The fidelity that it must reach to be read as what the model does. */
    public double gate() {
      return Double.parseDouble(surrogate.provenance().parameters().getOrDefault("gate", "0.9"));
    }

    /** True if it is close enough to be read as what the model does. */
    public boolean passes() {
      return surrogate.passes(gate());
    }
  }

  /**
   * What the loss of the predictions comes from.
   *
   * @param base mean loss if nothing is known of a row
   * @param loss mean loss of the predictions
   * @param features the most harmful or least helpful first
   * @param relativeResidual largest residual relative to the largest loss
   */
  record LossResult(double base, double loss, List<LossShare> features, double relativeResidual)
      implements Result {}

  /**
   * @param mean mean contribution to the loss: below 0 the feature makes predictions better
   * @param meanAbsolute mean absolute contribution
   */
  record LossShare(String feature, double mean, double meanAbsolute) {}

  /**
   * @param terms parameters of a linear model; none of others
   * @param rows the most influential training rows of a linear model, largest Cook's distance first
   * @param maxShare the largest share that one row has in the sum of absolute influence
   * @param onTests what training rows do to single audit rows; absent in older records
   */
  record InfluenceResult(
      List<String> terms,
      int trainingRows,
      List<InfluentialRow> rows,
      double maxShare,
      Optional<InfluenceOnTests> onTests)
      implements Result {
    public InfluenceResult {
      onTests = onTests == null ? Optional.empty() : onTests;
    }

    /** As older records have it. */
    public InfluenceResult(
        List<String> terms, int trainingRows, List<InfluentialRow> rows, double maxShare) {
      this(terms, trainingRows, rows, maxShare, Optional.empty());
    }
  }

  /**
   * What training rows do to single audit rows. Changes are "without the row" minus "with the row".
   *
   * @param tests how many audit rows were looked at
   * @param measure what changes: the loss, or the raw output where outcomes are not known
   * @param validation against models without the row; absent if none was made
   * @param rows the training rows that change most, first
   */
  record InfluenceOnTests(
      int tests,
      String measure,
      Optional<TestInfluence.Validation> validation,
      List<TrainingRow> rows) {}

  /**
   * A training row that matters.
   *
   * @param row index in the training rows, from 0
   * @param id the case's name, or the row number from 1
   * @param label what happened
   * @param values of its features, in words
   * @param strength mean absolute change over the tests
   * @param share of the sum of all strengths
   * @param mean mean change over the tests
   * @param tests the audit rows it changes most, first
   */
  record TrainingRow(
      int row,
      String id,
      String label,
      String values,
      double strength,
      double share,
      double mean,
      List<TestChange> tests) {

    /** The audit rows it changes most, in words. */
    @JsonIgnore
    public String most() {
      return tests.stream()
          .map(t -> String.format(java.util.Locale.ROOT, "%s (%+.2g)", t.id(), t.change()))
          .collect(java.util.stream.Collectors.joining(", "));
    }
  }

  /** What leaving a training row out changes for one audit row. */
  record TestChange(int row, String id, double change) {}

  record InfluentialRow(
      int row,
      String label,
      double response,
      double leverage,
      double studentized,
      double cook,
      double dffits,
      double looLoss,
      String largestTerm,
      double largestDfbetas) {}

  /**
   * What would have changed the answers.
   *
   * @param quality of all alternatives
   * @param cases in the order of their rows
   */
  record CounterfactualsResult(Counterfactuals.Quality quality, List<CounterfactualCase> cases)
      implements Result {}

  /**
   * @param row index in the snapshot, from 0
   * @param id the case's name, or the row number
   * @param answer what the model says, in words
   * @param wanted what the alternatives reach, in words
   * @param already true if the case had the wanted answer to begin with
   * @param gap how much nearer another alternative could be: 0 if proved that none is, NaN if
   *     nothing is proved
   * @param why there is no alternative; empty if there is one
   * @param unless features whose rules stand in the way
   * @param alternatives fewest changes first
   */
  record CounterfactualCase(
      int row,
      String id,
      String answer,
      String wanted,
      boolean already,
      double gap,
      String why,
      List<String> unless,
      List<OtherValues> alternatives) {

    /** As it was found. */
    public static CounterfactualCase of(int row, String id, Counterfactuals.Case found) {
      return new CounterfactualCase(
          row,
          id,
          found.answer(),
          found.wanted(),
          found.already(),
          found.gap(),
          found.why(),
          found.unless(),
          found.alternatives().stream()
              .map(
                  a ->
                      new OtherValues(
                          a.answer(), a.distance(), a.plausibility(), a.sentence(), a.changes()))
              .toList());
    }
  }

  /**
   * An alternative to a case.
   *
   * @param answer what the model says of it, in words
   * @param distance sum of the parts of the changes
   * @param plausibility 1 is common, 0 unlike any row of the data
   */
  record OtherValues(
      String answer,
      double distance,
      double plausibility,
      String sentence,
      List<Counterfactuals.Change> changes) {}

  /**
   * What differs from a baseline. What was not compared is empty, and {@code notTested} says why.
   *
   * @param baseline what this audit was compared with; absent of a first audit
   * @param why this baseline and no other, in words
   * @param inputs columns that the model sees, in its order
   * @param scores its responses, one for each output
   * @param labels what happened
   * @param fixedRows what this model says of the baseline's rows, against what that one said
   * @param stability whether its explanations of those rows are the same
   * @param changed what is another than then, and what is not
   * @param labelled of an audit that adds outcomes to an earlier one
   */
  record Drifted(
      Optional<Baseline> baseline,
      String why,
      List<Shift> inputs,
      List<Shift> scores,
      Optional<Shift> labels,
      List<MetricChange> performance,
      Optional<AttributionDrift> attribution,
      Optional<PredictionChange> fixedRows,
      Optional<Stability> stability,
      List<Changed> changed,
      Optional<Labelled> labelled,
      List<String> notTested)
      implements Section {
    @Override
    public String stage() {
      return "drift";
    }
  }

  /**
   * What an audit is compared with.
   *
   * @param kind {@code audit}, or {@code training} for the rows that the model was trained on
   * @param audit its id; empty of training rows
   * @param state how it ended; empty of training rows
   * @param startedAt absent of training rows
   * @param version the owner's version of the model then
   * @param rows how many rows it has
   */
  record Baseline(
      String kind,
      String audit,
      String state,
      Optional<Instant> startedAt,
      String version,
      long rows) {

    /** Its name in a sentence. */
    @JsonIgnore
    public String name() {
      return kind.equals("training") ? "the training data" : audit;
    }
  }

  /**
   * How alike two models explain the same rows; each figure is 1 if all rows agree.
   *
   * @param rows how many rows of how many were explained again
   * @param features mean share of the most important features that both name
   * @param signs mean share that both name with the same sign
   * @param ranks mean share that both name at the same rank
   */
  record Stability(
      String method, int rows, long allRows, double features, double signs, double ranks) {}

  /** One thing that may be another than then: short hash, version, or words. */
  record Changed(String what, String then, String now, boolean same) {}

  /**
   * @param audit whose rows they are
   * @param known rows whose outcome is known
   * @param rows all rows
   */
  record Labelled(String audit, long known, long rows) {}

  /**
   * Facts in long form, for the domain rules, and the measures that they come from.
   *
   * @param weakSpots where the model is worse than elsewhere; absent without labels, and in older
   *     records
   * @param thresholds what other thresholds would do; absent where nothing is decided by one, and
   *     in older records
   */
  record Validated(
      Optional<Performance> performance,
      Optional<Fairness> fairness,
      List<Fact> facts,
      List<String> notes,
      Optional<WeakSpots> weakSpots,
      Optional<Thresholds> thresholds)
      implements Section {

    public Validated {
      weakSpots = weakSpots == null ? Optional.empty() : weakSpots;
      thresholds = thresholds == null ? Optional.empty() : thresholds;
    }

    /** As older records have it. */
    public Validated(
        Optional<Performance> performance,
        Optional<Fairness> fairness,
        List<Fact> facts,
        List<String> notes) {
      this(performance, fairness, facts, notes, Optional.empty(), Optional.empty());
    }

    @Override
    public String stage() {
      return "validate";
    }
  }

  /** One fact: {@code effect.monotonicity, duration, 0.97}. */
  record Fact(String metric, String subject, double value) {}

  /**
   * @param verdict {@code pass}, {@code warn} or {@code block}
   * @param findings worst first
   */
  record Judged(String verdict, List<Finding> findings) implements Section {
    @Override
    public String stage() {
      return "verdict";
    }
  }

  /**
   * A domain rule that fired on a fact.
   *
   * @param id stable within the audit: {@code F-01}
   * @param decisionId the engine's record of the decision
   * @param rulesVersion version of {@code domain-rules.dmn}
   */
  record Finding(
      String id,
      String rule,
      String severity,
      String metric,
      String subject,
      double value,
      String message,
      String reference,
      String decisionId,
      String rulesVersion) {}

  /**
   * What laws, guidance and standards ask for, and what the audit shows of it. Not a stage of the
   * process: written with each report, from what was executed until then.
   *
   * @param registers that the controls are from
   */
  record Controlled(List<Control> controls, List<RegisterUsed> registers) implements Section {
    @Override
    public String stage() {
      return "controls";
    }
  }

  /**
   * A register as it was when the report was written.
   *
   * @param status how binding it is, in words
   * @param checkedOn when it was held against its original
   * @param checkedHow against what
   */
  record RegisterUsed(
      String id,
      String name,
      String status,
      String source,
      LocalDate checkedOn,
      String checkedHow) {}

  /**
   * The report as it was when people were asked.
   *
   * @param page the same as one HTML file; absent in older records
   * @param pdf the same as PDF; absent in older records
   */
  record Reported(Artifact workbook, Optional<Artifact> page, Optional<Artifact> pdf)
      implements Section {
    public Reported {
      page = page == null ? Optional.empty() : page;
      pdf = pdf == null ? Optional.empty() : pdf;
    }

    /** As older records have it. */
    public Reported(Artifact workbook) {
      this(workbook, Optional.empty(), Optional.empty());
    }

    @Override
    public String stage() {
      return "report";
    }
  }

  /**
   * How long the approval holds that people have just given; written before the report is sealed.
   *
   * @param until the last day
   * @param basis where the period comes from, in words
   */
  record Granted(LocalDate until, String basis) implements Section {
    @Override
    public String stage() {
      return "approval";
    }
  }

  /**
   * @param workbook the final one, with the approvals
   * @param pack the evidence
   * @param outcome the end state
   * @param page the report as one HTML file, with the approvals; absent in older records
   * @param pdf the same as PDF; absent in older records
   */
  record Published(
      Artifact workbook,
      Artifact pack,
      String outcome,
      Instant at,
      Optional<Artifact> page,
      Optional<Artifact> pdf)
      implements Section {
    public Published {
      page = page == null ? Optional.empty() : page;
      pdf = pdf == null ? Optional.empty() : pdf;
    }

    /** As older records have it. */
    public Published(Artifact workbook, Artifact pack, String outcome, Instant at) {
      this(workbook, pack, outcome, at, Optional.empty(), Optional.empty());
    }

    @Override
    public String stage() {
      return "publish";
    }
  }

  /**
   * Who was told of the result when it was published: written after the sealed pack.
   *
   * @param addresses the mail addresses; empty if nobody was told
   */
  record Told(List<String> addresses, Instant at) implements Section {
    public Told {
      addresses = List.copyOf(addresses);
    }

    @Override
    public String stage() {
      return "told";
    }
  }
}
