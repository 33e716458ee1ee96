package io.attest.stage.rules;

import io.attest.audit.ArtifactStore;
import io.attest.audit.Section;
import io.attest.model.ModelSpec;
import io.attest.rules.Metrics;
import io.attest.rules.RuleChecks;
import io.attest.rules.RuleEngine;
import io.attest.rules.RuleProblem;
import io.attest.rules.RuleTable;
import io.attest.rules.UnreadableRules;
import io.attest.stage.EngineHistory;
import io.attest.stage.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Tests a table of rules: asks it about the facts of audits that were judged before, and says what
 * it would have said.
 */
public final class RuleBench {
  private static final List<String> TIERS = List.of("standard", "high", "critical");
  private static final String UNKNOWN = "unknown";

  private final RuleEngine engine;
  private final Duration longest;

  /**
   * @param longest how long a test may take: a table can come from anybody who may upload one
   */
  public RuleBench(RuleEngine engine, Duration longest) {
    this.engine = engine;
    this.longest = longest;
  }

  /**
   * Tests a table.
   *
   * @param name for messages
   * @param notes what was left out before
   */
  public RuleTest test(byte[] dmn, String name, List<JudgedAudit> audits, List<String> notes) {
    String sha256 = ArtifactStore.sha256(dmn);
    try {
      return new Run(engine.open(dmn, name), audits).result(name, sha256, notes);
    } catch (UnreadableRules e) {
      return new RuleTest(
          name, sha256, 0, e.problems(), List.of(), List.of(), List.of(), List.copyOf(notes));
    }
  }

  private final class Run {
    private final RuleEngine.RuleBook book;
    private final List<JudgedAudit> audits;
    private final long until = System.nanoTime() + longest.toNanos();
    private final Map<RuleEngine.Question, List<RuleEngine.Answer>> asked = new HashMap<>();
    private final Set<RuleProblem> problems = new LinkedHashSet<>();
    private final Set<String> hit = new TreeSet<>();

    Run(RuleEngine.RuleBook book, List<JudgedAudit> audits) {
      this.book = book;
      this.audits = audits;
    }

    RuleTest result(String name, String sha256, List<String> notes) {
      RuleTable table = book.table();
      Set<String> metrics = new TreeSet<>(Metrics.names());
      Set<String> tiers = new TreeSet<>(TIERS);
      Set<String> domains = new TreeSet<>(ModelSpec.DOMAINS);
      Map<String, Long> facts = new TreeMap<>();
      for (JudgedAudit audit : audits) {
        tiers.add(audit.tier());
        domains.add(audit.domain());
        audit.facts().forEach(f -> facts.merge(f.metric(), 1L, Long::sum));
      }
      metrics.addAll(facts.keySet());
      problems.addAll(book.problems());
      problems.addAll(RuleChecks.of(table, metrics, tiers, domains));
      List<RuleTest.Outcome> outcomes = new ArrayList<>();
      for (JudgedAudit audit : audits) {
        outcomes.add(outcome(audit));
      }
      return new RuleTest(
          name,
          sha256,
          table.rules().size(),
          List.copyOf(problems),
          outcomes,
          table.rules().stream()
              .filter(rule -> !hit.contains(rule.id()))
              .map(rule -> new RuleTest.Row(rule.row(), rule.key(), rule.sentence()))
              .toList(),
          facts.entrySet().stream()
              .filter(f -> table.rules().stream().noneMatch(r -> r.on("metric").mayBe(f.getKey())))
              .map(f -> new RuleTest.Unseen(f.getKey(), f.getValue()))
              .toList(),
          List.copyOf(notes));
    }

    private RuleTest.Outcome outcome(JudgedAudit audit) {
      List<EngineHistory.Judgement> judgements = new ArrayList<>();
      boolean all = true;
      for (int i = 0; i < audit.facts().size(); i++) {
        List<Map<String, String>> answers = new ArrayList<>();
        all &= ask(audit, audit.facts().get(i), answers);
        judgements.add(new EngineHistory.Judgement(i, "", "", answers));
      }
      Section.Judged judged = Verdict.judge(audit.facts(), judgements);
      return new RuleTest.Outcome(
          audit.id(),
          audit.model(),
          audit.tier(),
          audit.domain(),
          audit.facts().size(),
          audit.verdict(),
          all ? judged.verdict() : UNKNOWN,
          without(audit.findings(), judged.findings()),
          without(judged.findings(), audit.findings()));
    }

    /** Adds the answers that can be used; false if the fact cannot be judged. */
    private boolean ask(JudgedAudit audit, Section.Fact fact, List<Map<String, String>> answers) {
      if (System.nanoTime() > until) {
        throw new UnreadableRules(
            "The test took longer than "
                + longest.toSeconds()
                + " seconds. Test on fewer audits, or on the command line.");
      }
      RuleEngine.Question question =
          new RuleEngine.Question(
              fact.metric(), fact.subject(), fact.value(), audit.tier(), audit.domain());
      boolean all = true;
      try {
        for (RuleEngine.Answer answer : asked.computeIfAbsent(question, book::ask)) {
          hit.add(answer.row());
          if (answer.outputs().getOrDefault("message", "").isBlank()) {
            problems.add(noMessage(answer, fact));
          }
          if (RuleChecks.SEVERITIES.contains(answer.outputs().getOrDefault("severity", ""))) {
            answers.add(answer.outputs());
          } else {
            problems.add(noSeverity(answer, fact));
            all = false;
          }
        }
      } catch (UnreadableRules e) {
        problems.addAll(e.problems());
        return false;
      }
      return all;
    }

    private int row(RuleEngine.Answer answer) {
      return book.table().rules().stream()
          .filter(r -> r.id().equals(answer.row()))
          .mapToInt(RuleTable.Rule::row)
          .findFirst()
          .orElse(0);
    }

    private RuleProblem noMessage(RuleEngine.Answer answer, Section.Fact fact) {
      return new RuleProblem(
          true,
          row(answer),
          "message",
          "says nothing of "
              + fact.metric()
              + " of '"
              + fact.subject()
              + "': a finding needs words.");
    }

    private RuleProblem noSeverity(RuleEngine.Answer answer, Section.Fact fact) {
      return new RuleProblem(
          true,
          row(answer),
          "severity",
          "answers '"
              + answer.outputs().getOrDefault("severity", "nothing")
              + "' to "
              + fact.metric()
              + ". It must be one of "
              + String.join(", ", RuleChecks.SEVERITIES)
              + ".");
    }
  }

  /** The findings that are not among others: by rule, severity and fact, each counted. */
  private static List<Section.Finding> without(
      List<Section.Finding> findings, List<Section.Finding> others) {
    Map<List<Object>, Integer> left = new LinkedHashMap<>();
    others.forEach(f -> left.merge(key(f), 1, Integer::sum));
    return findings.stream()
        .filter(
            f -> {
              Integer count = left.computeIfPresent(key(f), (k, n) -> n - 1);
              return count == null || count < 0;
            })
        .toList();
  }

  private static List<Object> key(Section.Finding f) {
    return List.of(f.rule(), f.severity(), f.metric(), f.subject(), f.value());
  }
}
