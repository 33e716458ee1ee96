package io.attest.audit.log;

import io.attest.audit.RecordTable;
import io.attest.audit.RecordTable.Rows;
import io.attest.audit.log.RecordedFacts.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Holds the record of audits against what the log says was recorded.
 *
 * @param held how many sections, decisions and other records were compared
 * @param faults those that are not as the log says, in words; empty if all are
 */
public record RecordCheck(long held, List<String> faults) {

  public RecordCheck {
    faults = List.copyOf(faults);
  }

  /** Compares everything that the log answers for. */
  public static RecordCheck of(EvidenceLog log, JdbcClient jdbc) {
    Map<Place, String> facts = new HashMap<>();
    Map<Rows, String> rows = new HashMap<>();
    Covered covered = new Covered();
    log.each(
        0,
        entry -> {
          covered.follow(entry);
          apply(entry, facts);
          RecordedRows.named(entry)
              .filter(of -> covered.has(of.table()))
              .ifPresent(of -> stand(of, text(entry, "sha256"), rows));
        });
    Comparison all = new Comparison();
    new RecordedFacts(jdbc)
        .each((place, sha256) -> all.hold(place.inWords(), facts.remove(place), sha256));
    RecordedRows recorded = new RecordedRows(jdbc);
    for (RecordTable table : covered.tables()) {
      recorded.each(table, (of, sha256) -> all.hold(of.inWords(), rows.remove(of), sha256));
    }
    all.lost(facts.keySet().stream().map(Place::inWords));
    all.lost(rows.keySet().stream().map(Rows::inWords));
    return new RecordCheck(all.held, all.faults);
  }

  /** What was found so far. */
  private static final class Comparison {
    private final List<String> faults = new ArrayList<>();
    private long held;

    /**
     * @param said the hash that the log states last; null if it states none
     */
    private void hold(String what, String said, String sha256) {
      held++;
      if (said == null) {
        faults.add(what + " is in the record, and the log does not know it");
      } else if (!said.equals(sha256)) {
        faults.add(what + " was changed after it was recorded");
      }
    }

    private void lost(Stream<String> stated) {
      stated
          .sorted()
          .forEach(what -> faults.add(what + " is in the log, and no longer in the record"));
    }
  }

  /** An entry without a hash says that the rows went. */
  private static void stand(Rows of, String sha256, Map<Rows, String> rows) {
    if (sha256.isEmpty()) {
      rows.remove(of);
    } else {
      rows.put(of, sha256);
    }
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
    return entry.values().getOrDefault(name, "");
  }
}
