package io.attest.stage.evidence;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.attest.audit.Section;
import io.attest.stage.rules.JudgedAudit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Reads what was judged from an evidence pack, or from the {@code record.json} in it. */
public final class JudgedPack {
  private static final int MOST_BYTES = 256 << 20;

  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private JudgedPack() {}

  /**
   * The audits in a file, or in all packs and records of a folder and those below it.
   *
   * @param notes where to tell of audits without a verdict
   * @throws IOException if a file cannot be read
   * @throws IllegalArgumentException if it is no pack and no record
   */
  public static List<JudgedAudit> read(Path place, List<String> notes) throws IOException {
    if (!Files.isDirectory(place)) {
      return one(place, notes);
    }
    List<Path> files;
    try (Stream<Path> found = Files.walk(place)) {
      files =
          found
              .filter(Files::isRegularFile)
              .filter(
                  f ->
                      f.toString().endsWith("-evidence.zip")
                          || f.getFileName().toString().equals("record.json"))
              .sorted()
              .toList();
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException(
          place + " has neither an evidence pack (*-evidence.zip) nor a record.json.");
    }
    List<JudgedAudit> audits = new ArrayList<>();
    for (Path file : files) {
      audits.addAll(one(file, notes));
    }
    return audits;
  }

  private static List<JudgedAudit> one(Path file, List<String> notes) throws IOException {
    JsonNode record = JSON.readTree(record(file));
    JsonNode audit = record == null ? null : record.path("audit");
    if (audit == null || audit.path("id").asText().isEmpty()) {
      throw new IllegalArgumentException(file + " is no record of an audit.");
    }
    List<Section.Fact> facts = null;
    JsonNode judged = null;
    // Sections are told apart by what they have: the record does not name them.
    for (JsonNode section : record.path("sections")) {
      if (section.has("facts") && section.has("notes")) {
        facts = new ArrayList<>();
        for (JsonNode fact : section.path("facts")) {
          facts.add(JSON.treeToValue(fact, Section.Fact.class));
        }
      } else if (section.has("verdict") && section.has("findings")) {
        judged = section;
      }
    }
    if (facts == null || judged == null) {
      notes.add(audit.path("id").asText() + " was left out: it has no verdict.");
      return List.of();
    }
    List<Section.Finding> findings = new ArrayList<>();
    for (JsonNode finding : judged.path("findings")) {
      findings.add(JSON.treeToValue(finding, Section.Finding.class));
    }
    JsonNode domain = record.path("spec").path("domain");
    return List.of(
        new JudgedAudit(
            audit.path("id").asText(),
            audit.path("model").asText(),
            audit.path("tier").asText(),
            domain.isTextual() ? domain.asText() : "",
            judged.path("verdict").asText(),
            facts,
            findings));
  }

  private static byte[] record(Path file) throws IOException {
    if (!file.toString().endsWith(".zip")) {
      try (InputStream in = Files.newInputStream(file)) {
        return bounded(in, file);
      }
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipEntry entry = zip.getEntry("record.json");
      if (entry == null) {
        throw new IllegalArgumentException(
            file + " has no record.json. Maybe it is not an evidence pack.");
      }
      try (InputStream in = zip.getInputStream(entry)) {
        return bounded(in, file);
      }
    }
  }

  private static byte[] bounded(InputStream in, Path file) throws IOException {
    byte[] bytes = in.readNBytes(MOST_BYTES + 1);
    if (bytes.length > MOST_BYTES) {
      throw new IllegalArgumentException(
          "The record in " + file + " is larger than " + MOST_BYTES + " bytes.");
    }
    return bytes;
  }
}
