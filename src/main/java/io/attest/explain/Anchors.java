package io.attest.explain;

import java.util.List;

/**
 * For single rows a rule that is enough for the model's answer: where it holds, the model nearly
 * always answers as it does for the row.
 *
 * @param wanted the precision that was asked for
 * @param rules one a row explained, in the order of the rows
 */
public record Anchors(Provenance provenance, double wanted, List<Rule> rules)
    implements Explanation {

  public Anchors {
    rules = List.copyOf(rules);
  }

  /**
   * The rule of one row.
   *
   * @param row index of the row in what was to be explained, from 0
   * @param answer what the model answers for it, in words: what the rule is enough for
   * @param response the model's response for the output that the answer is about
   * @param conditions in the order of the model's features; none where no condition is needed
   * @param precision share of the cases drawn under the rule that the model answers alike, of draws
   *     made after the rule was chosen
   * @param low lower end of the confidence interval of the precision
   * @param high upper end
   * @param coverage share of the background rows that the rule holds for
   * @param reached whether the precision is what was asked for; if not, this is the best rule that
   *     was found
   * @param modelRows how many rows the model was asked to predict for it
   */
  public record Rule(
      int row,
      String answer,
      double response,
      List<Condition> conditions,
      double precision,
      double low,
      double high,
      double coverage,
      boolean reached,
      long modelRows) {

    public Rule {
      conditions = List.copyOf(conditions);
    }

    /** {@code duration <= 24 and savings = none}; for no condition {@code any case}. */
    public String words() {
      return conditions.isEmpty()
          ? "any case"
          : String.join(" and ", conditions.stream().map(Condition::words).toList());
    }
  }

  /**
   * What a rule asks of one feature.
   *
   * @param words as people read it: {@code duration <= 24}
   */
  public record Condition(String feature, String words) {}
}
