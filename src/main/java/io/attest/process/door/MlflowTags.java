package io.attest.process.door;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.attest.audit.AuditStore;
import io.attest.audit.EventStore.AuditEvent;
import io.attest.audit.Section;
import io.attest.model.ModelSpec;
import io.attest.process.AttestProperties;
import io.attest.stage.Snapshots;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Sets tags on the version of a model in MLflow's registry (REST API 2.0, {@code
 * model-versions/set-tag}): what was found and decided about it. Which version is meant, the
 * declaration says that was audited, not the one of today.
 */
@Component
class MlflowTags implements Door {
  private static final String SET_TAG = "/api/2.0/mlflow/model-versions/set-tag";

  /** A start and a wait say nothing of the model. */
  private static final Set<String> SAYING = Set.of("verdict", "approved", "rejected", "withdrawn");

  private final Optional<URI> tagging;
  private final Map<String, String> headers;
  private final Posting posting;
  private final AuditStore audits;
  private final Snapshots snapshots;
  private final ObjectMapper json = JsonMapper.builder().build();

  MlflowTags(AttestProperties properties, AuditStore audits, Snapshots snapshots) {
    AttestProperties.MlflowSettings settings = properties.mlflow();
    // Without a token nothing secret is sent, and many servers stand in a house without https.
    this.tagging =
        settings
            .uri()
            .map(uri -> uri.strip().replaceFirst("/+$", "") + SET_TAG)
            .map(
                uri ->
                    settings.token().isPresent()
                        ? SafeAddress.of("attest.mlflow.uri", uri)
                        : SafeAddress.plain("attest.mlflow.uri", uri));
    this.headers =
        settings.token().map(t -> Map.of("Authorization", "Bearer " + t)).orElse(Map.of());
    this.posting = new Posting(settings.patience());
    this.audits = audits;
    this.snapshots = snapshots;
  }

  @Override
  public String name() {
    return "mlflow";
  }

  @Override
  public boolean open() {
    return tagging.isPresent();
  }

  @Override
  public String tell(AuditEvent event) throws IOException, InterruptedException {
    if (!SAYING.contains(event.event())) {
      return "Nothing to set: only verdicts and decisions become tags.";
    }
    Optional<Section.Ingested> ingested = audits.section(event.audit(), Section.Ingested.class);
    if (ingested.isEmpty()) {
      return "Nothing to set: the audit ended before it had read a model.";
    }
    ModelSpec spec = snapshots.spec(ingested.get());
    String model = spec.registered().model().orElse(spec.id());
    String version = version(spec);
    Map<String, String> tags = tags(event);
    for (Map.Entry<String, String> tag : tags.entrySet()) {
      Map<String, String> body = new LinkedHashMap<>();
      body.put("name", model);
      body.put("version", version);
      body.put("key", tag.getKey());
      body.put("value", tag.getValue());
      posting.post(tagging.orElseThrow(), headers, json.writeValueAsBytes(body));
    }
    return "Set "
        + String.join(", ", tags.keySet())
        + " on "
        + model
        + ", version "
        + version
        + ".";
  }

  private static String version(ModelSpec spec) {
    return spec.registered()
        .version()
        .or(() -> Optional.of(spec.version()).filter(v -> v.matches("[0-9]{1,9}")))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "The version "
                        + spec.version()
                        + " of "
                        + spec.id()
                        + " is no version of MLflow, which counts them. Say mlflow: {version: ...} in"
                        + " its model.yaml."));
  }

  /** An empty value where there is none: what an earlier audit said must not stay. */
  private Map<String, String> tags(AuditEvent event) {
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put("attest.audit", event.audit());
    tags.put("attest.verdict", event.verdict().orElse(""));
    tags.put("attest.state", event.state());
    // Nothing records yet until when an approval holds.
    tags.put("attest.approved-until", "");
    tags.put(
        "attest.report-sha256",
        audits
            .section(event.audit(), Section.Published.class)
            .map(Section.Published::workbook)
            .or(
                () ->
                    audits
                        .section(event.audit(), Section.Reported.class)
                        .map(Section.Reported::workbook))
            .map(a -> a.sha256())
            .orElse(""));
    return tags;
  }
}
