package io.attest.cli;

import io.attest.explain.Dataset;
import io.attest.explain.Explainer;
import io.attest.explain.Explainers;
import io.attest.explain.Explanation;
import io.attest.explain.Parameters;
import io.attest.explain.Progress;
import io.attest.explain.Provenance;
import io.attest.explain.Request;
import io.attest.explain.RowExplainer;
import io.attest.explain.RowRun;
import io.attest.model.Batch;
import io.attest.model.Metered;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Explains a model with one method. */
@Command(
    name = "explain",
    description = {
      "Explains a model with one method, and writes the result as CSV, or as Parquet if the file is"
          + " named so:",
      "  contributions  row,output,base_value,phi_<feature>...",
      "  interactions   row,output,i,j_<feature>...",
      "  effects        feature,grid,value (pdp, pdp-ice)",
      "  individual     feature,row,grid,value (ice)",
      "  importance     feature,value,low,high",
      "  effects        feature,edge,value,count (ale)",
      "  any other      the tables that --table names; docs/cli.md lists them",
      "  influence      row,leverage,residual,studentized,cook,dffits,loo_loss,dfbeta_<term>..."
    },
    mixinStandardHelpOptions = true)
final class ExplainCommand implements Runnable {
  @Mixin private ModelInput input;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "<file>",
      description = "The rows to explain.")
  private Path data;

  @Option(
      names = "--method",
      required = true,
      paramLabel = "<name>",
      completionCandidates = Methods.class,
      description = "One of ${COMPLETION-CANDIDATES}.")
  private String method;

  @Option(
      names = "--background",
      paramLabel = "<file>",
      description = "Rows that stand for \"in general\"; the data if absent.")
  private Path background;

  @Option(
      names = "--background-weight",
      paramLabel = "<column>",
      description =
          "Column of the background that says how much each row counts: a number, 0 or more.")
  private String backgroundWeight;

  @Option(
      names = {"--training", "--train"},
      paramLabel = "<file>",
      description = "The rows that the model was trained on, for methods that need them.")
  private Path training;

  @Option(
      names = "--labels",
      paramLabel = "<file>",
      description =
          "What happened to the rows of --data, in a file of its own with one column. Where only the"
              + " rows of --training are as many as the labels, it is of those.")
  private Path labels;

  @Option(
      names = "--training-labels",
      paramLabel = "<file>",
      description = "What happened to the rows of --training, in a file of its own.")
  private Path trainingLabels;

  @Option(
      names = "--param",
      paramLabel = "<name=value>",
      description = "A parameter of the method; can be repeated.")
  private Map<String, String> parameters = new TreeMap<>();

  @Option(
      names = "--grid",
      paramLabel = "<points>",
      description = "The same as --param grid=<points>, for effects (ale: bins).")
  private String grid;

  @Option(
      names = "--budget",
      paramLabel = "<number>",
      description = "The same as --param budget=<number>, for methods that draw samples.")
  private String budget;

  @Option(
      names = "--table",
      paramLabel = "<name>",
      description =
          "Which table of a method that gives several; the first if absent. A wrong name lists them.")
  private String table;

  @Option(
      names = "--output",
      paramLabel = "<space>",
      description =
          "raw (before the link) or response, for methods that know it; the same as --param"
              + " output=<space>.")
  private String output;

  @Option(names = "--seed", description = "Seed of everything random; ${DEFAULT-VALUE} if absent.")
  private long seed = 1;

  @Option(
      names = "--out",
      paramLabel = "<file>",
      description = "Where to write: *.csv or *.parquet; as CSV to the terminal if absent.")
  private Path out;

  @Mixin private Threads threads;

  @Spec private CommandSpec spec;

  /** The names of all methods, for the help. */
  static final class Methods implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Method.names(Explainers.all()).iterator();
    }
  }

  @Override
  public void run() {
    Quiet.logs();
    PrintWriter err = spec.commandLine().getErr();
    Method asked = Method.of(method, Explainers.all(threads.number()));
    Explainer<?> explainer = asked.explainer();
    asked.defaults().forEach(parameters::putIfAbsent);
    if (output != null) {
      parameters.put(asked.outputParameter(), output);
    }
    if (grid != null) {
      parameters.put(asked.gridParameter(), grid);
    }
    if (budget != null) {
      parameters.put("budget", budget);
    }
    Clock clock = new Clock();
    ModelInput.Loaded loaded =
        clock.time("loading", () -> input.load(data, spec.commandLine().getErr()));
    loaded.rules(explainer).values().forEach(parameters::putIfAbsent);
    if (backgroundWeight != null && !explainer.weighs(loaded.model(), new Parameters(parameters))) {
      throw new IllegalArgumentException(
          method
              + " knows no weights of background rows. Leave out --background-weight, or use a"
              + " method that does, like tree-shap-interventional.");
    }
    try (ExplanationFile file =
        ExplanationFile.open(
            Optional.ofNullable(out),
            Optional.ofNullable(table).or(asked::table),
            spec.commandLine().getOut())) {
      Told told =
          explainer instanceof RowExplainer<?> rows
              ? inBlocks(rows, loaded, file, clock)
              : whole(explainer, loaded, file, clock);
      clock.run("writing", file::publish);
      told.notes().forEach(err::println);
      if (loaded.model() instanceof Metered metered) {
        err.println(metered.told());
      }
      err.println(told.rows() + " rows, " + method + " (" + told.engine() + "): " + clock);
    }
  }

  /** What is said of the run. */
  private record Told(long rows, String engine, Collection<String> notes) {}

  private Told whole(
      Explainer<?> explainer, ModelInput.Loaded loaded, ExplanationFile file, Clock clock) {
    Dataset rows = read(loaded, data, clock);
    Optional<Dataset> trained = Optional.ofNullable(training).map(f -> read(loaded, f, clock));
    if (labels != null) {
      double[] what = loaded.labels(labels, spec.commandLine().getErr());
      if (trained.isPresent()
          && trainingLabels == null
          && what.length == trained.get().size()
          && what.length != rows.size()) {
        trained = trained.map(t -> labelled(t, training, labels, what));
      } else {
        rows = labelled(rows, data, labels, what);
      }
    }
    if (trainingLabels != null) {
      if (trained.isEmpty()) {
        throw new IllegalArgumentException("--training-labels needs --training.");
      }
      double[] what = loaded.labels(trainingLabels, spec.commandLine().getErr());
      trained = trained.map(t -> labelled(t, training, trainingLabels, what));
    }
    Request request =
        request(
            loaded,
            rows,
            background == null && backgroundWeight == null ? rows : general(loaded, clock),
            trained);
    Explanation result = clock.time("explaining", () -> explainer.explain(request, Progress.NONE));
    clock.run("writing", () -> file.add(result, 0));
    Provenance provenance = result.provenance();
    return new Told(rows.size(), provenance.engine(), provenance.notes());
  }

  private static Dataset labelled(Dataset rows, Path of, Path file, double[] labels) {
    if (labels.length != rows.size()) {
      throw new IllegalArgumentException(
          file + " has " + labels.length + " labels, but " + of + " has " + rows.size() + " rows.");
    }
    return new Dataset(rows.rows(), Optional.of(labels), rows.weights());
  }

  private Told inBlocks(
      RowExplainer<?> explainer, ModelInput.Loaded loaded, ExplanationFile file, Clock clock) {
    PrintWriter err = spec.commandLine().getErr();
    int features = loaded.model().info().features().size();
    Dataset none = new Dataset(new Batch(0, features, new double[0]), Optional.empty());
    RowExplainer.Beside beside = explainer.beside(loaded.model(), new Parameters(parameters));
    boolean counted = beside == RowExplainer.Beside.TRAINING_OR_BACKGROUND;
    Optional<Dataset> trained =
        Optional.ofNullable(training)
            .filter(f -> counted)
            .map(f -> all(loaded, f, Optional.empty(), clock));
    boolean general = beside == RowExplainer.Beside.BACKGROUND || (counted && trained.isEmpty());
    Request request = request(loaded, none, general ? general(loaded, clock) : none, trained);
    long about = clock.time("loading", () -> loaded.about(data));
    RowExplainer.Prepared<?> prepared =
        clock.time("explaining", () -> explainer.prepare(request, about, Progress.NONE));
    RowRun<?> run = new RowRun<>(prepared, about, Progress.NONE);
    List<String> engine = new ArrayList<>();
    Set<String> notes = new LinkedHashSet<>();
    clock.run(
        "loading",
        () ->
            loaded.blocks(
                data,
                prepared.block(),
                err,
                block -> {
                  long first = run.done();
                  Explanation part = clock.time("explaining", () -> run.next(block, loaded::batch));
                  clock.run("writing", () -> file.add(part, first));
                  if (engine.isEmpty()) {
                    engine.add(part.provenance().engine());
                  }
                  notes.addAll(part.provenance().notes());
                }));
    if (engine.isEmpty()) {
      throw new IllegalArgumentException(data + ": there is no row to explain.");
    }
    return new Told(run.done(), engine.get(0), notes);
  }

  private Dataset general(ModelInput.Loaded loaded, Clock clock) {
    Path file = background == null ? data : background;
    return all(loaded, file, Optional.ofNullable(backgroundWeight), clock);
  }

  private Dataset all(ModelInput.Loaded loaded, Path file, Optional<String> weight, Clock clock) {
    PrintWriter err = spec.commandLine().getErr();
    return clock.time("loading", () -> loaded.all(file, weight, err));
  }

  private Dataset read(ModelInput.Loaded loaded, Path file, Clock clock) {
    PrintWriter err = spec.commandLine().getErr();
    return clock.time("loading", () -> loaded.rows(file, true, err));
  }

  private Request request(
      ModelInput.Loaded loaded, Dataset audit, Dataset general, Optional<Dataset> trained) {
    return new Request(loaded.model(), audit, general, trained, new Parameters(parameters), seed);
  }
}
