package io.attest.stage.rules;

import static io.attest.rules.Tables.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.attest.audit.Section.Fact;
import io.attest.audit.Section.Finding;
import io.attest.audit.Section.Judged;
import io.attest.process.rules.DmnRules;
import io.attest.rules.Metrics;
import io.attest.rules.RuleProblem;
import io.attest.rules.Tables;
import io.attest.stage.EngineHistory;
import io.attest.stage.Verdict;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.camunda.bpm.dmn.engine.DmnDecision;
import org.camunda.bpm.dmn.engine.DmnEngine;
import org.camunda.bpm.dmn.engine.DmnEngineConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What another table would have said. */
class RuleBenchTest {
  private final RuleBench bench = new RuleBench(new DmnRules(), Duration.ofMinutes(1));

  private static JudgedAudit audit(
      String id, String tier, String domain, String verdict, List<Finding> findings, Fact... f) {
    return new JudgedAudit(id, "m", tier, domain, verdict, List.of(f), findings);
  }

  private static Finding finding(String rule, String severity, Fact f) {
    return new Finding(
        "F-01", rule, severity, f.metric(), f.subject(), f.value(), "m", "r", "d", "1");
  }

  private RuleTest test(byte[] dmn, JudgedAudit... audits) {
    return bench.test(dmn, "t.dmn", List.of(audits), List.of());
  }

  private List<String> wrong(byte[] dmn, JudgedAudit... audits) {
    return test(dmn, audits).problems().stream()
        .filter(RuleProblem::broken)
        .map(p -> p.place() + ": " + p.message())
        .toList();
  }

  private static final Fact AUC = new Fact("performance.auc", "audit data", 0.71);

