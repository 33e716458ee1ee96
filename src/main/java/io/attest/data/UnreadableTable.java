package io.attest.data;

/**
 * A table that cannot be read as declared. The message is for the person who owns the data: it
 * names the file, where known the line and the column, and says what to do.
 *
 * <p>Faults of the machine (disk, memory) are other exceptions: they may pass by themselves, this
 * one does not.
 */
public class UnreadableTable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnreadableTable(String message) {
    super(message);
  }

  public UnreadableTable(String message, Throwable cause) {
    super(message, cause);
  }
}
