package io.attest.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Model;
import io.attest.model.OutputSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * What every explainer promises. Each explainer's test extends this.
 *
 * @param <R> what the explainer answers with
 */
public abstract class ExplainerContractTest<R extends Explanation> {

  /** The explainer, working on this many threads; one without threads of its own ignores it. */
  protected abstract Explainer<R> explainer(int threads);

  /**
   * A model that the explainer can explain. Where there are two features or more, the model does
   * not use the last one. At least one feature that it does use must be able to be missing, unless
   * the model refuses missing values.
   */
  protected abstract Model model(int features);

  /** Every figure of a result, in one order. */
  protected abstract double[] figures(R result);

  /** The figures that speak of one feature; empty if the method does not speak of features. */
  protected abstract Optional<double[]> figures(R result, int feature);

  /** True if the result depends on the seed. */
  protected boolean seeded() {
    return false;
  }

  /** True if base value + contributions = prediction is promised. */
  protected boolean additive() {
    return false;
  }

  /** Parameters for the test requests, to keep them quick; the method's defaults otherwise. */
  protected Parameters parameters() {
    return Parameters.NONE;
  }

  /** Rows enough for the method to report progress more than once. */
  protected int manyRows() {
    return 600;
  }

  /** A request of this shape; labels and training rows are always at hand. */
  protected Request request(int rows, int features, long seed) {
    Model model = model(features);
    return new Request(
        model,
        dataset(model, rows, 11),
        dataset(model, rows, 12),
        Optional.of(dataset(model, rows == 0 ? 0 : 60, 13)),
        parameters(),
        seed);
  }

  @Test
  void theSameRequestGivesTheSameResult() {
    assertThat(figures(explain(request(20, 5, 1))))
        .isNotEmpty()
        .containsExactly(figures(explain(request(20, 5, 1))));
  }

  @Test
  void theSeedMattersIfAndOnlyIfTheProvenanceNamesIt() {
    R one = explain(request(20, 5, 1));
    R two = explain(request(20, 5, 2));
    if (seeded()) {
      assertThat(one.provenance().seed()).contains(1L);
      assertThat(figures(one)).isNotEqualTo(figures(two));
    } else {
      assertThat(one.provenance().seed()).isEmpty();
      assertThat(figures(one)).containsExactly(figures(two));
    }
  }

  @Test
  void theNumberOfThreadsDoesNotMatter() {
    Request request = request(manyRows(), 5, 1);
    double[] one = figures(explainer(1).explain(request, Progress.NONE));
    double[] three = figures(explainer(3).explain(request, Progress.NONE));
    assertThat(three).containsExactly(one);
  }

  @Test
  void contributionsAddUp() {
    Assumptions.assumeTrue(additive(), "The method does not promise to add up.");
    R result = explain(request(20, 5, 1));
    assertThat(
            result instanceof Interactions interactions
                ? interactions.relativeResidual()
                : ((Attribution) result).relativeResidual())
        .isLessThan(1e-10);
  }

  /** Rows that are explained one by one may come in any blocks. */
  @Test
  void theBlocksDoNotMatter() {
    Assumptions.assumeTrue(
        explainer(1) instanceof RowExplainer<?>, "The method needs all rows at once.");
    Request request = request(41, 5, 1);
    double[] whole = figures(explain(request));
    RowExplainer.Prepared<R> prepared =
        ((RowExplainer<R>) explainer(2)).prepare(request, 41, Progress.NONE);
    assertThat(prepared.block()).isPositive();
    for (int size : new int[] {1, 7, 40}) {
      List<double[]> parts = new ArrayList<>();
      for (int from = 0; from < 41; from += size) {
        int[] rows = IntStream.range(from, Math.min(41, from + size)).toArray();
        parts.add(figures(prepared.explain(request.audit().rows().select(rows), Progress.NONE)));
      }
      assertThat(parts.stream().flatMapToDouble(Arrays::stream).toArray()).containsExactly(whole);
    }
  }

