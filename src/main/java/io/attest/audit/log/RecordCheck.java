package io.attest.audit.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.attest.audit.log.RecordedFacts.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Holds the record of audits against what the log says was recorded.
 *
 * @param held how many sections and decisions were compared
 * @param faults those that are not as the log says, in words; empty if all are
 */
public record RecordCheck(long held, List<String> faults) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public RecordCheck {
    faults = List.copyOf(faults);
  }

  /** Compares everything. */
  public static RecordCheck of(EvidenceLog log, JdbcClient jdbc) {
    Map<Place, String> stated = new HashMap<>();
    log.each(0, entry -> apply(entry, stated));
    List<String> faults = new ArrayList<>();
    long[] held = {0};
    new RecordedFacts(jdbc)
        .each(
            (place, sha256) -> {
              String said = stated.remove(place);
              held[0]++;
              if (said == null) {
                faults.add(place.inWords() + " is in the record, and the log does not know it");
              } else if (!said.equals(sha256)) {
                faults.add(place.inWords() + " was changed after it was recorded");
              }
            });
    stated.keySet().stream()
        .map(place -> place.inWords() + " is in the log, and no longer in the record")
        .sorted()
        .forEach(faults::add);
    return new RecordCheck(held[0], faults);
  }

  private static void apply(LogEntry entry, Map<Place, String> stated) {
    String audit = entry.subject();
    switch (entry.what()) {
      case "section-saved", "section-adopted" -> stated.put(section(entry), text(entry, "sha256"));
      case "section-dropped" -> stated.remove(section(entry));
      case "decision-made", "decision-adopted" ->
          stated.put(Place.decision(audit, text(entry, "taskId")), text(entry, "sha256"));
      case "audit-removed" ->
          stated.keySet().removeIf(p -> p.audit().equals(audit) && p.kind().equals("section"));
      default -> {}
    }
  }

  private static Place section(LogEntry entry) {
    return Place.section(entry.subject(), text(entry, "stage"), text(entry, "part"));
  }

  /** A text of the detail; empty where it is not there: an entry that was tampered with. */
  private static String text(LogEntry entry, String name) {
    try {
      return JSON.readTree(entry.detail()).path(name).asText();
    } catch (JsonProcessingException e) {
      return "";
    }
  }
}
