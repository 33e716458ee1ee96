package io.attest.stage;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.signature.Signatory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A zip with everything that an audit rests on, and a manifest of the hashes of all its files.
 *
 * <p>The same content gives the same bytes: entries are sorted and carry one fixed time.
 */
public final class EvidencePack {

  /** The file that lists the hashes of all others. */
  public static final String MANIFEST = "manifest.json";

  /** The signature of that file, where the pack is signed; not listed in it. */
  public static final String SIGNATURE = MANIFEST + ".p7s";

  public static final String FORMAT = "attest-evidence/1";

  /** Zip entries must have a time; the true times are in the record. */
  private static final LocalDateTime FIXED = LocalDateTime.of(1980, 1, 1, 0, 0);

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private final ArtifactStore artifacts;
  private final Map<String, Artifact> files = new TreeMap<>();
  private final Map<String, byte[]> texts = new TreeMap<>();
  private Optional<Signatory> signatory = Optional.empty();

  EvidencePack(ArtifactStore artifacts) {
    this.artifacts = artifacts;
  }

  /** Adds an artefact; its hash goes into the manifest as the store knows it. */
  void add(String path, Artifact artifact) {
    files.put(path, artifact);
  }

  void add(String path, byte[] content) {
    texts.put(path, content);
  }

  /** Has the manifest signed. */
  void signedBy(Optional<Signatory> key) {
    signatory = key;
  }

  /**
   * Writes the zip.
   *
   * @throws IOException if an artefact is gone, or its bytes are no longer those of its name: such
   *     a pack would prove nothing
   */
  void write(Path target) throws IOException {
    Map<String, Object> manifest = new LinkedHashMap<>();
    Map<String, String> hashes = new TreeMap<>();
    for (Map.Entry<String, Artifact> e : files.entrySet()) {
      Path file = artifacts.path(e.getValue());
      String found = ArtifactStore.sha256(file);
      if (!found.equals(e.getValue().sha256())) {
        throw new IOException(
            "The artefact "
                + e.getValue().name()
                + " has changed since it was stored: its bytes hash to "
                + found
                + ", not to "
                + e.getValue().sha256()
                + ". Restore it from the backup.");
      }
      hashes.put(e.getKey(), found);
    }
    texts.forEach((path, content) -> hashes.put(path, ArtifactStore.sha256(content)));
    manifest.put("format", FORMAT);
    manifest.put("sha256", hashes);
    try (OutputStream out = Files.newOutputStream(target);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      entry(zip, MANIFEST);
      byte[] stated = JSON.writeValueAsBytes(manifest);
      zip.write(stated);
      zip.closeEntry();
      if (signatory.isPresent()) {
        entry(zip, SIGNATURE);
        zip.write(signatory.get().sign(stated));
        zip.closeEntry();
      }
      for (String path : hashes.keySet()) {
        entry(zip, path);
        if (texts.containsKey(path)) {
          zip.write(texts.get(path));
        } else {
          Files.copy(artifacts.path(files.get(path)), zip);
        }
        zip.closeEntry();
      }
    }
  }

  private static void entry(ZipOutputStream zip, String path) throws IOException {
    ZipEntry entry = new ZipEntry(path);
    entry.setTimeLocal(FIXED);
    zip.putNextEntry(entry);
  }
}
