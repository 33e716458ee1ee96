package io.attest.stage;

import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.Audit;
import io.attest.audit.AuditStore;
import io.attest.audit.Section;
import io.attest.data.CategoricalColumn;
import io.attest.data.Column;
import io.attest.data.Field;
import io.attest.data.FieldType;
import io.attest.data.Format;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.data.Parquet;
import io.attest.data.ReadOptions;
import io.attest.data.Reject;
import io.attest.data.TableRead;
import io.attest.data.TableReader;
import io.attest.data.UnreadableTable;
import io.attest.model.Batch;
import io.attest.model.Model;
import io.attest.model.ModelReader;
import io.attest.model.ModelSpec;
import io.attest.model.OutputSpace;
import io.attest.model.Task;
import io.attest.model.plugin.Plugins;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Freezes what is audited: reads the data from wherever they are, checks them against the
 * declaration, and keeps the rows, the model file and the declaration as artefacts.
 *
 * <p>Anything that a person can mend (a missing file, a wrong column, a model that does not fit) is
 * refused as {@code data-refused}, not retried.
 */
@Component("ingest")
public class Ingest implements Stage {

  static final String REFUSED = "data-refused";

  /** A place on another machine may answer the next time; a local file will not come back. */
  private static final Pattern REMOTE =
      Pattern.compile("(?!file:|upload:|drop:)[a-z][a-z0-9+.-]+:", Pattern.CASE_INSENSITIVE);

  private static final String PARQUET = "application/vnd.apache.parquet";

  private final AuditStore audits;
  private final ArtifactStore artifacts;
  private final Models models;
  private final Sources sources;
  private final Plugins plugins;
  private final Snapshots snapshots;

  public Ingest(
      AuditStore audits,
      ArtifactStore artifacts,
      Models models,
      Sources sources,
      Plugins plugins,
      Snapshots snapshots) {
    this.audits = audits;
    this.artifacts = artifacts;
    this.models = models;
    this.sources = sources;
    this.plugins = plugins;
    this.snapshots = snapshots;
  }

  @Override
  public Map<String, Object> run(StageTask task) {
    Optional<String> first = task.text("follows");
    if (first.isPresent()) {
      return labelled(first.get(), task);
    }
    ModelSpec spec;
    Model model;
    try {
      spec = models.spec(task.text("model").orElseThrow());
      AuditSettings.of(spec.explain(), task);
      if (!Files.isRegularFile(spec.model().path())) {
        throw new IllegalArgumentException(
            "The model file "
                + spec.model().path()
                + " is not there. Maybe it was moved or deleted: put it back, or correct model.file"
                + " in model.yaml.");
      }
      model = ModelReader.read(spec, plugins);
    } catch (IllegalArgumentException e) {
      throw new StageRefused(REFUSED, e.getMessage());
    }
    task.progress().report(1, 4);
    ModelSpec.Source declared = spec.audit();
    Optional<String> replaced = task.text("data");
    Section.Table audit =
        table(
            "audit-data",
            replaced.map(uri -> elsewhere(uri, declared)).orElse(declared),
            spec,
            model);
    task.progress().report(2, 4);
    Optional<Section.Table> training =
        spec.training().map(source -> table("training-data", source, spec, model));
    task.progress().report(3, 4);
    Section.Ingested ingested =
        new Section.Ingested(
            audit,
            training,
            artifacts.put(
                spec.model().path().getFileName().toString(),
                "application/octet-stream",
                spec.model().path()),
            artifacts.put("model.yaml", "application/yaml", spec.folder().resolve("model.yaml")),
            model.info().format(),
            model.info().libraryVersion());
    audits.save(task.auditId(), ingested);
    task.progress().report(4, 4);
    return Map.of("rows", audit.kept());
  }

