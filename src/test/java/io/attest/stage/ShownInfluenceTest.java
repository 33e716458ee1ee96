package io.attest.stage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.attest.audit.Section;
import io.attest.data.Field;
import io.attest.data.Format;
import io.attest.data.Frame;
import io.attest.data.Parquet;
import io.attest.data.ReadOptions;
import io.attest.data.TableReader;
import io.attest.explain.Explainers;
import io.attest.explain.Explanation;
import io.attest.explain.Influence;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.TestInfluence;
import io.attest.explain.TrainingInfluence;
import io.attest.model.ModelReader;
import io.attest.model.ModelSpec;
import io.attest.model.ModelSpecReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What reports show of influence, for the sample models. */
class ShownInfluenceTest {
  private final ObjectMapper json = JsonMapper.builder().addModule(new Jdk8Module()).build();

  @TempDir Path folder;

  private record Found(Explanation explanation, Section.InfluenceResult shown, Frame training) {}

  private Found find(String id, String method) throws IOException {
    ModelSpec spec = ModelSpecReader.read(Path.of("config/models", id, "model.yaml"));
    DeclaredModel declared = new DeclaredModel(spec, ModelReader.read(spec));
    Frame audit = table(spec, "audit.csv");
    Frame training = table(spec, "training.csv");
    Parquet.write(audit, folder.resolve("audit.parquet"));
    Parquet.write(training, folder.resolve("training.parquet"));
    Explanation explanation =
        Explainers.all(2)
            .explainer(method)
            .explain(
                new Request(
                    declared.model(),
                    declared.dataset(audit),
                    declared.dataset(audit),
                    Optional.of(declared.dataset(training)),
                    Parameters.NONE,
                    1),
                Progress.NONE);
    Snapshot snapshot =
        new Snapshot(
            declared,
            folder.resolve("audit.parquet"),
            Optional.of(folder.resolve("training.parquet")));
    return new Found(
        explanation, (Section.InfluenceResult) new Shown(snapshot, 3, 1).of(explanation), training);
  }

  private static Frame table(ModelSpec spec, String file) {
    List<Field> fields = new ArrayList<>(spec.fields());
    fields.add(Field.categorical(spec.target().column(), spec.target().classes()));
    fields.add(Field.text(spec.rowId().orElseThrow()));
    return TableReader.read(
            spec.folder().resolve(file), Format.CSV, ReadOptions.NONE, fields, List.of())
        .frame();
  }

  @Test
  void treesShowTheCasesThatMatterAndForWhom() throws IOException {
    Found found = find("german-credit", "tree-influence");
    TestInfluence tests = ((TrainingInfluence) found.explanation()).onTests();
    Section.InfluenceResult shown = found.shown();
    assertThat(shown.rows()).isEmpty();
    assertThat(shown.trainingRows()).isEqualTo(600);
    assertThat(shown.maxShare()).isEqualTo(tests.maxShare());
    Section.InfluenceOnTests onTests = shown.onTests().orElseThrow();
    assertThat(onTests.rows()).hasSize(25);
    assertThat(onTests.measure()).isEqualTo("loss");
    assertThat(onTests.tests()).isEqualTo(40);
    assertThat(onTests.validation()).isEqualTo(tests.validation());
    Section.TrainingRow first = onTests.rows().get(0);
    assertThat(first.row()).isEqualTo(tests.ranking().get(0));
    assertThat(first.share()).isEqualTo(tests.maxShare());
    assertThat(first.mean()).isEqualTo(tests.mean(first.row()));
    assertThat(first.id()).isEqualTo(found.training().column("application").text(first.row()));
    assertThat(first.values())
        .startsWith("checking_status: ")
        .contains(
            "duration: " + found.training().column("duration").text(first.row()) + " months; ")
        .contains(" DM; ");
    assertThat(first.tests()).hasSize(5);
    double most = 0;
    for (int t = 0; t < 40; t++) {
      most = Math.max(most, Math.abs(tests.loss(first.row(), t)));
    }
    assertThat(Math.abs(first.tests().get(0).change())).isEqualTo(most);
    assertThat(first.most()).startsWith(first.tests().get(0).id() + " (");
    assertThat(json.readValue(json.writeValueAsString(shown), Section.InfluenceResult.class))
        .isEqualTo(shown);
  }

  @Test
  void aScorecardShowsDistancesAndCases() throws IOException {
    Found found = find("german-scorecard", "influence");
    Influence influence = (Influence) found.explanation();
    Section.InfluenceResult shown = found.shown();
    assertThat(shown.rows()).hasSize(25);
    assertThat(shown.terms()).isEqualTo(influence.terms());
    TestInfluence.Validation validation = shown.onTests().orElseThrow().validation().orElseThrow();
    assertThat(validation.retrained()).isTrue();
    assertThat(validation.pearson()).isGreaterThan(0.999);
    // As older records have it.
    String old = json.writeValueAsString(shown).replaceFirst(",\"onTests\":.*", "}");
    assertThat(old).contains("maxShare");
    Section.InfluenceResult read = json.readValue(old, Section.InfluenceResult.class);
    assertThat(read.onTests()).isEmpty();
    assertThat(read.rows()).isEqualTo(shown.rows());
  }
}
