package io.attest.report.page;

import io.attest.audit.Artifact;
import io.attest.audit.ArtifactStore;
import io.attest.audit.Section;
import io.attest.audit.Wording;
import io.attest.data.Column;
import io.attest.data.Frame;
import io.attest.data.NumericColumn;
import io.attest.data.Parquet;
import io.attest.data.ParquetReader;
import io.attest.data.ParquetReader.Part;
import io.attest.data.UnreadableTable;
import io.attest.model.OutputSpace;
import io.attest.report.Figures;
import io.attest.report.chart.Beeswarm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Single rows of explanations, read from the files of an audit for its charts. A result keeps only
 * global figures and a few cases; the files have every row. What was read is remembered, since
 * files never change.
 *
 * <p>Thread-safe.
 */
public final class ExplainedRows {
  private static final int REMEMBERED = 64;

  /**
   * Individual curves are read from files up to this size: larger ones take too long for a page.
   */
  private static final long LARGEST = 4_000_000;

  /** How many individual curves are drawn behind a mean. */
  private static final int CURVES = 20;

  private final ArtifactStore artifacts;
  private final Map<String, Swarm> swarms = remembering();
  private final Map<String, Map<String, List<double[]>>> individuals = remembering();

  public ExplainedRows(ArtifactStore artifacts) {
    this.artifacts = artifacts;
  }

