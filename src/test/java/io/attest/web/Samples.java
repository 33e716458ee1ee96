package io.attest.web;

import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.DecisionRecord;
import io.attest.audit.Disposition;
import io.attest.audit.Section;
import io.attest.correlate.Dependence;
import io.attest.explain.Effects;
import io.attest.explain.Importance;
import io.attest.explain.Provenance;
import io.attest.explain.Surrogate;
import io.attest.measure.Performance;
import io.attest.model.OutputSpace;
import io.attest.report.SampleMeasures;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Invented audits: one as it should be, one in work, one whose every text is an attack. */
public final class Samples {
  public static final String GOOD = "ATT-german-credit-20261122-1";
  public static final String RUNNING = "ATT-german-credit-20261122-2";
  public static final String HOSTILE = "ATT-hostile-20261121-1";
  public static final String FRESH = "ATT-german-credit-20261122-3";

  /** Markup, quotes, an AngularJS expression, and a mark that turns the direction of text. */
  public static final String ATTACK =
      "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{constructor.constructor('alert(3)')()}}"
          + "\u202Etcejer";

  private static final Instant THEN = Instant.parse("2026-11-22T09:00:00Z");

  private static final List<String> FEATURES =
      List.of(
          "checking_status",
          "duration",
          "credit_history",
          "purpose",
          "credit_amount",
          "savings_status",
          "employment",
          "installment_commitment",
          "personal_status",
          "age");

  private Samples() {}

