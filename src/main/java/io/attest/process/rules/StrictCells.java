package io.attest.process.rules;

import io.attest.rules.Condition;
import io.attest.rules.RuleChecks;
import io.attest.rules.RuleEngine.Question;
import io.attest.rules.RuleProblem;
import io.attest.rules.RuleTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.camunda.feel.api.EvaluationFailure;
import org.camunda.feel.api.EvaluationResult;
import org.camunda.feel.api.FeelEngineApi;
import org.camunda.feel.api.FeelEngineBuilder;
import org.camunda.feel.api.ParseResult;
import org.camunda.feel.syntaxtree.ParsedExpression;

/**
 * Evaluates the cells of a table strictly. FEEL answers {@code null} where a name is unknown or
 * types do not fit, and a decision table takes {@code null} for "does not match": a typo would
 * switch a rule off, and nobody would hear of it.
 */
final class StrictCells {
  /** Below, at and above every usual limit; the most usual one first. */
  private static final List<Double> VALUES =
      List.of(0.55, 0.0, -1000.0, -0.7, 0.03, 0.3, 0.75, 0.95, 1.0, 2.0, 15.0, 500.0, 1e6);

  /** Subjects as facts have them (docs/facts.md). */
  private static final List<String> SUBJECTS =
      List.of(
          "age",
          "age: under 25",
          "age x sex: under 25, female",
          "income ~ age",
          "income ~ age, sex",
          "income (in money)",
          "income: expected in the top 5, found at rank 9");

  private static final Pattern BRANCH = Pattern.compile("\\bif\\b");

  private final FeelEngineApi feel = FeelEngineBuilder.forJava().build();
  private final Map<String, ParseResult> parsed = new LinkedHashMap<>();

  /** What is wrong in the cells of a row, each cell once. */
  List<RuleProblem> problems(RuleTable.Rule rule) {
    List<RuleProblem> problems = new ArrayList<>();
    List<Question> samples = samples(rule);
    rule.conditions()
        .forEach(
            (name, cell) -> {
              if (plain(cell)) {
                return;
              }
              // Numbers and searches in texts need no facts to be understood.
              if (rule.on(name) instanceof Condition.Formula) {
                fault(tests(cell), name, samples)
                    .ifPresent(w -> problems.add(new RuleProblem(true, rule.row(), name, w)));
              } else if (tests(cell).isFailure()) {
                problems.add(new RuleProblem(true, rule.row(), name, noFeel(tests(cell))));
              }
            });
    rule.answers()
        .forEach(
            (name, cell) -> {
              if (!plain(cell)) {
                fault(expression(cell), name, samples)
                    .ifPresent(w -> problems.add(new RuleProblem(true, rule.row(), name, w)));
              }
            });
    return problems;
  }

  /** Empty, or texts alone: the engine is slow, and has nothing to say of them. */
  private static boolean plain(String cell) {
    Condition read = Condition.of(cell);
    return read instanceof Condition.Any
        || read instanceof Condition.Words words && !words.but() && cell.indexOf('\\') < 0;
  }

