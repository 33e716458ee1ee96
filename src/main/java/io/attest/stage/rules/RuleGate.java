package io.attest.stage.rules;

import io.attest.rules.RuleProblem;
import io.attest.rules.RuleTable;
import io.attest.rules.RuleTableReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * Lets no table of rules judge that the bench calls broken: it would fail in the middle of an
 * audit, or let a model pass that it was made to stop, and audits that run keep the version they
 * began with.
 */
@Component
public class RuleGate {
  private static final Pattern IS_RULES =
      Pattern.compile("<(\\w+:)?decision\\s[^>]*id\\s*=\\s*[\"']" + RuleTable.KEY + "[\"']");

  private final RuleBench bench;

  public RuleGate(RuleBench bench) {
    this.bench = bench;
  }

  /**
   * Looks at the files that are to be deployed.
   *
   * @param files by name; those that are no table of domain rules are let through
   * @return what may be on purpose, a sentence each
   * @throws IllegalArgumentException if a table is broken, with file, row, rule and cell
   */
  public List<String> check(Map<String, byte[]> files) {
    List<String> hints = new ArrayList<>();
    files.forEach(
        (name, file) -> {
          if (name.endsWith(".dmn")
              && (name.equals(RuleTable.FILE)
                  || IS_RULES.matcher(new String(file, StandardCharsets.UTF_8)).find())) {
            check(name, file, hints);
          }
        });
    return hints;
  }

  private void check(String name, byte[] file, List<String> hints) {
    RuleTest test = bench.test(file, name, List.of(), List.of());
    Map<Integer, String> rules = test.rows() == 0 ? Map.of() : names(file, name);
    String broken =
        test.problems().stream()
            .filter(RuleProblem::broken)
            .map(p -> "- " + sentence(p, rules))
            .collect(Collectors.joining("\n"));
    if (!broken.isEmpty()) {
      throw new IllegalArgumentException(
          name
              + " cannot judge models, so Attest does not start:\n"
              + broken
              + "\nMend the table (Camunda Modeler counts rows as above) and test it: attest rules"
              + " test "
              + name
              + ". Or take your copy of the file away: then the packed table judges.");
    }
    test.problems().forEach(p -> hints.add(name + ", " + sentence(p, rules)));
  }

  private static String sentence(RuleProblem problem, Map<Integer, String> rules) {
    String rule = rules.getOrDefault(problem.row(), "");
    return problem.place().replaceFirst(",|$", rule.isEmpty() ? "$0" : " (" + rule + ")$0")
        + ": "
        + problem.message();
  }

  private static Map<Integer, String> names(byte[] file, String name) {
    Map<Integer, String> names = new HashMap<>();
    RuleTableReader.read(file, name).rules().forEach(r -> names.put(r.row(), r.key()));
    return names;
  }
}
