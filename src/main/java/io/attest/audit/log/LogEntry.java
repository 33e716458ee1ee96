package io.attest.audit.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.audit.ArtifactStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One line of the evidence log.
 *
 * @param sequence 1 for the first, and one more for each after it
 * @param at when, to the microsecond
 * @param who a user's name, or {@code attest}
 * @param what for instance {@code decision-made}
 * @param subject the audit, model or deployment it is about
 * @param detail a JSON object of texts, keys in order
 * @param previous the hash of the entry before; 64 zeros for the first
 * @param hash SHA-256, lower-case hex, of the canonical form of all the others
 */
public record LogEntry(
    long sequence,
    Instant at,
    String who,
    String what,
    String subject,
    String detail,
    String previous,
    String hash) {

  /** What the first entry follows. */
  public static final String NOTHING = "0".repeat(64);

  private static final Set<String> FOR_PROGRAMS = Set.of("sha256", "table", "key", "taskId");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The entry that follows one with this hash. */
  static LogEntry following(
      long sequence,
      Instant at,
      String who,
      String what,
      String subject,
      Map<String, String> detail,
      String previous) {
    String text = json(new TreeMap<>(detail));
    return new LogEntry(
        sequence,
        at,
        who,
        what,
        subject,
        text,
        previous,
        hash(sequence, at, who, what, subject, text, previous));
  }

  /** What the detail says; empty where it is no JSON: an entry that was tampered with. */
  public Map<String, String> values() {
    try {
      return JSON.readValue(detail, new TypeReference<TreeMap<String, String>>() {});
    } catch (JsonProcessingException e) {
      return new TreeMap<>();
    }
  }

  /** What the detail says for people: without what names rows, tasks and hashes. */
  public Map<String, String> facts() {
    Map<String, String> facts = values();
    facts.keySet().removeAll(FOR_PROGRAMS);
    facts.values().removeIf(value -> value.matches("[0-9a-f]{64}"));
    return facts;
  }

  /** The hash that belongs to what the entry says. */
  public String computed() {
    return hash(sequence, at, who, what, subject, detail, previous);
  }

  /**
   * SHA-256 of the UTF-8 bytes of one JSON object without spaces, keys in alphabetical order:
   * {@code at} (ISO 8601, UTC), {@code detail} (the text as it is stored), {@code previous}, {@code
   * sequence}, {@code subject}, {@code what}, {@code who}.
   */
  private static String hash(
      long sequence,
      Instant at,
      String who,
      String what,
      String subject,
      String detail,
      String previous) {
    Map<String, Object> all = new TreeMap<>();
    all.put("at", at.toString());
    all.put("detail", detail);
    all.put("previous", previous);
    all.put("sequence", sequence);
    all.put("subject", subject);
    all.put("what", what);
    all.put("who", who);
    return ArtifactStore.sha256(json(all).getBytes(StandardCharsets.UTF_8));
  }

  private static String json(Map<String, ?> map) {
    try {
      return JSON.writeValueAsString(map);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A map of texts is JSON.", e);
    }
  }
}
