package io.attest.process.door;

import io.attest.audit.Artifact;
import io.attest.audit.Section;
import io.attest.model.ModelSpec;
import io.attest.process.Stubs;
import java.util.List;
import java.util.Optional;
import org.mockito.Mockito;

/** What an audit has read and reported, as far as tags need it. */
final class MlflowSample {
  private MlflowSample() {}

  static ModelSpec spec(String version, Optional<String> model, Optional<String> registered) {
    ModelSpec spec = Mockito.spy(Stubs.model("m", "high", Optional.empty()));
    Mockito.when(spec.version()).thenReturn(version);
    Mockito.when(spec.registered()).thenReturn(new ModelSpec.Registered(model, registered));
    return spec;
  }

  static Section.Ingested ingested() {
    Artifact file = artifact("model.json", "a");
    return new Section.Ingested(
        new Section.Table(
            "audit.csv", "a".repeat(64), file, 1, 1, 0, List.of(), List.of(), List.of()),
        Optional.empty(),
        file,
        file,
        "xgboost",
        "");
  }

  static Section.Reported reported() {
    return new Section.Reported(artifact("report.xlsx", "b"));
  }

  private static Artifact artifact(String name, String letter) {
    return new Artifact(name, letter.repeat(64), 1, "application/octet-stream");
  }
}
