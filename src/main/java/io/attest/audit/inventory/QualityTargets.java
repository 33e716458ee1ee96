package io.attest.audit.inventory;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.List;

/**
 * The dimensions of quality with their targets: {@code config/quality-targets.yaml}.
 *
 * @param dimensions every one of {@link #DIMENSIONS}, once, in their order
 */
public record QualityTargets(List<Dimension> dimensions) {

  /** The dimensions there are. */
  public static final List<String> DIMENSIONS =
      List.of(
          "performance",
          "calibration",
          "fairness",
          "explanations",
          "drift",
          "data",
          "evidence",
          "timeliness");

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  public QualityTargets {
    dimensions = dimensions == null ? List.of() : List.copyOf(dimensions);
    List<String> ids = dimensions.stream().map(Dimension::id).toList();
    if (!ids.equals(DIMENSIONS)) {
      throw new IllegalArgumentException(
          "the dimensions are " + ids + "; they must be " + DIMENSIONS + ", in this order.");
    }
  }

  /**
   * Reads the file.
   *
   * @param name of the file, for messages
   * @throws IllegalArgumentException if something in it is wrong, naming file and line
   */
  public static QualityTargets read(String name, byte[] content) {
    try {
      return YAML.readValue(content, QualityTargets.class);
    } catch (UnrecognizedPropertyException e) {
      throw refused(
          name,
          e,
          "unknown key " + e.getPropertyName() + ". Maybe one of " + e.getKnownPropertyIds());
    } catch (JsonMappingException e) {
      throw refused(
          name, e, e.getCause() == null ? e.getOriginalMessage() : e.getCause().getMessage());
    } catch (JsonProcessingException e) {
      throw refused(name, e, e.getOriginalMessage());
    } catch (IOException e) {
      throw new IllegalArgumentException(name + ": cannot be read: " + e, e);
    }
  }

  private static IllegalArgumentException refused(
      String name, JsonProcessingException e, String why) {
    String line = e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
    // Jackson tells of its own settings behind what is wrong.
    return new IllegalArgumentException(
        name
            + line
            + ": "
            + why.lines().findFirst().orElse("").replaceAll(" \\(index.*", "").strip(),
        e);
  }
}
