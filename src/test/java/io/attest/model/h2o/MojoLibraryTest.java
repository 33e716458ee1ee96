package io.attest.model.h2o;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import hex.genmodel.MojoModel;
import hex.genmodel.PredictContributions;
import hex.genmodel.PredictContributionsFactory;
import hex.genmodel.algos.drf.DrfMojoModel;
import io.attest.explain.Attribution;
import io.attest.explain.Dataset;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.shap.TreeShap;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Model;
import io.attest.model.ModelReader;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the reader against H2O's own library, on models that H2O trained. */
class MojoLibraryTest {
  private static final int ROWS = 300;

  static List<Path> mojos() throws IOException {
    Path folder =
        Path.of(System.getProperty("attest.mojos", "src/test/resources/io/attest/model/h2o"));
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> all = files.filter(f -> f.toString().endsWith(".zip")).sorted().toList();
      assertThat(all).hasSizeGreaterThan(2);
      return all;
    }
  }

  @ParameterizedTest
  @MethodSource("mojos")
  void predictsAndExplainsAsH2oDoes(Path file) throws IOException {
    MojoModel library = MojoModel.load(file.toString(), true);
    Model model = ModelReader.read(file, Optional.empty(), Optional.empty());
    List<Feature> features = model.info().features();
    int p = features.size();
    int outputs = model.info().outputs().size();
    double[] own = new double[ROWS * p];
    double[][] theirs = new double[ROWS][p];
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < p; j++) {
        int levels = features.get(j).levels().size();
        double x = levels == 0 ? random.nextInt(-30, 31) / 10.0 : random.nextInt(levels + 1);
        if (levels == 0 && random.nextBoolean()) {
          x = Math.rint(x);
        }
        theirs[i][j] = random.nextInt(8) == 0 ? Double.NaN : x;
        // H2O takes a level that it does not know for a missing value.
        own[i * p + j] = levels > 0 && x == levels ? Double.NaN : theirs[i][j];
      }
    }
    Batch rows = new Batch(ROWS, p, own);
    double[] response = model.predict(rows, OutputSpace.RESPONSE);
    boolean classes = model.info().task() != Task.REGRESSION;
    for (int i = 0; i < ROWS; i++) {
      double[] predictions = library.score0(theirs[i], new double[library.getPredsSize()]);
      for (int k = 0; k < outputs; k++) {
        double expected = !classes ? predictions[0] : predictions[outputs == 1 ? 2 : 1 + k];
        assertThat(response[i * outputs + k])
            .as("row %d output %d", i, k)
            .isCloseTo(expected, within(1e-9 * Math.max(1, Math.abs(expected))));
      }
    }
    boolean forest = library instanceof DrfMojoModel;
    if (outputs == 1 && !library._balanceClasses && !(forest && library._modelAttributes == null)) {
      contributions(model, rows, library, forest && classes);
    }
  }

  /**
   * H2O sends an unknown level astray in contributions, though not in predictions, so it is given a
   * missing value here. Of a forest of two classes it deals out the 1 in 1 - votes for the first
   * class evenly to the features and the base.
   */
  private static void contributions(Model model, Batch rows, MojoModel library, boolean dealtOut) {
    Dataset data = new Dataset(rows, Optional.empty());
    Attribution a =
        new TreeShap(1)
            .explain(
                new Request(model, data, data, Optional.empty(), Parameters.NONE, 1),
                Progress.NONE);
    PredictContributions contributions =
        ((PredictContributionsFactory) library).makeContributionsPredictor();
    int p = model.info().features().size();
    for (int i = 0; i < rows.rows(); i++) {
      float[] expected = contributions.calculateContributions(rows.row(i));
      for (int j = 0; j <= p; j++) {
        double own = j < p ? a.value(i, j, 0) : a.baseValues()[0];
        double dealt = !dealtOut ? 0 : j < p ? 1.0 / (p + 1) : 1.0 / (p + 1) - 1;
        assertThat(own)
            .as("row %d feature %d", i, j)
            .isCloseTo(expected[j] - dealt, within(2e-5 * Math.max(1, Math.abs(expected[j]))));
      }
    }
  }
}
