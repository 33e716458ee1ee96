package io.attest.stage.decision;

import io.attest.audit.Artifact;
import io.attest.audit.CaseExplanation.Influential;
import io.attest.audit.CaseExplanation.Subject;
import io.attest.audit.Section;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.stage.DeclaredModel;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** The training rows that pull most at a row of the audit, as the audit computed it. */
final class CaseInfluence {
  private static final int MOST = 5;

  private CaseInfluence() {}

  /**
   * The strongest first.
   *
   * @throws IllegalArgumentException if the audit did not compute it for this case
   */
  static List<Influential> of(
      CaseBench bench,
      Section.Explained explained,
      Section.InfluenceOnTests tests,
      Subject subject) {
    boolean loss = tests.measure().equals("loss");
    Optional<Artifact> file =
        explained.files().stream()
            .filter(f -> f.name().endsWith(loss ? "-test_loss.parquet" : "-test_margin.parquet"))
            .findFirst();
    Optional<Frame> changes = subject.unchanged() ? file.map(bench::table) : Optional.empty();
    Optional<double[]> change =
        changes
            .flatMap(f -> f.find("test_" + (subject.row().orElseThrow() - 1)))
            .map(c -> ((NumericColumn) c).values());
    if (change.isEmpty()) {
      throw new IllegalArgumentException(
          "The audit computed what training rows do to "
              + tests.tests()
              + " of its rows, and this case is none of them.");
    }
    double[] by = change.get();
    int[] strongest =
        IntStream.range(0, by.length)
            .filter(i -> !Double.isNaN(by[i]) && by[i] != 0)
            .boxed()
            .sorted(
                Comparator.comparingDouble((Integer i) -> -Math.abs(by[i])).thenComparing(i -> i))
            .limit(MOST)
            .mapToInt(Integer::intValue)
            .toArray();
    List<Frame> frames = bench.frames(strongest);
    DeclaredModel declared = bench.snapshot().declared();
    return IntStream.range(0, strongest.length)
        .mapToObj(
            i ->
                new Influential(
                    explained.explainer(),
                    strongest[i] + 1L,
                    declared.rowName(frames.get(i), 0).orElse(Integer.toString(strongest[i] + 1)),
                    declared.label(frames.get(i), 0),
                    by[strongest[i]],
                    tests.measure()))
        .toList();
  }
}
