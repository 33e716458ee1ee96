package io.attest.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.attest.data.Field;
import io.attest.data.FieldType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Period;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads {@code model.yaml}: what stands in it, held against the schema {@code
 * config/model.schema.json} and against itself. All faults are told at once, each with its line.
 */
public final class ModelSpecReader {
  private ModelSpecReader() {}

  /**
   * Reads a declaration, and looks whether its model file is there.
   *
   * @throws InvalidModelException if the file cannot be read or something in it is wrong
   */
  public static ModelSpec read(Path file) {
    byte[] content;
    try {
      content = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new InvalidModelException(file + ": the file cannot be read: " + e, e);
    }
    ModelSpec spec = parse(content, file);
    if (!Files.isRegularFile(spec.model().path())) {
      throw new InvalidModelException(
          file
              + ": there is no model file "
              + spec.model().path()
              + ". model.file is relative to the folder of model.yaml.");
    }
    return spec;
  }

  /**
   * Reads a declaration without a look at the files that it names.
   *
   * @param file where it is from: for messages, and for what is relative to its folder
   * @throws InvalidModelException if something in it is wrong
   */
  public static ModelSpec parse(byte[] content, Path file) {
    ModelSpecDocument document = ModelSpecDocument.parse(content, file);
    refuse(ModelSpecSchema.packed().problems(document));
    Entry root = new Entry(document, "", document.root());
    ModelSpec spec = spec(root, file.toAbsolutePath().getParent());
    refuse(ModelSpecChecks.problems(spec, document));
    return spec;
  }

  private static void refuse(List<String> problems) {
    if (!problems.isEmpty()) {
      throw new InvalidModelException(String.join("\n", problems));
    }
  }

  private static ModelSpec spec(Entry root, Path folder) {
    Entry model = root.at("model");
    Entry target = root.at("target");
    Map<String, ModelSpec.Expectation> expectations = new LinkedHashMap<>();
    Map<String, ModelSpec.Change> changes = new LinkedHashMap<>();
    List<Field> fields = new ArrayList<>();
    for (Entry feature : root.at("features").each()) {
      fields.add(field(feature));
      Entry expect = feature.at("expect");
      if (expect.there()) {
        expectations.put(feature.nameOr("name"), expectation(expect));
      }
      Entry change = feature.at("change");
      if (change.there()) {
        changes.put(feature.nameOr("name"), change(change));
      }
    }
    Entry decision = root.at("decision");
    return new ModelSpec(
        folder,
        root.text("id").orElseThrow(),
        root.text("name").orElseThrow(),
        root.text("version").orElseThrow(),
        root.text("owner").orElseThrow(),
        root.texts("owner-users"),
        root.text("purpose").orElseThrow(),
        targets(root.at("targets")),
        new ModelSpec.Registered(
            root.at("mlflow").text("model"), root.at("mlflow").text("version")),
        root.texts("prohibited-uses"),
        root.texts("obligations"),
        root.text("tier").orElseThrow(),
        committee(root.at("committee")),
        Task.valueOf(root.text("task").orElseThrow().toUpperCase(Locale.ROOT)),
        root.text("domain"),
        new ModelSpec.ModelFile(
            model.text("format").orElseThrow(),
            folder.resolve(model.text("file").orElseThrow()).normalize(),
            model.text("sha256").map(h -> h.toLowerCase(Locale.ROOT)),
            model.text("plugin"),
            model.text("link").map(l -> Link.valueOf(l.toUpperCase(Locale.ROOT)))),
        new ModelSpec.Target(
            target.text("column").orElseThrow(),
            target.text("positive"),
            target.texts("classes"),
            target.texts("favourable")),
        source(root.at("data").at("audit")),
        Optional.of(root.at("data").at("training"))
            .filter(Entry::there)
            .map(ModelSpecReader::source),
        root.text("baseline"),
        List.copyOf(fields),
        root.text("row-id"),
        decision.there()
            ? Optional.of(
                new ModelSpec.Decision(
                    decision.number("threshold").orElseThrow(),
                    decision.text("favourable").orElseThrow(),
                    costs(decision.at("costs"))))
            : Optional.empty(),
        root.at("protected").each().stream().map(ModelSpecReader::attribute).toList(),
        root.texts("segments"),
        java.util.Collections.unmodifiableMap(expectations),
        new ModelSpec.Reasons(
            root.at("reasons").each().stream().map(ModelSpecReader::reason).toList(),
            root.text("jurisdiction")),
        new ModelSpec.Changes(
            java.util.Collections.unmodifiableMap(changes),
            root.at("implications").each().stream()
                .map(
                    i ->
                        new ModelSpec.Implication(
                            i.text("if").orElseThrow(),
                            i.text("then").orElseThrow(),
                            i.text("why").orElse("")))
                .toList()),
        parameters(root.at("explain")),
        root.text("schedule"),
        new ModelSpec.Approval(
            root.at("approval").text("valid").map(Period::parse),
            root.at("approval").text("watch")),
        root.texts("notify"),
        root.text("retention").map(Period::parse));
  }

  private static Optional<ModelSpec.Committee> committee(Entry committee) {
    return committee.there()
        ? Optional.of(
            new ModelSpec.Committee(
                committee.texts("members"), committee.number("quorum").map(Double::intValue)))
        : Optional.empty();
  }