  private static <V> Map<String, V> remembering() {
    return Collections.synchronizedMap(
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
            return size() > REMEMBERED;
          }
        });
  }

  /**
   * Points of rows, or why there are none.
   *
   * @param output what the contributions are to, where there are several outputs; else empty
   * @param missing empty where there is a chart
   */
  public record Swarm(Optional<Beeswarm> chart, String output, String missing) {}

  /**
   * What the most important features added in single rows.
   *
   * @param explained an attribution
   * @param audit the rows that were explained
   */
  public Swarm swarm(Section.Explained explained, Section.Table audit) {
    Optional<Artifact> file = explained.files().stream().findFirst();
    if (file.isEmpty() || !(explained.result().orElse(null) instanceof Section.AttributionResult)) {
      return new Swarm(Optional.empty(), "", "The contributions of single rows were not kept.");
    }
    String key = file.get().sha256() + audit.snapshot().sha256();
    Swarm known = swarms.get(key);
    if (known != null) {
      return known;
    }
    Swarm read;
    try {
      read =
          read(
              (Section.AttributionResult) explained.result().get(),
              artifacts.path(file.get()),
              audit);
    } catch (UnreadableTable | IOException | UncheckedIOException e) {
      read =
          new Swarm(
              Optional.empty(),
              "",
              "The contributions of single rows cannot be read from " + file.get().name() + ".");
    }
    swarms.put(key, read);
    return read;
  }

  private Swarm read(Section.AttributionResult result, Path file, Section.Table audit)
      throws IOException {
    long rows = audit.kept();
    long lines;
    try (ParquetReader counted = new ParquetReader(file, 1)) {
      lines = counted.rows();
    }
    if (rows == 0 || lines == 0 || lines % rows != 0) {
      return new Swarm(
          Optional.empty(), "", "There are " + lines + " contributions for " + rows + " rows.");
    }
    int outputs = (int) (lines / rows);
    List<String> features =
        result.global().stream().limit(Beeswarm.MOST).map(Section.GlobalShare::feature).toList();
    long most = Math.max(1, Beeswarm.POINTS / Math.max(1, features.size()));
    long every = (rows + most - 1) / most;
    List<String> wanted = new ArrayList<>(List.of("prediction"));
    features.forEach(f -> wanted.add("phi_" + f));
    Frame contributions = Parquet.read(file, new Part(wanted, every, outputs));
    Frame values = values(features, audit, every);
    int drawn = contributions.rows() / outputs;
    int[] line = chosen((NumericColumn) contributions.column("prediction"), drawn, outputs);
    List<Beeswarm.Feature> swarm = new ArrayList<>();
    for (String feature : features) {
      double[] phi = ((NumericColumn) contributions.column("phi_" + feature)).values();
      Optional<Column> column = values.find(feature);
      double[] levels = column.map(ExplainedRows::levels).orElse(nothing(drawn));
      String unit = unit(audit, feature);
      List<Beeswarm.Point> points = new ArrayList<>();
      for (int i = 0; i < drawn; i++) {
        int row = i;
        points.add(
            new Beeswarm.Point(
                phi[line[i]], levels[i], column.map(c -> text(c, row, unit)).orElse("")));
      }
      swarm.add(new Beeswarm.Feature(feature, points));
    }
    String output = outputs == 1 ? "" : "the output that is highest for each row";
    return new Swarm(
        Optional.of(
            new Beeswarm(
                "What each feature adds in single rows",
                "contribution to "
                    + (outputs == 1 ? result.output() : output)
                    + (result.space() == OutputSpace.RAW ? ", before the link" : ""),
                swarm,
                drawn,
                rows,
                result.global().size())),
        output,
        "");
  }

  /** Of each row the line of its highest output, as cases show it. */
  private static int[] chosen(NumericColumn prediction, int rows, int outputs) {
    int[] line = new int[rows];
    for (int i = 0; i < rows; i++) {
      line[i] = i * outputs;
      for (int o = 1; o < outputs; o++) {
        int other = i * outputs + o;
        line[i] = prediction.values()[other] > prediction.values()[line[i]] ? other : line[i];
      }
    }
    return line;
  }

  /** The values of features that are columns; groups of features are none. */
  private Frame values(List<String> features, Section.Table audit, long every) throws IOException {
    List<String> columns =
        audit.columns().stream()
            .map(Section.ColumnSummary::name)
            .filter(features::contains)
            .toList();
    return columns.isEmpty()
        ? new Frame(List.of(), 0)
        : Parquet.read(artifacts.path(audit.snapshot()), new Part(columns, every, 1));
  }

  private static double[] nothing(int rows) {
    double[] none = new double[rows];
    Arrays.fill(none, Double.NaN);
    return none;
  }

  /** Where each number is among the others, 0 to 1; equal ones are at the same place. */
  private static double[] levels(Column column) {
    double[] out = nothing(column.size());
    if (column instanceof NumericColumn numbers) {
      double[] sorted = Arrays.stream(numbers.values()).filter(Double::isFinite).sorted().toArray();
      for (int i = 0; i < out.length; i++) {
        double v = numbers.values()[i];
        if (Double.isFinite(v) && sorted.length > 0) {
          int first = first(sorted, v);
          int last = first(sorted, Math.nextUp(v));
          out[i] =
              sorted.length == last - first ? 0.5 : (first + last - 1) / 2.0 / (sorted.length - 1);
        }
      }
    }
    return out;
  }

  /** The first place with a value that is not below. */
  private static int first(double[] sorted, double value) {
    int low = 0;
    int high = sorted.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted[middle] < value) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static String unit(Section.Table audit, String feature) {
    return audit.columns().stream()
        .filter(c -> c.name().equals(feature))
        .map(Section.ColumnSummary::unit)
        .findFirst()
        .orElse("");
  }

  private static String text(Column column, int row, String unit) {
    if (column.isMissing(row)) {
      return "missing";
    }
    return column instanceof NumericColumn numbers
        ? new Wording("", "", unit).amount(Figures.text(numbers.values()[row]))
        : column.text(row);
  }

  /**
   * The values of some rows of a table, in words, by their index; empty where the table is too
   * large to be read for a page, or cannot be read.
   *
   * @param columns those to tell
   */
  public Map<Integer, String> values(
      Section.Table table, List<Integer> wanted, List<String> columns) {
    if (wanted.isEmpty() || tooLarge(table.snapshot())) {
      return Map.of();
    }
    List<Section.ColumnSummary> told =
        table.columns().stream().filter(c -> columns.contains(c.name())).toList();
    try {
      Frame frame =
          Parquet.read(
              artifacts.path(table.snapshot()),
              new Part(told.stream().map(Section.ColumnSummary::name).toList(), 1, 1));
      Map<Integer, String> out = new HashMap<>();
      for (int row : wanted) {
        if (row < frame.rows()) {
          out.put(
              row,
              told.stream()
                  .map(c -> c.name() + ": " + text(frame.column(c.name()), row, c.unit()))
                  .collect(Collectors.joining("; ")));
        }
      }
      return out;
    } catch (UnreadableTable | IOException | UncheckedIOException e) {
      return Map.of();
    }
  }

  /** Why {@link #values} are not told; empty if they are. */
  public String valuesMissing(Section.Table table) {
    return tooLarge(table.snapshot())
        ? "What these rows are like is not told here: their file has "
            + megabytes(table.snapshot())
            + ", more than a page reads. Look their numbers up in it."
        : "";
  }

  private static boolean tooLarge(Artifact file) {
    return file.bytes() > LARGEST;
  }

  private static String megabytes(Artifact file) {
    return (file.bytes() + 999_999) / 1_000_000 + " MB";
  }

  /** Why there are no curves of single rows though a file has them; empty otherwise. */
  public String individualMissing(Section.Explained explained) {
    return individualFile(explained)
        .filter(f -> tooLarge(f) || individual(explained).isEmpty())
        .map(
            f ->
                "Curves of single rows are not drawn: the file "
                    + f.name()
                    + (tooLarge(f)
                        ? " has "
                            + megabytes(f)
                            + ", more than a page reads. Fetch it, or set ice of "
                            + explained.explainer()
                            + " lower and audit again."
                        : " cannot be read."))
        .orElse("");
  }

  /** The file that has the curves of single rows. */
  static Optional<Artifact> individualFile(Section.Explained explained) {
    return explained.files().stream().filter(f -> f.name().contains("individual")).findFirst();
  }

  /**
   * Curves of single rows behind the mean curves of an explainer, by {@link #curve}; empty where
   * there are none, or too many for a page.
   */
  public Map<String, List<double[]>> individual(Section.Explained explained) {
    Optional<Artifact> file = individualFile(explained);
    if (file.isEmpty() || tooLarge(file.get())) {
      return Map.of();
    }
    return individuals.computeIfAbsent(
        file.get().sha256(),
        sha -> {
          try {
            return curves(Parquet.read(artifacts.path(file.get())));
          } catch (UnreadableTable | IOException | UncheckedIOException e) {
            return Map.of();
          }
        });
  }

  /** The name of a curve among {@link #individual}. */
  static String curve(String feature, String output) {
    return feature + "\n" + output;
  }

  private static Map<String, List<double[]>> curves(Frame frame) {
    Column feature = frame.column("feature");
    Column output = frame.column("output");
    double[] row = ((NumericColumn) frame.column("row")).values();
    double[] value = ((NumericColumn) frame.column("value")).values();
    Map<String, Map<Integer, List<Double>>> found = new LinkedHashMap<>();
    for (int i = 0; i < frame.rows(); i++) {
      found
          .computeIfAbsent(curve(feature.text(i), output.text(i)), k -> new LinkedHashMap<>())
          .computeIfAbsent((int) row[i], k -> new ArrayList<>())
          .add(value[i]);
    }
    Map<String, List<double[]>> out = new HashMap<>();
    found.forEach(
        (name, rows) -> {
          List<double[]> all =
              rows.values().stream()
                  .map(v -> v.stream().mapToDouble(Double::doubleValue).toArray())
                  .toList();
          int every = Math.max(1, (all.size() + CURVES - 1) / CURVES);
          out.put(
              name,
              IntStream.range(0, all.size())
                  .filter(i -> i % every == 0)
                  .mapToObj(all::get)
                  .toList());
        });
    return out;
  }
}
