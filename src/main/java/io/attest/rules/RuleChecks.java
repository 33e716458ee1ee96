package io.attest.rules;

import io.attest.data.Nearest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a table of rules can be told to do wrong without being asked. */
public final class RuleChecks {

  /** What a finding can be. */
  public static final List<String> SEVERITIES = List.of("info", "warn", "block");

  private static final List<String> INPUTS =
      List.of("metric", "subject", "value", "tier", "domain");
  private static final List<String> OUTPUTS = List.of("rule", "severity", "message", "reference");
  private static final int LONGEST_CELL = 2_000;
  private static final int DEEPEST = 12;

  /** Loops and functions of one's own could keep the engine busy for ever. */
  private static final Pattern LOOP =
      Pattern.compile("\\b(for|some|every|function|external)\\b|\\*\\*");

  /** {@code (a+)+}: such a pattern can take longer than anybody lives. */
  private static final Pattern REPEATED_GROUP = Pattern.compile("\\)\\s*[*+{]");

  /** {@code 0,65}: FEEL reads two tests, below 0 or exactly 65. */
  private static final Pattern DECIMAL_COMMA = Pattern.compile("\\d,\\d");

  private static final Pattern PATTERN = Pattern.compile("\\b(matches|replace|split|extract)\\b");

  private final RuleTable table;
  private final Collection<String> metrics;
  private final Collection<String> tiers;
  private final Collection<String> domains;
  private final List<RuleProblem> problems = new ArrayList<>();

  private RuleChecks(
      RuleTable table,
      Collection<String> metrics,
      Collection<String> tiers,
      Collection<String> domains) {
    this.table = table;
    this.metrics = metrics;
    this.tiers = tiers;
    this.domains = domains;
  }

  /**
   * What would keep a table from being asked at all, or would be asked for ever: nothing of it may
   * be evaluated before this is empty.
   */
  public static List<RuleProblem> dangers(RuleTable table) {
    RuleChecks checks = new RuleChecks(table, Set.of(), Set.of(), Set.of());
    checks.columns();
    for (RuleTable.Rule rule : table.rules()) {
      rule.conditions().forEach((name, cell) -> checks.danger(rule, name, cell));
      rule.answers().forEach((name, cell) -> checks.danger(rule, name, cell));
    }
    return checks.problems;
  }

  /**
   * What is wrong though it can be asked.
   *
   * @param metrics the metrics that facts have
   * @param tiers the tiers that models have
   * @param domains the domains that models have
   */
  public static List<RuleProblem> of(
      RuleTable table,
      Collection<String> metrics,
      Collection<String> tiers,
      Collection<String> domains) {
    RuleChecks checks =
        new RuleChecks(table, new TreeSet<>(metrics), new TreeSet<>(tiers), new TreeSet<>(domains));
    checks.names();
    table.rules().forEach(checks::row);
    return checks.problems;
  }

  private void broken(int row, String cell, String message) {
    problems.add(new RuleProblem(true, row, cell, message));
  }

  private void hint(int row, String cell, String message) {
    problems.add(new RuleProblem(false, row, cell, message));
  }

  private void columns() {
    if (!table.hitPolicy().equals("RULE ORDER") && !table.hitPolicy().equals("COLLECT")) {
      broken(
          0,
          "",
          "the hit policy is "
              + table.hitPolicy()
              + ". It must be RULE ORDER (R), so that every row that matches is a finding.");
    }
    for (String input : table.inputs()) {
      if (!INPUTS.contains(input)) {
        broken(
            0,
            input,
            "the input column asks for '"
                + input
                + "'. Columns ask for "
                + String.join(", ", INPUTS)
                + "."
                + Nearest.hint(input, INPUTS));
      }
    }
    if (!table.inputs().contains("metric")) {
      broken(0, "metric", "there is no input column 'metric': every row would judge every fact.");
    }
    for (String output : OUTPUTS) {
      if (!table.outputs().contains(output)) {
        broken(0, output, "there is no output column named '" + output + "'.");
      }
    }
    if (table.rules().isEmpty()) {
      broken(0, "", "the table has no rows: every model would pass.");
    }
  }

