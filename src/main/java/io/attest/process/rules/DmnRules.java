package io.attest.process.rules;

import io.attest.rules.Condition;
import io.attest.rules.RuleChecks;
import io.attest.rules.RuleEngine;
import io.attest.rules.RuleProblem;
import io.attest.rules.RuleTable;
import io.attest.rules.RuleTableReader;
import io.attest.rules.UnreadableRules;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
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
    private final DmnDecision decision;
    private final List<DmnEvaluatedDecisionRule> matched = new ArrayList<>();
    private final StrictCells cells = new StrictCells();
    private final List<RuleTable.Rule> formulas;

    Book(RuleTable table, byte[] dmn, String name) {
      this.table = table;
      this.formulas =
          table.rules().stream()
              .filter(
                  r ->
                      r.conditions().keySet().stream()
                          .anyMatch(c -> r.on(c) instanceof Condition.Formula))
              .toList();
      DefaultDmnEngineConfiguration configuration = new DefaultDmnEngineConfiguration();
      configuration.setFeelEngineFactory(new PlainWords());
      configuration.setCustomPostDecisionTableEvaluationListeners(List.of(this::heard));
      this.engine = configuration.buildEngine();
      try {
        this.decision = engine.parseDecision(RuleTable.KEY, new ByteArrayInputStream(dmn));
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
      return table.rules().stream().flatMap(rule -> cells.problems(rule).stream()).toList();
    }

    @Override
    public List<Answer> ask(Question question) {
      matched.clear();
      VariableMap variables = Variables.fromMap(question.facts());
      try {
        engine.evaluateDecisionTable(decision, variables);
      } catch (RuntimeException | StackOverflowError e) {
        throw new UnreadableRules("The table", List.of(culprit(question, variables, e)), e);
      }
      answered(question);
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

    /** Where a formula gives no answer the engine goes on as if the row did not match. */
    private void answered(Question question) {
      List<RuleProblem> silent =
          formulas.stream().flatMap(r -> cells.unanswered(r, question).stream()).toList();
      if (!silent.isEmpty()) {
        throw new UnreadableRules("The table", silent, null);
      }
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
      DmnDecisionTableImpl rows = (DmnDecisionTableImpl) decision.getDecisionLogic();
      for (int i = 0; i < rows.getRules().size(); i++) {
        if (table.rules().get(i).on("metric").mayBe(question.metric())) {
          try {
            engine.evaluateDecisionTable(only(rows, rows.getRules().get(i)), variables);
          } catch (RuntimeException | StackOverflowError e) {
            return new RuleProblem(true, i + 1, "", what + root(e) + ". Maybe a name has a typo.");
          }
        }
      }
      return new RuleProblem(true, 0, "", what + root(failure));
    }

    private DmnDecision only(DmnDecisionTableImpl rows, DmnDecisionTableRuleImpl row) {
      DmnDecisionTableImpl one = new DmnDecisionTableImpl();
      one.setInputs(rows.getInputs());
      one.setOutputs(rows.getOutputs());
      one.setHitPolicyHandler(rows.getHitPolicyHandler());
      one.setRules(List.of(row));
      DmnDecisionImpl asked = new DmnDecisionImpl();
      asked.setKey(RuleTable.KEY);
      asked.setName(table.name());
      asked.setDecisionLogic(one);
      return asked;
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
