package io.attest.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvidencePackTest {

  @TempDir Path folder;

  @Test
  void theManifestHoldsTheHashOfEveryFile() throws IOException {
    Path zip = folder.resolve("pack.zip");
    pack(new ArtifactStore(folder.resolve("store"))).write(zip);
    try (ZipFile file = new ZipFile(zip.toFile())) {
      JsonNode hashes = new ObjectMapper().readTree(bytes(file, "manifest.json")).get("sha256");
      assertThat(hashes.size()).isEqualTo(file.size() - 1).isEqualTo(2);
      for (Map.Entry<String, JsonNode> e : hashes.properties()) {
        assertThat(ArtifactStore.sha256(bytes(file, e.getKey()))).isEqualTo(e.getValue().asText());
      }
    }
  }

  @Test
  void theSameContentGivesTheSameBytes() throws IOException {
    ArtifactStore store = new ArtifactStore(folder.resolve("store"));
    pack(store).write(folder.resolve("a.zip"));
    pack(store).write(folder.resolve("b.zip"));
    assertThat(folder.resolve("a.zip")).hasSameBinaryContentAs(folder.resolve("b.zip"));
  }

  @Test
  void aChangedArtefactIsRefused() throws IOException {
    ArtifactStore store = new ArtifactStore(folder.resolve("store"));
    Artifact artifact =
        store.put("model.json", "text/plain", "abc".getBytes(StandardCharsets.UTF_8));
    EvidencePack pack = new EvidencePack(store);
    pack.add("model/model.json", artifact);
    Files.writeString(store.path(artifact), "abd");
    assertThatThrownBy(() -> pack.write(folder.resolve("pack.zip")))
        .hasMessageContaining("model.json")
        .hasMessageContaining("has changed");
  }

  private static byte[] bytes(ZipFile zip, String name) {
    try (InputStream in = zip.getInputStream(zip.getEntry(name))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static EvidencePack pack(ArtifactStore store) {
    EvidencePack pack = new EvidencePack(store);
    pack.add(
        "model/model.json",
        store.put("model.json", "text/plain", "abc".getBytes(StandardCharsets.UTF_8)));
    pack.add("record.json", "{}".getBytes(StandardCharsets.UTF_8));
    return pack;
  }
}
