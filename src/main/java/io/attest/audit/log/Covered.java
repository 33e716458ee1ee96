package io.attest.audit.log;

import io.attest.audit.RecordTable;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;

/** The tables that a log answers for, as its entries say; an older log knows fewer. */
final class Covered {
  /** The entry from which on a table is in the log. */
  static final String ENTRY = "table-covered";

  /** What such an entry is about. */
  static final String SUBJECT = "log";

  /** Where such an entry names the table. */
  static final String NAME = "covers";

  private final Set<RecordTable> tables = EnumSet.noneOf(RecordTable.class);

  /** Those of a whole log. */
  static Covered by(EvidenceLog log) {
    Covered covered = new Covered();
    log.about(SUBJECT).forEach(covered::follow);
    return covered;
  }

  /** The next entry. */
  void follow(LogEntry entry) {
    if (entry.what().equals(ENTRY)) {
      // A name that is unknown is that of a table of a later version.
      Stream.of(RecordTable.values())
          .filter(table -> table.name().equals(entry.values().get(NAME)))
          .forEach(tables::add);
    }
  }

  boolean has(RecordTable table) {
    return tables.contains(table);
  }

  Set<RecordTable> tables() {
    return EnumSet.copyOf(tables);
  }

  Set<RecordTable> missing() {
    return EnumSet.complementOf(EnumSet.copyOf(tables));
  }
}
