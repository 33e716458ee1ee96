package io.attest.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SampleModelsTest {
  @Test
  void theBundledModelsAreDeclaredRight() {
    List<ModelFolder.Entry> models = new ModelFolder(List.of(Path.of("config/models"))).list();
    assertThat(models).isNotEmpty();
    assertThat(models).extracting(ModelFolder.Entry::fault).containsOnly(Optional.empty());
  }
}
