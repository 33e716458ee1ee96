package io.attest.stage.evidence;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.Audit;
import io.attest.audit.AuditRecord.NamedValue;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.model.plugin.Plugins;
import io.attest.stage.Evidence;
import io.attest.stage.Records;
import io.attest.stage.Snapshots;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcConnectionPool;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * An evidence pack, unpacked into a temporary folder, with a store of its own in memory in which
 * stages can run. Has the sections of ingest and select as they were packed; the others come from
 * running the stages again. Closing it leaves nothing behind.
 */
final class UnpackedAudit implements AutoCloseable {

  /** What only the section of one stage has, in the order of the stages. */
  private static final Map<String, String> SIGNS =
      Map.of(
          "modelFile", "ingest",
          "dependence", "correlate",
          "choices", "select",
          "explainer", "explain",
          "fixedRows", "drift",
          "facts", "validate",
          "verdict", "verdict");

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private final Path folder;
  private final JdbcConnectionPool pool;
  private final JdbcClient jdbc;
  private final AuditStore audits;
  private final ArtifactStore artifacts;
  private final Snapshots snapshots;
  private final JsonNode record;
  private final Audit audit;
  private final Map<String, JsonNode> packed = new TreeMap<>();

  private UnpackedAudit(Path folder, Plugins plugins) throws IOException {
    this.folder = folder;
    this.record = Reproduction.parse(JSON, Files.readAllBytes(file("record.json")), "record.json");
    this.audit = JSON.treeToValue(record.path("audit"), Audit.class);
    this.pool =
        JdbcConnectionPool.create(
            "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");
    Flyway.configure().dataSource(pool).load().migrate();
    this.jdbc = JdbcClient.create(pool);
    this.audits = new AuditStore(jdbc, Clock.systemUTC());
    this.artifacts = new ArtifactStore(folder.resolve(".artefacts"));
    this.snapshots = new Snapshots(audits, artifacts, plugins);
  }

  /** Unpacks a pack that was found intact. */
  static UnpackedAudit of(Path pack, Plugins plugins) throws IOException {
    Path folder = Files.createTempDirectory("attest-reproduce");
    boolean done = false;
    try {
      unpack(pack, folder);
      UnpackedAudit unpacked = new UnpackedAudit(folder, plugins);
      unpacked.fill();
      done = true;
      return unpacked;
    } finally {
      if (!done) {
        removeAll(folder);
      }
    }
  }