  private static Optional<ModelSpec.Costs> costs(Entry costs) {
    return costs.there()
        ? Optional.of(
            new ModelSpec.Costs(
                costs.number("false-positive").orElseThrow(),
                costs.number("false-negative").orElseThrow()))
        : Optional.empty();
  }

  private static Map<String, ModelSpec.QualityTarget> targets(Entry targets) {
    Map<String, ModelSpec.QualityTarget> out = new LinkedHashMap<>();
    for (String dimension : targets.keys()) {
      Entry target = targets.at(dimension);
      out.put(
          dimension,
          new ModelSpec.QualityTarget(
              target.number("score"),
              !target.text("applies").equals(Optional.of("false")),
              target.text("why").orElseThrow().strip()));
    }
    return java.util.Collections.unmodifiableMap(out);
  }

  private static Field field(Entry feature) {
    List<String> levels = feature.texts("levels");
    FieldType type =
        feature
            .text("type")
            .map(t -> FieldType.valueOf(t.toUpperCase(Locale.ROOT)))
            .orElse(levels.isEmpty() ? FieldType.NUMERIC : FieldType.CATEGORICAL);
    return new Field(
        feature.nameOr("name"),
        type,
        levels,
        feature.number("min"),
        feature.number("max"),
        feature.text("unit").orElse(""),
        feature.text("meaning").orElse(""));
  }

  private static ModelSpec.Expectation expectation(Entry expect) {
    if (expect.isText()) {
      return new ModelSpec.Expectation(Optional.of(expect.nameOr("")), true, "");
    }
    return new ModelSpec.Expectation(
        expect.text("direction"),
        !expect.text("allowed").equals(Optional.of("false")),
        expect.number("top").map(Double::intValue),
        Optional.of(expect.at("share"))
            .filter(Entry::there)
            .map(s -> new ModelSpec.Share(s.number("min"), s.number("max"))),
        expect.text("why").orElse(""));
  }

  private static ModelSpec.Reason reason(Entry reason) {
    return new ModelSpec.Reason(
        reason.text("code").orElseThrow(),
        reason.texts("features"),
        reason.text("text").orElseThrow().strip(),
        reason.text("favourable").map(String::strip),
        reason.text("protected").equals(Optional.of("true")));
  }

  private static ModelSpec.Change change(Entry change) {
    if (change.isText()) {
      return new ModelSpec.Change(
          Optional.of(change.nameOr("")), Optional.empty(), Optional.empty(), "");
    }
    return new ModelSpec.Change(
        change.text("direction"),
        change.number("from"),
        change.number("to"),
        change.text("why").orElse(""));
  }

  private static ModelSpec.Source source(Entry source) {
    return new ModelSpec.Source(
        source.nameOr("uri"),
        source.text("format"),
        new ModelSpec.Csv(
            source.text("delimiter"),
            source.text("encoding"),
            source.text("decimal"),
            source.texts("missing"),
            source.text("sheet")));
  }

  private static ModelSpec.Protected attribute(Entry attribute) {
    return new ModelSpec.Protected(
        attribute.nameOr("column"),
        attribute.at("groups").each().stream()
            .map(
                g ->
                    new ModelSpec.Group(
                        g.text("name").orElseThrow(),
                        g.texts("levels"),
                        g.number("from"),
                        g.number("below")))
            .toList());
  }

  /** {@code seed=7}, and for a single method {@code pdp-ice.grid=40}. */
  private static Map<String, String> parameters(Entry explain) {
    Map<String, String> out = new LinkedHashMap<>();
    for (String key : explain.keys()) {
      if (!key.equals("methods")) {
        out.put(key, explain.text(key).orElseThrow());
      }
    }
    Entry methods = explain.at("methods");
    for (String method : methods.keys()) {
      for (String name : methods.at(method).keys()) {
        out.put(method + "." + name, methods.at(method).text(name).orElseThrow());
      }
    }
    return java.util.Collections.unmodifiableMap(out);
  }

  /** A node that the schema has let pass, with its place; may be absent. */
  private record Entry(ModelSpecDocument document, String pointer, JsonNode node) {

    boolean there() {
      return !node.isMissingNode();
    }

    boolean isText() {
      return node.isTextual();
    }

    Entry at(String key) {
      return new Entry(
          document, pointer + "/" + key.replace("~", "~0").replace("/", "~1"), node.path(key));
    }

    List<String> keys() {
      List<String> out = new ArrayList<>();
      node.fieldNames().forEachRemaining(out::add);
      return out;
    }

    List<Entry> each() {
      List<Entry> out = new ArrayList<>();
      for (int i = 0; i < node.size(); i++) {
        out.add(new Entry(document, pointer + "/" + i, node.get(i)));
      }
      return out;
    }

    Optional<String> text(String key) {
      Entry entry = at(key);
      return entry.there() ? Optional.of(document.text(entry.pointer)) : Optional.empty();
    }

    Optional<Double> number(String key) {
      Entry entry = at(key);
      return entry.there() ? Optional.of(entry.node.asDouble()) : Optional.empty();
    }

    List<String> texts(String key) {
      return at(key).each().stream().map(e -> document.text(e.pointer)).toList();
    }

    /** The node itself where it is a name alone, else its value of this key. */
    String nameOr(String key) {
      return isText() ? node.asText() : text(key).orElseThrow();
    }
  }
}
