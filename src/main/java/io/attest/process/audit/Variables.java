package io.attest.process.audit;

import io.attest.process.Refusal;
import java.util.Optional;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.camunda.bpm.engine.variable.value.TypedValue;

/** Reads process variables. */
public final class Variables {
  private Variables() {}

  /** The text of a variable, if it is there and not blank. */
  public static Optional<String> text(VariableScope scope, String name) {
    return Optional.ofNullable(scope.getVariable(name))
        .map(Object::toString)
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  /**
   * The same where it is there, else empty; refused where it is too long.
   *
   * @param called how a message names it: {@code The reason of an audit}
   * @param most characters
   */
  public static String limited(VariableScope scope, String name, String called, int most) {
    String text = text(scope, name).orElse("");
    if (text.length() > most) {
      throw new Refusal(
          called + " has " + text.length() + " characters. Shorten it to " + most + ".");
    }
    return text;
  }

  /**
   * A value that lives as long as the transaction: the engine neither stores it nor writes history
   * of it. For inputs of a decision table, which has its own history.
   */
  static TypedValue fleeting(Object value) {
    return org.camunda.bpm.engine.variable.Variables.untypedValue(value, true);
  }
}
