package io.attest.explain.influence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.CaseTable;
import io.attest.Cases;
import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.ExplainerContractTest;
import io.attest.explain.Influence;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.WavyModel;
import io.attest.model.Batch;
import io.attest.model.Link;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LinearInfluenceTest extends ExplainerContractTest<Influence> {

  @Override
  protected Explainer<Influence> explainer(int threads) {
    return new LinearInfluence(threads);
  }

  @Override
  protected Model model(int features) {
    double[] coefficients = new double[features + 1];
    Arrays.fill(coefficients, 0.5);
    return PlainLinearModel.of(
        Link.LOGIT,
        IntStream.range(0, features).mapToObj(j -> "f" + j).toList(),
        coefficients,
        0.5);
  }

  /** Influence asks for a model that was fitted to its training rows. */
  @Override
  protected Request request(int rows, int features, long seed) {
    Request request = super.request(rows, features, seed);
    return request.training().orElseThrow().size() == 0
        ? request
        : new Request(
            fitted((PlainLinearModel) request.model(), request.training().orElseThrow()),
            request.audit(),
            request.background(),
            request.training(),
            request.parameters(),
            request.seed());
  }

  private static PlainLinearModel fitted(PlainLinearModel model, Dataset rows) {
    double[] design = new double[rows.size() * model.coefficients().length];
    model.design(rows.rows(), design);
    return model.with(
        Fit.of(model, Family.of(model.info().link()), design, rows.labels().orElseThrow())
            .refit(new double[model.coefficients().length], -1, Progress.NONE)
            .orElseThrow());
  }

  @Override
  protected double[] figures(Influence r) {
    return Stream.of(
            r.leverage(),
            r.residual(),
            r.studentized(),
            r.cook(),
            r.dfbeta(),
            r.dfbetas(),
            r.dffits(),
            r.looLoss())
        .flatMapToDouble(Arrays::stream)
        .toArray();
  }

  @Override
  protected Optional<double[]> figures(Influence result, int feature) {
    return Optional.empty();
  }

  @Test
  void leastSquaresIsTheReferenceCase() throws IOException {
    Path folder = Cases.folder("i04_ols_cook_dfbeta_cps1985");
    PlainLinearModel model = read(folder, Link.IDENTITY);
    Dataset training = rows(folder, "data.csv", "labels.csv");
    Influence influence = explain(model, training, training, "refits=6");
    CaseTable expected = CaseTable.read(folder.resolve("expected.csv"));
    CaseTable loo = CaseTable.read(folder.resolve("exact_loo_params.csv"));
    assertThat(influence.rows()).isEqualTo(534);
    String[] terms = {"const", "education", "experience", "exp2", "female", "union", "married"};
    for (int i = 0; i < influence.rows(); i++) {
      double[] row = expected.rows()[i];
      assertThat(influence.leverage()[i])
          .isCloseTo(row[expected.column("leverage")], within(1e-12));
      assertThat(influence.residual()[i]).isCloseTo(row[expected.column("resid")], within(1e-12));
      assertThat(influence.studentized()[i])
          .isCloseTo(row[expected.column("student_external")], within(1e-11));
      assertThat(influence.cook()[i]).isCloseTo(row[expected.column("cooks_d")], within(1e-12));
      // statsmodels: with the row minus without; here without minus with.
      assertThat(influence.dffits()[i]).isCloseTo(-row[expected.column("dffits")], within(1e-11));
      for (int j = 0; j < terms.length; j++) {
        assertThat(influence.dfbeta(i, j)).isCloseTo(loo.rows()[i][1 + j], within(1e-11));
        assertThat(influence.dfbetas()[i * 7 + j])
            .isCloseTo(-row[expected.column("dfbetas_" + terms[j])], within(1e-10));
      }
    }
    assertThat(influence.provenance().error().orElseThrow()).isLessThan(1e-9);
    assertThat(influence.provenance().notes()).hasSize(1).allMatch(n -> n.contains("6 rows"));
  }

  @Test
  void logisticRegressionIsTheReferenceCase() throws IOException {
    Path folder = Cases.folder("i02_influence_logistic_german");
    PlainLinearModel model = read(folder, Link.LOGIT);
    Dataset training = rows(folder, "data.csv", "labels.csv");
    Dataset audit = rows(folder, "test_data.csv", "test_labels.csv");
    Influence influence = explain(model, training, audit, "");
    CaseTable newton = CaseTable.read(folder.resolve("expected_newton_params.csv"));
    CaseTable real = CaseTable.read(folder.resolve("exact_loo_params.csv"));
    CaseTable self = CaseTable.read(folder.resolve("expected_self_influence.csv"));
    int q = 60;
    double worst = 0;
    double inErrors = 0;
    double[] loss = new double[influence.rows()];
    for (int i = 0; i < influence.rows(); i++) {
      assertThat(influence.leverage()[i])
          .isCloseTo(self.rows()[i][self.column("leverage")], within(1e-11));
      loss[i] = self.rows()[i][self.column("actual_mean_test_loss")];
      for (int j = 0; j < q; j++) {
        // The case has the intercept last.
        int column = j == 0 ? q : j;
        assertThat(influence.dfbeta(i, j)).isCloseTo(newton.rows()[i][column], within(1e-10));
        double missed = Math.abs(influence.dfbeta(i, j) - real.rows()[i][column]);
        worst = Math.max(worst, missed);
        inErrors =
            Math.max(
                inErrors,
                missed * Math.abs(influence.dfbetas()[i * q + j] / influence.dfbeta(i, j)));
      }
    }
    assertThat(worst).isCloseTo(0.1809959762617126, within(1e-8));
    assertThat(correlation(influence.looLoss(), loss)).isGreaterThan(0.998);
    // Ten refits find the row that the step is worst for: it is the one of the largest distance.
    assertThat(influence.provenance().error().orElseThrow()).isCloseTo(inErrors, within(1e-8));
    assertThat(influence.provenance().notes()).anyMatch(n -> n.contains("10 rows"));
  }

  @Test
  void coefficientsOfAnotherFitAreRefusedAndRoundedOnesNoted() {
    Request request = request(20, 3, 1);
    PlainLinearModel model = (PlainLinearModel) request.model();
    Dataset training = request.training().orElseThrow();
    double[] off = model.coefficients().clone();
    off[2] += 0.02;
    assertThat(explain(model.with(off), training, request.audit(), "").provenance().notes())
        .anyMatch(n -> n.contains("a little off") && n.contains("f1"));
    assertThat(explain(model, training, request.audit(), "").provenance().notes())
        .noneMatch(n -> n.contains("off"));
    off[2] += 2;
    assertThatThrownBy(() -> explain(model.with(off), training, request.audit(), ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not fitted to these training rows")
        .hasMessageContaining("f1");
  }

  @Test
  void termsThatTheRowsCannotTellApartAreNamed() {
    Batch rows =
        new Batch(6, 3, new double[] {1, 0, 3, 0, 1, 1, 1, 0, 4, 0, 1, 1, 1, 0, 5, 0, 1, 9});
    Dataset training = new Dataset(rows, Optional.of(new double[] {1, 2, 3, 4, 5, 6}));
    PlainLinearModel model =
        PlainLinearModel.of(Link.IDENTITY, List.of("own", "rent", "age"), new double[4], 0);
    assertThatThrownBy(() -> explain(model, training, training, ""))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot tell apart [(intercept), own, rent]");
    Batch none = new Batch(3, 1, new double[3]);
    PlainLinearModel one = PlainLinearModel.of(Link.IDENTITY, List.of("never"), new double[2], 0);
    Dataset empty = new Dataset(none, Optional.of(new double[3]));
    assertThatThrownBy(() -> explain(one, empty, empty, "")).hasMessageContaining("[never]");
  }

  @Test
  void aRowThatDecidesAParameterAloneIsSaid() {
    // Only the last row has the indicator.
    Batch rows = new Batch(6, 2, new double[] {1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 1});
    Dataset training = new Dataset(rows, Optional.of(new double[] {1, 3, 2, 5, 4, 9}));
    PlainLinearModel model =
        fitted(
            PlainLinearModel.of(Link.IDENTITY, List.of("x", "only"), new double[3], 0), training);
    Influence influence = explain(model, training, training, "");
    assertThat(influence.leverage()[5]).isCloseTo(1, within(1e-12));
    assertThat(influence.cook()[5]).isNaN();
    assertThat(influence.looLoss()[5]).isNaN();
    assertThat(influence.cook()[0]).isFinite();
    assertThat(influence.provenance().notes()).anyMatch(n -> n.contains("first: 6"));
  }

  @Test
  void whatIsNotAtHandIsAskedFor() {
    Request request = request(5, 2, 1);
    Dataset audit = request.audit();
    Model wavy = WavyModel.of(Task.BINARY, 2);
    assertThatThrownBy(() -> explain(wavy, audit, audit, "")).hasMessageContaining("linear models");
    assertThatThrownBy(
            () ->
                new LinearInfluence(1)
                    .explain(
                        new Request(
                            request.model(), audit, audit, Optional.empty(), Parameters.NONE, 1),
                        Progress.NONE))
        .hasMessageContaining("training rows");
    Dataset bare = new Dataset(audit.rows(), Optional.empty());
    assertThatThrownBy(() -> explain(request.model(), bare, audit, ""))
        .hasMessageContaining("labels of the training rows");
    Influence influence = explain(request.model(), request.training().orElseThrow(), bare, "");
    assertThat(influence.looLoss()).isEmpty();
    assertThat(influence.provenance().notes())
        .anyMatch(n -> n.contains("No audit row has a label"));
    Model poisson = PlainLinearModel.of(Link.LOG, List.of("f0", "f1"), new double[3], 0);
    assertThatThrownBy(() -> explain(poisson, audit, audit, "")).hasMessageContaining("LOG");
  }

  @Property(tries = 30)
  void everyFigureIsThatOfARealRefit(@ForAll long seed) {
    Random random = new Random(seed);
    boolean logistic = random.nextBoolean();
    int p = 1 + random.nextInt(3);
    int n = 12 + random.nextInt(30);
    double l2 = random.nextBoolean() && !logistic ? 0 : 0.5 + random.nextDouble();
    Dataset training = draw(random, n, p, logistic);
    Dataset audit = draw(random, 15, p, logistic);
    List<String> names = IntStream.range(0, p).mapToObj(j -> "f" + j).toList();
    PlainLinearModel start =
        PlainLinearModel.of(logistic ? Link.LOGIT : Link.IDENTITY, names, new double[p + 1], l2);
    PlainLinearModel model = fitted(start, training);
    Influence influence = explain(model, training, audit, "refits=" + n);
    double worst = 0;
    double ss = 0;
    double sp = 0;
    double pp = 0;
    double loss = meanLoss(model, audit);
    for (int i = 0; i < n; i++) {
      int row = i;
      Dataset others = training.select(IntStream.range(0, n).filter(k -> k != row).toArray());
      PlainLinearModel without = fitted(start, others);
      for (int j = 0; j <= p; j++) {
        double real = without.coefficients()[j] - model.coefficients()[j];
        double said = influence.dfbeta(i, j);
        double scale = said == 0 ? 1 : Math.abs(said / influence.dfbetas()[i * (p + 1) + j]);
        worst = Math.max(worst, Math.abs(real - said) / scale);
        ss += real * real;
        sp += real * said;
        pp += said * said;
        if (!logistic) {
          assertThat(said).isCloseTo(real, within(1e-8));
        }
      }
      if (!logistic) {
        assertThat(influence.looLoss()[i]).isCloseTo(meanLoss(without, audit) - loss, within(1e-8));
      }
    }
    if (logistic) {
      assertThat(influence.provenance().error().orElseThrow()).isCloseTo(worst, within(1e-6));
      assertThat(sp / Math.sqrt(ss * pp)).isGreaterThan(0.9);
    } else {
      assertThat(influence.provenance().error().orElseThrow()).isLessThan(1e-7);
    }
  }

  private static Dataset draw(Random random, int n, int p, boolean logistic) {
    double[] values = random.doubles((long) n * p, -2, 2).toArray();
    double[] labels = new double[n];
    for (int i = 0; i < n; i++) {
      double raw = values[i * p] + random.nextGaussian();
      labels[i] = logistic ? (raw > 0 ? 1 : 0) : raw;
    }
    return new Dataset(new Batch(n, p, values), Optional.of(labels));
  }

  private static double meanLoss(Model model, Dataset rows) {
    double[] out = model.predict(rows.rows(), OutputSpace.RESPONSE);
    double[] labels = rows.labels().orElseThrow();
    return IntStream.range(0, out.length)
        .mapToDouble(i -> (out[i] - labels[i]) * (out[i] - labels[i]))
        .average()
        .orElseThrow();
  }

  private static double correlation(double[] a, double[] b) {
    return new org.hipparchus.stat.correlation.PearsonsCorrelation().correlation(a, b);
  }

  private static Influence explain(
      Model model, Dataset training, Dataset audit, String parameters) {
    return new LinearInfluence(2)
        .explain(
            new Request(
                model, audit, audit, Optional.of(training), Parameters.parse(parameters), 1),
            Progress.NONE);
  }

  private static PlainLinearModel read(Path folder, Link link) throws IOException {
    JsonNode json = new ObjectMapper().readTree(folder.resolve("model.json").toFile());
    List<String> names = new ArrayList<>();
    json.get("feature_names").forEach(name -> names.add(name.asText()));
    double[] coefficients = new double[names.size() + 1];
    coefficients[0] = json.get("intercept").asDouble();
    for (int j = 0; j < names.size(); j++) {
      coefficients[j + 1] = json.get("coef").get(j).asDouble();
    }
    return PlainLinearModel.of(link, names, coefficients, json.path("l2_lambda").asDouble(0));
  }

  private static Dataset rows(Path folder, String data, String labels) {
    return new Dataset(
        CaseTable.read(folder.resolve(data)).batch(),
        Optional.of(CaseTable.read(folder.resolve(labels)).batch().values()));
  }
}
