package io.attest.stage;

import io.attest.audit.Section.Fact;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Asks a table of domain rules that lies in an evidence pack, without a server. Found by {@link
 * ServiceLoader}, since only one package knows the engine.
 */
public interface PackedRules {

  /**
   * The answers to each fact: for every rule that matches the outputs by name.
   *
   * @param dmn the table {@code domain-rules}
   * @param tier of the model
   * @throws IllegalArgumentException if the table asks for more than FEEL: it comes from outside,
   *     and must not run code
   */
  List<List<Map<String, String>>> judge(byte[] dmn, List<Fact> facts, String tier);

  /** The engine that is there, if one is. */
  static Optional<PackedRules> find() {
    return ServiceLoader.load(PackedRules.class).findFirst();
  }
}
