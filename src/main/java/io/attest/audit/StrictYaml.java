package io.attest.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;

/**
 * Reads files that an installation writes in YAML into records: unknown and repeated keys are
 * faults, and each fault is told with file and line.
 */
public final class StrictYaml {
  private StrictYaml() {}

  /** A mapper that lets nothing pass, to which modules and stricter features are added. */
  public static YAMLMapper.Builder mapper() {
    return YAMLMapper.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }

  /**
   * Reads a file.
   *
   * @param name of the file, for messages
   * @throws IllegalArgumentException if something in it is wrong, naming file and line
   */
  public static <T> T read(YAMLMapper mapper, String name, byte[] content, Class<T> type) {
    try {
      return mapper.readValue(content, type);
    } catch (UnrecognizedPropertyException e) {
      throw refused(
          name,
          e,
          "unknown key " + e.getPropertyName() + ". Maybe one of " + e.getKnownPropertyIds());
    } catch (InvalidFormatException e) {
      String words = e.getOriginalMessage();
      int values = words.indexOf("Enum class: ");
      throw refused(
          name,
          e,
          values < 0
              ? words
              : "'"
                  + e.getValue()
                  + "' is not known. Maybe one of "
                  + words.substring(values + "Enum class: ".length()));
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
