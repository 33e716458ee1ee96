package io.attest.stage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.attest.audit.log.LogEntry;
import io.attest.audit.log.LogHead;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What an evidence pack holds of the log: its end when the pack was made, and the entries of this
 * audit.
 */
public final class PackedLog {

  /** Its name in the pack. */
  static final String FILE = "log.json";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private PackedLog() {}

  static byte[] write(LogHead head, List<LogEntry> entries) {
    ObjectNode root = JSON.createObjectNode();
    ObjectNode end = root.putObject("head");
    end.put("sequence", head.sequence());
    end.put("sha256", head.hash());
    end.put("at", head.at().toString());
    ArrayNode list = root.putArray("entries");
    entries.forEach(entry -> list.add(entry(entry)));
    try {
      return JSON.writeValueAsBytes(root);
    } catch (IOException e) {
      throw new UncheckedIOException("A tree is JSON.", e);
    }
  }

  /** An entry as JSON; {@code detail} is the text that was hashed. */
  public static ObjectNode entry(LogEntry entry) {
    ObjectNode node = JSON.createObjectNode();
    node.put("sequence", entry.sequence());
    node.put("at", entry.at().toString());
    node.put("who", entry.who());
    node.put("what", entry.what());
    node.put("subject", entry.subject());
    node.put("detail", entry.detail());
    node.put("previous", entry.previous());
    node.put("hash", entry.hash());
    return node;
  }

  /**
   * Reads an entry back.
   *
   * @throws IllegalArgumentException if a key is missing or no entry's
   */
  public static LogEntry entry(JsonNode node) {
    for (String key :
        List.of("sequence", "at", "who", "what", "subject", "detail", "previous", "hash")) {
      if (!node.hasNonNull(key)) {
        throw new IllegalArgumentException("An entry of the log has no " + key + ".");
      }
    }
    return new LogEntry(
        node.get("sequence").asLong(),
        Instant.parse(node.get("at").asText()),
        node.get("who").asText(),
        node.get("what").asText(),
        node.get("subject").asText(),
        node.get("detail").asText(),
        node.get("previous").asText(),
        node.get("hash").asText());
  }

  /**
   * The end of the log when the pack was made; empty for packs that were made before there was one.
   *
   * @throws IOException if the pack cannot be read
   */
  public static Optional<LogHead> head(Path pack) throws IOException {
    try (ZipFile zip = new ZipFile(pack.toFile())) {
      ZipEntry entry = zip.getEntry(FILE);
      if (entry == null) {
        return Optional.empty();
      }
      try (InputStream in = zip.getInputStream(entry)) {
        JsonNode head = JSON.readTree(in.readAllBytes()).path("head");
        return Optional.of(
            new LogHead(
                head.path("sequence").asLong(),
                head.path("sha256").asText(),
                Instant.parse(head.path("at").asText())));
      }
    }
  }
}
