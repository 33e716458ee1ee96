package io.attest.cli;

import io.attest.data.Nearest;
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
      "  effects        feature,grid,value",
      "  importance     feature,value,low,high",
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
      names = "--training",
      paramLabel = "<file>",
      description = "The rows that the model was trained on, for methods that need them.")
  private Path training;

  @Option(
      names = "--param",
      paramLabel = "<name=value>",
      description = "A parameter of the method; can be repeated.")
  private Map<String, String> parameters = new TreeMap<>();

  @Option(
      names = "--output",
      paramLabel = "<space>",
      description =
          "raw (before the link) or response, for methods that know both; the same as --param"
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
      return Explainers.all().byName().keySet().iterator();
    }
  }

  @Override
  public void run() {
    Quiet.logs();
    PrintWriter err = spec.commandLine().getErr();
    Explainer<?> explainer = explainer(Explainers.all(threads.number()));
    if (output != null) {
      parameters.put("output", output);
    }
    Clock clock = new Clock();
    ModelInput.Loaded loaded = clock.time("loading", input::load);
    try (ExplanationFile file =
        ExplanationFile.open(Optional.ofNullable(out), spec.commandLine().getOut())) {
      Told told =
          explainer instanceof RowExplainer<?> rows
              ? inBlocks(rows, loaded, file, clock)
              : whole(explainer, loaded, file, clock);
      clock.run("writing", file::publish);
      told.notes().forEach(err::println);
      err.println(told.rows() + " rows, " + method + " (" + told.engine() + "): " + clock);
    }
  }

  /** What is said of the run. */
  private record Told(long rows, String engine, Collection<String> notes) {}

  private Told whole(
      Explainer<?> explainer, ModelInput.Loaded loaded, ExplanationFile file, Clock clock) {
    Dataset rows = read(loaded, data, true, clock);
    Optional<Dataset> trained =
        Optional.ofNullable(training).map(f -> read(loaded, f, true, clock));
    Request request =
        request(
            loaded,
            rows,
            background == null ? rows : read(loaded, background, false, clock),
            trained);
    Explanation result = clock.time("explaining", () -> explainer.explain(request, Progress.NONE));
    clock.run("writing", () -> file.add(result, 0));
    Provenance provenance = result.provenance();
    return new Told(rows.size(), provenance.engine(), provenance.notes());
  }

  private Told inBlocks(
      RowExplainer<?> explainer, ModelInput.Loaded loaded, ExplanationFile file, Clock clock) {
    PrintWriter err = spec.commandLine().getErr();
    int features = loaded.model().info().features().size();
    Dataset none = new Dataset(new Batch(0, features, new double[0]), Optional.empty());
    RowExplainer.Beside beside = explainer.beside(loaded.model(), new Parameters(parameters));
    boolean counted = beside == RowExplainer.Beside.TRAINING_OR_BACKGROUND;
    Optional<Dataset> trained =
        Optional.ofNullable(training).filter(f -> counted).map(f -> all(loaded, f, clock));
    boolean general = beside == RowExplainer.Beside.BACKGROUND || (counted && trained.isEmpty());
    Request request =
        request(
            loaded,
            none,
            general ? all(loaded, background == null ? data : background, clock) : none,
            trained);
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

  private Dataset all(ModelInput.Loaded loaded, Path file, Clock clock) {
    PrintWriter err = spec.commandLine().getErr();
    return new Dataset(clock.time("loading", () -> loaded.all(file, err)), Optional.empty());
  }

  private Dataset read(ModelInput.Loaded loaded, Path file, boolean labels, Clock clock) {
    PrintWriter err = spec.commandLine().getErr();
    return clock.time("loading", () -> loaded.rows(file, labels, err));
  }

  private Request request(
      ModelInput.Loaded loaded, Dataset audit, Dataset general, Optional<Dataset> trained) {
    return new Request(loaded.model(), audit, general, trained, new Parameters(parameters), seed);
  }

  private Explainer<?> explainer(Explainers all) {
    Collection<String> names = all.byName().keySet();
    return Optional.<Explainer<?>>ofNullable(all.byName().get(method))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "There is no method "
                        + method
                        + "."
                        + Nearest.hint(method, names)
                        + " The methods are "
                        + Nearest.list(List.copyOf(names))
                        + "."));
  }
}
