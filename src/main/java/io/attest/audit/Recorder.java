package io.attest.audit;

import io.attest.audit.RecordTable.Rows;
import java.util.Map;
import java.util.TreeMap;

/** Changes rows of the record and says so in the evidence log, in one transaction. */
public interface Recorder {

  /** Who is named where no person did it. */
  String ATTEST = "attest";

  /**
   * Makes a change, and writes it into the log with the hash of what stands in these rows at the
   * end of the transaction. A change that changes nothing is not written.
   */
  void record(Rows rows, Change change, Runnable write);

  /**
   * What the log says of a change.
   *
   * @param what in a word: {@code condition-met}
   * @param subject the audit, model, person or request it is about
   * @param who a user's name, or {@link #ATTEST}
   * @param detail small facts that say what was decided; texts that people wrote stay in the record
   */
  record Change(String what, String subject, String who, Map<String, String> detail) {
    public Change {
      detail = Map.copyOf(detail);
    }

    /** The same with one more fact. */
    public Change with(String name, Object value) {
      Map<String, String> more = new TreeMap<>(detail);
      more.put(name, String.valueOf(value));
      return new Change(what, subject, who, more);
    }

    /** One without facts. */
    public static Change of(String what, String subject, String who) {
      return new Change(what, subject, who, Map.of());
    }
  }
}
