package io.attest.stage.decision;

import io.attest.audit.CaseExplanation.Subject;
import io.attest.data.CategoricalColumn;
import io.attest.data.Column;
import io.attest.data.Field;
import io.attest.data.FieldType;
import io.attest.data.Frame;
import io.attest.data.Nearest;
import io.attest.data.NumericColumn;
import io.attest.data.ParquetReader;
import io.attest.data.Typed;
import io.attest.model.ModelSpec;
import io.attest.stage.DeclaredModel;
import io.attest.stage.Snapshot;
import io.attest.stage.decision.CaseRefused.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the row that is asked for and takes typed values in, as {@code model.yaml} declares them.
 * Rows that were found once are kept, a bounded number of them, so that somebody who tries values
 * waits for no file. Thread-safe.
 */
final class CaseReader {
  private static final int BLOCK = 8192;
  private static final int KEPT = 64;
  private static final int HINTED = 5000;

  private final Snapshot snapshot;
  private final List<Field> fields;
  private final Map<String, CaseRow> found =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, CaseRow> eldest) {
              return size() > KEPT;
            }
          });

  CaseReader(Snapshot snapshot) {
    this.snapshot = snapshot;
    List<String> features = snapshot.model().info().featureNames();
    this.fields =
        snapshot.spec().fields().stream().filter(f -> features.contains(f.name())).toList();
  }

  /** What is declared about the features, in the order of the declaration. */
  List<Field> fields() {
    return fields;
  }

  /**
   * The case that is asked for.
   *
   * @throws CaseRefused telling everything that is wrong
   */
  CaseRow read(CaseRequest request) {
    List<Fault> faults = new ArrayList<>();
    for (String name : request.values().keySet()) {
      if (fields.stream().noneMatch(f -> f.name().equals(name))) {
        List<String> names = fields.stream().map(Field::name).toList();
        faults.add(
            new Fault(
                name,
                "The model has no feature '"
                    + name
                    + "'."
                    + Nearest.hint(name, names)
                    + " Its features are "
                    + Nearest.list(names)
                    + "."));
      }
    }
    Optional<CaseRow> base = Optional.empty();
    if (request.ofData()) {
      try {
        base = Optional.of(base(request));
      } catch (CaseRefused e) {
        faults.addAll(e.faults());
      }
    }
    Map<String, Column> typed = typed(request, faults);
    if (!faults.isEmpty()) {
      throw new CaseRefused(faults);
    }
    return base.map(b -> changed(b, typed))
        .orElseGet(
            () ->
                new CaseRow(
                    new Subject("", Optional.empty(), "", List.of()),
                    new Frame(List.copyOf(typed.values()), 1),
                    List.of()));
  }

  private Map<String, Column> typed(CaseRequest request, List<Fault> faults) {
    Map<String, Column> typed = new LinkedHashMap<>();
    for (Field field : fields) {
      Optional<String> given = request.values().get(field.name());
      if (given == null) {
        if (!request.ofData()) {
          faults.add(
              new Fault(
                  field.name(),
                  field.name()
                      + " has no value. Maybe it is not known: then say unknown, or null."));
        }
        continue;
      }
      Typed value = given.map(text -> Typed.of(field, text)).orElse(new Typed(Double.NaN, ""));
      if (value.fits()) {
        typed.put(field.name(), column(field, value.value()));
      } else {
        faults.add(new Fault(field.name(), field.name() + " " + value.fault()));
      }
    }
    return typed;
  }

  private static Column column(Field field, double value) {
    return field.type() == FieldType.CATEGORICAL
        ? new CategoricalColumn(
            field.name(),
            new int[] {Double.isNaN(value) ? CategoricalColumn.MISSING : (int) value},
            field.levels())
        : new NumericColumn(field.name(), new double[] {value});
  }

  private CaseRow changed(CaseRow base, Map<String, Column> typed) {
    List<String> changed =
        typed.values().stream()
            .filter(c -> !same(c, base.frame().column(c.name())))
            .map(Column::name)
            .toList();
    if (changed.isEmpty()) {
      return base;
    }
    List<Column> columns =
        base.frame().columns().stream()
            .map(c -> changed.contains(c.name()) ? typed.get(c.name()) : c)
            .toList();
    // What happened to the row says nothing of another case.
    return new CaseRow(
        new Subject(base.subject().id(), base.subject().row(), "", changed),
        new Frame(columns, 1),
        base.warnings());
  }

  private static boolean same(Column a, Column b) {
    return a.isMissing(0) == b.isMissing(0) && a.text(0).equals(b.text(0));
  }

  private CaseRow base(CaseRequest request) {
    Optional<String> column = snapshot.spec().rowId();
    if (request.row().isPresent()) {
      return numbered(request.row().get());
    }
    String id = request.id().orElseThrow().strip();
    if (column.isEmpty()) {
      try {
        return numbered(Long.parseLong(id));
      } catch (NumberFormatException e) {
        throw new CaseRefused(
            "row",
            "The rows of this model have no names. Maybe give the number of the row, from 1.");
      }
    }
    CaseRow kept = found.get("id " + id);
    return kept == null ? named(id) : kept;
  }

  private CaseRow named(String id) {
    List<String> others = new ArrayList<>();
    Optional<Frame> frame = Optional.empty();
    List<Long> rows = new ArrayList<>();
    try (ParquetReader blocks = snapshot.auditBlocks(BLOCK)) {
      long first = 0;
      for (Optional<Frame> block = blocks.next(); block.isPresent(); block = blocks.next()) {
        for (int i = 0; i < block.get().rows(); i++) {
          String name = snapshot.declared().rowName(block.get(), i).orElse("");
          if (name.equals(id)) {
            frame = frame.isPresent() ? frame : Optional.of(block.get().select(new int[] {i}));
            rows.add(first + i + 1);
          } else if (others.size() < HINTED && !name.isEmpty()) {
            others.add(name);
          }
        }
        first += block.get().rows();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (frame.isPresent()) {
      return keep("id " + id, frame.get(), rows.get(0), alike(id, rows));
    }
    throw new CaseRefused(
        "row",
        "There is no row whose "
            + snapshot.spec().rowId().orElseThrow()
            + " is '"
            + id
            + "' in the data of this audit."
            + Nearest.hint(id, others)
            + " The names begin with "
            + Nearest.list(others.subList(0, Math.min(5, others.size())))
            + ".");
  }

  private CaseRow numbered(long row) {
    CaseRow kept = found.get("row " + row);
    if (kept != null) {
      return kept;
    }
    long rows;
    try (ParquetReader blocks = snapshot.auditBlocks(BLOCK)) {
      rows = blocks.rows();
      long first = 0;
      for (Optional<Frame> block = blocks.next(); block.isPresent(); block = blocks.next()) {
        if (row > first && row <= first + block.get().rows()) {
          int at = (int) (row - first - 1);
          return keep("row " + row, block.get().select(new int[] {at}), row, List.of());
        }
        first += block.get().rows();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new CaseRefused(
        "row",
        "There is no row " + row + ". The data of this audit have the rows 1 to " + rows + ".");
  }

  private static List<String> alike(String id, List<Long> rows) {
    return rows.size() == 1
        ? List.of()
        : List.of(
            rows.size()
                + " rows have the name "
                + id
                + ". This is the first of them, row "
                + rows.get(0)
                + "; the next is row "
                + rows.get(1)
                + ".");
  }

  private CaseRow keep(String key, Frame frame, long row, List<String> warnings) {
    DeclaredModel declared = snapshot.declared();
    CaseRow made =
        new CaseRow(
            new Subject(
                declared.rowName(frame, 0).orElse(Long.toString(row)),
                Optional.of(row),
                declared.label(frame, 0),
                List.of()),
            frame,
            warnings);
    found.put(key, made);
    return made;
  }

  /** The value of a feature of a case in words. */
  String words(Frame frame, String feature) {
    return snapshot.declared().value(frame, feature, 0);
  }

  /** A feature that a person may be asked about with care: protected, or not to be used. */
  boolean guarded(String feature) {
    ModelSpec spec = snapshot.spec();
    return spec.protectedGroups().stream().anyMatch(p -> p.column().equals(feature))
        || Optional.ofNullable(spec.expectations().get(feature))
            .map(e -> !e.allowed())
            .orElse(false);
  }
}
