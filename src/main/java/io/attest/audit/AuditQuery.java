package io.attest.audit;

import java.util.List;

/**
 * Which audits a person looks for. What is empty does not narrow.
 *
 * @param text found anywhere in id, model, reason, who started it, for whom; upper and lower case
 *     are the same
 * @param model id of the model
 * @param page from 1; beyond the last one it is the last one
 * @param size how many a page has
 */
public record AuditQuery(
    String text, String model, String state, String verdict, int page, int size) {

  public AuditQuery {
    if (size < 1) {
      throw new IllegalArgumentException("A page of " + size + " audits shows nothing.");
    }
    page = Math.max(1, page);
  }

  /**
   * What was found.
   *
   * @param audits of this page, newest first
   * @param found on all pages
   * @param page from 1
   * @param pages at least 1
   */
  public record Found(List<Audit> audits, long found, int page, int pages) {}
}
