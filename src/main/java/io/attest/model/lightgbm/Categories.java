package io.attest.model.lightgbm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.attest.model.InvalidModelException;
import java.util.ArrayList;
import java.util.List;

/** The names of categories that LightGBM keeps of a pandas data frame. */
final class Categories {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private Categories() {}

  /**
   * One list a categorical column of the frame, in the order of its columns; which columns they
   * were the file does not say. Empty where a category is no text or whole number: how the data
   * write it is then anybody's guess.
   */
  static List<List<String>> read(String file, Section.Line line) {
    JsonNode root;
    try {
      root = JSON.readTree(line.value());
    } catch (JsonProcessingException e) {
      throw wrong(file, line, e);
    }
    if (root.isNull()) {
      return List.of();
    }
    if (!root.isArray()) {
      throw wrong(file, line, null);
    }
    List<List<String>> out = new ArrayList<>();
    for (JsonNode column : root) {
      List<String> names = new ArrayList<>();
      boolean plain = column.isArray();
      for (JsonNode name : column) {
        plain &= name.isTextual() || name.isIntegralNumber();
        names.add(name.asText());
      }
      out.add(plain && names.stream().distinct().count() == names.size() ? names : List.of());
    }
    return out;
  }

  private static InvalidModelException wrong(String file, Section.Line line, Exception cause) {
    return new InvalidModelException(
        file
            + " is not a sound LightGBM model: line "
            + line.number()
            + ": pandas_categorical is not a list of lists in JSON. Maybe the file is cut off or"
            + " damaged; save the model again.",
        cause);
  }
}
