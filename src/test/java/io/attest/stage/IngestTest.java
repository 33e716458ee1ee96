package io.attest.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.attest.model.ModelSpec;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IngestTest {

  @ParameterizedTest
  @CsvSource({
    "audit.csv, audit.csv",
    "upload:3f2a9c0d1e4b-applicants.xlsx, 3f2a9c0d1e4b-applicants.xlsx",
    "file:/data/in/a.parquet?noop=true, a.parquet",
    "C:\\data\\a.csv, a.csv",
    "https://example.org/export.jsonl?token=x#top, export.jsonl",
    "https://example.org/, source"
  })
  void theCopyKeepsTheEndingThatTellsTheFormat(String uri, String name) {
    ModelSpec.Csv csv =
        new ModelSpec.Csv(
            Optional.empty(), Optional.empty(), Optional.empty(), List.of(), Optional.empty());
    assertThat(Ingest.fileName(new ModelSpec.Source(uri, Optional.empty(), csv))).isEqualTo(name);
  }
}
