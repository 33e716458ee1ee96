package io.attest.stage.decision;

import io.attest.audit.ArtifactStore;
import io.attest.audit.Enquiry;
import io.attest.data.Column;
import io.attest.data.Field;
import io.attest.data.Format;
import io.attest.data.Frame;
import io.attest.data.Nearest;
import io.attest.data.ReadOptions;
import io.attest.data.TableRead;
import io.attest.data.TableReader;
import io.attest.model.ModelSpec;
import io.attest.stage.Ingest;
import io.attest.stage.Sources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/** Finds the case that an enquiry names: a row of the audit, or of a file that came with it. */
@Component
class CaseFile {
  private final Sources sources;

  CaseFile(Sources sources) {
    this.sources = sources;
  }

  /**
   * @param name of the case as the file has it; empty if it has none
   * @param sha256 of the file; empty for a row of the audit
   */
  record Found(CaseRequest request, String name, String sha256) {}

  /**
   * Finds it.
   *
   * @throws IllegalArgumentException if it is not there, or not clear which it is
   * @throws io.attest.data.UnreadableTable if the file cannot be read
   */
  Found find(Enquiry enquiry, ModelSpec spec) {
    if (enquiry.data().isEmpty()) {
      if (enquiry.caseName().isBlank()) {
        throw new IllegalArgumentException("Say which case: its name, or the number of its row.");
      }
      return new Found(CaseRequest.ofId(enquiry.caseName()), "", "");
    }
    try {
      Path folder = Files.createTempDirectory("attest-case");
      try {
        return find(enquiry, spec, folder);
      } finally {
        try (Stream<Path> left = Files.walk(folder)) {
          for (Path path : left.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(path);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot fetch " + enquiry.data().get() + ".", e);
    }
  }

  private Found find(Enquiry enquiry, ModelSpec spec, Path folder) throws IOException {
    ModelSpec.Source source =
        new ModelSpec.Source(enquiry.data().orElseThrow(), Optional.empty(), spec.audit().csv());
    Path file = folder.resolve(Ingest.fileName(source));
    sources.copy(source.uri(), spec.folder(), file);
    ModelSpec.Csv csv = source.csv();
    List<Field> wanted = new ArrayList<>(spec.fields());
    spec.rowId()
        .filter(id -> wanted.stream().noneMatch(f -> f.name().equals(id)))
        .ifPresent(id -> wanted.add(Field.text(id)));
    TableRead read =
        TableReader.read(
            file,
            Format.of(source.format(), file),
            ReadOptions.of(
                csv.delimiter(), csv.encoding(), csv.decimal(), csv.missing(), csv.sheet()),
            wanted,
            spec.fields().stream().map(Field::name).toList());
    if (read.rejected() > 0) {
      throw new IllegalArgumentException(
          "The file of the case has rows that cannot be read, so it is not clear which row is meant: "
              + read.rejects().stream().map(Object::toString).collect(Collectors.joining("; "))
              + ". Maybe take them out, or mend them.");
    }
    int row = row(enquiry.caseName(), read.frame(), spec);
    String name = spec.rowId().flatMap(read.frame()::find).map(c -> c.text(row)).orElse("");
    return new Found(
        CaseRequest.typed(values(read.frame(), spec, row)), name, ArtifactStore.sha256(file));
  }

  static int row(String wanted, Frame frame, ModelSpec spec) {
    if (frame.rows() == 0) {
      throw new IllegalArgumentException("The file of the case has no rows.");
    }
    Optional<Column> ids = spec.rowId().flatMap(frame::find);
    if (wanted.isBlank()) {
      if (frame.rows() == 1) {
        return 0;
      }
      throw new IllegalArgumentException(
          "The file has " + frame.rows() + " rows. Say which case is meant.");
    }
    if (ids.isPresent()) {
      List<Integer> rows =
          IntStream.range(0, frame.rows())
              .filter(i -> ids.get().text(i).equals(wanted))
              .boxed()
              .toList();
      if (rows.size() == 1) {
        return rows.get(0);
      }
      List<String> names =
          IntStream.range(0, Math.min(5000, frame.rows())).mapToObj(ids.get()::text).toList();
      throw new IllegalArgumentException(
          rows.isEmpty()
              ? "The file has no case '" + wanted + "'." + Nearest.hint(wanted, names)
              : "The file has "
                  + rows.size()
                  + " rows of the name '"
                  + wanted
                  + "': it is not clear which is meant. Maybe take the others out.");
    }
    try {
      int row = Integer.parseInt(wanted.strip());
      if (row >= 1 && row <= frame.rows()) {
        return row - 1;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw new IllegalArgumentException(
        "The file has "
            + frame.rows()
            + " rows without names. Say the number of the row in place of '"
            + wanted
            + "'.");
  }

  private static Map<String, Optional<String>> values(Frame frame, ModelSpec spec, int row) {
    Map<String, Optional<String>> values = new LinkedHashMap<>();
    for (Field field : spec.fields()) {
      Column column = frame.column(field.name());
      values.put(
          field.name(), column.isMissing(row) ? Optional.empty() : Optional.of(column.text(row)));
    }
    return values;
  }
}
