package io.attest.explain.effect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.attest.CaseTable;
import io.attest.Cases;
import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.ExplainerContractTest;
import io.attest.explain.NeutralTrees;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Request;
import io.attest.explain.Surfaces;
import io.attest.explain.WavyModel;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.ModelInfo;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import io.attest.model.tree.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** {@code pdp-2d} of models that are not trees. */
class AskedPairsTest extends ExplainerContractTest<Surfaces> {

  @Override
  protected Explainer<Surfaces> explainer(int threads) {
    return new PairDependence(threads);
  }

  @Override
  protected Model model(int features) {
    return WavyModel.of(Task.MULTICLASS, features);
  }

  @Override
  protected boolean seeded() {
    return true;
  }

  @Override
  protected Parameters parameters() {
    return Parameters.parse("rows=10; budget=4000; grid=3");
  }

  @Override
  protected double[] figures(Surfaces result) {
    return DoubleStream.concat(
            DoubleStream.of(result.provenance().rows()),
            DoubleStream.concat(
                result.pairs().stream().mapToDouble(Surfaces.Pair::size),
                result.surfaces().stream()
                    .flatMapToDouble(s -> Arrays.stream(s.mean()).flatMapToDouble(Arrays::stream))))
        .toArray();
  }

  @Override
  protected Optional<double[]> figures(Surfaces result, int feature) {
    return Optional.empty();
  }

  /** A model that does not show its trees. */
  private record Closed(Model inner) implements Model {
    @Override
    public ModelInfo info() {
      return inner.info();
    }

    @Override
    public void predict(Batch rows, OutputSpace space, double[] out) {
      inner.predict(rows, space, out);
    }
  }

  /** Trees asked and trees read agree, over pairs, surfaces and classes. */
  @Property(tries = 25)
  void askingGivesWhatReadingGives(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Model open = Trees.model(Trees.ensemble(random, 4, 4, 1 + random.nextInt(3), 6, 4));
    double[] values = new double[4 * 12];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          Trees.categorical(i % 4) ? random.nextInt(Trees.LEVELS) : random.nextInt(-16, 17) / 4.0;
    }
    Batch rows = new Batch(12, 4, values);
    String pairs = "; pairs=x0:x1, x2:x3, x1:x2; space=raw";
    Surfaces read = explain(open, rows, "grid=4" + pairs);
    Surfaces asked = explain(new Closed(open), rows, "grid=4" + pairs);
    assertThat(asked.surfaces()).hasSameSizeAs(read.surfaces()).isNotEmpty();
    for (int s = 0; s < read.surfaces().size(); s++) {
      Surfaces.Surface a = read.surfaces().get(s);
      Surfaces.Surface b = asked.surfaces().get(s);
      assertThat(b.first() + b.second() + b.output())
          .isEqualTo(a.first() + a.second() + a.output());
      assertThat(b.support()).isDeepEqualTo(a.support());
      for (int i = 0; i < a.mean().length; i++) {
        assertThat(b.mean()[i]).containsExactly(a.mean()[i], within(1e-12));
      }
    }
    for (Surfaces.Pair pair : asked.pairs()) {
      Surfaces.Pair same =
          read.pairs().stream()
              .filter(
                  p ->
                      p.first().equals(pair.first())
                          && p.second().equals(pair.second())
                          && p.output().equals(pair.output()))
              .findFirst()
              .orElseThrow();
      assertThat(pair.size()).isCloseTo(same.size(), within(1e-10));
      assertThat(pair.h2()).isCloseTo(same.h2(), within(1e-8));
    }
    // What is screened is measured the same; a pair it does not find hardly acts together.
    Surfaces found = explain(new Closed(open), rows, "space=raw; top=0");
    for (Surfaces.Pair pair : found.pairs()) {
      assertThat(read.pairs())
          .anyMatch(
              p ->
                  p.first().equals(pair.first())
                      && p.second().equals(pair.second())
                      && p.output().equals(pair.output())
                      && Math.abs(p.size() - pair.size()) < 1e-10);
    }
  }

  /** f0 x f1, f2 alone, f3 not at all. */
  private record OneProduct(ModelInfo info) implements Model {
    @Override
    public void predict(Batch rows, OutputSpace space, double[] out) {
      for (int i = 0; i < out.length; i++) {
        out[i] = rows.at(i, 0) * rows.at(i, 1) + Math.sin(rows.at(i, 2));
      }
    }
  }

  @Test
  void screeningFindsThePairThatActsTogether() {
    Model model = new OneProduct(WavyModel.of(Task.REGRESSION, 300).info());
    SplittableRandom random = new SplittableRandom(2);
    double[] values = new double[300 * 80];
    Arrays.setAll(values, i -> random.nextDouble(-1, 1));
    Surfaces found = explain(model, new Batch(80, 300, values), "budget=200000; rows=60; grid=3");
    assertThat(found.pairs()).hasSize(1);
    assertThat(found.pairs().get(0).first()).isEqualTo("f0");
    assertThat(found.pairs().get(0).second()).isEqualTo("f1");
    assertThat(found.pairs().get(0).h2()).isGreaterThan(0.9);
    // Beside the budget, the nine points of the surface over 60 rows.
    assertThat(found.provenance().modelRows()).isLessThanOrEqualTo(200_000 + 9 * 60);
    assertThat(found.provenance().seed()).isPresent();
    assertThat(found.provenance().notes())
        .anyMatch(n -> n.contains("60 of 80"))
        .anyMatch(n -> n.contains("of 300,") && n.contains("1 that may act together"));
  }

  @Test
  void agreesWithTheIndependentComputation() throws IOException {
    Path folder = Cases.folder("p01_pdp_ice_ale_german_gbm");
    Model model = NeutralTrees.read(folder.resolve("trees.json"));
    Batch all = CaseTable.read(folder.resolve("data.csv")).batch();
    Batch first = all.select(IntStream.range(0, 100).toArray());
    Surfaces found = explain(model, first, "pairs=duration:purpose; grid=2");
    assertThat(found.pairs().get(0).h2()).isCloseTo(0.013090102792470883, within(1e-12));
  }

  private static Surfaces explain(Model model, Batch rows, String parameters) {
    Dataset data = new Dataset(rows, Optional.empty());
    return new PairDependence(2)
        .explain(
            new Request(model, data, data, Optional.empty(), Parameters.parse(parameters), 1),
            Progress.NONE);
  }
}
