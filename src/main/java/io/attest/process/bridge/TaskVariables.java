package io.attest.process.bridge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.variable.VariableMap;
import org.camunda.bpm.engine.variable.value.FileValue;
import org.camunda.bpm.engine.variable.value.SerializableValue;
import org.camunda.bpm.engine.variable.value.TypedValue;

/**
 * Process variables as plain values: text, numbers, booleans, dates, and for JSON the lists and
 * maps it says.
 *
 * <p>Read without the engine's deserialisation, so that a variable that somebody set to a strange
 * type cannot hinder a task. Files and other serialised objects are left out.
 */
final class TaskVariables {

  /** The engine's text column takes no more. */
  static final int LONGEST_TEXT = 4000;

  private static final ObjectMapper JSON = new ObjectMapper();

  private TaskVariables() {}

  static Map<String, Object> plain(VariableMap typed) {
    Map<String, Object> plain = new LinkedHashMap<>();
    for (String name : typed.keySet()) {
      TypedValue held = typed.getValueTyped(name);
      Object value = value(held);
      if (value != null) {
        plain.put(name, value);
      }
    }
    return plain;
  }

  private static Object value(TypedValue value) {
    if (value == null || value instanceof FileValue) {
      return null;
    }
    if (value instanceof SerializableValue serialized) {
      if (serialized.getValueSerialized() == null
          || !"application/json".equals(serialized.getSerializationDataFormat())) {
        return null;
      }
      try {
        return JSON.readValue(serialized.getValueSerialized(), Object.class);
      } catch (JsonProcessingException notJson) {
        return null;
      }
    }
    return value.getValue();
  }

  /** A text that fits into a variable: cut at its end, which then says so. */
  static String fitting(String text) {
    String whole = text == null ? "" : text;
    String end = " ... (" + whole.length() + " characters in all)";
    return whole.length() <= LONGEST_TEXT
        ? whole
        : whole.substring(0, LONGEST_TEXT - end.length()) + end;
  }

  /**
   * Checks what a route wants to set.
   *
   * @throws IllegalArgumentException if a value is too large or no plain value
   */
  static Map<String, Object> checked(String topic, Map<?, ?> outcome) {
    Map<String, Object> checked = new LinkedHashMap<>();
    outcome.forEach(
        (name, value) -> {
          if (value instanceof CharSequence text && text.length() > LONGEST_TEXT) {
            throw new IllegalArgumentException(
                "The stage "
                    + topic
                    + " wants to set the variable "
                    + name
                    + " to a text of "
                    + text.length()
                    + " characters; a process holds names and counts, at most "
                    + LONGEST_TEXT
                    + " characters. Maybe it belongs into the audit record.");
          }
          if (!(value == null
              || value instanceof CharSequence
              || value instanceof Number
              || value instanceof Boolean
              || value instanceof java.util.Date
              || value instanceof List)) {
            throw new IllegalArgumentException(
                "The stage "
                    + topic
                    + " wants to set the variable "
                    + name
                    + " to a "
                    + value.getClass().getName()
                    + ". Maybe a text, a number or a list of them.");
          }
          checked.put(String.valueOf(name), value);
        });
    return checked;
  }
}
