package io.attest.audit;

import io.attest.audit.Section.Contribution;
import io.attest.explain.Counterfactuals;
import io.attest.explain.Provenance;
import io.attest.model.OutputSpace;
import java.util.List;
import java.util.Optional;

/**
 * Why a model says what it says of one case: by the model, the background and the parameters of one
 * audit. The same audit and case give the same record; no time stands in it.
 *
 * @param auditId whose model, data and parameters these are
 * @param model its id
 * @param modelVersion as its owner numbers it
 * @param subject which case
 * @param values one a feature, in the order of the model
 * @param answer what the model says
 * @param contributions what each feature added; absent where {@code absent} says why
 * @param counterfactuals what would have changed the answer
 * @param similar the nearest rows of the data
 * @param influential training rows that pull at this case, strongest first; of rows of the audit
 *     for which the audit computed it
 * @param line the straight line near the case (LIME)
 * @param rule what is enough for the answer (anchors)
 * @param warnings where a figure is easily misread, a sentence each
 * @param absent what was not found out, and why
 * @param provenance how each part came about, with parameters, seed and budget
 */
public record CaseExplanation(
    String auditId,
    String model,
    String modelVersion,
    Subject subject,
    List<Value> values,
    Answer answer,
    Optional<Contributions> contributions,
    Optional<Section.CounterfactualCase> counterfactuals,
    Optional<Similar> similar,
    List<Influential> influential,
    Optional<Line> line,
    Optional<Section.AnchorRule> rule,
    List<String> warnings,
    List<Absent> absent,
    List<Provenance> provenance) {

  public CaseExplanation {
    values = List.copyOf(values);
    influential = List.copyOf(influential);
    warnings = List.copyOf(warnings);
    absent = List.copyOf(absent);
    provenance = List.copyOf(provenance);
  }

  /** What would have to be otherwise, in the words of the declaration. */
  public String inWords(List<Counterfactuals.Change> changes) {
    return Wording.of(
        changes,
        feature -> value(feature).map(Value::wording).orElse(new Wording(feature, feature, "")));
  }

  /** The value of a feature, if the model has it. */
  public Optional<Value> value(String feature) {
    return values.stream().filter(v -> v.feature().equals(feature)).findFirst();
  }

  /**
   * Which case.
   *
   * @param id its name; the row number where rows have none; empty for one that was typed
   * @param row from 1 in the rows of the audit; absent for one that was typed
   * @param label what happened, as in the data; empty if unknown, or if a value was changed
   * @param changed features that have another value than the row
   */
  public record Subject(String id, Optional<Long> row, String label, List<String> changed) {

    public Subject {
      changed = List.copyOf(changed);
    }

    /** True if it is a row of the audit just as it is. */
    public boolean unchanged() {
      return row.isPresent() && changed.isEmpty();
    }
  }

  /**
   * A feature of the case.
   *
   * @param meaning what it says, as declared
   * @param text the value in words; {@code (missing)} where it is unknown
   * @param unit what a number counts; empty if nothing
   * @param known false where the value is missing
   * @param guarded true for a protected attribute, and for one that must not be used
   */
  public record Value(
      String feature, String meaning, String text, String unit, boolean known, boolean guarded) {

    /** The value with its unit. */
    public String words() {
      return known ? wording().amount(text) : text;
    }

    private Wording wording() {
      return new Wording(feature, meaning, unit);
    }
  }

  /**
   * What the model says.
   *
   * @param output the output that is explained: the likeliest one, or that which was asked for
   * @param response of that output, after the link
   * @param responses of all outputs
   * @param decision what follows from it; absent where the model decides nothing
   */
  public record Answer(
      String output,
      double response,
      List<OutputResponse> responses,
      Optional<CaseDecision> decision) {

    public Answer {
      responses = List.copyOf(responses);
    }
  }

  /** The response of one output. */
  public record OutputResponse(String output, double response) {}

  /**
   * What follows from the response.
   *
   * @param threshold on the response
   * @param favourable {@code below} or {@code above}: where the person wants to be
   * @param favoured whether the case is there
   * @param words in a sentence
   */
  public record CaseDecision(double threshold, String favourable, boolean favoured, String words) {}

  /**
   * Prediction = base value + contributions + residual.
   *
   * @param method the explainer
   * @param ofAudit true if it is the main method of the audit, with the parameters it had there
   * @param output the output that is explained
   * @param space where everything here is measured
   * @param residual zero but for rounding, unless the method does not add up
   * @param features largest first
   */
  public record Contributions(
      String method,
      boolean ofAudit,
      String output,
      OutputSpace space,
      double baseValue,
      double prediction,
      double residual,
      List<Contribution> features) {

    public Contributions {
      features = List.copyOf(features);
    }
  }

  /**
   * The nearest rows.
   *
   * @param of {@code training} or {@code audit}: whose rows they are
   * @param searched how many rows were looked at
   * @param typical share of these rows that lie at least as far from their nearest neighbour as the
   *     case does from its own: 1 is common, 0 unlike any row
   * @param rows nearest first
   */
  public record Similar(String of, long searched, double typical, List<SimilarRow> rows) {

    public Similar {
      rows = List.copyOf(rows);
    }
  }

  /**
   * A row that is near.
   *
   * @param row from 1
   * @param id its name, or the row number
   * @param label what happened; empty if unknown
   * @param response of the output that is explained
   * @param distance sum over the features: of a number the difference in median absolute
   *     deviations, of a category 1
   * @param differs what is different, largest part of the distance first
   * @param values one a feature, in the order of the model
   */
  public record SimilarRow(
      long row,
      String id,
      String label,
      double response,
      double distance,
      List<Difference> differs,
      List<String> values) {

    public SimilarRow {
      differs = List.copyOf(differs);
      values = List.copyOf(values);
    }
  }

  /** One feature that is different: the value of the near row in words. */
  public record Difference(String feature, String value) {}

  /**
   * A training row that pulls at the case.
   *
   * @param method the explainer of the audit that found it
   * @param row from 1 in the training rows
   * @param id its name, or the row number
   * @param label what happened
   * @param change of the measure for this case when the row is left out
   * @param measure {@code loss} or {@code raw output}
   */
  public record Influential(
      String method, long row, String id, String label, double change, String measure) {}

  /**
   * The straight line near the case.
   *
   * @param space where it is measured
   * @param r2 share of what the model does near the case that the line tells; NaN where the model
   *     says the same everywhere near it
   * @param stability 0 to 1: how far two halves of the draws agree
   * @param coefficients with 95 % intervals, largest first
   * @param contributions what each feature adds on the line, largest first
   * @param agreement with the contributions; absent where there are none
   */
  public record Line(
      OutputSpace space,
      double r2,
      double stability,
      List<Section.Coefficient> coefficients,
      List<Contribution> contributions,
      Optional<LineAgreement> agreement) {

    public Line {
      coefficients = List.copyOf(coefficients);
      contributions = List.copyOf(contributions);
    }
  }

  /**
   * How far line and contributions agree; shares from 0 to 1.
   *
   * @param top how many features count as the important ones
   * @param features share of them that both have
   * @param signs share that both have with the same sign
   * @param ranks share that both have at the same rank
   * @param rankCorrelation Spearman's of all sizes; NaN with fewer than three features
   * @param words in a sentence
   */
  public record LineAgreement(
      int top, double features, double signs, double ranks, double rankCorrelation, String words) {}

  /** What was not found out: which part, and why. */
  public record Absent(String part, String why) {}
}
