package io.attest.stage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.attest.audit.Section;
import io.attest.data.Field;
import io.attest.data.Format;
import io.attest.data.Frame;
import io.attest.data.Parquet;
import io.attest.data.ReadOptions;
import io.attest.data.TableReader;
import io.attest.explain.Counterfactuals;
import io.attest.explain.Dataset;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.counterfactual.CounterfactualSearch;
import io.attest.model.ModelReader;
import io.attest.model.ModelSpec;
import io.attest.model.ModelSpecReader;
import io.attest.model.OutputSpace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangesTest {
  @TempDir Path folder;

  @Test
  void whatIsDeclaredBecomesParameters() {
    ModelSpec spec =
        ModelSpecReader.parse(
            """
            id: m
            name: M
            version: 1
            owner: o
            purpose: p
            tier: standard
            task: binary
            model: {format: scorecard, file: card.yaml}
            target: {column: y, positive: 1}
            data: {audit: a.csv}
            decision: {threshold: 0.25, favourable: above}
            features:
              - {name: age, unit: years, change: never}
              - {name: "income, net", change: {direction: rising, to: 9000}}
              - {name: debt, unit: "EUR, gross", change: falling}
              - {name: term, change: {from: 6, to: 48}}
              - free
            implications:
              - {if: "income, net rises", then: term changes by 2}
            """
                .getBytes(StandardCharsets.UTF_8),
            Path.of("/m/model.yaml"));
    assertThat(Changes.of(spec).values())
        .isEqualTo(
            Map.of(
                "immutable", "age",
                "rising", "\"income, net\"",
                "falling", "debt",
                "range", "\"income, net\":..9000.0, term:6.0..48.0",
                "implies", "\"income, net\" rises -> term changes by 2",
                "units", "age:years",
                "threshold", "0.25",
                "wanted", "above"));
  }

  /** From the declaration of a sample to what a report shows of it. */
  @ParameterizedTest
  @ValueSource(strings = {"german-credit", "german-scorecard"})
  void theSamplesKeepTheirRules(String id) throws IOException {
    Path model = Path.of("config/models", id);
    ModelSpec spec = ModelSpecReader.read(model.resolve("model.yaml"));
    DeclaredModel declared = new DeclaredModel(spec, ModelReader.read(spec));
    List<Field> fields = new ArrayList<>(spec.fields());
    fields.add(Field.categorical("class", List.of("good", "bad")));
    fields.add(Field.text("application"));
    Frame audit = read(model.resolve("audit.csv"), fields);
    fields.remove(fields.size() - 1);
    Frame training = read(model.resolve("training.csv"), fields);
    Path file = folder.resolve("audit.parquet");
    Parquet.write(audit, file);
    Snapshot snapshot = new Snapshot(declared, file, Optional.empty());
    AuditSettings settings =
        AuditSettings.of(spec.explain(), new StageTask("A-1", Map.of(), Progress.NONE));
    Parameters parameters =
        DeclaredParameters.beneath(
            "counterfactuals", Parameters.parse("count=2"), snapshot, settings);
    assertThat(DeclaredParameters.beneath("pdp-ice", Parameters.NONE, snapshot, settings))
        .isEqualTo(Parameters.NONE);
    Dataset rows = declared.dataset(audit);
    Counterfactuals found =
        new CounterfactualSearch()
            .explain(
                new Request(
                    declared.model(),
                    rows,
                    rows,
                    Optional.of(declared.dataset(training)),
                    parameters,
                    settings.seed()),
                Progress.NONE);
    assertThat(found.cases()).hasSizeBetween(25, Changes.CASES).noneMatch(c -> c.already());
    Counterfactuals.Quality quality = found.quality();
    assertThat(quality.validity()).isEqualTo(1);
    assertThat(quality.found()).isGreaterThan(20);
    assertThat(quality.sparsity()).isLessThan(2);
    Set<String> never = Set.of("age", "credit_history", "purpose", "job", "num_dependents");
    for (Counterfactuals.Case c : found.cases()) {
      assertThat(c.alternatives().size()).isLessThanOrEqualTo(2);
      for (Counterfactuals.Alternative a : c.alternatives()) {
        assertThat(a.changed()).doesNotContainAnyElementsOf(never);
        assertThat(a.response()[0]).isLessThan(0.1667);
        a.changes().stream()
            .filter(x -> x.feature().equals("credit_amount"))
            .forEach(x -> assertThat(x.toValue()).isLessThan(x.fromValue()));
      }
    }
    // The cases that are shown one by one, as far as they are on the wrong side.
    double[] response = declared.model().predict(rows.rows(), OutputSpace.RESPONSE);
    LocalCases local = new LocalCases(declared, 30, settings.seed(), audit.rows());
    local.add(
        0,
        audit,
        new io.attest.explain.Attribution(
            found.provenance(),
            List.of(),
            List.of("bad"),
            audit.rows(),
            new double[0],
            new double[1],
            response));
    assertThat(found.cases())
        .extracting(Counterfactuals.Case::row)
        .containsAll(
            local.rows().stream()
                .map(Section.LocalRow::row)
                .filter(r -> response[r] >= 0.1667)
                .toList());
    Section.CounterfactualsResult shown =
        (Section.CounterfactualsResult) new Shown(snapshot, 30, 1).of(found);
    assertThat(shown.cases().get(0).id())
        .isEqualTo(audit.column("application").text(found.cases().get(0).row()));
    JsonMapper json = JsonMapper.builder().addModule(new Jdk8Module()).build();
    assertThat(json.readValue(json.writeValueAsString(shown), Section.Result.class))
        .isEqualTo(shown);
  }

  private static Frame read(Path file, List<Field> fields) throws IOException {
    return TableReader.read(file, Format.CSV, ReadOptions.NONE, fields, List.of("class")).frame();
  }
}