  private static void unpack(Path pack, Path folder) throws IOException {
    try (ZipFile zip = new ZipFile(pack.toFile())) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        Path target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) {
          throw new IllegalArgumentException(
              "The pack names a file outside itself: '" + entry.getName() + "'. Do not trust it.");
        }
        if (!entry.isDirectory()) {
          Files.createDirectories(target.getParent());
          try (InputStream in = zip.getInputStream(entry)) {
            Files.copy(in, target);
          }
        }
      }
    }
  }

  private void fill() throws IOException {
    for (JsonNode section : record.path("sections")) {
      for (Map.Entry<String, String> sign : SIGNS.entrySet()) {
        if (section.has(sign.getKey())
            && !(sign.getValue().equals("verdict") && !section.has("findings"))) {
          packed.put(key(sign.getValue(), section.path("explainer").asText("")), section);
        }
      }
    }
    audits.create(audit);
    JsonNode ingested =
        packed("ingest", "")
            .orElseThrow(
                () -> new IllegalArgumentException("The pack has no data: nothing to run again."));
    keep("data/", ingested.path("audit").path("snapshot"));
    if (ingested.path("training").isObject()) {
      keep("data/", ingested.path("training").path("snapshot"));
    }
    keep("model/", ingested.path("modelFile"));
    keep("model/", ingested.path("modelYaml"));
    restore("ingest", "");
    if (packed("select", "").isPresent()) {
      restore("select", "");
    }
  }

  private void keep(String place, JsonNode artifact) {
    String name = artifact.path("name").asText();
    Artifact kept = artifacts.put(name, "application/octet-stream", file(place + name));
    if (!kept.sha256().equals(artifact.path("sha256").asText())) {
      throw new IllegalArgumentException(
          "The record of the pack names another file as "
              + place
              + name
              + " than the pack holds. Do not trust it.");
    }
  }

  String id() {
    return audit.id();
  }

  String tier() {
    return audit.tier();
  }

  /** The line of business of the model; empty if it names none. */
  String domain() {
    return snapshots.spec(audits.require(audit.id(), Section.Ingested.class)).domain().orElse("");
  }

  AuditStore audits() {
    return audits;
  }

  ArtifactStore artifacts() {
    return artifacts;
  }

  Snapshots snapshots() {
    return snapshots;
  }

  /** A file of the pack. */
  Path file(String path) {
    Path file = folder.resolve(path).normalize();
    if (!file.startsWith(folder)) {
      throw new IllegalArgumentException("'" + path + "' is outside the pack. Do not trust it.");
    }
    return file;
  }

  /** A file that a stage has just made. */
  Path artifact(JsonNode artifact) {
    return artifacts.path(
        new Artifact(
            artifact.path("name").asText(), artifact.path("sha256").asText(), 0, "unknown"));
  }

  /** True if the model is on a server. */
  boolean remote() {
    return packed("ingest", "").orElseThrow().path("format").asText().startsWith("remote");
  }

  /** The section of a stage as it was packed. */
  Optional<JsonNode> packed(String stage, String part) {
    return Optional.ofNullable(packed.get(key(stage, part)));
  }

  /** The section of a stage as it is now, after it has run again. */
  Optional<JsonNode> now(String stage, String part) {
    return jdbc.sql(
            "select content from attest_section where audit_id = :audit and stage = :stage and part"
                + " = :part")
        .param("audit", id())
        .param("stage", stage)
        .param("part", part)
        .query(String.class)
        .optional()
        .map(
            text ->
                Reproduction.parse(
                    JSON, text.getBytes(java.nio.charset.StandardCharsets.UTF_8), stage));
  }

  /** Puts a packed section and its files where later stages look for them. */
  void restore(String stage, String part) throws IOException {
    JsonNode section = packed(stage, part).orElseThrow();
    for (JsonNode file : section.path("files")) {
      String name = file.path("name").asText();
      artifacts.put(name, "application/octet-stream", file("explanations/" + name));
    }
    jdbc.sql("delete from attest_section where stage = :stage and part = :part")
        .param("stage", stage)
        .param("part", part)
        .update();
    jdbc.sql(
            "insert into attest_section (audit_id, stage, part, content, saved_at) values (:audit,"
                + " :stage, :part, :content, current_timestamp)")
        .param("audit", id())
        .param("stage", stage)
        .param("part", part)
        .param("content", JSON.writeValueAsString(section))
        .update();
  }

  /** The explainers that the audit heard, by name. */
  List<String> explainers() {
    return packed.keySet().stream()
        .filter(k -> k.startsWith("explain "))
        .map(k -> k.substring("explain ".length()))
        .toList();
  }

  /** What could be run again. */
  List<String> packedStages() {
    List<String> all = new ArrayList<>(List.of("correlate"));
    all.addAll(explainers());
    all.addAll(List.of("validate", "findings"));
    return all;
  }

  /** What a person gave in place of the parameters of {@code model.yaml}; empty if nothing. */
  String parameters() {
    Path settings = file(Evidence.SETTINGS);
    try {
      return Files.exists(settings)
          ? Reproduction.parse(JSON, Files.readAllBytes(settings), Evidence.SETTINGS)
              .path("parameters")
              .asText("")
          : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The table of domain rules that judged. */
  Optional<byte[]> rules() throws IOException {
    Path table = file("rules/bpmn/domain-rules.dmn");
    return Files.exists(table) ? Optional.of(Files.readAllBytes(table)) : Optional.empty();
  }

  JsonNode json(Object value) {
    return JSON.valueToTree(value);
  }

  /** What differs between the installation then and this one. */
  List<String> versions() {
    Map<String, String> then = new TreeMap<>();
    record
        .path("installation")
        .forEach(v -> then.put(v.path("name").asText(), v.path("value").asText()));
    List<String> differences = new ArrayList<>();
    for (NamedValue now : Records.versions()) {
      String before = then.getOrDefault(now.name(), "unknown");
      if (!before.equals(now.value())) {
        differences.add(now.name() + ": " + before + " then, " + now.value() + " now");
      }
    }
    return differences;
  }

  private static String key(String stage, String part) {
    return part.isEmpty() ? stage : stage + " " + part;
  }

  @Override
  public void close() throws IOException {
    pool.dispose();
    removeAll(folder);
  }

  private static void removeAll(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