  public static void fill(AuditStore store, ArtifactStore artifacts) {
    if (store.find(GOOD).isPresent()) {
      return;
    }
    store.create(audit(GOOD, "German credit, boosted trees", "Yearly review", "waiting", "rita"));
    sections(artifacts, FEATURES, "bad", "").forEach(s -> store.save(GOOD, s));
    store.verdict(GOOD, "block");
    store.decide(
        GOOD,
        new DecisionRecord(
            "review",
            "t-1",
            "rita",
            THEN.plusSeconds(4000),
            "rework",
            "Please use the rows of this year.",
            "stage ingest",
            1));
    store.round(GOOD, 2);

    store.create(audit(RUNNING, "German credit, boosted trees", "New version", "running", "stan"));
    sections(artifacts, FEATURES, "bad", "").stream().limit(3).forEach(s -> store.save(RUNNING, s));
    store.progress(RUNNING, new AuditStore.Step("explain", "tree-shap", 640, 1000));
    store.progress(RUNNING, new AuditStore.Step("explain", "pdp-ice", 3, 20));
    store.progress(RUNNING, new AuditStore.Step("explain", "permutation", 0, 60));

    store.create(audit(FRESH, "German credit, scorecard", "Complaint", "running", "attest"));

    store.create(audit(HOSTILE, ATTACK, ATTACK, "waiting", ATTACK.substring(0, 60)));
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 26; i++) {
      names.add(i + ATTACK);
    }
    sections(artifacts, names, ATTACK, ATTACK).forEach(s -> store.save(HOSTILE, s));
    store.verdict(HOSTILE, "warn");
    store.decide(
        HOSTILE,
        new DecisionRecord(
            "review",
            "t-2",
            ATTACK,
            THEN,
            "reject",
            ATTACK,
            ATTACK,
            1,
            store.require(HOSTILE, Section.Judged.class).findings().stream()
                .map(finding -> new Disposition(finding, "disputed", ATTACK))
                .toList()));
  }

  private static Audit audit(String id, String name, String reason, String state, String by) {
    return new Audit(
        id,
        id.contains("hostile") ? "hostile" : "german-credit",
        name,
        "high",
        reason,
        "Credit committee",
        "tasklist",
        by,
        THEN,
        state,
        Optional.empty(),
        Optional.empty(),
        1,
        Optional.empty());
  }

  private static Surrogate.Condition condition(String text) {
    return new Surrogate.Condition(
        "housing" + text,
        Double.NEGATIVE_INFINITY,
        Double.POSITIVE_INFINITY,
        List.of("own" + text, "rent"),
        true);
  }

  private static Section.Explained surrogate(
      String method, List<Surrogate.Node> nodes, String text) {
    return new Section.Explained(
        method,
        Optional.of(provenance(method, text)),
        List.of(),
        Optional.of(
            new Section.SurrogateResult(
                new Surrogate(
                    provenance(method, text),
                    List.of("bad" + text),
                    nodes,
                    List.of(
                        new Surrogate.Rule(
                            1, List.of(condition(text)), new double[] {0.7}, 300, 0.3, 0.1, 0.9),
                        new Surrogate.Rule(2, List.of(), new double[] {0.2}, 600, 0.7, 0.1, 0.8)),
                    List.of(new Surrogate.Fidelity("bad" + text, 0.7, 0.62, 0.15, 0.9, 0.85)),
                    List.of(
                        new Surrogate.Stability(
                            "first split", "housing" + text, 0.4, Double.NaN, Double.NaN))))),
        Optional.empty(),
        900);
  }

  private static Provenance provenance(String method, String text) {
    return new Provenance(
        method,
        "exact" + text,
        "Lundberg et al. 2020, Nature Machine Intelligence" + text,
        Map.of("background", "500", "output", "bad" + text),
        Optional.of(1L),
        "2".repeat(64),
        OutputSpace.RAW,
        1000,
        500,
        1000,
        Optional.of(1.2e-9),
        List.of("Every row was explained." + text));
  }

  /**
   * @param text what is added to every free text; empty for a peaceful audit
   */
  private static List<Section> sections(
      ArtifactStore artifacts, List<String> features, String output, String text) {
    Artifact parquet =
        artifacts.put("audit-data.parquet", "application/vnd.apache.parquet", bytes("PAR1" + text));
    Artifact model =
        artifacts.put(
            "model" + (text.isEmpty() ? "" : "<b>\"x\"</b>") + ".json",
            "text/html",
            bytes("{}" + text));
    Artifact yaml = artifacts.put("model.yaml", "application/yaml", bytes("id: m" + text));
    Artifact workbook =
        artifacts.put(
            "report.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            bytes("PK" + text));
    List<Section.ColumnSummary> columns = new ArrayList<>();
    List<Dependence.Pair> pairs = new ArrayList<>();
    List<Section.GlobalShare> shares = new ArrayList<>();
    List<Importance.Item> items = new ArrayList<>();
    List<Effects.Curve> curves = new ArrayList<>();
    List<Section.Contribution> contributions = new ArrayList<>();
    double[] vif = new double[features.size()];
    for (int i = 0; i < features.size(); i++) {
      String f = features.get(i);
      boolean levels = i % 3 == 0;
      columns.add(
          new Section.ColumnSummary(
              f,
              levels ? "categorical" : "numeric",
              levels ? "" : "months" + text,
              "What it means" + text,
              i % 4 == 1 ? 12 : 0,
              levels ? "A11 274, A12 269" + text : "4 to 72, median 18" + text));
      for (int j = i + 1; j < features.size(); j++) {
        double a = i == 1 && j == 4 ? 0.62 : Math.sin(i * 7 + j * 3) * 0.4;
        pairs.add(
            new Dependence.Pair(
                f,
                features.get(j),
                "spearman",
                i == 2 && j == 3 ? Double.NaN : a,
                a,
                3.1,
                0.002,
                988));
      }
      shares.add(
          new Section.GlobalShare(
              f,
              0.9 / (i + 1),
              i == 1
                  ? Optional.empty()
                  : Optional.of(new Section.Interval(0.8 / (i + 1), 1.0 / (i + 1))),
              0.3 / (i + 1),
              (i % 2 == 0 ? 1 : -1) * 0.2 / (i + 1)));
      items.add(new Importance.Item(f, 0.05 / (i + 1), 0.03 / (i + 1), 0.07 / (i + 1)));
      double[] grid = levels ? new double[] {0, 1, 2} : new double[] {4, 12, 24, 36, 72};
      double[] mean = new double[grid.length];
      int[] support = new int[grid.length];
      for (int g = 0; g < grid.length; g++) {
        mean[g] = 0.2 + 0.05 * g + 0.01 * i;
        support[g] = 400 - 90 * g;
      }
      curves.add(
          new Effects.Curve(
              f,
              output,
              levels ? List.of("A11" + text, "A12", "A13") : List.of(),
              grid,
              mean,
              support,
              new int[0],
              new double[0][]));
      contributions.add(
          new Section.Contribution(f, "36" + text, (i % 2 == 0 ? 0.5 : -0.4) / (i + 1)));
      vif[i] = levels ? Double.NaN : 1.3 + i;
    }
    Section.Table table =
        new Section.Table(
            "audit.csv" + text,
            "1".repeat(64),
            parquet,
            1000,
            988,
            3,
            List.of(
                new Section.Reject(
                    "age: not a number" + text, 12, List.of("line 17: 'abc'" + text))),
            columns,
            List.of("Delimiter ; and decimal comma were found." + text));
    List<Section.LocalRow> rows = new ArrayList<>();
    for (int r = 0; r < 14; r++) {
      rows.add(
          new Section.LocalRow(
              r,
              "case-" + r + text,
              r < 5 ? "worst error" : "random",
              "good" + text,
              0.91,
              2.3,
              1e-9,
              contributions));
    }
    return List.of(
        new Section.Ingested(table, Optional.of(table), model, yaml, "xgboost", "3.0.4" + text),
        new Section.Correlated(
            new Dependence(
                features,
                pairs,
                vif,
                List.of(List.of(features.get(1), features.get(4)), List.of(features.get(0))),
                0.5,
                List.of("Missing values were left out pair by pair." + text))),
        new Section.Selected(
            Map.of("family", "tree", "rows", "988" + text),
            List.of(
                new Section.Choice(
                    "tree-shap", true, "background=500", "It is a tree model." + text),
                new Section.Choice("ale", false, "", "Not in this version." + text))),
        new Section.Explained(
            "permutation",
            Optional.of(provenance("permutation", text)),
            List.of(parquet(artifacts, "permutation.parquet", text)),
            Optional.of(
                new Section.ImportanceResult(
                    new Importance(
                        provenance("permutation", text), "increase in log loss", 0.47, items))),
            Optional.empty(),
            900),
        new Section.Explained(
            "pdp-ice",
            Optional.of(provenance("pdp-ice", text)),
            List.of(),
            Optional.of(
                new Section.EffectsResult(new Effects(provenance("pdp-ice", text), "pdp", curves))),
            Optional.empty(),
            900),
        surrogate("surrogate-rules", List.of(), text),
        surrogate(
            "surrogate-tree",
            List.of(
                new Surrogate.Node(
                    0, -1, 1, 2, Optional.of(condition(text)), new double[] {0.4}, 900, 1, 0.5),
                new Surrogate.Node(1, 0, -1, -1, Optional.empty(), new double[] {0.7}, 300, 0.3, 0),
                new Surrogate.Node(
                    2, 0, -1, -1, Optional.empty(), new double[] {0.2}, 600, 0.7, 0)),
            text),
        new Section.Explained(
            "tree-shap",
            Optional.of(provenance("tree-shap", text)),
            List.of(parquet(artifacts, "values.parquet", text)),
            Optional.of(
                new Section.AttributionResult(
                    output, OutputSpace.RAW, -0.85, shares, 2.4e-12, rows)),
            Optional.empty(),
            900),
        new Section.Explained(
            "tree-shap-interactions",
            Optional.of(provenance("tree-shap-interactions", text)),
            List.of(),
            Optional.of(
                new Section.InteractionsResult(
                    output,
                    OutputSpace.RAW,
                    3,
                    1e-14,
                    0.83,
                    List.of(
                        new Section.PairShare("age" + text, "duration" + text, 0.21, 0.12, -0.2),
                        new Section.PairShare("age" + text, "purpose", 0.08, 0.05, Double.NaN)),
                    3,
                    List.of())),
            Optional.empty(),
            900),
        new Section.Explained(
            "tree-shap-interventional",
            Optional.of(provenance("tree-shap-interventional", text)),
            List.of(),
            Optional.of(
                new Section.AttributionResult(
                    output, OutputSpace.RAW, -0.85, shares, 2.4e-12, rows)),
            Optional.empty(),
            900),
        new Section.Explained(
            "tree-shap-loss",
            Optional.of(provenance("tree-shap-loss", text)),
            List.of(),
            Optional.of(
                new Section.LossResult(
                    0.61, 0.5, List.of(new Section.LossShare("age" + text, -0.11, 0.3)), 1e-14)),
            Optional.empty(),
            900),
        new Section.Explained(
            "influence",
            Optional.of(provenance("influence", text)),
            List.of(parquet(artifacts, "values.parquet", "other" + text)),
            Optional.of(
                new Section.InfluenceResult(
                    List.of("intercept", "age"),
                    700,
                    List.of(
                        new Section.InfluentialRow(
                            17,
                            "bad" + text,
                            0.91,
                            0.12,
                            3.3,
                            0.41,
                            1.2,
                            Double.NaN,
                            "age" + text,
                            -1.4)),
                    0.041,
                    Optional.of(
                        new Section.InfluenceOnTests(
                            40,
                            "loss",
                            Optional.of(
                                new io.attest.explain.TestInfluence.Validation(
                                    "the model was fitted again" + text,
                                    true,
                                    20,
                                    0.998,
                                    0.97,
                                    0.01,
                                    0.2)),
                            List.of(
                                new Section.TrainingRow(
                                    17,
                                    "K-18" + text,
                                    "bad" + text,
                                    "age: 30" + text,
                                    0.002,
                                    0.041,
                                    -0.001,
                                    List.of(new Section.TestChange(3, "T-4" + text, 0.02)))))))),
            Optional.empty(),
            900),
        new Section.Explained(
            "ale",
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.of(
                new Section.Skipped(
                    "rita" + text,
                    THEN,
                    "Not needed for this review." + text,
                    "OutOfMemory" + text)),
            0),
        new Section.Validated(
            Optional.of(
                new Performance(
                    988,
                    List.of(
                        new Performance.Metric("performance.auc", 0.781, 0.752, 0.808),
                        new Performance.Metric(
                            "performance.log_loss", 0.502, Double.NaN, Double.NaN),
                        new Performance.Metric("performance.brier", 0.166, Double.NaN, Double.NaN)),
                    List.of(
                        new Performance.Bin(0, 0.1, 120, 0.06, 0.08),
                        new Performance.Bin(0.1, 0.4, 500, 0.25, 0.22),
                        new Performance.Bin(0.4, 1, 368, 0.66, 0.6)),
                    List.of(
                        new Performance.Count("true positives", 180),
                        new Performance.Count("false positives", 71)))),
            Optional.of(new SampleMeasures(text).fairness()),
            List.of(new Section.Fact("effect.monotonicity", "duration", 0.97)),
            List.of("No drift was measured: there is no earlier audit." + text),
            Optional.of(new SampleMeasures(text).weakSpots()),
            Optional.of(new SampleMeasures(text).thresholds())),
        new Section.Judged(
            text.isEmpty() ? "block" : "warn",
            List.of(
                new Section.Finding(
                    "F-01",
                    "impact-ratio-below-four-fifths",
                    "block",
                    "fairness.impact_ratio",
                    "age: under 25" + text,
                    0.71,
                    "The group under 25 gets the favourable decision 0.71 times as often as the best"
                        + " group."
                        + text,
                    "Four-fifths rule" + text,
                    "d-1",
                    "domain-rules 3"),
                new Section.Finding(
                    "F-02",
                    "strong-dependence",
                    "warn",
                    "correlation.max",
                    "duration ~ credit_amount" + text,
                    0.62,
                    "Two inputs say nearly the same: read their effects together." + text,
                    "",
                    "d-2",
                    "domain-rules 3"),
                new Section.Finding(
                    "F-03",
                    "rows-refused",
                    "info",
                    "data.rejected",
                    "audit data",
                    0.012,
                    "12 of 1000 rows were refused." + text,
                    "",
                    "d-3",
                    "domain-rules 3"))),
        new Section.Reported(workbook));
  }

  private static Artifact parquet(ArtifactStore artifacts, String name, String text) {
    return artifacts.put(name, "application/vnd.apache.parquet", bytes("PAR1" + name + text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
