package io.attest.cli;

import io.attest.data.Field;
import io.attest.data.Frame;
import io.attest.explain.Dataset;
import io.attest.explain.Draws;
import io.attest.model.ModelSpec;
import io.attest.report.letter.ReasonsTable;
import io.attest.stage.DeclaredModel;
import io.attest.stage.decision.ReasonsOfCases;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says why cases were decided so, many at once. */
@Command(
    name = "reasons",
    description = {
      "Says why cases were decided so: at most four reasons each, in the words of model.yaml, and what"
          + " would have changed an unfavourable outcome. A case that cannot be read has its fault"
          + " in the row.",
      "Nobody checks these reasons: what is flagged, a person has to decide.",
      "Exit code: 0 all cases have reasons, 1 some have a fault or a flag, 2 could not run."
    },
    mixinStandardHelpOptions = true)
final class ReasonsCommand implements Callable<Integer> {
  @Mixin private ModelInput input;

  @Option(names = "--data", required = true, paramLabel = "<file>", description = "The cases.")
  private Path data;

  @Option(
      names = "--background",
      paramLabel = "<file>",
      description = "Rows that stand for \"in general\"; the declared training rows if absent.")
  private Path background;

  @Option(
      names = "--method",
      paramLabel = "<name>",
      description = "Of the contributions: tree-shap, linear-shap...; one that fits if absent.")
  private String method;

  @Option(
      names = "--no-changes",
      description = "Do not look for what would have changed it, which takes most of the time.")
  private boolean noChanges;

  @Option(names = "--seed", description = "Seed of everything random; ${DEFAULT-VALUE} if absent.")
  private long seed = 1;

  @Option(
      names = "--background-rows",
      paramLabel = "<number>",
      description =
          "At most so many background rows, drawn by the seed; ${DEFAULT-VALUE} if absent.")
  private int backgroundRows = 2000;

  @Option(
      names = "--out",
      paramLabel = "<file>",
      description = "Where to write: *.csv or *.xlsx; can be given twice; the terminal if absent.")
  private List<Path> out = new ArrayList<>();

  @Mixin private Threads threads;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Quiet.logs();
    PrintWriter err = spec.commandLine().getErr();
    ModelInput.Loaded loaded = input.load(data, err);
    ModelSpec declared =
        loaded
            .spec()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "A bare model file has no words for reasons. Give a model.yaml."));
    Dataset general = loaded.all(general(declared), Optional.empty(), err);
    if (general.size() > backgroundRows) {
      err.println(
          "Background: " + backgroundRows + " of " + general.size() + " rows, drawn by the seed.");
      general =
          general.select(new Draws(seed, "background").sample(general.size(), backgroundRows));
    }
    ReasonsOfCases reasons =
        ReasonsOfCases.of(
            new DeclaredModel(declared, loaded.model()),
            general,
            Optional.ofNullable(method),
            !noChanges,
            seed,
            threads.number());
    List<Field> texts = new ArrayList<>();
    declared.fields().forEach(f -> texts.add(Field.text(f.name())));
    declared
        .rowId()
        .filter(id -> texts.stream().noneMatch(f -> f.name().equals(id)))
        .ifPresent(id -> texts.add(Field.text(id)));
    Frame cases =
        loaded.texts(data, texts, declared.fields().stream().map(Field::name).toList(), err);
    List<ReasonsTable.Line> lines = reasons.of(cases);
    if (out.isEmpty()) {
      csv(lines, Optional.empty());
    }
    for (Path file : out) {
      if (file.toString().endsWith(".xlsx")) {
        workbook(lines, file);
      } else {
        csv(lines, Optional.of(file));
      }
    }
    long faults = lines.stream().filter(l -> !l.fault().isEmpty()).count();
    long flagged = lines.stream().filter(l -> !l.flags().isEmpty()).count();
    err.println(
        lines.size()
            + " cases by "
            + reasons.method()
            + ": "
            + faults
            + " with a fault, "
            + flagged
            + " with a flag that a person has to decide.");
    return faults + flagged == 0 ? Cli.DONE : Cli.BLOCKED;
  }

  private Path general(ModelSpec declared) {
    if (background != null) {
      return background;
    }
    return declared
        .training()
        .map(s -> declared.folder().resolve(s.uri()))
        .filter(Files::isRegularFile)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "model.yaml names no training rows that lie in a file. Give --background."));
  }

  private void csv(List<ReasonsTable.Line> lines, Optional<Path> file) {
    try (ResultFile result = new ResultFile(file, spec.commandLine().getOut())) {
      ReasonsTable.columns().forEach(result.csv()::text);
      result.csv().end();
      for (ReasonsTable.Line line : lines) {
        List<String> texts = ReasonsTable.texts(line);
        result.csv().text(texts.get(0)).number(line.response());
        texts.subList(1, texts.size()).forEach(result.csv()::text);
        result.csv().end();
      }
      result.publish();
    }
  }

  /** Under another name first, so that it is there whole or not at all. */
  private static void workbook(List<ReasonsTable.Line> lines, Path file) throws IOException {
    Path half = Files.createTempFile(file.toAbsolutePath().getParent(), ".attest-", ".tmp");
    try {
      ReasonsTable.workbook(lines, half);
      Files.move(half, file.toAbsolutePath(), StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(half);
    }
  }
}
