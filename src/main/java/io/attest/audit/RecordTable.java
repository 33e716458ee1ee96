package io.attest.audit;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A table of what people and tables of rules decided, whose rows the evidence log answers for: each
 * change is an entry with the hash of what stands there afterwards, and a row that was changed
 * behind the back of the log is found. Sections and decisions of audits, which are larger, have
 * their own entries.
 *
 * <p>The names of the constants stand in logs and are never changed; a new constant is taken into
 * logs that are older at the next start.
 */
public enum RecordTable {
  /** How an audit ended; while it goes on, its line changes all the time and is not held. */
  AUDIT("attest_audit", List.of("id"), "how the audit %s ended", "ended_at is not null"),
  APPROVAL("attest_approval", List.of("audit_id"), "the approval %s"),
  CONDITION(
      "attest_condition", List.of("audit_id", "position"), "condition %2$s of the approval %1$s"),
  CONDITION_STEP(
      "attest_condition_step",
      List.of("audit_id", "position"),
      "what was done about condition %2$s of the approval %1$s"),
  SEAT("attest_seat", List.of("audit_id", "round_number"), "the committee of round %2$s of %1$s"),
  WITHDRAWAL("attest_withdrawal", List.of("audit_id"), "the withdrawal of %s"),
  WATCH("attest_watch", List.of("event_key"), "what was decided of the event %s"),
  ABSENCE("attest_absence", List.of("id"), "the absence %s"),
  REQUEST("attest_enquiry", List.of("id"), "the request %s"),
  REQUEST_STEP("attest_enquiry_step", List.of("enquiry_id"), "what was done with the request %s"),
  REQUEST_FILE("attest_enquiry_file", List.of("enquiry_id"), "the list of files of the request %s"),
  HOLD("attest_hold", List.of("kind", "subject"), "the legal hold on the %s %s");

  private final String table;
  private final List<String> key;
  private final String inWords;
  private final String only;

  RecordTable(String table, List<String> key, String inWords) {
    this(table, key, inWords, "");
  }

  RecordTable(String table, List<String> key, String inWords, String only) {
    this.table = table;
    this.key = key;
    this.inWords = inWords;
    this.only = only;
  }

  /**
   * Those rows of a table that are held together under one hash.
   *
   * @param key the values of {@link #key()}
   */
  public record Rows(RecordTable table, List<Object> key) {
    public Rows {
      key = List.copyOf(key);
      if (key.size() != table.key.size()) {
        throw new IllegalArgumentException(
            table + " is asked by " + table.key + ", and not by " + key + ".");
      }
    }

    /** For people: {@code condition 2 of the approval ATT-1}. */
    public String inWords() {
      return table.inWords.formatted(key.toArray());
    }
  }

  /** The rows under this key. */
  public Rows rows(Object... values) {
    return new Rows(this, Arrays.asList(values));
  }

  /** Its name in the database. */
  public String table() {
    return table;
  }

  /** What a row must be like to be held, in SQL; empty if all are. */
  public Optional<String> only() {
    return only.isEmpty() ? Optional.empty() : Optional.of(only);
  }

  /** The columns that rows held together share. */
  public List<String> key() {
    return key;
  }
}