  /** Only what an explainer says that it looks at makes a difference. */
  @Test
  void otherRowsAreNotLookedAt() {
    Assumptions.assumeTrue(
        explainer(1) instanceof RowExplainer<?>, "The method needs all rows at once.");
    Request request = request(20, 5, 1);
    RowExplainer<R> explainer = (RowExplainer<R>) explainer(1);
    RowExplainer.Beside beside = explainer.beside(request.model(), request.parameters());
    Dataset none = request.audit().select(new int[0]);
    Request bare =
        new Request(
            request.model(),
            request.audit(),
            beside == RowExplainer.Beside.BACKGROUND ? request.background() : none,
            beside == RowExplainer.Beside.TRAINING_OR_BACKGROUND
                ? request.training()
                : Optional.empty(),
            request.parameters(),
            1);
    assertThat(figures(explain(bare))).containsExactly(figures(explain(request)));
    assertThat(explainer.weighs(request.model(), request.parameters()))
        .isEqualTo(beside == RowExplainer.Beside.BACKGROUND);
  }

  @Test
  protected void aFeatureThatTheModelDoesNotUseGetsNothing() {
    R result = explain(request(20, 5, 1));
    Optional<double[]> unused = figures(result, 4);
    Assumptions.assumeTrue(unused.isPresent(), "The method does not speak of features.");
    assertThat(unused.orElseThrow()).isNotEmpty().containsOnly(0.0);
    assertThat(Arrays.stream(figures(result, 0).orElseThrow())).anyMatch(v -> v != 0);
  }

  @Test
  void missingValuesAreExplainedOrRefused() {
    Request request = request(20, 5, 1);
    Request holes =
        new Request(
            request.model(),
            punched(request.audit()),
            punched(request.background()),
            request.training().map(ExplainerContractTest::punched),
            request.parameters(),
            1);
    R result;
    try {
      result = explain(holes);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("missing");
      return;
    }
    assertFinite(figures(result));
  }

  @Test
  void oneFeatureIsEnough() {
    assertFinite(figures(explain(request(20, 1, 1))));
  }

  @Test
  void oneRowIsEnough() {
    assertFinite(figures(explain(request(1, 5, 1))));
  }

  @Test
  void noRowsAreRefused() {
    Request request = request(0, 5, 1);
    assertThatThrownBy(() -> explain(request))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("row");
  }

  @Test
  void workThatNobodyWantsDoesNotStart() {
    Watch watch = new Watch(true, Long.MAX_VALUE);
    Request request = request(manyRows(), 5, 1);
    assertThatThrownBy(() -> explainer(1).explain(request, watch))
        .isInstanceOf(CancellationException.class);
    assertThat(watch.reports.get()).isLessThanOrEqualTo(1);
  }

  @Test
  void workThatIsCancelledStops() {
    Watch watch = new Watch(false, 1);
    Request request = request(manyRows(), 5, 1);
    assertThatThrownBy(() -> explainer(2).explain(request, watch))
        .isInstanceOf(CancellationException.class);
    // Each of the two threads may finish the unit that it had begun, not more.
    assertThat(watch.reports.get()).isBetween(1, 4);
  }

  @Test
  void progressReachesTheTotal() {
    Watch watch = new Watch(false, Long.MAX_VALUE);
    explainer(2).explain(request(manyRows(), 5, 1), watch);
    assertThat(watch.total.get()).isPositive();
    assertThat(watch.done.get()).isEqualTo(watch.total.get());
    assertThat(watch.reports.get())
        .as("units, so that two threads leave one to be stopped")
        .isGreaterThan(2);
    assertThat(watch.outOfRange.get()).isZero();
  }

  @Test
  void anUnknownParameterIsRefused() {
    Request request = request(20, 5, 1);
    Request odd = with(request, request.parameters().with(parameter("no-such-thing", "1")));
    assertThatThrownBy(() -> explain(odd))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no-such-thing");
  }

