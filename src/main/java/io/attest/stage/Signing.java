package io.attest.stage;

import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.signature.Signatory;
import io.attest.report.SignedWorkbook;
import java.nio.file.Files;
import java.time.Clock;
import java.util.Optional;

/**
 * Signs what is released, where the installation has a key.
 *
 * @param signatory the key; absent: nothing is signed
 */
public record Signing(Optional<Signatory> signatory, Clock clock) {

  /** The workbook with a signature in it; the same where there is no key. */
  Artifact workbook(Artifact workbook, ArtifactStore artifacts) {
    return signatory
        .map(
            key ->
                artifacts.put(
                    workbook.name(),
                    workbook.mediaType(),
                    file -> {
                      Files.copy(artifacts.path(workbook), file);
                      SignedWorkbook.sign(file, key, clock);
                    }))
        .orElse(workbook);
  }
}
