package io.attest.stage;

import io.attest.data.Frame;
import io.attest.data.Parquet;
import io.attest.data.ParquetReader;
import io.attest.model.Model;
import io.attest.model.ModelSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What is audited, exactly as the stage ingest froze it. Tables are read when they are asked for:
 * whole, or block by block.
 */
public final class Snapshot {
  private final DeclaredModel declared;
  private final Path audit;
  private final Optional<Path> training;

  /**
   * @param declared the model, read from its artefact
   * @param audit the rows to audit it on, as Parquet
   * @param training the rows it was trained on, where they are at hand
   */
  Snapshot(DeclaredModel declared, Path audit, Optional<Path> training) {
    this.declared = declared;
    this.audit = audit;
    this.training = training;
  }

  public DeclaredModel declared() {
    return declared;
  }

  /** The same rows, as another model sees them. */
  Snapshot seenBy(DeclaredModel other) {
    return new Snapshot(other, audit, training);
  }

  public ModelSpec spec() {
    return declared.spec();
  }

  public Model model() {
    return declared.model();
  }

  /** The whole of the audit rows; each call reads them. */
  public Frame audit() {
    return read(audit);
  }

  /** True if there are training rows. */
  public boolean hasTraining() {
    return training.isPresent();
  }

  /** The whole of the training rows; each call reads them. */
  public Optional<Frame> training() {
    return training.map(Snapshot::read);
  }

  /** The audit rows in blocks. */
  public ParquetReader auditBlocks(int rows) {
    return open(audit, rows);
  }

  /**
   * The rows that "in general" is drawn from, in blocks: those of the training, or of the audit.
   */
  public ParquetReader backgroundBlocks(int rows) {
    return open(training.orElse(audit), rows);
  }

  private static Frame read(Path file) {
    try {
      return Parquet.read(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the snapshot " + file + ".", e);
    }
  }

  private static ParquetReader open(Path file, int rows) {
    try {
      return new ParquetReader(file, rows);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the snapshot " + file + ".", e);
    }
  }
}
