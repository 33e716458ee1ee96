package io.attest.rules;

import java.util.List;
import java.util.Map;

/** Asks tables of rules, as the process engine does. */
public interface RuleEngine {

  /**
   * A table that is ready to be asked.
   *
   * @param dmn the bytes of the file
   * @param name for messages
   * @throws UnreadableRules if it is no table of domain rules, or one that asks for more than FEEL
   */
  RuleBook open(byte[] dmn, String name);

  /** A table that answers. Not for several threads at once. */
  interface RuleBook {

    /** What stands in the file. */
    RuleTable table();

    /** Expressions that FEEL does not understand. */
    List<RuleProblem> problems();

    /**
     * The answers to one fact: one for each row that matches, in the order of the rows.
     *
     * @throws UnreadableRules if a cell cannot be evaluated
     */
    List<Answer> ask(Question question);
  }

  /** One fact with what else the table sees; {@code domain} is empty where there is none. */
  record Question(String metric, String subject, double value, String tier, String domain) {

    /** By the names that the cells of a table have for them. */
    public Map<String, Object> facts() {
      return Map.of(
          "metric", metric, "subject", subject, "value", value, "tier", tier, "domain", domain);
    }
  }

  /**
   * @param row the id of the row
   * @param outputs by name; without those that are null
   */
  record Answer(String row, Map<String, String> outputs) {}
}
