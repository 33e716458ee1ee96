package io.attest.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The sample models are what docs/sample.md says of them. */
class SampleModelsTest {

  @Test
  void theyAreDeclaredRight() {
    List<ModelFolder.Entry> models = models();
    assertThat(models)
        .extracting(ModelFolder.Entry::id)
        .containsExactly("german-credit", "german-scorecard", "german-scorecard-central");
    assertThat(models).extracting(ModelFolder.Entry::fault).containsOnly(Optional.empty());
  }

  private static List<ModelFolder.Entry> models() {
    return new ModelFolder(List.of(Path.of("config/models"))).list();
  }

  @ParameterizedTest
  @CsvSource({"german-credit, 0.772, 0.477", "german-scorecard, 0.761, 0.572"})
  void predictsWellAndGrantsTheYoungLess(String id, double auc, double ratio) throws IOException {
    Sample sample = Sample.read(id);
    List<NamedCsvRecord> audit = sample.rows("audit.csv");
    assertThat(audit).hasSize(400);
    double[] p = sample.model().predict(sample.batch(audit), OutputSpace.RESPONSE);
    assertThat(auc(p, audit)).isCloseTo(auc, within(0.0005));
    double threshold = sample.spec().decision().orElseThrow().threshold();
    Predicate<NamedCsvRecord> young = row -> Integer.parseInt(row.getField("age")) < 25;
    double granted = granted(p, audit, young, threshold);
    double others = granted(p, audit, young.negate(), threshold);
    assertThat(granted / others).isCloseTo(ratio, within(0.0005));
  }

  @ParameterizedTest
  @CsvSource({"german-credit", "german-scorecard"})
  void isNotAuditedOnWhatItWasTrainedOn(String id) throws IOException {
    Sample sample = Sample.read(id);
    Set<String> ids = new HashSet<>();
    List<NamedCsvRecord> all = new ArrayList<>(sample.rows("audit.csv"));
    all.addAll(sample.rows("training.csv"));
    all.forEach(row -> ids.add(row.getField("application")));
    assertThat(ids).hasSize(1000);
    assertThat(all).hasSize(1000);
    for (String file : List.of("audit.csv", "training.csv")) {
      List<NamedCsvRecord> rows = sample.rows(file);
      assertThat(rows.stream().filter(SampleModelsTest::bad).count())
          .as("share of bad credits")
          .isEqualTo(Math.round(0.3 * rows.size()));
    }
  }

  @Test
  void theScorecardIsAtTheOptimumOfItsFit() throws IOException {
    Sample sample = Sample.read("german-scorecard");
    LinearModel model = (LinearModel) sample.model();
    List<NamedCsvRecord> training = sample.rows("training.csv");
    Batch batch = sample.batch(training);
    double[] p = model.predict(batch, OutputSpace.RESPONSE);
    int terms = model.coefficients().length;
    double[] design = new double[p.length * terms];
    model.design(batch, design);
    for (int m = 0; m < terms; m++) {
      double gradient = m == 0 ? 0 : model.l2() * model.coefficients()[m];
      for (int i = 0; i < p.length; i++) {
        gradient += (p[i] - (bad(training.get(i)) ? 1 : 0)) * design[i * terms + m];
      }
      // credit_amount is in thousands, so its gradient is as well.
      assertThat(gradient).as(model.termNames().get(m)).isCloseTo(0, within(1e-7));
    }
  }

  @Test
  void theScorecardSeesNoProtectedAttribute() {
    assertThat(Sample.read("german-scorecard").model().info().featureNames())
        .doesNotContain("age", "sex", "personal_status", "foreign_worker");
  }

  private static boolean bad(NamedCsvRecord row) {
    return row.getField("class").equals("bad");
  }

  private static double granted(
      double[] p, List<NamedCsvRecord> rows, Predicate<NamedCsvRecord> group, double threshold) {
    int n = 0;
    int granted = 0;
    for (int i = 0; i < p.length; i++) {
      if (group.test(rows.get(i))) {
        n++;
        granted += p[i] < threshold ? 1 : 0;
      }
    }
    return (double) granted / n;
  }

  private static double auc(double[] p, List<NamedCsvRecord> rows) {
    double pairs = 0;
    double won = 0;
    for (int i = 0; i < p.length; i++) {
      for (int k = 0; k < p.length; k++) {
        if (bad(rows.get(i)) && !bad(rows.get(k))) {
          pairs++;
          won += p[i] > p[k] ? 1 : p[i] == p[k] ? 0.5 : 0;
        }
      }
    }
    return won / pairs;
  }

  private record Sample(ModelSpec spec, Model model) {

    static Sample read(String id) {
      ModelSpec spec =
          models().stream()
              .filter(entry -> entry.id().equals(id))
              .findFirst()
              .flatMap(ModelFolder.Entry::spec)
              .orElseThrow();
      return new Sample(spec, ModelReader.read(spec));
    }

    List<NamedCsvRecord> rows(String file) throws IOException {
      try (CsvReader<NamedCsvRecord> csv =
          CsvReader.builder().ofNamedCsvRecord(spec.folder().resolve(file))) {
        return csv.stream().toList();
      }
    }

    Batch batch(List<NamedCsvRecord> rows) {
      List<Feature> features = model.info().features();
      double[] values = new double[rows.size() * features.size()];
      int at = 0;
      for (NamedCsvRecord row : rows) {
        for (Feature feature : features) {
          String text = row.getField(feature.name());
          values[at] =
              feature.categorical() ? feature.levels().indexOf(text) : Double.parseDouble(text);
          assertThat(values[at++]).as("%s %s", feature.name(), text).isNotNegative();
        }
      }
      return new Batch(rows.size(), features.size(), values);
    }
  }
}
