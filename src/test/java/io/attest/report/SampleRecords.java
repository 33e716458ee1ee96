package io.attest.report;

import io.attest.audit.Artifact;
import io.attest.audit.Audit;
import io.attest.audit.AuditRecord;
import io.attest.audit.AuditRecord.NamedValue;
import io.attest.audit.Control;
import io.attest.audit.DecisionRecord;
import io.attest.audit.EngineRecord;
import io.attest.audit.Section;
import io.attest.correlate.Dependence;
import io.attest.data.Field;
import io.attest.data.FieldType;
import io.attest.explain.Effects;
import io.attest.explain.Importance;
import io.attest.explain.Provenance;
import io.attest.explain.Surfaces;
import io.attest.measure.Fairness;
import io.attest.measure.Performance;
import io.attest.measure.drift.AttributionDrift;
import io.attest.measure.drift.MetricChange;
import io.attest.measure.drift.PredictionChange;
import io.attest.measure.drift.Shift;
import io.attest.measure.drift.Shifts;
import io.attest.model.ModelSpec;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import io.attest.rules.RuleTable;
import io.attest.rules.RuleTableReader;
import io.attest.rules.Tables;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;

/** Records of audits that never were: a plain one, and others that are hard to report. */
final class SampleRecords {

  /** One rule that fired, one that passed, one without a fact, one for another tier and domain. */
  private static final RuleTable RULES =
      RuleTableReader.read(
          Tables.of(
              Tables.row("direction-unclear", "\"effect.monotonicity\"", "[0.5..0.9)"),
              Tables.row("dominant-feature", "\"importance.share\"", "(0.5..0.8]"),
              Tables.row("feature-shifted", "\"drift.psi\"", ">= 0.25"),
              Tables.row("single-feature", "\"importance.share\"", "> 0.8", "4", "not(\"high\")"),
              Tables.row("hiring-impact", "\"fairness.impact_ratio\"", "< 0.8", "5", "\"hiring\"")),
          "sample");

  static final Instant START = Instant.parse("2026-11-22T09:30:00Z");

