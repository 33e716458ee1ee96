package io.attest.stage;

import io.attest.audit.Section;
import io.attest.data.Frame;
import io.attest.data.ParquetReader;
import io.attest.data.ParquetWriter;
import io.attest.explain.Attribution;
import io.attest.explain.AttributionSummary;
import io.attest.explain.Explanation;
import io.attest.explain.InteractionSummary;
import io.attest.explain.Interactions;
import io.attest.explain.LocalSurrogate;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.Request;
import io.attest.explain.RowExplainer;
import io.attest.explain.RowRun;
import io.attest.explain.Tables;
import io.attest.explain.lime.Lime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Runs an explainer of single rows over the audit rows of a snapshot, block by block:
 * contributions, interactions or lines go to a file, and what reports show is folded on the way.
 */
final class RowsExplained {
  private final RowExplainer<?> explainer;
  private final Snapshot snapshot;
  private final AuditSettings settings;
  private Optional<AttributionSummary> summary = Optional.empty();
  private Optional<InteractionSummary> interactions = Optional.empty();
  private Optional<LocalCases> cases = Optional.empty();
  private Optional<LocalLines> lines = Optional.empty();

  RowsExplained(RowExplainer<?> explainer, Snapshot snapshot, AuditSettings settings) {
    this.explainer = explainer;
    this.snapshot = snapshot;
    this.settings = settings;
  }

  /**
   * Explains, once.
   *
   * @param target the Parquet file to write
   */
  void write(Request request, Path target, Progress progress) throws IOException {
    int rows;
    try (ParquetReader counted = snapshot.auditBlocks(1)) {
      rows = Math.toIntExact(counted.rows());
    }
    if (rows == 0) {
      throw new IllegalArgumentException("There is no row to explain.");
    }
    LocalCases local = new LocalCases(snapshot.declared(), settings.local(), settings.seed(), rows);
    cases = Optional.of(local);
    RowExplainer.Prepared<?> prepared = explainer.prepare(request, rows, progress);
    RowRun<?> run = new RowRun<>(prepared, rows, progress);
    try (ParquetReader blocks = snapshot.auditBlocks(prepared.block());
        ParquetWriter file = new ParquetWriter(target)) {
      for (Optional<Frame> block = blocks.next(); block.isPresent(); block = blocks.next()) {
        int first = Math.toIntExact(run.done());
        Frame frame = block.get();
        Explanation part = run.next(frame, snapshot.declared()::batch);
        file.append(Tables.ofRows(part, first));
        fold(part);
        contributions(part).ifPresent(a -> local.add(first, frame, a));
      }
      file.publish();
    }
    if (explainer instanceof Lime) {
      lines = Optional.of(LocalLines.read(target, local.rows(), snapshot.model()));
    }
  }

  private static Optional<Attribution> contributions(Explanation part) {
    return part instanceof Attribution a
        ? Optional.of(a)
        : part instanceof LocalSurrogate l ? Optional.of(l.contributions()) : Optional.empty();
  }

  private void fold(Explanation part) {
    Optional<Attribution> contributions = contributions(part);
    if (contributions.isPresent()) {
      Attribution a = contributions.get();
      summary.ifPresentOrElse(
          s -> s.add(a), () -> summary = Optional.of(new AttributionSummary(a)));
    } else if (part instanceof Interactions i) {
      interactions.ifPresentOrElse(
          s -> s.add(i), () -> interactions = Optional.of(new InteractionSummary(i)));
    } else {
      throw new IllegalStateException(
          explainer.name() + " explains row by row, but how its blocks are joined is not known.");
    }
  }

  Provenance provenance() {
    return interactions
        .map(InteractionSummary::provenance)
        .orElseGet(() -> summary.orElseThrow().provenance());
  }

  Section.Result shown() {
    return interactions
        .<Section.Result>map(Shown::interactions)
        .orElseGet(
            () -> {
              Section.AttributionResult contributions =
                  Shown.attribution(summary.orElseThrow(), cases.orElseThrow().rows());
              return lines.<Section.Result>map(l -> l.result(contributions)).orElse(contributions);
            });
  }
}
