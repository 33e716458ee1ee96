package io.attest.rules;

import java.util.List;
import java.util.Map;

/**
 * A table of domain rules as it stands in its file.
 *
 * @param name of the decision, for people
 * @param hitPolicy as written
 * @param inputs what the columns ask: the input expressions
 * @param outputs the names of the output columns
 * @param rules the rows in their order
 */
public record RuleTable(
    String name, String hitPolicy, List<String> inputs, List<String> outputs, List<Rule> rules) {

  /** The decision that is asked. */
  public static final String KEY = "domain-rules";

  /** Its file in an installation. */
  public static final String FILE = "bpmn/domain-rules.dmn";

  /**
   * One row.
   *
   * @param row from 1
   * @param id of the row in the file
   * @param why the annotation
   * @param conditions input cells by input expression
   * @param answers output cells by output name, as FEEL
   */
  public record Rule(
      int row, String id, String why, Map<String, String> conditions, Map<String, String> answers) {

    /** The condition on {@code metric}, {@code subject}, {@code value}, {@code tier}... */
    public Condition on(String input) {
      return Condition.of(conditions.getOrDefault(input, ""));
    }

    /** An output where it is a plain text, else its FEEL. */
    public String plain(String output) {
      String cell = answers.getOrDefault(output, "");
      return Condition.of(cell) instanceof Condition.Words words
              && !words.but()
              && words.words().size() == 1
          ? words.words().get(0)
          : cell;
    }

    /** The short name that findings carry; the row's id where none is given. */
    public String key() {
      String key = plain("rule");
      return key.isBlank() ? id : key;
    }

    /** What it looks for, as a sentence: {@code AUC is below 0.6, for models of tier high.} */
    public String sentence() {
      Condition metric = on("metric");
      String what =
          metric instanceof Condition.Words words && !words.but()
              ? words.words().stream().map(Metrics::title).reduce((a, b) -> a + " or " + b).get()
              : "A metric that is " + metric.inWords();
      StringBuilder text = new StringBuilder(what);
      if (on("subject") instanceof Condition.Matching matching) {
        text.append(", of a feature named like ").append(matching.names()).append(",");
      } else if (on("subject") instanceof Condition.Containing containing) {
        text.append(", of a subject ").append(containing.inWords()).append(",");
      } else if (on("subject") instanceof Condition.Formula formula) {
        text.append(", of subjects where ").append(formula.text()).append(",");
      } else if (!(on("subject") instanceof Condition.Any)) {
        text.append(", of ").append(on("subject").inWords()).append(",");
      }
      text.append(" is ").append(on("value").inWords());
      if (!(on("tier") instanceof Condition.Any)) {
        text.append("; only tier ").append(on("tier").inWords());
      }
      if (!(on("domain") instanceof Condition.Any)) {
        text.append("; only domain ").append(on("domain").inWords());
      }
      return text.append(".").toString();
    }
  }
}
