package io.attest.data;

import java.util.List;

/**
 * How reading a table in blocks went.
 *
 * @param rows in the file, without the header and without empty lines
 * @param rejected how many of them were not kept
 * @param rejects reasons in the order in which they were met
 * @param notes whatever was detected, assumed or left out, a sentence each
 */
public record BlocksRead(long rows, long rejected, List<Reject> rejects, List<String> notes) {

  public BlocksRead {
    rejects = List.copyOf(rejects);
    notes = List.copyOf(notes);
  }
}
