package io.attest.stage.decision;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which case to explain, by which means. A row of the audit data by its name or number, with or
 * without other values; or a case of which every value is given.
 *
 * @param id name of a row: its value in the column {@code row-id}; where the model declares none,
 *     its number
 * @param row number of a row of the audit data, from 1
 * @param values by feature as people write them; empty for one that is not known. Of a row only
 *     those that are other than the row's; else all
 * @param output which output to explain; the likeliest if absent
 * @param depth how much to find out
 */
public record CaseRequest(
    Optional<String> id,
    Optional<Long> row,
    Map<String, Optional<String>> values,
    Optional<String> output,
    Depth depth) {

  /** How much to find out. */
  public enum Depth {
    /** Prediction and contributions: quick enough to follow a person's typing. */
    PREDICTION,
    /** Everything. */
    FULL
  }

  public CaseRequest {
    values = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** Everything about a row that has this name. */
  public static CaseRequest ofId(String id) {
    return new CaseRequest(
        Optional.of(id), Optional.empty(), Map.of(), Optional.empty(), Depth.FULL);
  }

  /** Everything about a row, by its number from 1. */
  public static CaseRequest ofRow(long row) {
    return new CaseRequest(
        Optional.empty(), Optional.of(row), Map.of(), Optional.empty(), Depth.FULL);
  }

  /** Everything about a case of which every value is given. */
  public static CaseRequest typed(Map<String, Optional<String>> values) {
    return new CaseRequest(
        Optional.empty(), Optional.empty(), values, Optional.empty(), Depth.FULL);
  }

  /** The same case with other values in place of some. */
  public CaseRequest with(Map<String, Optional<String>> changed) {
    Map<String, Optional<String>> all = new LinkedHashMap<>(values);
    all.putAll(changed);
    return new CaseRequest(id, row, all, output, depth);
  }

  /** The same case, and how much to find out of it. */
  public CaseRequest to(Depth wanted) {
    return new CaseRequest(id, row, values, output, wanted);
  }

  /** The same case, by the answer for one output. */
  public CaseRequest of(String wanted) {
    return new CaseRequest(id, row, values, Optional.of(wanted), depth);
  }

  /** True if it starts from a row of the audit data. */
  boolean ofData() {
    return id.isPresent() || row.isPresent();
  }
}
