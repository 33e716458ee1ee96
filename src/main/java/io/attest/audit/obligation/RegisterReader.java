package io.attest.audit.obligation;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.attest.audit.StrictYaml;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** Reads the registers of {@code config/obligations}. */
public final class RegisterReader {
  private static final YAMLMapper YAML =
      StrictYaml.mapper().addModule(new Jdk8Module()).addModule(new JavaTimeModule()).build();

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
          Register register = StrictYaml.read(YAML, name, content, Register.class);
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
}