  /** Freezes again what an earlier audit had frozen, with the outcomes that have come since. */
  private Map<String, Object> labelled(String first, StageTask task) {
    Section.Ingested before = audits.require(first, Section.Ingested.class);
    String source = task.text("data").orElseThrow();
    try {
      Path folder = Files.createTempDirectory("attest-ingest");
      Path file = folder.resolve(fileName(new ModelSpec.Source(source, Optional.empty(), null)));
      try {
        ModelSpec spec = snapshots.spec(before);
        sources.copy(source, folder, file);
        LabelledRows labelled =
            LabelledRows.of(Parquet.read(artifacts.path(before.audit().snapshot())), spec, file);
        Section.Table table = labelled(before.audit(), labelled, spec, first, source);
        audits.save(
            task.auditId(),
            new Section.Ingested(
                table,
                before.training(),
                before.modelFile(),
                before.modelYaml(),
                before.format(),
                before.libraryVersion()));
        return Map.of("rows", table.kept());
      } catch (UnreadableTable | IllegalArgumentException e) {
        throw new StageRefused(REFUSED, said(source, file, e));
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new StageRefused(REFUSED, Audit.fileName(source) + ": " + e.getMessage());
    }
  }

  private Section.Table labelled(
      Section.Table before, LabelledRows labelled, ModelSpec spec, String first, String source) {
    Frame frame = labelled.frame();
    List<String> notes = new ArrayList<>(before.notes());
    notes.add(
        "The rows of "
            + first
            + ", with the outcomes of "
            + labelled.matched()
            + " of "
            + frame.rows()
            + " rows from "
            + source
            + " (SHA-256 "
            + labelled.sha256()
            + ").");
    return new Section.Table(
        before.source(),
        before.sourceSha256(),
        artifacts.put("audit-data.parquet", PARQUET, target -> Parquet.write(frame, target)),
        before.read(),
        before.kept(),
        before.duplicates(),
        before.rejects(),
        frame.columns().stream().map(c -> summary(c, spec)).toList(),
        notes);
  }

  /** The same columns from another place; how the file is written must be detected anew. */
  static ModelSpec.Source elsewhere(String uri, ModelSpec.Source declared) {
    return new ModelSpec.Source(uri, Optional.empty(), declared.csv());
  }

  private Section.Table table(String name, ModelSpec.Source source, ModelSpec spec, Model model) {
    try {
      Path folder = Files.createTempDirectory("attest-ingest");
      try {
        return table(name, source, spec, model, folder);
      } catch (UnreadableTable | IllegalArgumentException e) {
        throw new StageRefused(REFUSED, said(source.uri(), folder.resolve(fileName(source)), e));
      } finally {
        try (Stream<Path> left = Files.walk(folder)) {
          for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(path);
          }
        }
      }
    } catch (IOException e) {
      if (REMOTE.matcher(source.uri()).lookingAt()) {
        throw new UncheckedIOException("Cannot fetch " + source.uri() + ": " + e.getMessage(), e);
      }
      throw new StageRefused(REFUSED, "Cannot fetch " + source.uri() + ": " + e.getMessage());
    }
  }

  private Section.Table table(
      String name, ModelSpec.Source source, ModelSpec spec, Model model, Path folder)
      throws IOException {
    Path file = folder.resolve(fileName(source));
    sources.copy(source.uri(), spec.folder(), file);
    TableRead read = read(file, source, spec);
    fits(read.frame(), model);
    Artifact snapshot =
        artifacts.put(name + ".parquet", PARQUET, target -> Parquet.write(read.frame(), target));
    return new Section.Table(
        source.uri(),
        ArtifactStore.sha256(file),
        snapshot,
        read.rows(),
        read.kept(),
        read.duplicates(),
        read.rejects().stream().map(Ingest::reject).toList(),
        read.frame().columns().stream().map(c -> summary(c, spec)).toList(),
        read.notes());
  }

  /**
   * The rows of a file as the model declares them.
   *
   * @throws UnreadableTable if the file as a whole cannot be read so
   * @throws IllegalArgumentException if it has no row that can be used
   */
  static TableRead read(Path file, ModelSpec.Source source, ModelSpec spec) {
    ModelSpec.Csv csv = source.csv();
    TableRead read =
        TableReader.read(
            file,
            Format.of(source.format(), file),
            ReadOptions.of(
                csv.delimiter(), csv.encoding(), csv.decimal(), csv.missing(), csv.sheet()),
            wanted(spec),
            spec.fields().stream().map(Field::name).toList());
    if (read.kept() == 0) {
      throw new IllegalArgumentException(
          read.rows() == 0
              ? "The data has no rows."
              : "None of the "
                  + read.rows()
                  + " rows can be used. "
                  + read.rejects().stream().map(Reject::toString).collect(Collectors.joining("; "))
                  + ". Maybe the delimiter, the decimal sign or the levels in model.yaml are wrong.");
    }
    return read;
  }

