package io.attest.data;

import java.util.List;

/**
 * A table, and how reading it went.
 *
 * @param frame the rows that were kept, in the order of the file; its columns in the order of the
 *     wish
 * @param rows in the file, without the header and without empty lines
 * @param duplicates kept rows that are equal, in all columns read but text, to a kept row before
 *     them; they are counted, not removed
 * @param rejects reasons in the order in which they were met
 * @param notes whatever was detected, assumed or left out, a sentence each
 */
public record TableRead(
    Frame frame, long rows, long duplicates, List<Reject> rejects, List<String> notes) {

  public TableRead {
    rejects = List.copyOf(rejects);
    notes = List.copyOf(notes);
  }

  /** Number of rows that were kept. */
  public long kept() {
    return frame.rows();
  }

  /** Number of rows that were not. */
  public long rejected() {
    return rows - kept();
  }
}
