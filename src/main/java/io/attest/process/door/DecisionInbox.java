package io.attest.process.door;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.attest.audit.ArtifactStore;
import io.attest.data.Nearest;
import io.attest.stage.Uploads;
import io.attest.stage.decision.Enquiries;
import io.attest.stage.decision.EnquiryRequest;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.camel.Body;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Takes requests for an explanation from the folder {@code decisions} of the drop folder: a JSON or
 * YAML file each, with the keys of {@code POST /api/decisions}. What was taken goes to {@code
 * .done} with the number of the request beside it, what cannot be used to {@code .failed} with the
 * reason. The hash of the content is the key, so a crash in between asks nothing twice.
 */
@Component("decisionInbox")
public class DecisionInbox {
  private static final Logger LOG = LoggerFactory.getLogger(DecisionInbox.class);
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> KEYS =
      List.of(
          "model",
          "case",
          "data",
          "values",
          "audit",
          "receivedOn",
          "jurisdiction",
          "recipient",
          "reason");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT)
          .withZone(ZoneId.systemDefault());

  private final Enquiries enquiries;
  private final Uploads uploads;
  private final Clock clock;

  DecisionInbox(Enquiries enquiries, Uploads uploads, Clock clock) {
    this.enquiries = enquiries;
    this.uploads = uploads;
    this.clock = clock;
  }

  /**
   * Takes one file that no longer changes.
   *
   * @throws IOException if it cannot be read or moved; it is taken again at the next look
   */
  public void take(@Body File dropped) throws IOException {
    Path file = dropped.toPath();
    if (!Files.exists(file)) {
      return;
    }
    byte[] content = Files.readAllBytes(file);
    try {
      String id = enquiries.start(request(content, "inbox:" + ArtifactStore.sha256(content)));
      finish(file, "done", ".request.txt", id + "\n");
      LOG.info("Inbox: {} is answered as {}.", file.getFileName(), id);
    } catch (IllegalArgumentException e) {
      finish(file, "failed", ".reason.txt", e.getMessage() + "\n");
      LOG.warn("Inbox: {} cannot be used: {}", file.getFileName(), e.getMessage());
    }
  }

  private EnquiryRequest request(byte[] content, String key) throws IOException {
    JsonNode root;
    try {
      root = YAML.readTree(content);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "The file is neither JSON nor YAML: " + e.getOriginalMessage(), e);
    }
    if (root == null || !root.isObject()) {
      throw new IllegalArgumentException("The file has no keys. It needs model and case.");
    }
    for (Iterator<String> names = root.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!KEYS.contains(name)) {
        throw new IllegalArgumentException(
            "The key " + name + " is unknown." + Nearest.hint(name, KEYS));
      }
    }
    Optional<String> data = text(root, "data");
    if (root.path("values").isObject()) {
      if (data.isPresent()) {
        throw new IllegalArgumentException("Give data or values, not both.");
      }
      data =
          Optional.of(
              uploads.keep(
                  "case.jsonl",
                  new ByteArrayInputStream(JSON.writeValueAsBytes(root.get("values")))));
    }
    return new EnquiryRequest(
        text(root, "model").orElseThrow(() -> new IllegalArgumentException("Say which model.")),
        text(root, "case").orElse(""),
        data,
        text(root, "audit"),
        text(root, "receivedOn"),
        text(root, "jurisdiction"),
        text(root, "recipient").orElse(""),
        text(root, "reason").orElse(""),
        "inbox",
        "inbox",
        Optional.of(key));
  }

  private static Optional<String> text(JsonNode root, String key) {
    return Optional.of(root.path(key).asText("").strip()).filter(t -> !t.isEmpty());
  }

  /** Moves what was taken out of the way, with a note beside it. */
  private void finish(Path file, String where, String note, String text) throws IOException {
    Path target = Files.createDirectories(file.resolveSibling("." + where));
    String name = TIME.format(clock.instant()) + "-" + file.getFileName();
    Files.writeString(target.resolve(name + note), text);
    Files.move(file, target.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }
}
