package io.attest.stage.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.attest.audit.CaseExplanation;
import io.attest.audit.CaseExplanation.Value;
import io.attest.audit.Section;
import io.attest.audit.Section.Contribution;
import io.attest.data.CategoricalColumn;
import io.attest.data.Column;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.explain.Attribution;
import io.attest.explain.Explainers;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.RowExplainer;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import io.attest.stage.AuditSettings;
import io.attest.stage.CaseAudits;
import io.attest.stage.Explain;
import io.attest.stage.Snapshot;
import io.attest.stage.decision.CaseRefused.Fault;
import io.attest.stage.decision.CaseRequest.Depth;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CaseExplanationsTest {
  private static final String TREES = "A-trees";
  private static final String CARD = "A-card";

  private CaseAudits audits;
  private CaseExplanations cases;

  @BeforeAll
  void freeze(@TempDir Path folder) {
    audits =
        CaseAudits.in(folder)
            .sample(TREES, "german-credit", 60, 200)
            .sample(CARD, "german-scorecard", 60, 200);
    audits.explained(TREES, "tree-shap-interventional", "");
    audits.explained(TREES, "lime", "samples=400");
    audits.explained(CARD, "linear-shap", "");
    cases = new CaseExplanations(audits.store(), audits.artifacts(), audits.snapshots());
  }

  private static Map<String, Double> byFeature(List<Contribution> contributions) {
    return contributions.stream()
        .collect(Collectors.toMap(Contribution::feature, Contribution::contribution));
  }

  private static Map<String, Optional<String>> texts(CaseExplanation of) {
    Map<String, Optional<String>> texts = new LinkedHashMap<>();
    for (Value value : of.values()) {
      texts.put(value.feature(), value.known() ? Optional.of(value.text()) : Optional.empty());
    }
    return texts;
  }

  private static byte[] bytes(CaseExplanation of) throws Exception {
    return new ObjectMapper().registerModule(new Jdk8Module()).writeValueAsBytes(of);
  }

  @Test
  void aRowHasTheContributionsThatTheAuditGaveIt() {
    for (String id : List.of(TREES, CARD)) {
      Section.AttributionResult told =
          audits.store().explained(id).stream()
              .flatMap(e -> e.result().stream())
              .filter(Section.AttributionResult.class::isInstance)
              .map(Section.AttributionResult.class::cast)
              .findFirst()
              .orElseThrow();
      assertThat(told.local()).hasSizeGreaterThan(20);
      for (Section.LocalRow row : told.local().subList(0, 6)) {
        CaseExplanation found =
            cases.explain(id, CaseRequest.ofRow(row.row() + 1).to(Depth.PREDICTION));
        assertThat(found.subject().id()).isEqualTo(row.id());
        assertThat(found.subject().label()).isEqualTo(row.label());
        assertThat(found.answer().response()).isCloseTo(row.response(), within(1e-12));
        CaseExplanation.Contributions contributions = found.contributions().orElseThrow();
        assertThat(contributions.ofAudit()).isTrue();
        assertThat(contributions.baseValue()).isCloseTo(told.baseValue(), within(1e-9));
        Map<String, Double> mine = byFeature(contributions.features());
        byFeature(row.contributions())
            .forEach(
                (feature, value) -> assertThat(mine.get(feature)).isCloseTo(value, within(1e-9)));
        assertThat(found.warnings()).noneMatch(w -> w.contains("base value"));
      }
    }
  }

  @Test
  void everyParameterThatAnAttributionWritesDownCanBeGivenAgain() {
    Snapshot trees = audits.snapshots().load(TREES);
    AuditSettings settings = new AuditSettings(3, 20, 5, 0, Map.of());
    Batch rows = trees.declared().batch(trees.audit().select(new int[] {0, 1}));
    int tried = 0;
    for (String id : List.of(TREES, CARD)) {
      Snapshot snapshot = audits.snapshots().load(id);
      Batch batch = id.equals(TREES) ? rows : snapshot.declared().batch(snapshot.audit());
      for (var explainer : Explainers.all(1).byName().values()) {
        if (explainer instanceof RowExplainer<?> of && !of.name().equals("lime")) {
          Attribution first;
          try {
            if (!(of.prepare(
                        Explain.request(of, snapshot, settings, io.attest.explain.Parameters.NONE),
                        1,
                        Progress.NONE)
                    .explain(batch.select(new int[] {0}), Progress.NONE)
                instanceof Attribution a)) {
              continue;
            }
            first = a;
          } catch (IllegalArgumentException e) {
            continue; // for another family of models
          }
          Attribution again =
              (Attribution)
                  of.prepare(
                          Explain.request(
                              of,
                              snapshot,
                              settings,
                              new io.attest.explain.Parameters(first.provenance().parameters())),
                          1,
                          Progress.NONE)
                      .explain(batch.select(new int[] {0}), Progress.NONE);
          assertThat(again.values()).as(of.name()).containsExactly(first.values(), within(1e-12));
          tried++;
        }
      }
    }
    assertThat(tried).isGreaterThanOrEqualTo(6);
  }

  @Test
  void typedValuesOfARowAreTheRow() {
    CaseExplanation row = cases.explain(TREES, CaseRequest.ofRow(7));
    CaseExplanation typed = cases.explain(TREES, CaseRequest.typed(texts(row)));
    assertThat(typed.subject().row()).isEmpty();
    assertThat(typed.subject().label()).isEmpty();
    assertThat(typed.values()).isEqualTo(row.values());
    assertThat(typed.answer()).isEqualTo(row.answer());
    assertThat(typed.contributions()).isEqualTo(row.contributions());
    assertThat(typed.similar()).isEqualTo(row.similar());
    assertThat(typed.line()).isEqualTo(row.line());
    assertThat(typed.counterfactuals().orElseThrow().alternatives())
        .usingRecursiveComparison()
        .isEqualTo(row.counterfactuals().orElseThrow().alternatives());
    // And with other values typed back, it is the row with its name again.
    assertThat(cases.explain(TREES, CaseRequest.ofRow(7).with(texts(row))).subject())
        .isEqualTo(row.subject());
  }

  @Test
  void whatIfIsTheExplanationOfTheChangedRow() {
    CaseExplanation row = cases.explain(TREES, CaseRequest.ofRow(3));
    Map<String, Optional<String>> change =
        Map.of("duration", Optional.of("48 months"), "savings_status", Optional.empty());
    CaseExplanation quick =
        cases.explain(TREES, CaseRequest.ofRow(3).with(change).to(Depth.PREDICTION));
    CaseExplanation whole = cases.explain(TREES, CaseRequest.ofRow(3).with(change));
    assertThat(quick.answer()).isEqualTo(whole.answer()).isNotEqualTo(row.answer());
    assertThat(quick.contributions()).isEqualTo(whole.contributions());
    assertThat(quick.counterfactuals()).isEmpty();
    assertThat(quick.subject().changed()).containsExactlyInAnyOrder("duration", "savings_status");
    assertThat(quick.subject().label()).isEmpty();
    assertThat(quick.value("duration").orElseThrow().words()).isEqualTo("48 months");
    assertThat(quick.value("savings_status").orElseThrow().known()).isFalse();
    assertThat(whole.warnings()).anyMatch(w -> w.startsWith("1 value is missing."));
  }

  @Test
  void everythingAboutACaseIsThereAndAddsUp() throws Exception {
    CaseExplanation found = cases.explain(TREES, CaseRequest.ofRow(2));
    CaseExplanation.Contributions c = found.contributions().orElseThrow();
    assertThat(c.baseValue() + c.features().stream().mapToDouble(Contribution::contribution).sum())
        .isCloseTo(c.prediction(), within(1e-6));
    assertThat(c.method()).isEqualTo("tree-shap-interventional");
    assertThat(found.answer().decision().orElseThrow().words()).contains("threshold 0.1667");
    assertThat(found.counterfactuals()).isPresent();
    CaseExplanation.Similar similar = found.similar().orElseThrow();
    assertThat(similar.of()).isEqualTo("training");
    assertThat(similar.rows()).hasSize(5).allMatch(r -> List.of("good", "bad").contains(r.label()));
    assertThat(similar.rows())
        .isSortedAccordingTo((a, b) -> Double.compare(a.distance(), b.distance()));
    CaseExplanation.Line line = found.line().orElseThrow();
    assertThat(line.agreement().orElseThrow().top()).isEqualTo(5);
    assertThat(found.rule()).isPresent();
    assertThat(found.value("age").orElseThrow().guarded()).isTrue();
    assertThat(found.provenance())
        .extracting(Provenance::method)
        .containsExactly("tree-shap-interventional", "counterfactuals", "lime", "anchors");
    // As the audit had it, not as is usual.
    assertThat(found.provenance().get(2).parameters()).containsEntry("samples", "400");
    CaseExplanation again =
        new CaseExplanations(audits.store(), audits.artifacts(), audits.snapshots())
            .explain(TREES, CaseRequest.ofRow(2));
    assertThat(bytes(again)).isEqualTo(bytes(found));
  }

  @Test
  void theNearestRowsAreTheNearestByTheStatedDistance() {
    Snapshot snapshot = audits.snapshots().load(TREES);
    Frame training = snapshot.training().orElseThrow();
    Batch rows = snapshot.declared().batch(training);
    double[] own = snapshot.declared().batch(snapshot.audit()).row(4);
    List<Feature> features = snapshot.model().info().features();
    double[] distance = new double[rows.rows()];
    for (int j = 0; j < features.size(); j++) {
      double scale = features.get(j).categorical() ? 1 : mad(rows, j);
      for (int i = 0; i < rows.rows(); i++) {
        distance[i] +=
            features.get(j).categorical()
                ? (rows.at(i, j) == own[j] ? 0 : 1)
                : Math.abs(rows.at(i, j) - own[j]) / scale;
      }
    }
    List<Long> expected =
        IntStream.range(0, rows.rows())
            .boxed()
            .sorted(
                java.util.Comparator.comparingDouble((Integer i) -> distance[i])
                    .thenComparing(i -> i))
            .limit(5)
            .map(i -> i + 1L)
            .toList();
    CaseExplanation.Similar similar =
        cases.explain(TREES, CaseRequest.ofRow(5)).similar().orElseThrow();
    assertThat(similar.rows()).extracting(CaseExplanation.SimilarRow::row).isEqualTo(expected);
    assertThat(similar.rows().get(0).distance())
        .isCloseTo(distance[(int) (expected.get(0) - 1)], within(1e-9));
  }

  /** Median absolute deviation, or the mean one where that is 0. */
  private static double mad(Batch rows, int j) {
    double[] sorted =
        IntStream.range(0, rows.rows()).mapToDouble(i -> rows.at(i, j)).sorted().toArray();
    double centre = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    double[] away =
        java.util.Arrays.stream(sorted).map(v -> Math.abs(v - centre)).sorted().toArray();
    double mad = (away[(away.length - 1) / 2] + away[away.length / 2]) / 2;
    return mad > 0 ? mad : java.util.Arrays.stream(away).average().orElseThrow();
  }

  @Test
  void rowsHaveNamesAndAWrongOneGetsAHint() {
    CaseExplanation numbered = cases.explain(TREES, CaseRequest.ofRow(9).to(Depth.PREDICTION));
    CaseExplanation named =
        cases.explain(TREES, CaseRequest.ofId(numbered.subject().id()).to(Depth.PREDICTION));
    assertThat(named).isEqualTo(numbered);
    assertThatThrownBy(() -> cases.explain(TREES, CaseRequest.ofRow(61)))
        .isInstanceOf(CaseRefused.class)
        .hasMessage("There is no row 61. The data of this audit have the rows 1 to 60.");
    assertThatThrownBy(() -> cases.explain(TREES, CaseRequest.ofRow(0)))
        .isInstanceOf(CaseRefused.class);
    assertThatThrownBy(() -> cases.explain(TREES, CaseRequest.ofId(numbered.subject().id() + "x")))
        .isInstanceOf(CaseRefused.class)
        .hasMessageContaining("Maybe you meant");
    assertThatThrownBy(() -> cases.explain("A-none", CaseRequest.ofRow(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("There is no audit A-none.");
  }

  @Test
  void everyFaultIsToldAtOnceByFeature() {
    Map<String, Optional<String>> values =
        new LinkedHashMap<>(texts(cases.explain(TREES, CaseRequest.ofRow(1).to(Depth.PREDICTION))));
    values.put("duration", Optional.of("four"));
    values.put("age", Optional.of("9"));
    values.put("purpose", Optional.of("new cra"));
    values.put("credit_amount", Optional.of("1,200"));
    values.put("=cmd|x", Optional.of("<script>"));
    values.remove("housing");
    CaseRefused refused =
        catchThrowableOfType(
            CaseRefused.class, () -> cases.explain(TREES, CaseRequest.typed(values)));
    assertThat(refused.faults())
        .extracting(Fault::at)
        .containsExactlyInAnyOrder(
            "duration", "age", "purpose", "credit_amount", "=cmd|x", "housing");
    assertThat(refused.at("duration"))
        .contains(
            "duration is 'four', which is no number. Maybe write it in digits, such as 1, or"
                + " unknown.");
    assertThat(refused.at("age").orElseThrow())
        .startsWith("age is '9', which is below 18 years, the smallest value that is declared.");
    assertThat(refused.at("purpose").orElseThrow()).contains("Maybe you meant new car.");
    assertThat(refused.at("credit_amount").orElseThrow()).contains("Maybe 1200, or 1.200");
    assertThat(refused.at("housing").orElseThrow()).contains("say unknown");
    assertThatThrownBy(() -> cases.explain(TREES, CaseRequest.ofRow(1).of("worse")))
        .isInstanceOf(CaseRefused.class)
        .hasMessageContaining("The model has no output 'worse'.");
  }

  @Test
  void anAuditWithoutContributionsOfItsOwnGetsThoseOfAMethodThatFits() {
    audits.sample("A-none-yet", "german-scorecard", 20, 50);
    CaseExplanation found = cases.explain("A-none-yet", CaseRequest.ofRow(1).to(Depth.PREDICTION));
    assertThat(found.contributions().orElseThrow().method()).isEqualTo("linear-shap");
    assertThat(found.contributions().orElseThrow().ofAudit()).isFalse();
    assertThat(found.warnings()).anyMatch(w -> w.contains("these are by linear-shap"));
    // What the audit finds later counts as soon as it is there.
    audits.explained("A-none-yet", "linear-shap", "");
    assertThat(
            cases
                .explain("A-none-yet", CaseRequest.ofRow(1).to(Depth.PREDICTION))
                .contributions()
                .orElseThrow()
                .ofAudit())
        .isTrue();
  }

  @Test
  void trainingRowsThatPullAtTheCaseAreThoseThatTheAuditFound() {
    audits.sample("A-influence", "german-scorecard", 20, 600);
    Section.InfluenceResult told =
        (Section.InfluenceResult)
            audits.explained("A-influence", "influence", "").result().orElseThrow();
    Section.TrainingRow strongest = told.onTests().orElseThrow().rows().get(0);
    int test = strongest.tests().get(0).row();
    CaseExplanation found = cases.explain("A-influence", CaseRequest.ofRow(test + 1L));
    assertThat(found.influential())
        .hasSize(5)
        .anySatisfy(
            i -> {
              assertThat(i.id()).isEqualTo(strongest.id());
              assertThat(i.change()).isCloseTo(strongest.tests().get(0).change(), within(1e-12));
            });
    CaseExplanation typed = cases.explain("A-influence", CaseRequest.typed(texts(found)));
    assertThat(typed.influential()).isEmpty();
    assertThat(typed.absent())
        .anyMatch(a -> a.part().equals("influential rows") && a.why().contains("none of them"));
  }

  // --- hostile models --------------------------------------------------------------------------

  private static String yaml(String task, int features, String rest) {
    StringBuilder out =
        new StringBuilder(
            """
            id: odd
            name: Odd
            version: "1"
            owner: Somebody
            purpose: To be tested.
            prohibited-uses: [Anything else]
            tier: standard
            task: %s
            model: {format: xgboost, file: m.json}
            data: {audit: {uri: audit.csv}}
            %s
            features:
            """
                .formatted(task, rest));
    for (int j = 0; j < features; j++) {
      out.append("  - {name: \"").append(name(j)).append("\", type: numeric, meaning: M}\n");
    }
    return out.toString();
  }

  private static String name(int j) {
    return j == 0 ? "=cmd|x <script>" : "feature " + j + " of a name with forty characters";
  }

  private static Frame numbers(int rows, int features, List<String> classes) {
    List<Column> columns = new ArrayList<>();
    for (int j = 0; j < features; j++) {
      double[] values = new double[rows];
      for (int i = 0; i < rows; i++) {
        values[i] = (i * 31 + j * 17) % 23;
      }
      columns.add(new NumericColumn(name(j), values));
    }
    if (!classes.isEmpty()) {
      columns.add(
          new CategoricalColumn(
              "y", IntStream.range(0, rows).map(i -> i % classes.size()).toArray(), classes));
    }
    return Frame.of(columns);
  }

  /** Output k grows with feature k, k + outputs... */
  private record Plain(Task task, int features, List<String> outputs, long millis)
      implements Model {
    @Override
    public ModelInfo info() {
      return new ModelInfo(
          "test",
          "",
          task,
          IntStream.range(0, features).mapToObj(j -> Feature.numeric(name(j))).toList(),
          outputs,
          task == Task.MULTICLASS ? Link.SOFTMAX : Link.IDENTITY,
          "0".repeat(64));
    }

    @Override
    public void predict(Batch rows, OutputSpace space, double[] out) {
      try {
        Thread.sleep(millis);
      } catch (InterruptedException e) {
        throw new AssertionError("Nobody may interrupt.", e);
      }
      java.util.Arrays.fill(out, 0);
      for (int i = 0; i < rows.rows(); i++) {
        for (int j = 0; j < features; j++) {
          double v = rows.at(i, j);
          out[i * outputs.size() + j % outputs.size()] += Double.isNaN(v) ? 1 : v / 10;
        }
      }
      if (space == OutputSpace.RESPONSE) {
        info().link().toResponse(out, outputs.size());
      }
    }
  }

  @Test
  void fiftyClassesAreExplainedByTheLikeliestOrTheOneAskedFor() {
    List<String> classes = IntStream.range(0, 50).mapToObj(k -> "class " + k).toList();
    audits.invented(
        "A-fifty",
        yaml(
            "multiclass",
            9,
            "target: {column: y, classes: ["
                + classes.stream().collect(Collectors.joining(", "))
                + "]}\nexplain: {background: 10}"),
        new Plain(Task.MULTICLASS, 9, classes, 0),
        numbers(60, 9, classes),
        Optional.empty());
    CaseExplanation found = cases.explain("A-fifty", CaseRequest.ofRow(4));
    assertThat(found.answer().responses()).hasSize(50);
    assertThat(found.answer().response())
        .isEqualTo(
            found.answer().responses().stream()
                .mapToDouble(CaseExplanation.OutputResponse::response)
                .max()
                .orElseThrow());
    assertThat(found.answer().decision()).isEmpty();
    assertThat(found.contributions().orElseThrow().output()).isEqualTo(found.answer().output());
    assertThat(found.similar().orElseThrow().of()).isEqualTo("audit");
    assertThat(found.similar().orElseThrow().rows())
        .noneMatch(r -> r.row() == found.subject().row().orElseThrow());
    CaseExplanation other =
        cases.explain("A-fifty", CaseRequest.ofRow(4).of("class 7").to(Depth.PREDICTION));
    assertThat(other.answer().output()).isEqualTo("class 7");
    assertThat(other.answer().response()).isEqualTo(found.answer().responses().get(7).response());
  }

  @Test
  void aNumberOfThreeHundredFeaturesSomeUnknown() {
    audits.invented(
        "A-wide",
        yaml("regression", 300, "target: {column: y}\nexplain: {background: 5, quality: 0}"),
        new Plain(Task.REGRESSION, 300, List.of("y"), 0),
        numbers(3, 300, List.of()),
        Optional.of(numbers(40, 300, List.of())));
    audits.explained("A-wide", "permutation-shap", "");
    audits.explained("A-wide", "lime", "samples=400");
    CaseExplanation found =
        cases.explain(
            "A-wide",
            CaseRequest.ofRow(2)
                .with(Map.of(name(0), Optional.empty(), name(5), Optional.of("1 000,5"))));
    assertThat(found.values()).hasSize(300);
    assertThat(found.contributions().orElseThrow().features()).hasSize(300);
    assertThat(found.warnings())
        .anyMatch(w -> w.startsWith("1 value is missing"))
        .anyMatch(w -> w.contains("is 1000.5; the training rows go from 0 to 22."));
    assertThat(found.absent())
        .anyMatch(a -> a.part().equals("counterfactuals") && a.why().contains("threshold"));
  }

  @Test
  void oneFeatureAndOneRow() {
    audits.invented(
        "A-one",
        yaml("regression", 1, "target: {column: y}\ndecision: {threshold: 1, favourable: above}"),
        new Plain(Task.REGRESSION, 1, List.of("y"), 0),
        numbers(1, 1, List.of()),
        Optional.empty());
    CaseExplanation found = cases.explain("A-one", CaseRequest.ofRow(1));
    assertThat(found.answer().decision().orElseThrow().favoured()).isFalse();
    assertThat(found.similar().orElseThrow().rows()).isEmpty();
    assertThat(found.contributions().orElseThrow().features()).hasSize(1);
  }

  @Test
  void aModelThatIsSlowIsGivenUpWithAMessage() {
    audits.invented(
        "A-slow",
        yaml("regression", 1, "target: {column: y}"),
        new Plain(Task.REGRESSION, 1, List.of("y"), 400),
        numbers(9, 1, List.of()),
        Optional.empty());
    CaseExplanations impatient =
        new CaseExplanations(
            audits.store(),
            audits.artifacts(),
            audits.snapshots(),
            Duration.ofMillis(100),
            Duration.ofMillis(100));
    assertThatThrownBy(() -> impatient.explain("A-slow", CaseRequest.ofRow(1)))
        .isInstanceOf(CaseUnanswered.class)
        .hasMessageContaining("Maybe the model is on a server that is slow to answer");
  }
}
