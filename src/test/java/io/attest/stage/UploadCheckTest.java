package io.attest.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attest.model.ModelSpec;
import io.attest.model.ModelSpecReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the declaration of the sample. */
class UploadCheckTest {
  private static final Path FOLDER = Path.of("config/models/german-scorecard");

  @TempDir Path folder;

  @Test
  void whatFitsIsLetThroughAndWhatDoesNotIsNamedAsItsOwnerKnowsIt() throws IOException {
    List<String> lines = Files.readAllLines(FOLDER.resolve("audit.csv"));
    assertThat(check(String.join("\n", lines))).isEmpty();
    assertThat(check(String.join("\n", lines).replaceFirst("duration", "durration")).orElseThrow())
        .startsWith("mine.csv")
        .contains("there is no column duration. Maybe you meant durration")
        .doesNotContain(folder.toString())
        .doesNotContain("3f2a9c0d1e4b5a69");
    assertThat(check(lines.get(0))).contains("mine.csv: The data has no rows.");
  }

  @Test
  void whatIsNotThereIsSaid() {
    UploadCheck check = new UploadCheck(models(), uploads());
    assertThatThrownBy(() -> check.problem("german-scorecard", "upload:gone"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("There is no upload upload:gone. Maybe it was removed");
  }

  private Optional<String> check(String content) throws IOException {
    Files.writeString(folder.resolve("3f2a9c0d1e4b5a69-mine.csv"), content);
    return new UploadCheck(models(), uploads())
        .problem("german-scorecard", "upload:3f2a9c0d1e4b5a69-mine.csv");
  }

  private Models models() {
    return new Models() {
      @Override
      public List<String> ids() {
        return List.of("german-scorecard");
      }

      @Override
      public ModelSpec spec(String id) {
        return ModelSpecReader.read(FOLDER.resolve("model.yaml"));
      }
    };
  }

  private Uploads uploads() {
    return new Uploads() {
      @Override
      public String keep(String fileName, InputStream content) {
        throw new UnsupportedOperationException();
      }

      @Override
      public Optional<Path> find(String name) {
        return Optional.of(folder.resolve(name.substring("upload:".length())))
            .filter(Files::exists);
      }
    };
  }
}
