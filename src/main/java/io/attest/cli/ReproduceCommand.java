package io.attest.cli;

import io.attest.model.plugin.Plugins;
import io.attest.rules.RuleEngine;
import io.attest.stage.evidence.EvidenceCheck;
import io.attest.stage.evidence.Reproduction;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs an audit again from its evidence pack, and compares every number. */
@Command(
    name = "reproduce",
    description = {
      "Runs an audit again from its evidence pack alone, and compares every number.",
      "Exit code 0: everything was found again; 1: the pack is not as it was, a number differs, or"
          + " something could not be run again; 2: it could not be read."
    },
    mixinStandardHelpOptions = true)
final class ReproduceCommand implements Callable<Integer> {

  @Parameters(paramLabel = "<pack.zip>", description = "The evidence pack.")
  private Path pack;

  @Option(
      names = "--tolerance",
      paramLabel = "<relative>",
      defaultValue = "1e-9",
      description = "The largest relative difference that counts as the same; ${DEFAULT-VALUE}.")
  private double tolerance;

  @Option(
      names = "--floor",
      paramLabel = "<absolute>",
      defaultValue = "1e-12",
      description = "Two numbers that are nearer than this are the same; ${DEFAULT-VALUE}.")
  private double floor;

  @Option(
      names = "--remote",
      description = "Ask a model on a server. The pack says which: it gets the rows of the pack.")
  private boolean remote;

  @Option(
      names = "--plugins",
      paramLabel = "<folder>",
      description = "Folder of jars whose code may run, for a model of the format plugin.")
  private Path plugins;

  @Spec private CommandSpec spec;

  private final Supplier<RuleEngine> rules;

  /**
   * @param rules supplies what asks the packed table of rules
   */
  ReproduceCommand(Supplier<RuleEngine> rules) {
    this.rules = rules;
  }

  @Override
  public Integer call() throws IOException {
    Quiet.logs();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    long began = System.nanoTime();
    EvidenceCheck check = EvidenceCheck.of(pack);
    if (!check.intact()) {
      err.println(
          "attest: "
              + pack.getFileName()
              + " is not as it was made; nothing is run from it. See attest verify.");
      return Cli.BLOCKED;
    }
    out.println(row("method", "numbers", "largest", "verdict"));
    Reproduction.Result result =
        new Reproduction(
                new Reproduction.Settings(
                    tolerance, floor, remote, plugins == null ? Plugins.OFF : Plugins.in(plugins)),
                rules.get(),
                line -> {
                  out.println(row(line));
                  out.flush();
                })
            .run(pack);
    result.versions().forEach(v -> out.println("another installation: " + v));
    out.println(
        String.format(
            Locale.ROOT,
            "%s: %s%s. %,d numbers compared, largest relative difference %.2g (tolerance %.2g, floor"
                + " %.2g), %.1f s.",
            result.audit(),
            result.reproduced() ? "reproduced" : "NOT REPRODUCED",
            result.missing().isEmpty()
                ? ""
                : ": not compared: " + String.join(", ", result.missing()),
            result.numbers(),
            result.largest(),
            tolerance,
            floor,
            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) / 1000.0));
    return result.reproduced() ? Cli.DONE : Cli.BLOCKED;
  }

  private static String row(Reproduction.Line line) {
    boolean compared =
        line.outcome() == Reproduction.Outcome.SAME
            || line.outcome() == Reproduction.Outcome.DIFFERENT;
    return row(
        line.what(),
        compared ? String.format(Locale.ROOT, "%,d", line.numbers()) : "-",
        compared ? String.format(Locale.ROOT, "%.2g", line.largest()) : "-",
        word(line.outcome()) + (line.why().isEmpty() ? "" : ": " + line.why()));
  }

  private static String row(String what, String numbers, String largest, String verdict) {
    return String.format(Locale.ROOT, "%-28s %12s %10s  %s", what, numbers, largest, verdict);
  }

  private static String word(Reproduction.Outcome outcome) {
    return switch (outcome) {
      case SAME -> "same";
      case DIFFERENT -> "DIFFERENT";
      case NOT_REPRODUCED -> "NOT REPRODUCED";
      case NOTHING -> "nothing to compare";
    };
  }
}
