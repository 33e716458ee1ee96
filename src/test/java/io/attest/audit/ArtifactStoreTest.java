package io.attest.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactStoreTest {

  @TempDir Path root;

  @Test
  void keepsContentOnceUnderItsHash() throws IOException {
    ArtifactStore store = new ArtifactStore(root);
    byte[] content = "abc".getBytes(StandardCharsets.UTF_8);
    Artifact first = store.put("a.txt", "text/plain", content);
    Artifact second = store.put("b.txt", "text/plain", content);
    assertThat(first.sha256())
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        .isEqualTo(second.sha256());
    assertThat(first.bytes()).isEqualTo(3);
    assertThat(store.path(second)).hasContent("abc");
    try (var files = Files.walk(root)) {
      assertThat(files.filter(Files::isRegularFile)).hasSize(1);
    }
  }

  @Test
  void leavesNothingBehindWhenTheWriterFails() throws IOException {
    ArtifactStore store = new ArtifactStore(root);
    assertThatThrownBy(
            () ->
                store.put(
                    "half.bin",
                    "application/octet-stream",
                    file -> {
                      Files.writeString(file, "half of it");
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("half.bin")
        .hasMessageContaining("disk is full");
    try (var files = Files.walk(root)) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void saysWhichFileIsGone() throws IOException {
    ArtifactStore store = new ArtifactStore(root);
    Artifact artifact = store.put("a.txt", "text/plain", new byte[] {1});
    Files.delete(store.path(artifact));
    assertThatThrownBy(() -> store.path(artifact)).hasMessageContaining("a.txt");
  }

  @Test
  void takesNoPathForAHash() {
    ArtifactStore store = new ArtifactStore(root);
    assertThatThrownBy(() -> store.path(new Artifact("x", "../../etc/passwd", 1, "text/plain")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
