package io.attest.audit.inventory;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.attest.audit.StrictYaml;
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
      StrictYaml.mapper()
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
    return StrictYaml.read(YAML, name, content, QualityTargets.class);
  }
}