  @Test
  void theProvenanceIsCompleteAndMakesTheSameResultAgain() {
    Request request = request(20, 5, 1);
    R result = explain(request);
    Provenance provenance = result.provenance();
    assertThat(provenance.method()).isEqualTo(explainer(1).name()).matches("[a-z][a-z0-9-]*");
    assertThat(provenance.engine()).isNotBlank();
    assertThat(provenance.reference()).isNotBlank();
    assertThat(provenance.modelSha256()).isEqualTo(request.model().info().sha256());
    // Nothing is said to be before a link where there is none.
    assertThat(provenance.space()).isEqualTo(request.model().info().named(provenance.space()));
    assertThat(provenance.rows()).isPositive();
    assertThat(provenance.modelRows()).isNotNegative();
    provenance.error().ifPresent(e -> assertThat(e).isFinite().isNotNegative());
    assertThat(provenance.parameters()).containsAllEntriesOf(request.parameters().values());
    Request again = with(request, new Parameters(provenance.parameters()));
    assertThat(figures(explain(again))).containsExactly(figures(result));
  }

  private static void assertFinite(double[] figures) {
    assertThat(Arrays.stream(figures).boxed()).isNotEmpty().allMatch(v -> Double.isFinite(v));
  }

  private R explain(Request request) {
    return explainer(2).explain(request, Progress.NONE);
  }

  private static Parameters parameter(String name, String value) {
    return new Parameters(Map.of(name, value));
  }

  private static Request with(Request request, Parameters parameters) {
    return new Request(
        request.model(),
        request.audit(),
        request.background(),
        request.training(),
        parameters,
        request.seed());
  }

  /** Random rows that fit the model, with labels that follow its response, but not quite. */
  protected static Dataset dataset(Model model, int rows, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int p = model.info().features().size();
    double[] values = new double[rows * p];
    for (int i = 0; i < values.length; i++) {
      Feature feature = model.info().features().get(i % p);
      values[i] =
          feature.categorical()
              ? random.nextInt(feature.levels().size())
              : Math.rint(random.nextDouble(-3, 3) * 64) / 64;
    }
    Batch batch = new Batch(rows, p, values);
    int outputs = model.info().outputs().size();
    double[] response = model.predict(batch, OutputSpace.RESPONSE);
    double[] labels = new double[rows];
    for (int i = 0; i < rows; i++) {
      labels[i] =
          switch (model.info().task()) {
            case BINARY -> random.nextDouble() < response[i] ? 1 : 0;
            case REGRESSION -> response[i] + random.nextDouble(-0.5, 0.5);
            case MULTICLASS -> random.nextInt(outputs);
          };
    }
    return new Dataset(batch, Optional.of(labels));
  }

  private static Dataset punched(Dataset dataset) {
    double[] values = dataset.rows().values().clone();
    for (int i = 0; i < values.length; i += 3) {
      values[i] = Double.NaN;
    }
    Batch batch = new Batch(dataset.rows().rows(), dataset.rows().features(), values);
    return new Dataset(batch, dataset.labels().map(l -> Arrays.copyOf(l, l.length)));
  }

  /** Counts what it hears, and cancels after some reports. */
  private static final class Watch implements Progress {
    private final boolean cancelledAtOnce;
    private final long cancelAfter;
    final AtomicInteger reports = new AtomicInteger();
    final AtomicLong done = new AtomicLong();
    final AtomicLong total = new AtomicLong();
    final AtomicInteger outOfRange = new AtomicInteger();

    Watch(boolean cancelledAtOnce, long cancelAfter) {
      this.cancelledAtOnce = cancelledAtOnce;
      this.cancelAfter = cancelAfter;
    }

    @Override
    public void report(long finished, long all) {
      reports.incrementAndGet();
      done.accumulateAndGet(finished, Math::max);
      long before = total.getAndSet(all);
      if (finished < 0 || finished > all || (before != 0 && before != all)) {
        outOfRange.incrementAndGet();
      }
    }

    @Override
    public boolean cancelled() {
      return cancelledAtOnce || reports.get() >= cancelAfter;
    }
  }
}
