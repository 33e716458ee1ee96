package io.attest.web.page;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** Models to choose from in a list, by the names that people know. */
final class ModelChoices {

  private ModelChoices() {}

  /**
   * What is shown of each model, by its id, in the order of the names. Where two have one name, the
   * id stands with it.
   *
   * @param names by id
   */
  static Map<String, String> of(Map<String, String> names) {
    Collection<String> all = names.values();
    Map<String, String> shown = new LinkedHashMap<>();
    names.entrySet().stream()
        .sorted(Map.Entry.<String, String>comparingByValue().thenComparing(Map.Entry::getKey))
        .forEach(
            e ->
                shown.put(
                    e.getKey(),
                    Collections.frequency(all, e.getValue()) == 1
                        ? e.getValue()
                        : e.getValue() + " (" + e.getKey() + ")"));
    return shown;
  }
}
