package io.attest.process.rules;

import io.attest.rules.Condition;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.camunda.bpm.dmn.feel.impl.FeelEngine;
import org.camunda.bpm.dmn.feel.impl.FeelEngineFactory;
import org.camunda.bpm.dmn.feel.impl.scala.ScalaFeelEngine;
import org.camunda.bpm.engine.variable.context.VariableContext;

/**
 * Camunda's FEEL engine with a short way for cells that only list texts: {@code "a", "b"} and
 * {@code not("a", "b")}. The engine parses a cell anew each time and sets up all its functions for
 * it, some 30 microseconds; most cells of a decision table only name a metric, and an audit asks
 * the whole table once for each of its facts. Every other cell is the engine's.
 */
public final class PlainWords implements FeelEngineFactory {
  /** Many tables; beyond, it forgets what it has read. */
  private static final int CELLS = 20_000;

  @Override
  public FeelEngine createInstance() {
    return new Words();
  }

  private static final class Words extends ScalaFeelEngine {
    private final Map<String, Condition> cells = new ConcurrentHashMap<>();

    Words() {
      super(List.of());
    }

    @Override
    public boolean evaluateSimpleUnaryTests(String cell, String input, VariableContext context) {
      Condition condition = condition(cell);
      if (condition instanceof Condition.Words
          && context.containsVariable(input)
          && context.resolve(input).getValue() instanceof String word) {
        return condition.mayBe(word);
      }
      return super.evaluateSimpleUnaryTests(cell, input, context);
    }

    private Condition condition(String cell) {
      if (cells.size() >= CELLS) {
        cells.clear();
      }
      // FEEL has escapes that a condition does not know.
      return cells.computeIfAbsent(
          cell, c -> c.indexOf('\\') < 0 ? Condition.of(c) : new Condition.Formula(c));
    }
  }
}
