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
import io.attest.explain.TestInfluence;
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
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
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
        Fit.of(
                model,
                Family.of(model.info().link()),
                model.l2(),
                design,
                rows.labels().orElseThrow())
            .refit(new double[model.coefficients().length], Fit.all(), Progress.NONE)
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
            r.looLoss(),
            r.self(),
            r.onTests().loss(),
            r.onTests().raw())
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
    assertThat(influence.provenance().notes()).anyMatch(n -> n.contains("6 rows"));
  }

  @Test
  void logisticRegressionIsTheReferenceCase() throws IOException {
    Path folder = Cases.folder("i02_influence_logistic_german");
    PlainLinearModel model = read(folder, Link.LOGIT);
    Dataset training = rows(folder, "data.csv", "labels.csv");
    Dataset audit = rows(folder, "test_data.csv", "test_labels.csv");
    Influence influence = explain(model, training, audit, "exact=0; refits=10");
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

  /** An ONNX file does not say how the model was fitted. */
  @Test
  void thePenaltyMayBeStatedBesideTheModel() {
    Random random = new Random(5);
    int n = 40;
    double[] x = random.doubles(n * 3, -1, 1).toArray();
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      y[i] = x[3 * i] - x[3 * i + 1] + random.nextGaussian() > 0 ? 1 : 0;
    }
    Dataset rows = new Dataset(new Batch(n, 3, x), Optional.of(y));
    PlainLinearModel model =
        fitted(PlainLinearModel.of(Link.LOGIT, List.of("a", "b", "c"), new double[4], 0.7), rows);
    PlainLinearModel silent =
        new PlainLinearModel(model.info(), model.coefficients(), 0, model.interceptPenalised());
    Influence told = explain(silent, rows, rows, "l2=0.7; refits=5");
    Influence known = explain(model, rows, rows, "refits=5");
    assertThat(told.dfbeta()).containsExactly(known.dfbeta());
    assertThat(told.provenance().parameters()).isEqualTo(known.provenance().parameters());
    assertThat(explain(silent, rows, rows, "refits=5").dfbeta()).isNotEqualTo(known.dfbeta());
  }

  @Test
  void changesForSingleRowsAreThoseOfTheReferenceCase() throws IOException {
    Path folder = Cases.folder("i02_influence_logistic_german");
    PlainLinearModel model = read(folder, Link.LOGIT);
    Dataset training = rows(folder, "data.csv", "labels.csv");
    Dataset audit = rows(folder, "test_data.csv", "test_labels.csv");
    CaseTable loss = CaseTable.read(folder.resolve("exact_loo_test_loss.csv"));
    CaseTable margin = CaseTable.read(folder.resolve("exact_loo_test_margin.csv"));
    CaseTable first = CaseTable.read(folder.resolve("expected_influence_test_loss.csv"));
    CaseTable params = CaseTable.read(folder.resolve("exact_loo_params.csv"));
    CaseTable self = CaseTable.read(folder.resolve("expected_self_influence.csv"));
    Influence step = explain(model, training, audit, "exact=0");
    TestInfluence tests = step.onTests();
    assertThat(tests.tests()).isEqualTo(IntStream.range(0, 40).toArray());
    double withLoss = correlation(tests.loss(), cells(loss));
    double withMargin = correlation(tests.raw(), cells(margin));
    assertThat(withLoss)
        .isGreaterThan(0.9993)
        .isGreaterThan(correlation(cells(first), cells(loss)));
    assertThat(withMargin).isGreaterThan(0.9991);
    // The refits that check the figures are the case's own.
    TestInfluence.Validation validation = tests.validation().orElseThrow();
    List<Integer> ranking =
        IntStream.range(0, 800)
            .boxed()
            .sorted(java.util.Comparator.comparingDouble(i -> -step.cook()[i]))
            .toList();
    int[] left = Comparison.spaced(ranking, 20);
    assertThat(left).hasSize(20).startsWith(ranking.get(0)).endsWith(ranking.get(799));
    assertThat(validation.rows()).isEqualTo(20);
    assertThat(validation.retrained()).isTrue();
    assertThat(validation.pearson())
        .isGreaterThan(0.999)
        .isCloseTo(
            correlation(
                IntStream.of(left)
                    .boxed()
                    .flatMap(i -> IntStream.range(0, 40).mapToObj(t -> tests.loss(i, t)))
                    .mapToDouble(v -> v)
                    .toArray(),
                IntStream.of(left)
                    .boxed()
                    .flatMapToDouble(i -> Arrays.stream(loss.rows()[i]).skip(1))
                    .toArray()),
            within(1e-9));
    // The influence function itself: without division by 1 - leverage, and the loss made straight.
    double[] response = model.predict(audit.rows(), OutputSpace.RESPONSE);
    for (int i = 0; i < 800; i++) {
      assertThat(step.self()[i]).isCloseTo(self.rows()[i][1], within(1e-12));
      for (int t = 0; t < 40; t++) {
        double straight =
            (response[t] - audit.labels().orElseThrow()[t])
                * tests.raw(i, t)
                * (1 - step.leverage()[i]);
        assertThat(straight).isCloseTo(first.rows()[i][1 + t], within(1e-11));
      }
    }
    // Rows that matter most are really left out: then the figures are those of the case.
    Influence exact = explain(model, training, audit, "exact=30; refits=1");
    for (int i : ranking.subList(0, 30)) {
      for (int j = 0; j < 60; j++) {
        assertThat(exact.dfbeta(i, j)).isCloseTo(params.rows()[i][j == 0 ? 60 : j], within(1e-9));
      }
      for (int t = 0; t < 40; t++) {
        assertThat(exact.onTests().loss(i, t)).isCloseTo(loss.rows()[i][1 + t], within(1e-9));
        assertThat(exact.onTests().raw(i, t)).isCloseTo(margin.rows()[i][1 + t], within(1e-9));
      }
    }
    assertThat(correlation(exact.onTests().loss(), cells(loss))).isGreaterThan(0.9998);
  }

  @Test
  void groupsLeftOutAreThoseOfTheReferenceCase() throws IOException {
    Path folder = Cases.folder("i02_influence_logistic_german");
    PlainLinearModel model = read(folder, Link.LOGIT);
    Dataset training = rows(folder, "data.csv", "labels.csv");
    Dataset audit = rows(folder, "test_data.csv", "test_labels.csv");
    List<String> lines =
        java.nio.file.Files.readAllLines(folder.resolve("exact_group_removal.csv"));
    assertThat(lines).hasSize(21);
    for (String line : lines.subList(1, 6)) {
      String[] parts = line.split(",");
      Influence.Removal removal =
          explain(model, training, audit, "refits=0; exact=0; group=" + parts[2])
              .removal()
              .orElseThrow();
      assertThat(removal.rows()).hasSize(Integer.parseInt(parts[1]));
      assertThat(Arrays.stream(removal.loss()).average().orElseThrow())
          .isCloseTo(Double.parseDouble(parts[3]), within(1e-10));
    }
  }

  /** The block formula for leaving out several rows of least squares. */
  @Property(tries = 20)
  void aGroupLeftOutOfLeastSquaresIsTheBlockFormula(@ForAll long seed) {
    Random random = new Random(seed);
    int n = 15 + random.nextInt(20);
    int p = 1 + random.nextInt(3);
    Dataset training = draw(random, n, p, false);
    PlainLinearModel model =
        fitted(
            PlainLinearModel.of(
                Link.IDENTITY,
                IntStream.range(0, p).mapToObj(j -> "f" + j).toList(),
                new double[p + 1],
                random.nextBoolean() ? 0 : 0.7),
            training);
    int[] group = random.ints(0, n).distinct().limit(2 + random.nextInt(4)).sorted().toArray();
    Influence influence = explain(model, training, training, "group=" + Group.text(group));
    double[] design = new double[n * (p + 1)];
    model.design(training.rows(), design);
    RealMatrix x = MatrixUtils.createRealMatrix(n, p + 1);
    RealMatrix s = MatrixUtils.createRealMatrix(group.length, p + 1);
    double[] e = new double[group.length];
    double[] fit = model.predict(training.rows(), OutputSpace.RAW);
    for (int i = 0; i < n; i++) {
      x.setRow(i, Arrays.copyOfRange(design, i * (p + 1), (i + 1) * (p + 1)));
    }
    for (int g = 0; g < group.length; g++) {
      s.setRow(g, x.getRow(group[g]));
      e[g] = training.labels().orElseThrow()[group[g]] - fit[group[g]];
    }
    RealMatrix a = x.transposeMultiply(x);
    for (int j = 1; j <= p; j++) {
      a.addToEntry(j, j, model.l2());
    }
    RealMatrix inverse = MatrixUtils.inverse(a);
    RealMatrix left = MatrixUtils.createRealIdentityMatrix(group.length);
    RealMatrix hat = s.multiply(inverse).multiplyTransposed(s);
    double[] change =
        inverse.operate(s.transpose().operate(MatrixUtils.inverse(left.subtract(hat)).operate(e)));
    Influence.Removal removal = influence.removal().orElseThrow();
    double sum = 0;
    for (int j = 0; j <= p; j++) {
      assertThat(removal.parameters()[j]).isCloseTo(-change[j], within(1e-8));
      for (int i : group) {
        sum += Math.abs(removal.parameters()[j] - influence.dfbeta(i, j));
      }
    }
    assertThat(sum).isPositive();
    assertThat(removal.raw()).hasSize(n);
  }

  @Test
  void groupsThatAreNoneAndTestsThatAreTooManyAreRefused() {
    Request request = request(20, 2, 1);
    Dataset training = request.training().orElseThrow();
    assertThatThrownBy(() -> explain(request.model(), training, request.audit(), "group=3 60"))
        .hasMessageContaining("'60'")
        .hasMessageContaining("0 to 59");
    assertThatThrownBy(() -> explain(request.model(), training, request.audit(), "group=x"))
        .hasMessageContaining("'x'");
    assertThatThrownBy(() -> explain(request.model(), training, request.audit(), "tests=0"))
        .hasMessageContaining("at least 1");
    Influence few = explain(request.model(), training, request.audit(), "tests=3");
    assertThat(few.onTests().tests()).containsExactly(0, 6, 13);
    assertThat(few.provenance().notes()).anyMatch(n -> n.contains("3 of 20 audit rows"));
    assertThat(Group.of("", 5)).isEmpty();
  }

  private static double[] cells(CaseTable table) {
    return Arrays.stream(table.rows()).flatMapToDouble(r -> Arrays.stream(r).skip(1)).toArray();
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
    Influence influence = explain(model, training, audit, "exact=0; refits=" + n);
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
      double[] before = model.predict(audit.rows(), OutputSpace.RAW);
      double[] after = without.predict(audit.rows(), OutputSpace.RAW);
      for (int t = 0; t < audit.size() && !logistic; t++) {
        double y = audit.labels().orElseThrow()[t];
        assertThat(influence.onTests().raw(i, t)).isCloseTo(after[t] - before[t], within(1e-7));
        assertThat(influence.onTests().loss(i, t))
            .isCloseTo(Math.pow(after[t] - y, 2) - Math.pow(before[t] - y, 2), within(1e-6));
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
