package io.attest.audit.obligation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** Reads the registers of {@code config/obligations}. */
public final class RegisterReader {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .addModule(new Jdk8Module())
          .addModule(new JavaTimeModule())
          .build();

  private RegisterReader() {}

  /**
   * Reads all registers, in the order of their files.
   *
   * @param files content by name: {@code config/obligations/gdpr.yaml}
   * @throws IllegalArgumentException if a file cannot be read, its name is not that of the
   *     register, or one id stands twice
   */
  public static List<Register> read(SortedMap<String, byte[]> files) {
    List<Register> registers = new ArrayList<>();
    Map<String, String> whose = new HashMap<>();
    files.forEach(
        (name, content) -> {
          Register register = read(name, content);
          if (!name.endsWith("/" + register.id() + ".yaml")) {
            throw new IllegalArgumentException(
                name + ": the id is " + register.id() + ". File and id have the same name.");
          }
          for (Register.Obligation o : register.obligations()) {
            String other = whose.putIfAbsent(o.id(), name);
            if (other != null) {
              throw new IllegalArgumentException(
                  name + ": the obligation " + o.id() + " stands in " + other + " already.");
            }
          }
          registers.add(register);
        });
    return List.copyOf(registers);
  }

  private static Register read(String name, byte[] content) {
    try {
      return YAML.readValue(content, Register.class);
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
    return new IllegalArgumentException(
        name + line + ": " + why.lines().findFirst().orElse("").strip(), e);
  }
}