  private void danger(RuleTable.Rule rule, String cell, String text) {
    if (text.length() > LONGEST_CELL) {
      broken(
          rule.row(),
          cell,
          "the cell has " + text.length() + " characters; " + LONGEST_CELL + " are allowed.");
      return;
    }
    String code = Condition.WORD.matcher(text).replaceAll("\"\"");
    Matcher loop = LOOP.matcher(code);
    if (loop.find()) {
      broken(
          rule.row(),
          cell,
          "'"
              + loop.group()
              + "' is not allowed: a rule needs no loops, functions of its own or powers.");
    }
    if (PATTERN.matcher(code).find()) {
      repeated(rule, cell, text);
    }
    int depth = 0;
    for (char c : code.toCharArray()) {
      depth += c == '(' || c == '[' || c == '{' ? 1 : c == ')' || c == ']' || c == '}' ? -1 : 0;
      if (depth > DEEPEST) {
        broken(rule.row(), cell, "more than " + DEEPEST + " brackets are open at once.");
        return;
      }
    }
  }

  /** Only inside the texts: outside of them brackets are FEEL's own. */
  private void repeated(RuleTable.Rule rule, String cell, String text) {
    Matcher word = Condition.WORD.matcher(text);
    while (word.find()) {
      if (REPEATED_GROUP.matcher(word.group(1)).find()) {
        broken(
            rule.row(),
            cell,
            "the regular expression "
                + word.group()
                + " repeats a group, which can take for ever. Write it without.");
        return;
      }
    }
  }

  private void names() {
    Map<String, Integer> ids = new HashMap<>();
    Map<String, Integer> keys = new HashMap<>();
    for (RuleTable.Rule rule : table.rules()) {
      Integer same = ids.putIfAbsent(rule.id(), rule.row());
      if (same != null) {
        broken(
            rule.row(),
            "",
            "has the same id as row " + same + ", " + rule.id() + ". Maybe it was copied by hand.");
      }
      Integer before = keys.putIfAbsent(rule.key(), rule.row());
      if (before != null && same == null) {
        broken(
            rule.row(),
            "rule",
            "is named '"
                + rule.key()
                + "' like row "
                + before
                + ". A finding must say which row it is from.");
      }
    }
  }

  private void row(RuleTable.Rule rule) {
    words(rule, "metric", metrics, "There is no such fact (docs/facts.md), so it can never fire.");
    words(rule, "tier", tiers, "No model has it.");
    words(rule, "domain", domains, "No model has it.");
    if (rule.on("value") instanceof Condition.Words) {
      broken(rule.row(), "value", "is a text, but values are numbers. Take the quotes out.");
    }
    comma(rule);
    String severity = rule.plain("severity");
    if (Condition.of(rule.answers().getOrDefault("severity", "")) instanceof Condition.Words
        && !SEVERITIES.contains(severity)) {
      broken(
          rule.row(),
          "severity",
          "is '"
              + severity
              + "'. It must be one of "
              + String.join(", ", SEVERITIES)
              + "."
              + Nearest.hint(severity, SEVERITIES));
    }
    for (String output : OUTPUTS) {
      if (rule.answers().getOrDefault(output, "").isBlank()) {
        if (output.equals("reference")) {
          hint(rule.row(), output, "is empty: nobody will know who says so.");
        } else {
          broken(rule.row(), output, "is empty.");
        }
      }
    }
    if (rule.why().isBlank()) {
      hint(rule.row(), "", "has no annotation that says why it is there.");
    }
  }

  private void comma(RuleTable.Rule rule) {
    String cell = rule.conditions().getOrDefault("value", "");
    if (DECIMAL_COMMA.matcher(Condition.WORD.matcher(cell).replaceAll("\"\"")).find()) {
      broken(
          rule.row(),
          "value",
          "is '"
              + cell
              + "': a comma stands between two tests, not before decimals. Write a point; where two"
              + " tests are meant, write a space after the comma.");
    }
  }

  private void words(RuleTable.Rule rule, String input, Collection<String> known, String why) {
    if (rule.on(input) instanceof Condition.Words words) {
      for (String word : words.words()) {
        if (!known.contains(word)) {
          broken(rule.row(), input, "is '" + word + "'. " + why + Nearest.hint(word, known));
        }
      }
    } else if (rule.on(input) instanceof Condition.Numbers) {
      broken(rule.row(), input, "is a number, but a text in quotes is wanted.");
    }
  }
}
