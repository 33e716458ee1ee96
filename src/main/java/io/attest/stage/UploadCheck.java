package io.attest.stage;

import io.attest.data.UnreadableTable;
import io.attest.model.ModelSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Says of a file that somebody just brought whether a model can be audited on it, while he still
 * has the form before him. {@link Ingest} checks it again.
 */
@Component
public class UploadCheck {

  /** Reading more would keep a person waiting; {@link Ingest} says then what is wrong. */
  private static final long LARGEST = 64L << 20;

  private final Models models;
  private final Uploads uploads;

  public UploadCheck(Models models, Uploads uploads) {
    this.models = models;
    this.uploads = uploads;
  }

  /**
   * What is wrong with an upload, in the words of {@link Ingest}; empty if nothing is, or if it is
   * too large to say so at once.
   *
   * @throws IllegalArgumentException if there is no such model or upload
   */
  public Optional<String> problem(String model, String upload) {
    ModelSpec spec = models.spec(model);
    Path file =
        uploads
            .find(upload)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "There is no upload " + upload + ". Maybe it was removed: send it again."));
    try {
      if (Files.size(file) <= LARGEST) {
        Ingest.read(file, Ingest.elsewhere(upload, spec.audit()), spec);
      }
      return Optional.empty();
    } catch (UnreadableTable | IllegalArgumentException e) {
      return Optional.of(Ingest.said(upload, file, e));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + upload + ".", e);
    }
  }
}
