package io.attest.stage;

import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.audit.Section.Fact;
import io.attest.audit.Section.Finding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Folds what the domain rules said into findings and one verdict: {@code block} if a finding
 * blocks, {@code warn} if one warns, else {@code pass}. The rules decide; this only counts.
 */
@Component("verdict")
public class Verdict implements Stage {

  private static final List<String> SEVERITIES = List.of("block", "warn", "info");

  private final AuditStore audits;
  private final EngineHistory engine;

  public Verdict(AuditStore audits, EngineHistory engine) {
    this.audits = audits;
    this.engine = engine;
  }

  @Override
  public Map<String, Object> run(StageTask task) {
    List<Fact> facts = audits.require(task.auditId(), Section.Validated.class).facts();
    List<EngineHistory.Judgement> judgements = engine.judgements(task.auditId());
    if (judgements.size() != facts.size()) {
      throw new IllegalStateException(
          "There are "
              + facts.size()
              + " facts, but the engine's history holds "
              + judgements.size()
              + " judgements of them. Maybe the history level is not full.");
    }
    Section.Judged judged = judge(facts, judgements);
    audits.save(task.auditId(), judged);
    audits.verdict(task.auditId(), judged.verdict());
    return Map.of("verdict", judged.verdict(), "findings", judged.findings().size());
  }

  /** A finding that says nothing would be overlooked. */
  private static String message(Map<String, String> answer) {
    String message = answer.getOrDefault("message", "");
    return message.isBlank()
        ? "The rule "
            + answer.getOrDefault("rule", "without a name")
            + " fired, but its message cannot be made of this fact. Look at the cell Message of its"
            + " row in domain-rules.dmn."
        : message;
  }

  public static Section.Judged judge(List<Fact> facts, List<EngineHistory.Judgement> judgements) {
    List<Finding> findings = new ArrayList<>();
    for (EngineHistory.Judgement judgement : judgements) {
      Fact fact = facts.get(judgement.fact());
      for (Map<String, String> answer : judgement.answers()) {
        String severity = answer.getOrDefault("severity", "");
        if (!SEVERITIES.contains(severity)) {
          throw new IllegalStateException(
              "domain-rules.dmn answers the severity '"
                  + severity
                  + "' in rule "
                  + answer.get("rule")
                  + ". It must be one of "
                  + SEVERITIES
                  + ".");
        }
        findings.add(
            new Finding(
                "",
                answer.getOrDefault("rule", ""),
                severity,
                fact.metric(),
                fact.subject(),
                fact.value(),
                message(answer),
                answer.getOrDefault("reference", ""),
                judgement.decisionId(),
                judgement.version()));
      }
    }
    findings.sort(
        Comparator.comparingInt((Finding f) -> SEVERITIES.indexOf(f.severity()))
            .thenComparing(Finding::rule)
            .thenComparing(Finding::subject));
    List<Finding> numbered = new ArrayList<>();
    for (Finding f : findings) {
      numbered.add(
          new Finding(
              String.format(Locale.ROOT, "F-%02d", numbered.size() + 1),
              f.rule(),
              f.severity(),
              f.metric(),
              f.subject(),
              f.value(),
              f.message(),
              f.reference(),
              f.decisionId(),
              f.rulesVersion()));
    }
    String worst = numbered.isEmpty() ? "info" : numbered.get(0).severity();
    return new Section.Judged(worst.equals("info") ? "pass" : worst, numbered);
  }
}