  /** What is wrong with a file, by the name that people know it by, not that of our copy. */
  static String said(String uri, Path file, Exception fault) {
    String name = Audit.fileName(uri);
    String message = fault.getMessage().replace(file.toString(), name);
    return message.startsWith(name) ? message : name + ": " + message;
  }

  /** One prediction tells whether the rows and the model speak of the same features. */
  private static void fits(Frame frame, Model model) {
    Batch first = Batch.of(frame.select(new int[] {0}), model.info().features());
    double[] prediction = model.predict(first, OutputSpace.RESPONSE);
    if (Double.isNaN(prediction[0])) {
      throw new IllegalArgumentException("The model answers 'not a number' to the first row.");
    }
  }

  /** The last part of an address, so that its ending can tell the format. */
  public static String fileName(ModelSpec.Source source) {
    String name = source.uri().replaceAll("[?#].*$", "").replaceAll("^.*[/\\\\:]", "");
    return name.isEmpty() ? "source" : name;
  }

  /**
   * Model inputs, target, case name, and protected attributes and segments that are no model
   * inputs.
   */
  private static List<Field> wanted(ModelSpec spec) {
    List<Field> fields = new ArrayList<>(spec.fields());
    Field target =
        spec.task() == Task.REGRESSION
            ? Field.numeric(spec.target().column())
            : Field.categorical(spec.target().column(), spec.target().classes());
    addIfNew(fields, target);
    spec.rowId().ifPresent(id -> addIfNew(fields, Field.text(id)));
    for (ModelSpec.Protected attribute : spec.protectedGroups()) {
      boolean ranges =
          attribute.groups().stream().anyMatch(g -> g.from().isPresent() || g.below().isPresent());
      addIfNew(
          fields,
          ranges
              ? Field.numeric(attribute.column())
              : Field.categorical(attribute.column(), List.of()));
    }
    for (String segment : spec.segments()) {
      addIfNew(fields, Field.categorical(segment, List.of()));
    }
    return fields;
  }

  private static void addIfNew(List<Field> fields, Field field) {
    if (fields.stream().noneMatch(f -> f.name().equals(field.name()))) {
      fields.add(field);
    }
  }

  private static Section.Reject reject(Reject reject) {
    return new Section.Reject(
        reject.column().isEmpty() ? reject.reason() : reject.column() + ": " + reject.reason(),
        reject.rows(),
        reject.examples().stream().map(e -> "line " + e.line() + ": '" + e.value() + "'").toList());
  }

  private static Section.ColumnSummary summary(Column column, ModelSpec spec) {
    Optional<Field> field =
        spec.fields().stream().filter(f -> f.name().equals(column.name())).findFirst();
    FieldType type =
        column instanceof NumericColumn
            ? FieldType.NUMERIC
            : column instanceof CategoricalColumn ? FieldType.CATEGORICAL : FieldType.TEXT;
    return new Section.ColumnSummary(
        column.name(),
        type.name().toLowerCase(Locale.ROOT),
        field.map(Field::unit).orElse(""),
        field.map(Field::meaning).orElse(""),
        column.missing(),
        inWords(column));
  }

  private static String inWords(Column column) {
    if (column instanceof NumericColumn numeric) {
      double[] present =
          java.util.Arrays.stream(numeric.values())
              .filter(v -> !Double.isNaN(v))
              .sorted()
              .toArray();
      if (present.length == 0) {
        return "no values";
      }
      return String.format(
          Locale.ROOT,
          "%s to %s, median %s",
          number(present[0]),
          number(present[present.length - 1]),
          number(present[present.length / 2]));
    } else if (column instanceof CategoricalColumn categorical) {
      int[] count = new int[categorical.levels().size()];
      for (int code : categorical.codes()) {
        if (code >= 0) {
          count[code]++;
        }
      }
      String most =
          IntStream.range(0, count.length)
              .boxed()
              .sorted(Comparator.comparingInt((Integer k) -> -count[k]).thenComparing(k -> k))
              .limit(12)
              .map(k -> categorical.levels().get(k) + " " + count[k])
              .collect(Collectors.joining(", "));
      return count.length > 12 ? most + ", and " + (count.length - 12) + " more levels" : most;
    }
    return column.size() + " texts";
  }

  private static String number(double v) {
    return v == Math.rint(v) && Math.abs(v) < 1e15
        ? Long.toString((long) v)
        : String.format(Locale.ROOT, "%.4g", v);
  }
}
