package io.attest.report.letter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.attest.data.Nearest;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The file {@code config/rights.yaml}: which rights people have, where, and since when. Law
 * changes, so it is data with dates and sources, and nothing of it is in the program.
 */
public final class Rights {
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Set<String> KEYS =
      Set.of("id", "text", "source", "from", "until", "outcome", "verified");

  private record Jurisdiction(String name, List<String> includes, List<Right> rights) {}

  private final Map<String, Jurisdiction> all;

  private Rights(Map<String, Jurisdiction> all) {
    this.all = all;
  }

  /**
   * Reads the file.
   *
   * @param from the name of the file, for messages
   * @throws IllegalArgumentException if something in it is wrong
   */
  public static Rights read(byte[] content, String from) {
    JsonNode root;
    try {
      root = YAML.readTree(content);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(from + " is no YAML: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException(from + " cannot be read: " + e.getMessage(), e);
    }
    Map<String, Jurisdiction> all = new LinkedHashMap<>();
    for (JsonNode j : root.path("jurisdictions")) {
      String id = text(j, "id", from, "a jurisdiction");
      List<String> includes = new ArrayList<>();
      j.path("includes").forEach(i -> includes.add(i.asText()));
      List<Right> rights = new ArrayList<>();
      for (JsonNode r : j.path("rights")) {
        rights.add(right(r, from, id));
      }
      if (all.put(id, new Jurisdiction(text(j, "name", from, id), includes, rights)) != null) {
        throw new IllegalArgumentException(from + ": the jurisdiction " + id + " is there twice.");
      }
    }
    if (all.isEmpty()) {
      throw new IllegalArgumentException(from + " has no list jurisdictions.");
    }
    Rights rights = new Rights(all);
    all.keySet().forEach(rights::included);
    return rights;
  }

  private static Right right(JsonNode r, String from, String jurisdiction) {
    String id = text(r, "id", from, "a right of " + jurisdiction);
    for (Iterator<String> keys = r.fieldNames(); keys.hasNext(); ) {
      String key = keys.next();
      if (!KEYS.contains(key)) {
        throw new IllegalArgumentException(
            from
                + ": the right "
                + id
                + " has the unknown key "
                + key
                + "."
                + Nearest.hint(key, KEYS));
      }
    }
    String outcome = r.path("outcome").asText("any");
    if (!Set.of("any", "favourable", "unfavourable").contains(outcome)) {
      throw new IllegalArgumentException(
          from + ": outcome of the right " + id + " must be any, favourable or unfavourable.");
    }
    return new Right(
        id,
        text(r, "text", from, id).strip(),
        text(r, "source", from, id),
        day(text(r, "from", from, id), from, id),
        r.hasNonNull("until")
            ? Optional.of(day(r.get("until").asText(), from, id))
            : Optional.empty(),
        outcome,
        Optional.of(r.path("verified").asText("").strip())
            .filter(v -> !v.isEmpty() && !v.equals("no") && !v.equals("false")));
  }

  private static LocalDate day(String text, String from, String id) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          from + ": the date " + text + " of the right " + id + " is not written 2026-11-22.", e);
    }
  }

  private static String text(JsonNode node, String key, String from, String of) {
    String text = node.path(key).asText("");
    if (text.isBlank()) {
      throw new IllegalArgumentException(from + ": " + of + " has no " + key + ".");
    }
    return text;
  }

  /** The jurisdictions there are: id and name. */
  public Map<String, String> jurisdictions() {
    Map<String, String> names = new LinkedHashMap<>();
    all.forEach((id, j) -> names.put(id, j.name()));
    return names;
  }

  /**
   * The rights that apply on a day.
   *
   * @throws IllegalArgumentException if there is no such jurisdiction
   */
  public List<Right> of(String jurisdiction, LocalDate day, boolean favourable) {
    require(jurisdiction);
    return included(jurisdiction).stream()
        .flatMap(id -> all.get(id).rights().stream())
        .filter(r -> r.applies(day, favourable))
        .toList();
  }

  /**
   * Lets a jurisdiction pass that is there.
   *
   * @throws IllegalArgumentException if it is not, saying which there are
   */
  public void require(String jurisdiction) {
    if (!all.containsKey(jurisdiction)) {
      throw new IllegalArgumentException(
          "There is no jurisdiction "
              + jurisdiction
              + " in config/rights.yaml; it has "
              + all.keySet()
              + "."
              + Nearest.hint(jurisdiction, all.keySet()));
    }
  }

  private Set<String> included(String jurisdiction) {
    Set<String> ids = new LinkedHashSet<>();
    List<String> next = new ArrayList<>(List.of(jurisdiction));
    while (!next.isEmpty()) {
      String id = next.remove(0);
      if (!all.containsKey(id)) {
        throw new IllegalArgumentException(
            "config/rights.yaml: " + jurisdiction + " includes " + id + ", which is not there.");
      }
      if (ids.add(id)) {
        next.addAll(all.get(id).includes());
      }
    }
    return ids;
  }
}