  /**
   * The table that judged says of every audit again what it said: asked by the bench, and asked by
   * a plain engine as the process does.
   */
  @Test
  void theTableThatJudgedChangesNothing() throws Exception {
    DmnEngine engine = DmnEngineConfiguration.createDefaultDmnEngineConfiguration().buildEngine();
    DmnDecision table =
        engine.parseDecision("domain-rules", new ByteArrayInputStream(Tables.packed()));
    Random random = new Random(7);
    List<String> metrics = List.copyOf(Metrics.names());
    List<String> subjects = List.of("audit data", "age", "sex", "a ~ b", "zip_code", "=cmd|x");
    List<JudgedAudit> audits = new ArrayList<>();
    for (int a = 0; a < 8; a++) {
      String tier = a % 2 == 0 ? "high" : "standard";
      String domain =
          List.of("", "consumer-credit", "hiring", "insurance", "predictive-maintenance")
              .get(a % 5);
      List<Fact> facts = new ArrayList<>();
      List<EngineHistory.Judgement> judgements = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Fact fact =
            new Fact(
                metrics.get(random.nextInt(metrics.size())),
                subjects.get(random.nextInt(subjects.size())),
                Math.round(random.nextDouble(-0.5, 1.5) * 20) / 20.0);
        facts.add(fact);
        judgements.add(
            new EngineHistory.Judgement(
                i,
                "",
                "",
                engine
                    .evaluateDecisionTable(
                        table,
                        Map.of(
                            "metric",
                            fact.metric(),
                            "subject",
                            fact.subject(),
                            "value",
                            fact.value(),
                            "tier",
                            tier,
                            "domain",
                            domain))
                    .getResultList()
                    .stream()
                    .map(
                        row ->
                            row.entrySet().stream()
                                .collect(
                                    Collectors.toMap(
                                        Map.Entry::getKey, e -> e.getValue().toString())))
                    .toList()));
      }
      Judged judged = Verdict.judge(facts, judgements);
      audits.add(
          new JudgedAudit(
              "ATT-" + a, "m", tier, domain, judged.verdict(), facts, judged.findings()));
    }
    assertThat(audits.stream().map(JudgedAudit::verdict).distinct())
        .as("verdicts to tell apart")
        .hasSizeGreaterThan(1);
    RuleTest test = bench.test(Tables.packed(), "t", audits, List.of());
    assertThat(test.problems()).isEmpty();
    assertThat(test.code()).isEqualTo(RuleTest.SAME);
    assertThat(test.audits())
        .hasSize(8)
        .allSatisfy(
            o -> {
              assertThat(o.after()).isEqualTo(o.before());
              assertThat(o.removed()).isEmpty();
              assertThat(o.added()).isEmpty();
            });
    assertThat(test.sentence()).isEqualTo("No verdict would change, of 8 judged audits.");
  }

  @Test
  void aStricterLimitFlipsAndSaysWhy() {
    Fact vif = new Fact("vif", "age", 12);
    RuleTest test =
        test(
            Tables.of(
                row("auc", "\"performance.auc\"", "< 0.8", "7", "\"block\""),
                row("idle", "\"data.rows\"", "< 100")),
            audit("ATT-1", "high", "", "warn", List.of(finding("vif-old", "warn", vif)), AUC, vif),
            audit("ATT-2", "high", "", "pass", List.of()));
    assertThat(test.code()).isEqualTo(RuleTest.FLIPS);
    assertThat(test.sentence()).isEqualTo("1 of 2 judged audits would get another verdict.");
    RuleTest.Outcome first = test.audits().get(0);
    assertThat(first.flips()).isTrue();
    assertThat(first.before() + " " + first.after()).isEqualTo("warn block");
    assertThat(first.removed()).extracting(Finding::rule).containsExactly("vif-old");
    assertThat(first.added())
        .singleElement()
        .satisfies(
            f -> {
              assertThat(f.rule()).isEqualTo("auc");
              assertThat(f.value()).isEqualTo(0.71);
              assertThat(f.message()).isEqualTo("It is 0.71");
            });
    assertThat(test.audits().get(1).flips()).isFalse();
    assertThat(test.neverHit()).extracting(RuleTest.Row::rule).containsExactly("idle");
    assertThat(test.unseen()).containsExactly(new RuleTest.Unseen("vif", 1));
  }

  @Test
  void anotherSeverityIsAFindingThatGoesAndOneThatComes() {
    RuleTest.Outcome outcome =
        test(
                Tables.of(row("auc", "\"performance.auc\"", "< 0.8", "7", "\"info\"")),
                audit("A", "high", "", "warn", List.of(finding("auc", "warn", AUC)), AUC))
            .audits()
            .get(0);
    assertThat(outcome.after()).isEqualTo("pass");
    assertThat(outcome.removed()).extracting(Finding::severity).containsExactly("warn");
    assertThat(outcome.added()).extracting(Finding::severity).containsExactly("info");
  }

  @Test
  void theDomainOfTheModelCounts() {
    byte[] dmn = Tables.of(row("auc", "\"performance.auc\"", "< 0.8", "5", "\"hiring\""));
    assertThat(
            test(
                    dmn,
                    audit("A", "high", "hiring", "pass", List.of(), AUC),
                    audit("B", "high", "insurance", "pass", List.of(), AUC),
                    audit("C", "high", "", "pass", List.of(), AUC))
                .audits())
        .extracting(RuleTest.Outcome::after)
        .containsExactly("warn", "pass", "pass");
  }

  // ---- what is wrong in a table

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      textBlock =
          """
      1 | "performance.acu"       | row 1, metric: is 'performance.acu'. There is no such fact (docs/facts.md), so it can never fire. Maybe you meant performance.auc.
      1 | 7                       | row 1, metric: is a number, but a text in quotes is wanted.
      3 | "0.8"                   | row 1, value: is a text, but values are numbers.
      3 | < 0.8 and               | row 1, value: is not FEEL:
      4 | "hihg"                  | row 1, tier: is 'hihg'. No model has it. Maybe you meant high.
      5 | "hirring"               | row 1, domain: is 'hirring'. No model has it. Maybe you meant hiring.
      7 | "blok"                  | row 1, severity: is 'blok'. It must be one of info, warn, block. Maybe you meant block.
      7 | ''                      | row 1, severity: is empty.
      8 | "unclosed               | row 1, message: is not FEEL:
      8 | for i in 1..9999999999 return i | row 1, message: 'for' is not allowed
      8 | string(2 ** 999999)     | row 1, message: '**' is not allowed
      2 | matches(?, "(a+)+$")    | row 1, subject: the regular expression "(a+)+$" repeats a group
      8 | ((((((((((((((1))))))))))))))  | row 1, message: more than 12 brackets
      """)
  void faultsAreNamedWithCellAndRow(int column, String cell, String message) {
    assertThat(wrong(Tables.of(row("auc", "\"performance.auc\"", "< 0.8", "" + column, cell))))
        .anySatisfy(m -> assertThat(m).startsWith(message));
  }

  @Test
  void aRowThatCannotBeEvaluatedIsNamed() {
    RuleTest test =
        test(
            Tables.of(
                row("fine", "\"vif\"", "> 5"),
                row("auc", "\"performance.auc\"", "< 0.8", "7", "severty")),
            audit("A", "high", "", "warn", List.of(), AUC));
    assertThat(test.code()).isEqualTo(RuleTest.BROKEN);
    assertThat(test.problems())
        .anySatisfy(
            p -> {
              assertThat(p.row()).isEqualTo(2);
              assertThat(p.message()).contains("performance.auc");
            });
    assertThat(test.audits().get(0).after()).isEqualTo("unknown");
  }

  @Test
  void rowsMustBeToldApart() {
    assertThat(wrong(Tables.of(row("same", "\"vif\"", "> 5"), row("same", "\"vif\"", "> 9"))))
        .anySatisfy(m -> assertThat(m).contains("same"));
    assertThat(
            wrong(
                Tables.of(
                    row("one", "\"vif\"", "> 5"), row("two", "\"vif\"", "> 9", "6", "\"one\""))))
        .anySatisfy(m -> assertThat(m).startsWith("row 2, rule: is named 'one' like row 1."));
  }

  @Test
  @Timeout(20)
  void hostileFilesAreRefused() throws Exception {
    String bomb =
        "<?xml version=\"1.0\"?><!DOCTYPE d [<!ENTITY x SYSTEM \"file:///etc/passwd\">"
            + "<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]><definitions>&x;&b;</definitions>";
    assertThat(wrong(bomb.getBytes(StandardCharsets.UTF_8)))
        .singleElement()
        .satisfies(m -> assertThat(m).contains("DOCTYPE").contains("Take the document type out"))
        .satisfies(m -> assertThat(m).doesNotContain("root:"));
    assertThat(wrong(new byte[3_000_000])).singleElement().asString().contains("3000000 bytes");
    assertThat(wrong(new byte[0])).hasSize(1);
    assertThat(wrong("no xml".getBytes(StandardCharsets.UTF_8)))
        .singleElement()
        .asString()
        .contains("line 1");
    assertThat(wrong("<a/>".getBytes(StandardCharsets.UTF_8)))
        .singleElement()
        .asString()
        .contains("Maybe it is not a DMN file");
    String deep = "<a>".repeat(20_000) + "</a>".repeat(20_000);
    assertThat(wrong(deep.getBytes(StandardCharsets.UTF_8))).hasSize(1);
    assertThat(wrong(Tables.packed("hitPolicy=\"RULE ORDER\"", "hitPolicy=\"FIRST\"")))
        .singleElement()
        .asString()
        .contains("the hit policy is FIRST");
    assertThat(wrong(Tables.packed("<text>tier</text>", "<text>teir</text>")))
        .singleElement()
        .asString()
        .contains("Maybe you meant tier.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"javascript", "groovy", "juel", "http://www.java.com/java"})
  void onlyFeelIsSpoken(String language) throws Exception {
    assertThat(
            wrong(
                Tables.packed(
                    "<inputEntry id=\"domain-rules-auc-chance-value\">",
                    "<inputEntry id=\"domain-rules-auc-chance-value\" expressionLanguage=\""
                        + language
                        + "\">")))
        .singleElement()
        .asString()
        .contains("FEEL only");
  }

  @Test
  void aTestEnds() {
    RuleTest test =
        new RuleBench(new DmnRules(), Duration.ZERO)
            .test(
                Tables.of(row("auc", "\"performance.auc\"", "< 0.8")),
                "t",
                List.of(audit("A", "high", "", "warn", List.of(), AUC)),
                List.of());
    assertThat(test.code()).isEqualTo(RuleTest.BROKEN);
    assertThat(test.problems().get(0).message()).contains("took longer");
  }
}
