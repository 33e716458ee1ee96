package io.attest.process.rules;

import io.attest.rules.RuleChecks;
import io.attest.rules.RuleEngine;
import io.attest.rules.RuleProblem;
import io.attest.rules.RuleTable;
import io.attest.rules.RuleTableReader;
import io.attest.rules.UnreadableRules;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.dmn.engine.DmnDecision;
import org.camunda.bpm.dmn.engine.DmnEngine;
import org.camunda.bpm.dmn.engine.DmnEngineException;
import org.camunda.bpm.dmn.engine.delegate.DmnDecisionTableEvaluationEvent;
import org.camunda.bpm.dmn.engine.delegate.DmnEvaluatedDecisionRule;
import org.camunda.bpm.dmn.engine.impl.DefaultDmnEngineConfiguration;
import org.camunda.bpm.dmn.engine.impl.DmnDecisionImpl;
import org.camunda.bpm.dmn.engine.impl.DmnDecisionTableImpl;
import org.camunda.bpm.dmn.engine.impl.DmnDecisionTableRuleImpl;
import org.camunda.bpm.engine.variable.VariableMap;
import org.camunda.bpm.engine.variable.Variables;
import org.camunda.bpm.model.xml.ModelException;
import org.camunda.feel.api.FeelEngineApi;
import org.camunda.feel.api.FeelEngineBuilder;
import org.camunda.feel.api.ParseResult;
import org.springframework.stereotype.Component;

/** Asks tables with the decision engine that Camunda has inside, without its database. */
@Component
public class DmnRules implements RuleEngine {

  @Override
  public RuleBook open(byte[] dmn, String name) {
    RuleTable table = RuleTableReader.read(dmn, name);
    List<RuleProblem> dangers = RuleChecks.dangers(table);
    if (!dangers.isEmpty()) {
      throw new UnreadableRules(name, dangers, null);
    }
    return new Book(table, dmn, name);
  }

  private static final class Book implements RuleBook {
    private final RuleTable table;
    private final DmnEngine engine;
    private final DmnDecisionTableImpl rows;
    private final Map<String, DmnDecision> byMetric = new HashMap<>();
    private final List<DmnEvaluatedDecisionRule> matched = new ArrayList<>();

    Book(RuleTable table, byte[] dmn, String name) {
      this.table = table;
      DefaultDmnEngineConfiguration configuration = new DefaultDmnEngineConfiguration();
      configuration.setCustomPostDecisionTableEvaluationListeners(List.of(this::heard));
      this.engine = configuration.buildEngine();
      try {
        this.rows =
            (DmnDecisionTableImpl)
                engine
                    .parseDecision(RuleTable.KEY, new ByteArrayInputStream(dmn))
                    .getDecisionLogic();
      } catch (DmnEngineException | ModelException e) {
        throw new UnreadableRules(
            name + " is not a DMN table that the engine understands: " + root(e), e);
      }
    }

    /** The engine says which rows matched to its listeners only. */
    private void heard(DmnDecisionTableEvaluationEvent event) {
      matched.clear();
      matched.addAll(event.getMatchingRules());
    }

    @Override
    public RuleTable table() {
      return table;
    }

    @Override
    public List<RuleProblem> problems() {
      List<RuleProblem> problems = new ArrayList<>();
      FeelEngineApi feel = FeelEngineBuilder.forJava().build();
      for (RuleTable.Rule rule : table.rules()) {
        rule.conditions()
            .forEach(
                (name, cell) -> {
                  if (!cell.isEmpty() && !cell.equals("-")) {
                    add(problems, rule, name, feel.parseUnaryTests(cell));
                  }
                });
        rule.answers()
            .forEach(
                (name, cell) -> {
                  if (!cell.isEmpty()) {
                    add(problems, rule, name, feel.parseExpression(cell));
                  }
                });
      }
      return problems;
    }

    private static void add(
        List<RuleProblem> problems, RuleTable.Rule rule, String cell, ParseResult parsed) {
      if (parsed.isFailure()) {
        problems.add(
            new RuleProblem(
                true,
                rule.row(),
                cell,
                "is not FEEL: "
                    + parsed.failure().message().lines().findFirst().orElse("")
                    + " Maybe a quote is missing."));
      }
    }

    @Override
    public List<Answer> ask(Question question) {
      matched.clear();
      VariableMap variables =
          Variables.createVariables()
              .putValue("metric", question.metric())
              .putValue("subject", question.subject())
              .putValue("value", question.value())
              .putValue("tier", question.tier())
              .putValue("domain", question.domain());
      try {
        engine.evaluateDecisionTable(
            byMetric.computeIfAbsent(question.metric(), this::about), variables);
      } catch (RuntimeException | StackOverflowError e) {
        throw new UnreadableRules("The table", List.of(culprit(question, variables, e)), e);
      }
      return matched.stream()
          .map(
              rule -> {
                Map<String, String> outputs = new LinkedHashMap<>();
                rule.getOutputEntries()
                    .forEach(
                        (key, output) -> {
                          Object value = output.getValue().getValue();
                          if (value != null) {
                            outputs.put(output.getOutputName(), value.toString());
                          }
                        });
                return new Answer(rule.getId(), outputs);
              })
          .toList();
    }

    /** The engine does not say which row it could not evaluate: ask them one by one. */
    private RuleProblem culprit(Question question, VariableMap variables, Throwable failure) {
      String what =
          "cannot judge "
              + question.metric()
              + " of "
              + question.subject()
              + " (value "
              + question.value()
              + "): ";
      for (int i = 0; i < rows.getRules().size(); i++) {
        if (table.rules().get(i).on("metric").mayBe(question.metric())) {
          try {
            engine.evaluateDecisionTable(part(List.of(rows.getRules().get(i))), variables);
          } catch (RuntimeException | StackOverflowError e) {
            return new RuleProblem(true, i + 1, "", what + root(e) + ". Maybe a name has a typo.");
          }
        }
      }
      return new RuleProblem(true, 0, "", what + root(failure));
    }

    /**
     * The table without the rows that name other metrics. Under these hit policies rows do not know
     * of each other, so the answers are the same; but the engine reads every cell anew each time,
     * and this saves it nearly all of them.
     */
    private DmnDecision about(String metric) {
      List<DmnDecisionTableRuleImpl> about = new ArrayList<>();
      for (int i = 0; i < rows.getRules().size(); i++) {
        if (table.rules().get(i).on("metric").mayBe(metric)) {
          about.add(rows.getRules().get(i));
        }
      }
      return part(about);
    }

    private DmnDecision part(List<DmnDecisionTableRuleImpl> about) {
      DmnDecisionTableImpl part = new DmnDecisionTableImpl();
      part.setInputs(rows.getInputs());
      part.setOutputs(rows.getOutputs());
      part.setHitPolicyHandler(rows.getHitPolicyHandler());
      part.setRules(about);
      DmnDecisionImpl decision = new DmnDecisionImpl();
      decision.setKey(RuleTable.KEY);
      decision.setName(table.name());
      decision.setDecisionLogic(part);
      return decision;
    }

    private static String root(Throwable e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }
  }
}
