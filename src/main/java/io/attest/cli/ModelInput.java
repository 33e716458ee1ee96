package io.attest.cli;

import io.attest.data.BlocksRead;
import io.attest.data.CategoricalColumn;
import io.attest.data.Column;
import io.attest.data.Field;
import io.attest.data.FieldType;
import io.attest.data.Format;
import io.attest.data.Frame;
import io.attest.data.Nearest;
import io.attest.data.NumericColumn;
import io.attest.data.ReadOptions;
import io.attest.data.Reject;
import io.attest.data.TableRead;
import io.attest.data.TableReader;
import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.Parameters;
import io.attest.model.Batch;
import io.attest.model.Feature;
import io.attest.model.Model;
import io.attest.model.ModelReader;
import io.attest.model.ModelSpec;
import io.attest.model.ModelSpecReader;
import io.attest.model.Task;
import io.attest.model.plugin.Plugins;
import io.attest.stage.DeclaredModel;
import io.attest.stage.DeclaredParameters;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Option;

/**
 * Which model, and how the data are written: the options that the commands share.
 *
 * <p>Given a {@code model.yaml}, the data are read and checked as an audit does. Given a bare model
 * file, the features are those that it names; a category without named levels is read as the number
 * that is its code.
 */
final class ModelInput {
  private static final int BLOCK = 1 << 13;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "<file>",
      description = "A model.yaml, or a model file.")
  private Path file;

  @Option(
      names = "--format",
      paramLabel = "<format>",
      description =
          "Format of a bare model file: xgboost, xgboost-best, xgboost-all, lightgbm, onnx, onnx-runtime, catboost, h2o-mojo, scorecard;"
              + " told by its content if absent.")
  private String format;

  @Option(
      names = "--plugins",
      paramLabel = "<folder>",
      description =
          "Folder of jars whose code may run, for a model of the format plugin; no such code runs if"
              + " absent.")
  private Path plugins;

  @Option(
      names = "--data-format",
      paramLabel = "<format>",
      description = "Format of the data: csv, xlsx, parquet, jsonl; told by its name if absent.")
  private String dataFormat;

  @Option(
      names = "--delimiter",
      paramLabel = "<sign>",
      description = "Sign between the fields of a CSV file, or tab; detected if absent.")
  private String delimiter;

  @Option(
      names = "--encoding",
      paramLabel = "<name>",
      description = "Encoding of a CSV file; UTF-8 if absent.")
  private String encoding;

  @Option(
      names = "--decimal",
      paramLabel = "<sign>",
      description = "Decimal sign in a CSV file; detected if absent.")
  private String decimal;

  @Option(
      names = "--missing",
      paramLabel = "<text>",
      description = "A text that means a missing value, beside the empty field; can be repeated.")
  private List<String> missing = new ArrayList<>();

  @Option(
      names = "--sheet",
      paramLabel = "<name>",
      description = "Sheet of a workbook; the first one if absent.")
  private String sheet;

  @Option(
      names = "--label",
      paramLabel = "<column>",
      description =
          "With a bare model file: the column that says what happened; 0 or 1, the index of the"
              + " class, or the number.")
  private String label;

  /**
   * The model, and how to read rows for it.
   *
   * @param data what it will be asked about: where a bare model file does not name its features,
   *     they are the columns of the data in their order
   * @param notes where to tell so
   */
  Loaded load(Path data, PrintWriter notes) {
    String name = String.valueOf(file.getFileName());
    boolean declared = name.equals("model.yaml") || name.equals("model.yml");
    if (!declared) {
      Model model = ModelReader.read(file, Optional.ofNullable(format), Optional.empty());
      return new Loaded(named(model, data, notes), Optional.empty());
    }
    if (format != null || label != null) {
      throw new IllegalArgumentException(
          "--format and --label belong to a bare model file; " + name + " says both itself.");
    }
    ModelSpec spec = ModelSpecReader.read(file);
    Plugins code = plugins == null ? Plugins.OFF : Plugins.in(plugins);
    return new Loaded(ModelReader.read(spec, code), Optional.of(spec));
  }

  private Model named(Model model, Path data, PrintWriter notes) {
    List<Feature> features = model.info().features();
    List<String> generic = IntStream.range(0, features.size()).mapToObj(j -> "f" + j).toList();
    if (!model.info().featureNames().equals(generic)) {
      return model;
    }
    List<String> columns =
        TableReader.columns(
                data, Format.of(Optional.ofNullable(dataFormat), data), options(Optional.empty()))
            .stream()
            .filter(column -> !column.equals(label))
            .toList();
    if (columns.containsAll(generic) || columns.size() != features.size()) {
      return model;
    }
    notes.println(
        file.getFileName()
            + " does not name its features: they are taken to be the columns of "
            + data.getFileName()
            + ", in their order.");
    return ModelReader.read(
        file,
        Optional.ofNullable(format),
        Optional.of(
            IntStream.range(0, features.size())
                .mapToObj(j -> new Feature(columns.get(j), features.get(j).levels()))
                .toList()));
  }

  private ReadOptions options(Optional<ModelSpec.Csv> csv) {
    return ReadOptions.of(
        Optional.ofNullable(delimiter).or(() -> csv.flatMap(ModelSpec.Csv::delimiter)),
        Optional.ofNullable(encoding).or(() -> csv.flatMap(ModelSpec.Csv::encoding)),
        Optional.ofNullable(decimal).or(() -> csv.flatMap(ModelSpec.Csv::decimal)),
        missing.isEmpty() ? csv.map(ModelSpec.Csv::missing).orElse(List.of()) : missing,
        Optional.ofNullable(sheet).or(() -> csv.flatMap(ModelSpec.Csv::sheet)));
  }

  /** A model that is ready to be asked. */
  final class Loaded {
    private final Model model;
    private final Optional<ModelSpec> spec;

    private Loaded(Model model, Optional<ModelSpec> spec) {
      this.model = model;
      this.spec = spec;
    }

    Model model() {
      return model;
    }

    /** The declaration; absent of a bare model file. */
    Optional<ModelSpec> spec() {
      return spec;
    }

    /** All rows as they are written, with nothing checked but that the columns are there. */
    Frame texts(Path data, List<Field> columns, List<String> required, PrintWriter notes) {
      TableRead read = TableReader.read(data, dataFormat(data), options(), columns, required);
      check(data, read.notes(), read.rows(), read.rejected(), read.rejects(), notes);
      return read.frame();
    }

    /** What model.yaml says of how an explainer has to be asked; nothing of a bare model file. */
    Parameters rules(Explainer<?> explainer) {
      return spec.map(s -> DeclaredParameters.of(explainer.name(), s)).orElse(Parameters.NONE);
    }

    /**
     * Reads rows; all of them, or none.
     *
     * @param labels whether to read what happened, too, where it is known
     * @param notes where to tell what was detected
     * @throws io.attest.data.UnreadableTable if the file cannot be read
     * @throws IllegalArgumentException if a row of it cannot
     */
    Dataset rows(Path data, boolean labels, PrintWriter notes) {
      List<Field> wanted = wanted(labels);
      TableRead read =
          TableReader.read(data, dataFormat(data), options(), wanted, required(wanted));
      check(data, read.notes(), read.rows(), read.rejected(), read.rejects(), notes);
      Frame frame = read.frame();
      return spec.isPresent()
          ? new DeclaredModel(spec.get(), model).dataset(frame)
          : new Dataset(batch(frame), labels ? labels(frame) : Optional.empty());
    }

    /**
     * What happened, one a row, from a file of its own: the column of the target, or the only
     * column there is.
     *
     * @throws IllegalArgumentException if there are several columns and none is the target, or a
     *     value is missing or cannot be read
     */
    double[] labels(Path file, PrintWriter notes) {
      List<String> columns = TableReader.columns(file, dataFormat(file), options());
      String target = spec.map(s -> s.target().column()).orElse(label == null ? "" : label);
      String column = columns.contains(target) ? target : columns.get(0);
      if (columns.size() > 1 && !column.equals(target)) {
        throw new IllegalArgumentException(
            file
                + " has the columns "
                + Nearest.list(columns)
                + (target.isEmpty() ? "" : ", and none is " + target)
                + ". A file of labels has one column"
                + (spec.isPresent() ? "." : ". Maybe say which with --label."));
      }
      Field field =
          spec.isPresent() && spec.get().task() != Task.REGRESSION
              ? Field.categorical(column, spec.get().target().classes())
              : Field.numeric(column);
      TableRead read =
          TableReader.read(file, dataFormat(file), options(), List.of(field), List.of(column));
      check(file, read.notes(), read.rows(), read.rejected(), read.rejects(), notes);
      Column values = read.frame().column(column);
      for (int i = 0; i < values.size(); i++) {
        if (values.isMissing(i)) {
          throw new IllegalArgumentException(
              file + ", row " + (i + 1) + ", column " + column + ": the label is missing.");
        }
      }
      return spec.isPresent()
          ? new DeclaredModel(spec.get(), model).labels(values)
          : ((NumericColumn) values).values();
    }

    /**
     * Reads rows block by block, without labels; all of them, or it ends with a fault. Once a row
     * cannot be read no more blocks come, but the faults are all counted.
     *
     * @param blockRows how many rows a block has
     * @param notes where to tell what was detected
     * @return how many rows there are
     * @throws io.attest.data.UnreadableTable if the file cannot be read
     * @throws IllegalArgumentException if a row of it cannot
     */
    long blocks(Path data, int blockRows, PrintWriter notes, Consumer<Frame> each) {
      List<Field> wanted = wanted(false);
      return blocks(data, wanted, required(wanted), blockRows, notes, each);
    }

    private long blocks(
        Path data,
        List<Field> wanted,
        List<String> required,
        int blockRows,
        PrintWriter notes,
        Consumer<Frame> each) {
      BlocksRead read =
          TableReader.readBlocks(
              data,
              dataFormat(data),
              options(),
              wanted,
              required,
              blockRows,
              (block, rejected) -> {
                if (rejected == 0) {
                  each.accept(block);
                }
              });
      check(data, read.notes(), read.rows(), read.rejected(), read.rejects(), notes);
      return read.rows();
    }

    /**
     * All rows as the model sees them, with nothing else of the file ever in memory.
     *
     * @param weight the column that says how much each row counts
     */
    Dataset all(Path data, Optional<String> weight, PrintWriter notes) {
      List<Batch> parts = new ArrayList<>();
      List<double[]> weights = new ArrayList<>();
      List<Field> wanted = new ArrayList<>(wanted(false));
      List<String> required = new ArrayList<>(required(wanted));
      weight.ifPresent(
          column -> {
            addWeight(wanted, column);
            required.add(column);
          });
      int rows =
          Math.toIntExact(
              blocks(
                  data,
                  wanted,
                  required,
                  BLOCK,
                  notes,
                  block -> {
                    parts.add(batch(block));
                    weight.ifPresent(
                        column -> weights.add(((NumericColumn) block.column(column)).values()));
                  }));
      int p = model.info().features().size();
      if ((long) rows * p > Integer.MAX_VALUE - 16) {
        throw new IllegalArgumentException(
            data
                + ": "
                + rows
                + " rows x "
                + p
                + " features are too many at once. Give fewer rows.");
      }
      double[] values = new double[rows * p];
      int next = 0;
      for (Batch part : parts) {
        System.arraycopy(part.values(), 0, values, next, part.values().length);
        next += part.values().length;
      }
      try {
        return new Dataset(
            new Batch(rows, p, values),
            Optional.empty(),
            weight.map(column -> weights.stream().flatMapToDouble(Arrays::stream).toArray()));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            data + ", column " + weight.orElse("") + ": " + e.getMessage(), e);
      }
    }

    private void addWeight(List<Field> wanted, String column) {
      Optional<Field> feature = wanted.stream().filter(f -> f.name().equals(column)).findFirst();
      if (feature.isEmpty()) {
        wanted.add(Field.numeric(column));
      } else if (feature.get().type() != FieldType.NUMERIC) {
        throw new IllegalArgumentException(
            "--background-weight names " + column + ", which is a category and not a number.");
      }
    }

    /** About how many rows there are. */
    long about(Path data) {
      return TableReader.about(data, dataFormat(data));
    }

    private Format dataFormat(Path data) {
      return Format.of(Optional.ofNullable(dataFormat), data);
    }

    private List<String> required(List<Field> wanted) {
      return spec.isPresent()
          ? model.info().features().stream().map(Feature::name).toList()
          : wanted.stream().map(Field::name).toList();
    }

    private static void check(
        Path data,
        List<String> told,
        long rows,
        long rejected,
        List<Reject> rejects,
        PrintWriter notes) {
      told.forEach(note -> notes.println(data.getFileName() + ": " + note));
      // A case's number in the output must be its number in the file, so no row may be left out.
      if (rejected > 0) {
        throw new IllegalArgumentException(
            data
                + ": "
                + rejected
                + " of "
                + rows
                + " rows cannot be read. "
                + rejects.stream().map(Reject::toString).collect(Collectors.joining("; "))
                + ". Mend the file, or say how it is written.");
      }
    }

    private List<Field> wanted(boolean labels) {
      if (spec.isPresent()) {
        List<Field> fields = new ArrayList<>(spec.get().fields());
        if (labels) {
          ModelSpec.Target target = spec.get().target();
          fields.add(
              spec.get().task() == Task.REGRESSION
                  ? Field.numeric(target.column())
                  : Field.categorical(target.column(), target.classes()));
        }
        return fields;
      }
      List<Field> fields = new ArrayList<>();
      for (Feature feature : model.info().features()) {
        fields.add(
            feature.categorical() && !coded(feature)
                ? Field.categorical(feature.name(), feature.levels())
                : Field.numeric(feature.name()));
      }
      if (labels && label != null) {
        fields.add(Field.numeric(label));
      }
      return fields;
    }

    private ReadOptions options() {
      return ModelInput.this.options(spec.map(s -> s.audit().csv()));
    }

    /** Rows as the model sees them. */
    Batch batch(Frame frame) {
      List<Feature> features = model.info().features();
      if (spec.isPresent()) {
        return Batch.of(frame, features);
      }
      int p = features.size();
      double[] values = new double[frame.rows() * p];
      for (int j = 0; j < p; j++) {
        Column column = frame.column(features.get(j).name());
        for (int i = 0; i < frame.rows(); i++) {
          values[i * p + j] =
              column instanceof NumericColumn numeric
                  ? numeric.values()[i]
                  : column.isMissing(i) ? Double.NaN : ((CategoricalColumn) column).codes()[i];
        }
      }
      return new Batch(frame.rows(), p, values);
    }

    private Optional<double[]> labels(Frame frame) {
      if (label == null) {
        return Optional.empty();
      }
      Column column = frame.column(label);
      if (column.missing() > 0) {
        throw new IllegalArgumentException("Column " + label + ": some labels are missing.");
      }
      return Optional.of(((NumericColumn) column).values());
    }
  }

  /** True if the levels are nothing but the codes 0, 1, 2...: then the data hold the codes. */
  private static boolean coded(Feature feature) {
    return feature
        .levels()
        .equals(IntStream.range(0, feature.levels().size()).mapToObj(Integer::toString).toList());
  }
}
