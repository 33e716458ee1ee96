package io.attest.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.diagnostics.FailureAnalysis;

class UnusableContentTest {

  @Test
  void aWrongRegisterStopsTheStartAndIsToldInWords(@TempDir Path home) throws IOException {
    Path own = home.resolve("config/obligations/own.yaml");
    Files.createDirectories(own.getParent());
    Files.writeString(own, "id: own\ntitle: x\n");
    ContentFolders folders = new ContentFolders(getClass().getClassLoader(), List.of(home));
    Throwable thrown =
        new IllegalStateException(
            "cannot make a bean", catchThrowable(() -> new DeclaredRegisters(folders)));
    FailureAnalysis told = new UnusableContent.Told().analyze(thrown);
    assertThat(told.getDescription()).contains("config/obligations/own.yaml, line");
    assertThat(told.getAction()).contains("Correct the file");
  }
}
