package io.attest.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attest.audit.ArtifactStore;
import io.attest.stage.evidence.EvidenceCheck;
import io.attest.stage.evidence.EvidenceCheck.Checked;
import io.attest.stage.evidence.EvidenceCheck.State;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvidenceCheckTest {

  @TempDir Path folder;
  private Path pack;

  @BeforeEach
  void pack() throws IOException {
    pack = folder.resolve("pack.zip");
    EvidencePack made = new EvidencePack(new ArtifactStore(folder.resolve("store")));
    made.add("model/model.json", "abc".getBytes(StandardCharsets.UTF_8));
    made.add("record.json", "{}".getBytes(StandardCharsets.UTF_8));
    made.write(pack);
  }

  private Map<String, byte[]> unpacked() throws IOException {
    Map<String, byte[]> files = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(pack.toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        files.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
      }
    }
    return files;
  }

  private void repack(Map<String, byte[]> files) throws IOException {
    try (OutputStream out = Files.newOutputStream(pack);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(file.getValue());
      }
    }
  }

  @Test
  void aPackAsItWasMadeIsIntact() throws IOException {
    EvidenceCheck check = EvidenceCheck.of(pack);
    assertThat(check.intact()).isTrue();
    assertThat(check.packSha256()).isEqualTo(ArtifactStore.sha256(pack));
    assertThat(check.files())
        .containsExactly(
            new Checked("model/model.json", State.INTACT),
            new Checked("record.json", State.INTACT));
    repack(unpacked());
    assertThat(EvidenceCheck.of(pack).intact()).as("packed again, nothing changed").isTrue();
  }

  @Test
  void whatWasChangedRemovedOrAddedIsNamed() throws IOException {
    Map<String, byte[]> files = unpacked();
    files.put("model/model.json", "abd".getBytes(StandardCharsets.UTF_8));
    files.remove("record.json");
    files.put("extra.txt", new byte[0]);
    repack(files);
    EvidenceCheck check = EvidenceCheck.of(pack);
    assertThat(check.intact()).isFalse();
    assertThat(check.files())
        .containsExactly(
            new Checked("extra.txt", State.ADDED),
            new Checked("model/model.json", State.CHANGED),
            new Checked("record.json", State.MISSING));
  }

  @Test
  void oneBrokenByteIsFound() throws IOException {
    byte[] bytes = Files.readAllBytes(pack);
    for (int at = 0; at < bytes.length; at++) {
      byte[] broken = bytes.clone();
      broken[at] ^= 0x10;
      Files.write(pack, broken);
      boolean intact;
      try {
        intact = EvidenceCheck.of(pack).intact();
      } catch (IllegalArgumentException | IOException e) {
        intact = false;
      }
      // Times and flags of zip entries are nobody's content: their change leaves the files as they
      // are, but never the hash of the pack.
      assertThat(!intact || !ArtifactStore.sha256(pack).equals(ArtifactStore.sha256(bytes)))
          .isTrue();
      if (intact) {
        Map<String, byte[]> files = unpacked();
        assertThat(files.get("model/model.json")).as("byte %s", at).asString().isEqualTo("abc");
        assertThat(files.get("record.json")).as("byte %s", at).asString().isEqualTo("{}");
      }
    }
  }

  @Test
  void whatIsNoPackIsRefused() throws IOException {
    Files.writeString(pack, "no zip");
    assertThatThrownBy(() -> EvidenceCheck.of(pack))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no zip file");
    repack(Map.of("a.txt", new byte[1]));
    assertThatThrownBy(() -> EvidenceCheck.of(pack))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no manifest.json");
    repack(Map.of("manifest.json", "{\"format\":\"x\"}".getBytes(StandardCharsets.UTF_8)));
    assertThatThrownBy(() -> EvidenceCheck.of(pack))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has the format 'x'");
  }
}
