package io.attest.stage.rules;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.attest.audit.Section;
import io.attest.rules.RuleProblem;
import java.util.List;

/**
 * What a table of rules would have said of audits that were judged before.
 *
 * @param name of the table
 * @param sha256 of its file
 * @param rows how many it has
 * @param problems what is wrong in it
 * @param audits one for each audit, in their order
 * @param neverHit rows that fired in none of them
 * @param unseen metrics of facts that no row looks at
 * @param notes what was left out, and why
 */
public record RuleTest(
    String name,
    String sha256,
    int rows,
    List<RuleProblem> problems,
    List<Outcome> audits,
    List<Row> neverHit,
    List<Unseen> unseen,
    List<String> notes) {

  /** The exit code: nothing would change its verdict. */
  public static final int SAME = 0;

  /** At least one audit would get another verdict. */
  public static final int FLIPS = 1;

  /** The table must not be used so. */
  public static final int BROKEN = 2;

  /**
   * One audit.
   *
   * @param facts how many were judged
   * @param before the recorded verdict
   * @param after the verdict by this table; {@code unknown} if it cannot judge every fact
   * @param removed findings that the table does not make
   * @param added findings that were not there
   */
  public record Outcome(
      String id,
      String model,
      String tier,
      String domain,
      int facts,
      String before,
      String after,
      List<Section.Finding> removed,
      List<Section.Finding> added) {

    /** Whether the verdict is another. */
    @JsonProperty
    public boolean flips() {
      return !before.equals(after);
    }
  }

  /** A row of the table: its number, name, and what it looks for. */
  public record Row(int row, String rule, String sentence) {}

  /** A metric and how many facts have it. */
  public record Unseen(String metric, long facts) {}

  /** How many audits would get another verdict. */
  @JsonProperty
  public long flips() {
    return audits.stream().filter(Outcome::flips).count();
  }

  /** Whether the table must not be used so. */
  @JsonProperty
  public boolean broken() {
    return problems.stream().anyMatch(RuleProblem::broken);
  }

  /** {@link #SAME}, {@link #FLIPS} or {@link #BROKEN}. */
  public int code() {
    return broken() ? BROKEN : flips() > 0 ? FLIPS : SAME;
  }

  /** The result in one sentence. */
  @JsonProperty
  public String sentence() {
    if (broken()) {
      long broken = problems.stream().filter(RuleProblem::broken).count();
      return "The table must not be used so: "
          + (broken == 1 ? "1 thing is wrong in it." : broken + " things are wrong in it.");
    }
    if (audits.isEmpty()) {
      return "The table can be used. There is no judged audit to test it on.";
    }
    String of = audits.size() == 1 ? "1 judged audit" : audits.size() + " judged audits";
    return flips() == 0
        ? "No verdict would change, of " + of + "."
        : flips() + " of " + of + " would get another verdict.";
  }
}