  private static final List<String> CREDIT =
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
          "other_parties",
          "residence_since",
          "property_magnitude",
          "age",
          "other_payment_plans",
          "housing",
          "existing_credits",
          "job",
          "num_dependents",
          "own_telephone",
          "foreign_worker");

  private static final Map<String, List<String>> LEVELS =
      Map.of(
          "checking_status", List.of("overdrawn", "below 200 DM", "200 DM or more", "no account"),
          "housing", List.of("rent", "own", "for free"),
          "purpose",
              List.of("new car", "used car", "furniture", "radio or television", "education"));

  private static final Map<String, String> UNITS =
      Map.of("duration", "months", "credit_amount", "DM", "age", "years");

  /** What is varied from record to record. */
  private final List<String> names;

  private final String text;
  private final List<String> outputs;
  private final Random random = new Random(7);

  private SampleRecords(List<String> names, String text, List<String> outputs) {
    this.names = names;
    this.text = text;
    this.outputs = outputs;
  }

  /** German credit, tier high, two people asked. */
  static AuditRecord plain() {
    SampleRecords s = new SampleRecords(CREDIT, "", List.of("bad"));
    return s.record(s.sections(), s.decisions(), "approved-with-conditions");
  }

  /** A scorecard with the influence of its training rows. */
  static AuditRecord scorecard() {
    SampleRecords s = new SampleRecords(CREDIT, "", List.of("bad"));
    List<Section> sections = new ArrayList<>();
    for (Section section : s.sections()) {
      sections.add(
          section instanceof Section.Explained e && e.explainer().equals("influence")
              ? s.explained("influence", "closed form", OutputSpace.RAW, s.influence())
              : section);
    }
    return s.record(sections, List.of(), "waiting");
  }

  private Section.InfluenceResult influence() {
    List<Section.InfluentialRow> rows = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      rows.add(
          new Section.InfluentialRow(
              i * 27,
              i % 2 == 0 ? "bad" : "good",
              0.3 + i / 100.0,
              0.09 - i / 500.0,
              3.1 - i / 10.0,
              0.021 / (i + 1),
              0.7 - i / 50.0,
              i % 3 == 0 ? 1.2e-5 : -3.4e-4,
              "checking_status = no account",
              -0.4 + i / 60.0));
    }
    return new Section.InfluenceResult(
        List.of("(intercept)", "duration", "checking_status = no account"), 700, rows, 0.013);
  }

  /** As people see it when they are asked. */
  static AuditRecord undecided() {
    SampleRecords s = new SampleRecords(CREDIT, "", List.of("bad"));
    return s.record(s.sections(), List.of(), "waiting");
  }

  static AuditRecord withFeatures(int n) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      names.add("feature_" + (i + 1));
    }
    SampleRecords s = new SampleRecords(names, "", List.of("bad"));
    return s.record(s.sections(), s.decisions(), "approved");
  }

  static AuditRecord longNames() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      names.add(
          "average_balance_of_the_current_account_over_months_"
              + (i + 10)
              + "_to_"
              + (i + 22)
              + "_eur");
    }
    SampleRecords s = new SampleRecords(names, "", List.of("bad"));
    return s.record(s.sections(), s.decisions(), "rejected");
  }

  /** Every text of the record is {@code hostile}, as far as it came from outside. */
  static AuditRecord hostile(String hostile) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      names.add(hostile + i);
    }
    SampleRecords s = new SampleRecords(names, hostile, List.of(hostile));
    return s.record(s.sections(), s.decisions(), hostile);
  }

  /** Names in Japanese, Hindi, Hebrew, Arabic and Thai. */
  static AuditRecord inManyScripts() {
    SampleRecords s =
        new SampleRecords(
            List.of("月収と年齢", "मासिक आय", "הכנסה חודשית", "الدخل الشهري", "รายได้ต่อเดือน"),
            "הלוואה 24 (DM) 日本",
            List.of("ไม่ดี"));
    return s.record(s.sections(), s.decisions(), "approved");
  }

  static AuditRecord manyClasses() {
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      outputs.add("class " + i);
    }
    SampleRecords s = new SampleRecords(CREDIT.subList(0, 6), "", outputs);
    return s.record(s.sections(), s.decisions(), "approved");
  }

  /** An audit that has only just begun. */
  static AuditRecord nothingRan() {
    SampleRecords s = new SampleRecords(CREDIT, "", List.of("bad"));
    AuditRecord full = s.record(List.of(), List.of(), "running");
    return new AuditRecord(
        full.audit(),
        full.spec(),
        List.of(),
        List.of(),
        new EngineRecord(List.of(), List.of(), List.of()),
        List.of());
  }

  /** Every chosen explainer failed and was skipped. */
  static AuditRecord allSkipped() {
    SampleRecords s = new SampleRecords(CREDIT, "", List.of("bad"));
    List<Section> sections = new ArrayList<>();
    for (Section section : s.sections()) {
      sections.add(
          section instanceof Section.Explained e
              ? new Section.Explained(
                  e.explainer(),
                  Optional.empty(),
                  List.of(),
                  Optional.empty(),
                  Optional.of(
                      new Section.Skipped(
                          "r.tanaka",
                          START.plusSeconds(900),
                          "Not needed for the yearly check.",
                          "java.lang.OutOfMemoryError: Java heap space")),
                  0)
              : section);
    }
    return s.record(sections, List.of(), "waiting");
  }

  /** Nothing to object to. */
  static AuditRecord noFindings() {
    SampleRecords s = new SampleRecords(CREDIT, "", List.of("bad"));
    List<Section> sections = new ArrayList<>();
    for (Section section : s.sections()) {
      sections.add(
          section instanceof Section.Judged ? new Section.Judged("pass", List.of()) : section);
    }
    return s.record(sections, s.decisions(), "approved");
  }

  private String or(String plain) {
    return text.isEmpty() ? plain : text;
  }

  private static String sha(String of) {
    try {
      byte[] bytes =
          java.security.MessageDigest.getInstance("SHA-256")
              .digest(of.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      return java.util.HexFormat.of().formatHex(bytes);
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private AuditRecord record(List<Section> sections, List<DecisionRecord> decisions, String state) {
    Audit audit =
        new Audit(
            "ATT-german-credit-20261122-1",
            "german-credit",
            or("Retail credit, probability of default (boosted trees)"),
            "high",
            or("Yearly revalidation"),
            or("Model risk committee"),
            "tasklist",
            or("a.novak"),
            START,
            state,
            sections.stream()
                .filter(Section.Judged.class::isInstance)
                .map(s -> ((Section.Judged) s).verdict())
                .findFirst(),
            Optional.empty(),
            1,
            decisions.isEmpty() ? Optional.empty() : Optional.of(START.plusSeconds(7200)));
    return new AuditRecord(
        audit,
        spec(),
        sections,
        decisions,
        engine(),
        List.of(
            new NamedValue("Attest", "0.1.0"),
            new NamedValue("Java", "17.0.15+6"),
            new NamedValue("Operating system", or("Linux amd64"))));
  }

  private ModelSpec spec() {
    List<Field> fields = new ArrayList<>();
    for (String name : names) {
      fields.add(
          LEVELS.containsKey(name)
              ? new Field(
                  name,
                  FieldType.CATEGORICAL,
                  LEVELS.get(name),
                  Optional.empty(),
                  Optional.empty(),
                  "",
                  or("State of " + name.replace('_', ' ')))
              : new Field(
                  name,
                  FieldType.NUMERIC,
                  List.of(),
                  Optional.of(0.0),
                  Optional.of(100.0),
                  or(UNITS.getOrDefault(name, "")),
                  or(name.replace('_', ' ') + " of the applicant")));
    }
    Map<String, ModelSpec.Expectation> expectations = new LinkedHashMap<>();
    expectations.put(
        names.get(Math.min(1, names.size() - 1)),
        new ModelSpec.Expectation(
            Optional.of("rising"), true, or("The longer a credit runs, the more can happen.")));
    if (names.size() > 12) {
      expectations.put(
          names.get(12),
          new ModelSpec.Expectation(
              Optional.of("falling"), true, "A settled life comes with the years."));
    }
    ModelSpec.Csv csv =
        new ModelSpec.Csv(
            Optional.empty(), Optional.empty(), Optional.empty(), List.of(), Optional.empty());
    return new ModelSpec(
        Path.of("config/models/german-credit"),
        "german-credit",
        or("Retail credit, probability of default"),
        or("1.2.0"),
        or("Retail credit risk"),
        or(
            "Says how likely an applicant for a consumer credit is not to repay it. Below the"
                + " threshold the credit is granted by itself, above it a credit officer looks at"
                + " the application."),
        List.of(or("Credits above 20,000 DM or to companies"), "Setting the interest rate"),
        "high",
        outputs.size() > 1 ? Task.MULTICLASS : Task.BINARY,
        new ModelSpec.ModelFile("xgboost", Path.of("model.json"), Optional.of(sha("model"))),
        new ModelSpec.Target(
            or("class"),
            outputs.size() > 1 ? Optional.empty() : Optional.of(outputs.get(0)),
            outputs.size() > 1 ? outputs : List.of()),
        new ModelSpec.Source("audit.csv", Optional.empty(), csv),
        Optional.of(new ModelSpec.Source("training.csv", Optional.empty(), csv)),
        fields,
        Optional.of("application"),
        Optional.of(new ModelSpec.Decision(0.1667, "below")),
        List.of(
            new ModelSpec.Protected(
                or("age"),
                List.of(
                    new ModelSpec.Group(
                        or("under 25"), List.of(), Optional.empty(), Optional.of(25.0)),
                    new ModelSpec.Group(
                        "25 and over", List.of(), Optional.of(25.0), Optional.empty()))),
            new ModelSpec.Protected("sex", List.of())),
        expectations,
        Map.of(),
        Optional.of("0 0 6 1 * *"),
        List.of());
  }

  private Artifact file(String name) {
    return new Artifact(or(name), sha(name), 12_345 + name.length() * 977L, "application/x");
  }

  List<Section> sections() {
    List<Section> out = new ArrayList<>();
    out.add(ingested());
    out.add(correlated());
    out.add(
        new Section.Selected(
            new java.util.TreeMap<>(
                Map.of("family", "trees", "rows", "300", "features", names.size() + "")),
            List.of(
                choice("tree-shap", true, "local.rows=18", "Trees: exact contributions, cheap."),
                choice("tree-shap-interventional", true, "", "Tier high: true to the model."),
                choice("tree-shap-interactions", true, "", "Which features act together."),
                choice("tree-shap-loss", true, "", "Labels are known."),
                choice("pdp-ice", true, "grid=20", "Shows the direction of each effect."),
                choice("pdp-2d", true, "top=3", "Which pairs act together."),
                choice("permutation-importance", true, "repeats=10", "Needs labels: there are."),
                choice("influence", true, "rows=25", "Tier high asks for it."),
                choice("linear-shap", false, "", "The model is not linear."),
                choice("ale", false, "", "Fails on this model: kept out until mended."))));
    out.add(treeShap());
    out.add(
        explained(
            "tree-shap-interactions", "path-dependent, exact", OutputSpace.RAW, interactions()));
    out.add(explained("pdp-2d", "joint partial dependence", OutputSpace.RESPONSE, surfaces()));
    out.add(interventional());
    out.add(explained("tree-shap-loss", "interventional, rescaled", OutputSpace.RESPONSE, loss()));
    out.add(
        explained(
            "pdp-ice",
            "exact over 300 rows",
            OutputSpace.RESPONSE,
            new Section.EffectsResult(effects())));
    out.add(
        explained(
            "permutation-importance",
            "10 repeats",
            OutputSpace.RESPONSE,
            new Section.ImportanceResult(importance())));
    out.add(
        new Section.Explained(
            "influence",
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.of(
                new Section.Skipped(
                    or("r.tanaka"),
                    START.plusSeconds(900),
                    or("Influence is for linear models; the trees are covered by the scorecard."),
                    or("IllegalArgumentException: the model is not linear"))),
            0));
    out.add(drifted());
    out.add(validated());
    out.add(judged());
    out.add(controlled());
    return out;
  }

  private Section.Choice choice(String name, boolean run, String parameters, String reason) {
    return new Section.Choice(name, run, parameters, or(reason));
  }

  private Section.Ingested ingested() {
    return new Section.Ingested(
        table("audit.csv", 302, 300),
        Optional.of(table("training.csv", 700, 700)),
        file("model.json"),
        file("model.yaml"),
        "xgboost-json",
        "3.0.4");
  }

  private Section.Table table(String source, int read, int kept) {
    List<Section.ColumnSummary> columns = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      columns.add(
          new Section.ColumnSummary(
              names.get(i),
              LEVELS.containsKey(names.get(i)) ? "categorical" : "numeric",
              or(UNITS.getOrDefault(names.get(i), "")),
              or("What " + names.get(i) + " says"),
              i % 7 == 3 ? 4 : 0,
              LEVELS.containsKey(names.get(i))
                  ? String.join(", ", LEVELS.get(names.get(i)))
                  : "1 to 72, median 18"));
    }
    return new Section.Table(
        source,
        sha(source),
        file(source.replace(".csv", ".parquet")),
        read,
        kept,
        1,
        read == kept
            ? List.of()
            : List.of(
                new Section.Reject(
                    or("column age: not a number"),
                    2,
                    List.of("row 17, column age: 'abc'", or("row 44, column age: '?'")))),
        columns,
        List.of("Delimiter comma, UTF-8, decimal point.", or("Column telephone is not used.")));
  }

  private Section.Correlated correlated() {
    List<Dependence.Pair> pairs = new ArrayList<>();
    double[] vif = new double[names.size()];
    for (int i = 0; i < names.size(); i++) {
      vif[i] = LEVELS.containsKey(names.get(i)) ? Double.NaN : 1 + random.nextDouble() * 3;
      for (int j = i + 1; j < names.size(); j++) {
        boolean numbers = !LEVELS.containsKey(names.get(i)) && !LEVELS.containsKey(names.get(j));
        double v =
            i == 1 && j == 4 ? 0.62 : (random.nextDouble() - (numbers ? 0.5 : 0)) * 0.5 / (j - i);
        pairs.add(
            new Dependence.Pair(
                names.get(i),
                names.get(j),
                numbers ? "spearman" : "cramers-v",
                i == 0 && j == 3 ? Double.NaN : v,
                numbers ? v * 0.95 : Double.NaN,
                v * 17,
                StrictMath.exp(-Math.abs(v) * 50),
                296));
      }
    }
    List<List<String>> clusters = new ArrayList<>();
    if (names.size() > 4) {
      clusters.add(List.of(names.get(1), names.get(4)));
    }
    names.stream()
        .filter(n -> clusters.isEmpty() || !clusters.get(0).contains(n))
        .forEach(n -> clusters.add(List.of(n)));
    return new Section.Correlated(
        new Dependence(
            names,
            pairs,
            vif,
            clusters,
            0.5,
            List.of(or("4 missing values left out pair by pair."))));
  }

  private Section.Explained explained(
      String name, String engine, OutputSpace space, Section.Result result) {
    return new Section.Explained(
        name,
        Optional.of(provenance(name, engine, space)),
        List.of(file(name + ".parquet")),
        Optional.of(result),
        Optional.empty(),
        1234);
  }

  private Provenance provenance(String name, String engine, OutputSpace space) {
    return new Provenance(
        name,
        engine,
        "Lundberg et al. 2020, From local explanations to global understanding",
        Map.of("seed", "1", "rows", "all", "repeats", "10"),
        name.startsWith("perm") ? Optional.of(9_007_199_254_740_993L) : Optional.empty(),
        sha("model"),
        space,
        300,
        0,
        6300,
        Optional.of(2.2e-7),
        List.of(or("The 18 cases shown are 6 of the worst, 6 borderline, 6 at random.")));
  }

  private Section.Explained treeShap() {
    List<Section.GlobalShare> global = new ArrayList<>();
    double total = 0;
    double[] size = new double[names.size()];
    for (int i = 0; i < size.length; i++) {
      size[i] = 0.9 * StrictMath.exp(-i / 4.0) + 0.003 + random.nextDouble() * 0.05;
      total += size[i];
    }
    for (int i = 0; i < size.length; i++) {
      global.add(
          new Section.GlobalShare(
              names.get(i),
              size[i],
              Optional.of(new Section.Interval(size[i] * 0.9, size[i] * 1.1)),
              size[i] / total,
              size[i] * (random.nextDouble() - 0.5)));
    }
    global.sort(Comparator.comparingDouble(Section.GlobalShare::meanAbsolute).reversed());
    double base = -1.0512;
    List<Section.LocalRow> local = new ArrayList<>();
    for (int r = 0; r < 18; r++) {
      List<Section.Contribution> parts = new ArrayList<>();
      double sum = base;
      for (int i = 0; i < names.size(); i++) {
        double v = size[i] * random.nextGaussian();
        sum += v;
        String value =
            LEVELS.containsKey(names.get(i))
                ? LEVELS.get(names.get(i)).get(random.nextInt(3))
                : "" + (1 + random.nextInt(60));
        parts.add(new Section.Contribution(names.get(i), or(value), v));
      }
      parts.sort(Comparator.comparingDouble(c -> -Math.abs(c.contribution())));
      local.add(
          new Section.LocalRow(
              r * 13,
              or("A-" + (1000 + r * 13)),
              r < 6 ? "worst error" : r < 12 ? "borderline" : "random",
              or(r % 3 == 0 ? "bad" : "good"),
              1 / (1 + StrictMath.exp(-sum)),
              sum + 1e-9,
              1e-9,
              parts));
    }
    return explained(
        "tree-shap",
        "path-dependent TreeSHAP, exact",
        OutputSpace.RAW,
        new Section.AttributionResult(
            outputs.get(0), OutputSpace.RAW, base, global, 2.2e-7, local));
  }

  /** Of the same features, with other figures. */
  private Section.Explained interventional() {
    Section.AttributionResult other = (Section.AttributionResult) treeShap().result().orElseThrow();
    return explained("tree-shap-interventional", "interventional, exact", OutputSpace.RAW, other);
  }

  private Section.InteractionsResult interactions() {
    List<Section.PairShare> pairs = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      for (int j = i + 1; j < names.size(); j++) {
        double size = 0.2 * StrictMath.exp(-(i + j) / 5.0);
        double mean = outputs.size() > 1 ? Double.NaN : size * ((i + 2 * j) % 5 - 2) / 2.5;
        pairs.add(new Section.PairShare(names.get(i), names.get(j), size, size / 9, mean));
      }
    }
    pairs.sort(Comparator.comparingDouble(Section.PairShare::meanAbsolute).reversed());
    List<String> drawn = names.subList(0, Math.min(10, names.size()));
    List<Section.MatrixRow> matrix = new ArrayList<>();
    for (int i = 0; i < drawn.size(); i++) {
      List<Double> values = new ArrayList<>();
      for (int j = 0; j < drawn.size(); j++) {
        values.add(i == j ? 0.2 / (i + 1) : 0.02 * StrictMath.exp(-(i + j) / 5.0));
      }
      matrix.add(new Section.MatrixRow(drawn.get(i), values));
    }
    return new Section.InteractionsResult(
        outputs.size() > 1 ? "mean over all " + outputs.size() + " classes" : outputs.get(0),
        OutputSpace.RAW,
        names.size(),
        3.1e-14,
        0.78,
        List.copyOf(pairs.subList(0, Math.min(20, pairs.size()))),
        pairs.size(),
        matrix);
  }

  private Section.SurfacesResult surfaces() {
    if (names.size() < 2) {
      return new Section.SurfacesResult(OutputSpace.RESPONSE, List.of(), 0, List.of());
    }
    Surfaces.Pair pair = new Surfaces.Pair(names.get(0), names.get(1), outputs.get(0), 0.12, 0.03);
    Surfaces.Surface surface =
        new Surfaces.Surface(
            names.get(0),
            names.get(1),
            outputs.get(0),
            0.02,
            List.of(),
            List.of("own", "rent", "free"),
            new double[] {6, 24},
            new double[] {0, 1, 2},
            new double[][] {{0.2, 0.3, 0.4}, {0.25, 0.45, 0.6}},
            new int[][] {{40, 20, 0}, {120, 100, 20}});
    return new Section.SurfacesResult(OutputSpace.RESPONSE, List.of(pair), 1, List.of(surface));
  }

  private Section.LossResult loss() {
    List<Section.LossShare> features = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      double size = 0.05 * StrictMath.exp(-i / 4.0);
      features.add(new Section.LossShare(names.get(i), i == 2 ? size : -size, 3 * size));
    }
    features.sort(Comparator.comparingDouble(Section.LossShare::mean).reversed());
    return new Section.LossResult(0.6109, 0.4971, features, 2.2e-14);
  }

  private Effects effects() {
    List<Effects.Curve> curves = new ArrayList<>();
    for (String output : outputs) {
      for (int i = 0; i < names.size(); i++) {
        List<String> labels = LEVELS.getOrDefault(names.get(i), List.of());
        int n = labels.isEmpty() ? 12 : labels.size();
        double[] grid = new double[n];
        double[] mean = new double[n];
        int[] support = new int[n];
        for (int g = 0; g < n; g++) {
          grid[g] = labels.isEmpty() ? 4 + g * g * 0.5 : g;
          mean[g] = 0.3 + 0.25 / (i + 1) * StrictMath.tanh((g - n / 2.0) / 3) * (i == 12 ? -1 : 1);
          support[g] = 300 / (g + 2);
        }
        curves.add(
            new Effects.Curve(
                names.get(i), output, labels, grid, mean, support, new int[0], new double[0][]));
      }
    }
    return new Effects(
        provenance("pdp-ice", "exact over 300 rows", OutputSpace.RESPONSE), "pdp", curves);
  }

  private Importance importance() {
    List<Importance.Item> items = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      double v = 0.12 * StrictMath.exp(-i / 3.0) - 0.001;
      items.add(new Importance.Item(names.get(i), v, v - 0.004, v + 0.004));
    }
    return new Importance(
        provenance("permutation-importance", "10 repeats", OutputSpace.RESPONSE),
        "increase in log loss",
        0.4971,
        items);
  }

  private Section.Drifted drifted() {
    SplittableRandom draws = new SplittableRandom(17);
    List<Shift> inputs = new ArrayList<>();
    Map<String, double[]> then = new LinkedHashMap<>();
    Map<String, double[]> now = new LinkedHashMap<>();
    for (int j = 0; j < names.size(); j++) {
      double moved = j % 5 == 1 ? 0.5 : 0;
      double scale = 1.0 / (1 + j);
      double[] a = draws.doubles(300).toArray();
      double[] b = draws.doubles(280).map(v -> v + moved).toArray();
      inputs.add(Shifts.ofNumbers(names.get(j), a, b, names.size()));
      then.put(names.get(j), java.util.Arrays.stream(a).map(v -> (v - 0.5) * scale).toArray());
      now.put(names.get(j), java.util.Arrays.stream(b).map(v -> (v - 0.5) * scale).toArray());
    }
    double[] scores = draws.doubles(300).toArray();
    double[] higher = draws.doubles(280).map(v -> Math.sqrt(v)).toArray();
    return new Section.Drifted(
        Optional.of(
            new Section.Baseline(
                "audit",
                "ATT-german-credit-20260822-1",
                "approved-with-conditions",
                Optional.of(START.minusSeconds(7_900_000)),
                or("1.1.0"),
                300)),
        "The audit of this model that was approved last.",
        inputs,
        outputs.stream().map(o -> Shifts.ofNumbers(o, scores, higher, outputs.size())).toList(),
        Optional.of(
            Shifts.ofNumbers(
                or("class") + " = bad",
                draws.ints(300, 0, 10).mapToDouble(i -> i < 3 ? 1 : 0).toArray(),
                draws.ints(280, 0, 10).mapToDouble(i -> i < 4 ? 1 : 0).toArray(),
                1)),
        List.of(
            new MetricChange("performance.auc", 0.8012, 0.7812, 0.02, -0.051, 0.091),
            new MetricChange("performance.brier", 0.1433, 0.1633, 0.02, 0.001, 0.04)),
        Optional.of(
            AttributionDrift.of(
                "tree-shap-interventional",
                outputs.get(0),
                "As both audits explained their rows: same method, parameters and background.",
                then,
                now)),
        Optional.of(
            new PredictionChange(
                300,
                0.031,
                0.284,
                21,
                List.of(
                    new PredictionChange.Group(or("age"), or("under 25"), 44, 9, false),
                    new PredictionChange.Group(or("age"), "25 and over", 256, 12, false),
                    new PredictionChange.Group("sex", "not stated", 3, 0, true)),
                List.of(
                    new PredictionChange.Row(17, or("A-0018"), 0.12, 0.404),
                    new PredictionChange.Row(203, "A-0204", 0.21, 0.11)))),
        Optional.of(new Section.Stability("tree-shap-interventional", 300, 300, 0.84, 0.83, 0.61)),
        List.of(
            new Section.Changed("Version of the model", or("1.1.0"), "1.2.0", false),
            new Section.Changed("Model file", "3f2a9c0d1e4b", "c192498212d7", false),
            new Section.Changed("bpmn/domain-rules.dmn", "0a1b2c3d4e5f", "0a1b2c3d4e5f", true)),
        Optional.empty(),
        List.of(or("Input housing: the baseline has no such column.")));
  }

  private Section.Validated validated() {
    List<Performance.Bin> bins = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      bins.add(
          new Performance.Bin(
              i / 10.0, (i + 1) / 10.0, 30, i / 10.0 + 0.05, Math.min(1, i / 11.0 + 0.08)));
    }
    boolean binary = outputs.size() == 1;
    List<Section.Fact> facts = new ArrayList<>();
    facts.add(new Section.Fact("performance.auc", "model", 0.7812));
    for (String n : names) {
      facts.add(new Section.Fact("importance.share", n, random.nextDouble() / 3));
    }
    facts.add(
        new Section.Fact("explanation.agreement", "tree-shap-interventional ~ tree-shap", 0.9429));
    facts.add(new Section.Fact("effect.monotonicity", names.get(names.size() - 1), 0.71));
    facts.add(new Section.Fact("fairness.impact_ratio", or("age: under 25"), 0.742));
    return new Section.Validated(
        Optional.of(
            new Performance(
                300,
                List.of(
                    new Performance.Metric("performance.auc", 0.7812, 0.728, 0.834),
                    new Performance.Metric("performance.log_loss", 0.4971, 0.45, 0.544),
                    new Performance.Metric("performance.brier", 0.1633, 0.146, 0.181),
                    new Performance.Metric("performance.accuracy", 0.757, 0.705, 0.802),
                    new Performance.Metric(
                        "performance.calibration_error", 0.041, Double.NaN, Double.NaN)),
                binary ? bins : List.of(),
                binary
                    ? List.of(
                        new Performance.Count("true positives", 71),
                        new Performance.Count("false positives", 92),
                        new Performance.Count("true negatives", 118),
                        new Performance.Count("false negatives", 19))
                    : List.of())),
        Optional.of(binary ? new SampleMeasures(text).fairness() : olderFairness()),
        facts,
        List.of(or("Impact ratios of groups below 30 rows are shown but not judged.")),
        binary ? Optional.of(new SampleMeasures(text).weakSpots()) : Optional.empty(),
        binary ? Optional.of(new SampleMeasures(text).thresholds()) : Optional.empty());
  }

  /** As records had it before intervals and intersections were measured. */
  private Fairness olderFairness() {
    return new Fairness(
        List.of(
            new Fairness.Attribute(
                or("age"),
                List.of(
                    new Fairness.Group(or("under 25"), 44, 0.364, 0.742, 0.44, 0.17, 0.37, false),
                    new Fairness.Group("25 and over", 256, 0.4906, 1, 0.61, 0, 0.29, false)),
                0),
            new Fairness.Attribute(
                "sex",
                List.of(
                    new Fairness.Group("male", 207, 0.483, 1, 0.59, 0, 0.3, false),
                    new Fairness.Group("female", 90, 0.456, 0.944, 0.57, 0.02, 0.31, false),
                    new Fairness.Group(
                        "not stated", 3, 0.333, 0.69, Double.NaN, Double.NaN, 0.4, true)),
                0)));
  }

  private Section.Controlled controlled() {
    return new Section.Controlled(
        List.of(
            control(
                "OWN-1",
                Control.State.SHOWN,
                List.of("Review the audit, by " + or("b.bo")),
                List.of()),
            control(
                "OWN-2", Control.State.PARTLY, List.of("purpose"), List.of("vif: not measured")),
            control("OWN-3", Control.State.OPEN, List.of(), List.of("step review: not executed")),
            control("OWN-4", Control.State.OUTSIDE, List.of(), List.of())),
        List.of(
            new Section.RegisterUsed(
                "own",
                or("Own rules of the bank"),
                "guidance, not binding",
                "intranet",
                LocalDate.of(2026, 11, 22),
                or("Read"))));
  }

  private Control control(
      String id, Control.State state, List<String> shown, List<String> missing) {
    return new Control(
        "own",
        id,
        or("Somebody looks at the model."),
        Optional.of(LocalDate.of(2027, 12, 2)),
        state,
        shown,
        missing,
        List.of("Approvals"),
        state == Control.State.OUTSIDE ? or("Operation itself.") : "");
  }

  private Section.Judged judged() {
    return new Section.Judged(
        "block",
        List.of(
            new Section.Finding(
                "F-01",
                "impact-ratio-high",
                "block",
                "fairness.impact_ratio",
                or("age: under 25"),
                0.742,
                or(
                    "Applicants under 25 get the credit 0.742 times as often as the best group;"
                        + " tier high asks for at least 0.8."),
                or("Regulation (EU) 2024/1689, Art. 10 (examination for bias)"),
                "5b0c9e1a-c782-11f0-9cb5-0242ac120002",
                "3"),
            new Section.Finding(
                "F-02",
                "monotonicity",
                "warn",
                "effect.monotonicity",
                names.get(names.size() - 1),
                0.71,
                or(
                    "The effect does not rise everywhere, as the business expects: 71 % of the way."),
                or("SR 26-2 (17 Apr 2026): conceptual soundness"),
                "5b0c9e1a-c782-11f0-9cb5-0242ac120003",
                "3"),
            new Section.Finding(
                "F-03",
                "calibration-off",
                "info",
                "performance.calibration_error",
                "model",
                0.041,
                "Predicted and real rates differ by 4.1 % on average.",
                "",
                "5b0c9e1a-c782-11f0-9cb5-0242ac120004",
                "3")));
  }

  List<DecisionRecord> decisions() {
    return List.of(
        new DecisionRecord(
            "mend-explainer",
            "t-1",
            or("r.tanaka"),
            START.plusSeconds(900),
            "skip",
            or("Influence is for linear models."),
            "",
            1),
        new DecisionRecord(
            "review",
            "5b0c9e1a-c782-11f0-9cb5-0242ac120010",
            or("m.keller"),
            START.plusSeconds(5400),
            "approve-with-conditions",
            or("The finding on young applicants is known; the officer looks at each refusal."),
            or("Review of the threshold for applicants under 25 until 31 March 2027."),
            1),
        new DecisionRecord(
            "second-approval",
            "5b0c9e1a-c782-11f0-9cb5-0242ac120011",
            or("j.okafor"),
            START.plusSeconds(7000),
            "approve",
            "Agreed.",
            "",
            1));
  }

  private EngineRecord engine() {
    List<EngineRecord.Step> steps = new ArrayList<>();
    String[] names = {
      "Read the data",
      "Look for dependence",
      "Choose the methods",
      "Explain",
      "Test",
      "Write the report",
      "Review"
    };
    for (int i = 0; i < names.length; i++) {
      steps.add(
          new EngineRecord.Step(
              "step-" + i,
              names[i],
              i == 6 ? or("m.keller") : "",
              START.plusSeconds(i * 20L),
              i == 6 ? null : START.plusSeconds(i * 20L + 17)));
    }
    return new EngineRecord(
        List.of(
            new EngineRecord.Definition(
                "process", "model-audit", "model-audit:4:77", 4, "bpmn/model-audit.bpmn", sha("p")),
            new EngineRecord.Definition(
                "decision",
                "domain-rules",
                "domain-rules:3:78",
                3,
                "bpmn/domain-rules.dmn",
                sha("d")),
            new EngineRecord.Definition(
                "decision",
                "select-explainers",
                "select-explainers:2:79",
                2,
                "bpmn/select-explainers.dmn",
                sha("s"))),
        steps,
        List.of(
            new EngineRecord.EvaluatedDecision(
                "select-explainers",
                "5b0c9e1a-c782-11f0-9cb5-0242ac120001",
                2,
                START.plusSeconds(40)),
            new EngineRecord.EvaluatedDecision(
                "domain-rules", "5b0c9e1a-c782-11f0-9cb5-0242ac120002", 3, START.plusSeconds(90))),
        Optional.of(RULES));
  }
}
