package io.attest.explain;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How an explanation that came in blocks came about: rows and cost of all of them. */
final class BlockProvenance {
  private final Provenance first;
  private final Set<String> notes = new LinkedHashSet<>();
  private long rows;
  private long modelRows;
  private Optional<Double> error = Optional.empty();

  BlockProvenance(Provenance first) {
    this.first = first;
  }

  void add(Provenance block, int blockRows) {
    rows += blockRows;
    modelRows += block.modelRows();
    error = block.error().map(e -> Math.max(e, error.orElse(e)));
    notes.addAll(block.notes());
  }

  long rows() {
    return rows;
  }

  /** Of all blocks, with the largest error, and every note once. */
  Provenance of() {
    return new Provenance(
        first.method(),
        first.engine(),
        first.reference(),
        first.parameters(),
        first.seed(),
        first.modelSha256(),
        first.space(),
        rows,
        first.backgroundRows(),
        modelRows,
        error,
        List.copyOf(notes));
  }
}
