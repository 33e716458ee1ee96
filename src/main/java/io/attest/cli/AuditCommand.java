package io.attest.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs one audit to its verdict. */
@Command(
    name = "audit",
    description = {
      "Runs one audit without people to its verdict, and writes the report (as a workbook, as PDF and"
          + " as one page for a browser) and the evidence pack.",
      "Exit code: 0 passed, perhaps with warnings; 1 findings that block, or as --fail-on says; 2"
          + " could not run."
    },
    mixinStandardHelpOptions = true)
final class AuditCommand implements Callable<Integer> {

  @Parameters(paramLabel = "<model.yaml>", description = "The declaration of the model.")
  private Path model;

  @Option(
      names = "--data",
      paramLabel = "<uri>",
      description = "Audit on this file or URI in place of the declared one.")
  private String data;

  @Option(
      names = "--out",
      paramLabel = "<folder>",
      description = "Where to write; the present folder if absent.")
  private Path out = Path.of("");

  @Option(
      names = "--param",
      paramLabel = "<name=value>",
      description = "A parameter in place of the declared one: seed=7, pdp-ice.grid=40.")
  private Map<String, String> parameters = new TreeMap<>();

  @Option(
      names = "--baseline",
      paramLabel = "<training|none>",
      description =
          "Compare with the training data (which is what happens if absent), or with nothing. Audits"
              + " to compare with are on the server.")
  private Baseline baseline;

  /** What an audit without people can be compared with: it knows no other audit. */
  enum Baseline {
    TRAINING,
    NONE
  }

  /** From which verdict on the exit code is 1. */
  enum FailOn {
    WARN,
    BLOCK,
    NEVER
  }

  @Option(
      names = "--fail-on",
      paramLabel = "<verdict>",
      description =
          "From which verdict on the exit code is 1: warn, block (if absent), or never. What could"
              + " not run ends with 2 in any case.")
  private FailOn failOn = FailOn.BLOCK;

  @Spec private CommandSpec spec;

  private final Auditor auditor;

  AuditCommand(Auditor auditor) {
    this.auditor = auditor;
  }

  @Override
  public Integer call() throws Exception {
    PrintWriter err = spec.commandLine().getErr();
    String verdict =
        auditor.audit(
            new Auditor.Order(
                model.toAbsolutePath(),
                Optional.ofNullable(data),
                out.toAbsolutePath(),
                parameters,
                Optional.ofNullable(baseline).map(b -> b.name().toLowerCase(Locale.ROOT)),
                err));
    spec.commandLine().getOut().println(verdict);
    return failOn != FailOn.NEVER
            && (verdict.equals("block") || (failOn == FailOn.WARN && verdict.equals("warn")))
        ? Cli.BLOCKED
        : Cli.DONE;
  }
}