  /** The first condition of a row that cannot be told of a fact, though all before it hold. */
  Optional<RuleProblem> unanswered(RuleTable.Rule rule, Question question) {
    for (String name : rule.conditions().keySet()) {
      if (rule.on(name) instanceof Condition.Formula) {
        EvaluationResult result = ask(tests(rule.conditions().get(name)), name, question);
        if (faulty(result)) {
          return Optional.of(new RuleProblem(true, rule.row(), name, cannot(question, result)));
        }
        if (Boolean.FALSE.equals(result.result())) {
          return Optional.empty();
        }
      } else if (!holds(rule.on(name), question.facts().get(name))) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static boolean holds(Condition condition, Object value) {
    return value instanceof String word ? condition.mayBe(word) : true;
  }

  /**
   * An unknown name is wrong whatever the fact is. Everything else only where it goes wrong with
   * every fact: a formula may be made for some subjects or values alone. Only an {@code if} has
   * parts that one answer does not try.
   */
  private Optional<String> fault(ParseResult cell, String name, List<Question> samples) {
    if (cell.isFailure()) {
      return Optional.of(noFeel(cell));
    }
    String last = null;
    boolean answered = false;
    for (Question sample : samples) {
      EvaluationResult result = ask(cell, name, sample);
      Set<String> unknown = unknown(result);
      if (!unknown.isEmpty()) {
        return Optional.of(
            "cannot be evaluated: "
                + String.join(" ", unknown)
                + " Maybe a typo: a row knows metric, subject, value, tier and domain, and FEEL's own functions.");
      }
      if (faulty(result)) {
        last = cannot(sample, result);
      } else {
        answered = true;
        if (name.equals("severity")
            && !RuleChecks.SEVERITIES.contains(String.valueOf(result.result()))) {
          return Optional.of(
              "answers '"
                  + result.result()
                  + "'. It must be one of "
                  + String.join(", ", RuleChecks.SEVERITIES)
                  + ".");
        }
        if (!BRANCH.matcher(cell.parsedExpression().text()).find()) {
          break;
        }
      }
    }
    return answered ? Optional.empty() : Optional.ofNullable(last);
  }

  private EvaluationResult ask(ParseResult cell, String name, Question question) {
    Map<String, Object> facts = question.facts();
    ParsedExpression expression = cell.parsedExpression();
    return facts.containsKey(name)
        ? feel.evaluateWithInput(expression, facts.get(name), facts)
        : feel.evaluate(expression, facts);
  }

  private static boolean faulty(EvaluationResult result) {
    return result.isFailure() || result.result() == null || result.hasSuppressedFailures();
  }

  private static String cannot(Question question, EvaluationResult result) {
    return "gives no answer to "
        + question.metric()
        + " of '"
        + question.subject()
        + "' with the value "
        + question.value()
        + (reasons(result).isEmpty() ? "" : ": " + String.join(" ", reasons(result)))
        + ". Maybe a text stands where a number is wanted: limits have no quotes and a point before decimals,"
        + " and numbers in a message need string(...).";
  }

  private static Set<String> reasons(EvaluationResult result) {
    Set<String> reasons = new LinkedHashSet<>();
    if (result.isFailure()) {
      reasons.add(result.failure().message());
    } else {
      failures(result).forEach(f -> reasons.add(f.failureMessage()));
    }
    return reasons;
  }

  private static Set<String> unknown(EvaluationResult result) {
    Set<String> unknown = new TreeSet<>();
    if (!result.isFailure()) {
      for (EvaluationFailure failure : failures(result)) {
        if (String.valueOf(failure.failureType()).startsWith("NO_")) {
          unknown.add(failure.failureMessage() + ".");
        }
      }
    }
    return unknown;
  }

  private static List<EvaluationFailure> failures(EvaluationResult result) {
    List<EvaluationFailure> failures = new ArrayList<>();
    var each = result.suppressedFailures().iterator();
    while (each.hasNext()) {
      failures.add(each.next());
    }
    return failures;
  }

  private ParseResult tests(String cell) {
    return parsed.computeIfAbsent("?" + cell, c -> feel.parseUnaryTests(cell));
  }

  private ParseResult expression(String cell) {
    return parsed.computeIfAbsent("=" + cell, c -> feel.parseExpression(cell));
  }

  private static String noFeel(ParseResult parsed) {
    return "is not FEEL: "
        + parsed.failure().message().lines().findFirst().orElse("")
        + " Maybe a quote is missing.";
  }

  /** Facts that the row could be asked about: every usual value, and subjects of every shape. */
  private static List<Question> samples(RuleTable.Rule rule) {
    String metric = one(rule, "metric", "performance.auc");
    String subject = one(rule, "subject", SUBJECTS.get(0));
    String tier = one(rule, "tier", "high");
    String domain = one(rule, "domain", "hiring");
    List<Question> samples = new ArrayList<>();
    for (double value : VALUES) {
      samples.add(new Question(metric, subject, value, tier, domain));
    }
    for (String shape : SUBJECTS) {
      samples.add(new Question(metric, shape, 0.55, tier, domain));
    }
    return samples;
  }

  private static String one(RuleTable.Rule rule, String input, String usual) {
    return rule.on(input) instanceof Condition.Words words && !words.but()
        ? words.words().get(0)
        : usual;
  }
}
